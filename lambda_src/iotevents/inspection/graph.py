"""Draw a detector model as Mermaid or DOT text, with the conditions on the arrows.

Source: https://mermaid.js.org/syntax/stateDiagram.html, https://graphviz.org/doc/info/lang.html
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from iotevents.expressions import Expression
from iotevents.models import DetectorModel

WIDTH: Final = 48
"""Characters of a condition on an arrow."""

_INPUT: Final = re.compile(r"\$input\.(?:[A-Za-z][A-Za-z0-9_]*|`[^`]+`)\.")
_STRINGS: Final = re.compile(r"""('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")""")


@dataclass(frozen=True, slots=True)
class Arrow:
    """Transition event between two states, with its label: `event [condition]`, as in UML."""

    source: str
    target: str
    label: str


def mermaid(model: DetectorModel) -> str:
    """Return a state diagram in Mermaid's language."""
    names = _names(model)
    lines = ["stateDiagram-v2"]
    lines += [
        f"    {name}" if state == name else f'    state "{_entities(state)}" as {name}'
        for state, name in names.items()
    ]
    lines.append(f"    [*] --> {names[model.initial_state]}")
    lines += [
        f"    {names[arrow.source]} --> {names[arrow.target]}: {_entities(arrow.label)}"
        for arrow in arrows(model)
    ]
    return "\n".join(lines)


def dot(model: DetectorModel) -> str:
    """Return a directed graph in Graphviz's language."""
    names = _names(model)
    lines = [f"digraph {_quoted(model.name)} {{", "    node [shape=box, style=rounded];"]
    lines.append('    start [shape=point, label=""];')
    lines += [f"    {name} [label={_quoted(state)}];" for state, name in names.items()]
    lines.append(f"    start -> {names[model.initial_state]};")
    lines += [
        f"    {names[arrow.source]} -> {names[arrow.target]} [label={_quoted(arrow.label)}];"
        for arrow in arrows(model)
    ]
    return "\n".join([*lines, "}"])


def arrows(model: DetectorModel) -> Iterator[Arrow]:
    """Yield the transition events of the model, in its order."""
    has_several_inputs = len(model.inputs) > 1
    for state in model.states.values():
        for event in state.transitions:
            condition = shortened(event.condition, has_several_inputs=has_several_inputs)
            yield Arrow(state.name, str(event.next_state), f"{event.name} [{condition}]".strip())


def shortened(condition: Expression | None, *, has_several_inputs: bool = False, width: int = WIDTH) -> str:
    """Return a condition that fits on an arrow.

    It has no `$variable.` and, unless there are several inputs, no input's name. Strings in it stay as they
    are; a text longer than `width` is cut.
    """
    if condition is None:
        return "always"
    pieces = _STRINGS.split(condition.text)
    for position in range(0, len(pieces), 2):
        pieces[position] = _without_prefixes(pieces[position], has_several_inputs)
    text = " ".join("".join(pieces).split())
    return text if len(text) <= width else text[: width - 1].rstrip() + "…"


def _without_prefixes(text: str, has_several_inputs: bool) -> str:
    text = text.replace("$input.", "") if has_several_inputs else _INPUT.sub("", text)
    return text.replace("$variable.", "")


def _names(model: DetectorModel) -> dict[str, str]:
    """Return names of the states that both languages take: their own if all are words, else numbers."""
    plain = all(_WORD.fullmatch(state) and state.lower() not in _RESERVED for state in model.states)
    return {state: state if plain else f"s{number}" for number, state in enumerate(model.states)}


_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_RESERVED: Final = {"direction", "digraph", "edge", "end", "graph", "node", "note", "start", "state"}


def _entities(text: str) -> str:
    """Return text for Mermaid, with a character code for what its grammar or HTML would read otherwise."""
    characters = " ".join(text.split())
    return "".join(f"#{ord(each)};" if each in '#;:<>"&%{}\\`' else each for each in characters)


def _quoted(text: str) -> str:
    escaped = " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
