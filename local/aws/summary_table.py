"""Table of a stack's input and results."""

from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from local.aws.deployed_scenario import DeployedScenario
from local.demo.sources import FIFO, KINESIS, STANDARD
from local.demo.verification import Stored


def counts(
    console: Console, deployed: DeployedScenario, stored: Sequence[Stored], *, rejected: int, dead: int
) -> None:
    """Print the counts of a deployed."""
    table = Table("what", title=deployed.stack.name, title_justify="left")
    table.add_column("count", justify="right")
    for what, count in _rows(deployed, stored, rejected, dead):
        table.add_row(what, str(count))
    console.print(table)


def _rows(
    deployed: DeployedScenario, stored: Sequence[Stored], rejected: int, dead: int
) -> list[tuple[str, int]]:
    scenario = deployed.scenario
    lines = deployed.summaries()
    records = Counter[str]()
    for line in lines:
        records.update({name: count for name, count in line["records"].items() if isinstance(count, int)})
    return [
        (f"records sent to {STANDARD}", len(scenario.standard)),
        (f"records sent to {FIFO}", len(scenario.fifo)),
        (f"records put into {KINESIS}", sum(map(len, scenario.shards))),
        ("… broken on purpose", len(scenario.broken)),
        ("… repeated", scenario.repeated),
        ("readings in them", len(scenario.readings)),
        ("invocations", len(lines)),
        ("… records received", records["received"]),
        ("… records returned", records["returned"]),
        ("messages stored by the endpoint", len(stored)),
        ("records in the rejected-records queue", rejected),
        ("messages in dead-letter queues", dead),
    ]
