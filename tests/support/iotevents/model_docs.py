"""What docs/detectors.md shows of the tools, made by them.

.venv/bin/python -m tests.support.iotevents.model_docs
"""

import io
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path

from iotevents.__main__ import main
from iotevents.models import ACTION_TYPES, Member, Style

ROOT = Path(__file__).parents[3]
ROOMS = ROOT / "examples" / "rooms"

INTERNAL = {
    "setVariable": ("gives a variable a value", "`value`"),
    "setTimer": ("starts a timer, 60 s to 366 days", "`durationExpression`; or `seconds`"),
    "resetTimer": ("starts a timer again with its last duration", ""),
    "clearTimer": ("deletes a timer", ""),
}


def printed(*arguments: object) -> str:
    """Return the output of a command."""
    output = io.StringIO()
    with redirect_stdout(output):
        assert main([str(one) for one in arguments]) == 0
    return output.getvalue()


def picture() -> str:
    """Return the model of the rooms as Mermaid."""
    return printed("graph", ROOMS / "definitions" / "RoomVentilation.json").rstrip("\n")


def actions() -> str:
    """Return the table of the actions."""
    return "\n".join(["| action | does | evaluated members | payload |", "|---|---|---|---|", *_rows()])


def _rows() -> Iterator[str]:
    for name, (does, members) in INTERNAL.items():
        yield f"| `{name}` | {does} | {members or '-'} | - |"
    for one in ACTION_TYPES.values():
        evaluated = ", ".join(f"`{name}`" for name in _evaluated(one.members))
        yield f"| `{one.name}` | sends {one.sends} | {evaluated or '-'} | {'yes' if one.payload else '-'} |"


def _evaluated(members: tuple[Member, ...]) -> Iterator[str]:
    for one in members:
        if one.style is Style.GROUP:
            yield from (f"{one.name}.{name}" for name in _evaluated(one.members))
        elif one.style in (Style.PARAMETER, Style.EXPRESSION):
            yield one.name


if __name__ == "__main__":
    print(picture(), actions(), sep="\n\n")
