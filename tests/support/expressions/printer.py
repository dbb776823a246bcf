"""Trees of the oracle as text of the language, with no more parentheses than it takes."""

from typing import Any

from tests.support.expressions.oracle import Tree

LEVELS = (
    ("||",),
    ("&&",),
    ("|",),
    ("^",),
    ("&",),
    ("==", "!="),
    ("<", "<=", ">", ">="),
    ("+", "-"),
    ("*", "/"),
)
STRENGTH = {sign: level for level, signs in enumerate(LEVELS) for sign in signs}
PREFIX = len(LEVELS)
PRIMARY = PREFIX + 1


def written(tree: Tree, quote: str = "'") -> str:
    """Return the text of a tree."""
    return _at(tree, 0, quote)


def _at(tree: Tree, strength: int, quote: str) -> str:
    """Return the text of an operand that must bind at least so strongly."""
    own, text = _written(tree, quote)
    return text if own >= strength else f"({text})"


def _written(tree: Tree, quote: str) -> tuple[int, str]:
    match tree:
        case ("literal", value):
            return PRIMARY, _literal(value, quote)
        case ("input", name, path):
            return PRIMARY, f"$input.{_name(name)}{''.join(_step(step) for step in path)}"
        case ("variable", name):
            return PRIMARY, f"$variable.{_name(name)}"
        case ("prefix", sign, operand):
            return PREFIX, sign + _at(operand, PREFIX, quote)
        case ("infix", sign, left, right):
            own = STRENGTH[sign]
            return own, f"{_at(left, own, quote)} {sign} {_at(right, own + 1, quote)}"
        case ("call", name, arguments):
            return PRIMARY, f"{name}({', '.join(written(argument, quote) for argument in arguments)})"
        case ("template", pieces):
            return PRIMARY, quote + "".join(_piece(piece, quote) for piece in pieces) + quote
    raise AssertionError(tree)


def _literal(value: Any, quote: str) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"{quote}{_escaped(value, quote)}{quote}" if isinstance(value, str) else str(value)


def _escaped(text: str, quote: str) -> str:
    return text.replace("\\", "\\\\").replace(quote, "\\" + quote)


def _piece(piece: Any, quote: str) -> str:
    return _escaped(piece, quote) if isinstance(piece, str) else "${" + written(piece, quote) + "}"


def _name(name: str) -> str:
    return name if name.replace("_", "a").isalnum() and name[0].isalpha() else f"`{name}`"


def _step(step: str | int) -> str:
    return f"[{step}]" if isinstance(step, int) else f".{_name(step)}"
