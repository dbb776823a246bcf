"""What went into a stack and what came of it, as a table."""

from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from local.aws.deployed_scenario import Trial
from local.demo.sources import FIFO, KINESIS, STANDARD
from local.demo.verification import Stored


def counts(console: Console, trial: Trial, stored: Sequence[Stored], *, rejected: int, dead: int) -> None:
    """Print the counts of a trial."""
    table = Table("what", title=trial.stack.name, title_justify="left")
    table.add_column("count", justify="right")
    for what, count in _rows(trial, stored, rejected, dead):
        table.add_row(what, str(count))
    console.print(table)


def _rows(trial: Trial, stored: Sequence[Stored], rejected: int, dead: int) -> list[tuple[str, int]]:
    made = trial.scenario
    lines = trial.summaries()
    records = Counter[str]()
    for line in lines:
        records.update({name: count for name, count in line["records"].items() if isinstance(count, int)})
    return [
        (f"records sent to {STANDARD}", len(made.standard)),
        (f"records sent to {FIFO}", len(made.fifo)),
        (f"records put into {KINESIS}", sum(map(len, made.shards))),
        ("… broken on purpose", len(made.broken)),
        ("… repeated", made.repeated),
        ("readings in them", len(made.readings)),
        ("invocations", len(lines)),
        ("… records received", records["received"]),
        ("… records returned", records["returned"]),
        ("messages stored by the endpoint", len(stored)),
        ("records in the rejected-records queue", rejected),
        ("messages in dead-letter queues", dead),
    ]
