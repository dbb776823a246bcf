"""A detector model as a picture: Mermaid and DOT text, with the conditions on the arrows.

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
    """A transition event: from and to which state, and its label: `event [condition]`, as in UML."""

    source: str
    target: str
    label: str


def mermaid(model: DetectorModel) -> str:
    """A state diagram in Mermaid's language."""
    names = _names(model)
    lines = ["stateDiagram-v2"]
    lines += [
        f"    {name}" if state == name else f'    state "{_entities(state)}" as {name}'
        for state, name in names.items()
    ]
    lines.append(f"    [*] --> {names[model.initial_state]}")
    lines += [
        f"    {names[one.source]} --> {names[one.target]}: {_entities(one.label)}" for one in arrows(model)
    ]
    return "\n".join(lines)


def dot(model: DetectorModel) -> str:
    """A directed graph in Graphviz's language."""
    names = _names(model)
    lines = [f"digraph {_quoted(model.name)} {{", "    node [shape=box, style=rounded];"]
    lines.append('    start [shape=point, label=""];')
    lines += [f"    {name} [label={_quoted(state)}];" for state, name in names.items()]
    lines.append(f"    start -> {names[model.initial_state]};")
    lines += [
        f"    {names[one.source]} -> {names[one.target]} [label={_quoted(one.label)}];"
        for one in arrows(model)
    ]
    return "\n".join([*lines, "}"])


def arrows(model: DetectorModel) -> Iterator[Arrow]:
    """The transition events of the model, in its order."""
    several = len(model.inputs) > 1
    for state in model.states.values():
        for event in state.transitions:
            condition = shortened(event.condition, several_inputs=several)
            yield Arrow(state.name, str(event.next_state), f"{event.name} [{condition}]".strip())


def shortened(condition: Expression | None, *, several_inputs: bool = False, width: int = WIDTH) -> str:
    """A condition that fits on an arrow.

    Without `$variable.` and, unless there are several inputs, without the input's name. Strings in it stay
    as they are; what is longer than `width` is cut.
    """
    if condition is None:
        return "always"
    pieces = _STRINGS.split(condition.text)
    for position in range(0, len(pieces), 2):
        pieces[position] = _without_prefixes(pieces[position], several_inputs)
    text = " ".join("".join(pieces).split())
    return text if len(text) <= width else text[: width - 1].rstrip() + "…"


def _without_prefixes(text: str, several_inputs: bool) -> str:
    text = text.replace("$input.", "") if several_inputs else _INPUT.sub("", text)
    return text.replace("$variable.", "")


def _names(model: DetectorModel) -> dict[str, str]:
    """Names of the states that both languages take: their own if all are words, else numbers."""
    plain = all(_WORD.fullmatch(state) and state.lower() not in _RESERVED for state in model.states)
    return {state: state if plain else f"s{number}" for number, state in enumerate(model.states)}


_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_RESERVED: Final = {"direction", "digraph", "edge", "end", "graph", "node", "note", "start", "state"}


def _entities(text: str) -> str:
    """Text in Mermaid: what its grammar or HTML would read otherwise becomes a character code."""
    return "".join(f"#{ord(one)};" if one in '#;:<>"&%{}\\`' else one for one in " ".join(text.split()))


def _quoted(text: str) -> str:
    escaped = " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
