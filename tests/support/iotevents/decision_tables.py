"""`docs/decisions.md`, made from the decisions in the code.

.venv/bin/python -m tests.support.iotevents.decision_tables > docs/decisions.md
"""

from collections.abc import Iterable, Iterator

from iotevents.engine import decisions as engine
from iotevents.expressions import decisions as language
from iotevents.expressions.decisions import Decision

HEAD = """\
# Decisions

AWS's documentation of IoT Events leaves questions open, and in some places contradicts itself. What this
implementation does there is decided in one place each; the last column names it, below `iotevents`.
"""


def page() -> str:
    """Return the text of the page."""
    return "\n".join(
        [
            HEAD,
            *_table("The expression language", language.DECISIONS, "expressions."),
            "",
            *_table("Detectors", engine.DECISIONS, ""),
            "",
        ]
    )


def _table(title: str, decisions: Iterable[Decision], prefix: str) -> Iterator[str]:
    yield f"## {title}\n"
    yield "| question | decision | decided in |"
    yield "|---|---|---|"
    for one in decisions:
        cells = (one.question, one.choice, f"`{prefix}{one.where}`")
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    print(page(), end="")
