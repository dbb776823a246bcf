"""Members of the record document: an expression that reads any other can never be right."""

import difflib
from collections.abc import Iterator, Mapping

from jmespath.lexer import Lexer

from forwarder.config.expressions import Expression

RECORD_MEMBERS = (
    "body",
    "attributes",
    "messageAttributes",
    "envelope",
    "partitionKey",
    "sequenceNumber",
    "subSequenceNumber",
    "eventSourceArn",
    "arrivalTime",
)
ELEMENT_MEMBERS = ("item", "index")
"""Members that only an element of a route with `split` has."""

_CONSTANTS = {"eventSourceArn", "index"}
"""Members that do not tell one record from another."""
_BODY_WORDS = {"payload", "data", "message", "record", "event", "detail"}
_LITERALS = {"true", "false", "null"}


def unknown_members(expression: Expression, *, per_element: bool) -> Iterator[str]:
    """Yield a problem for each name at the root of an expression that the document never has.

    `per_element` says whether the expression is evaluated on the elements of a `split`.
    """
    known = {*RECORD_MEMBERS, *(ELEMENT_MEMBERS if per_element else ())}
    for name in sorted(expression.references.at_root - known):
        yield f"the record document has no member {name}; {_hint(name, expression.text)}"


def is_constant(expression: Expression) -> bool:
    """Return whether an expression reads nothing that tells one record from another."""
    return expression.reads_only(_CONSTANTS)


def constant_key(expression: Expression | None) -> bool:
    """Return whether an ordering key is the same text for all records; null stands for no order."""
    return expression is not None and expression.reads_only({"eventSourceArn"}) and not _is_null(expression)


def _is_null(expression: Expression) -> bool:
    return expression.reads_only(set()) and expression.search({}) is None


def _hint(name: str, text: str) -> str:
    """Return what was probably meant by a name."""
    if name in ELEMENT_MEMBERS:
        return f"{name} is known only to the expressions ending in From of a route with split"
    if name in _LITERALS:
        return f"a literal stands in back-ticks: `{name}`"
    by_lower: Mapping[str, str] = {member.lower(): member for member in RECORD_MEMBERS}
    near = difflib.get_close_matches(name.lower().replace("_", ""), by_lower, n=1, cutoff=0.75)
    if near:
        return f"did you mean {by_lower[near[0]]}?"
    if name.lower() in _BODY_WORDS:
        return "did you mean body?"
    if _is_quoted(name, text):
        return f"text stands in single quotes: '{name}' (a member of the body is body.\"{name}\")"
    return f"did you mean body.{name}, or the text '{name}'?"


def _is_quoted(name: str, text: str) -> bool:
    tokens = list(Lexer().tokenize(text))
    return any(token["type"] == "quoted_identifier" and token["value"] == name for token in tokens)
