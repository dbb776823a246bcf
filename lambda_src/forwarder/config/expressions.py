"""JMESPath expressions over the record document, checked when the configuration is read.

Everything that is known without data is an error then: syntax, functions that do not exist, their number of
arguments, and `&` outside of the arguments that want it. What is left for run time is bad data.
"""

import warnings
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any, Protocol

from jmespath.exceptions import (
    EmptyExpressionError,
    IncompleteExpressionError,
    JMESPathError,
    JMESPathTypeError,
    LexerError,
    ParseError,
)
from jmespath.functions import Functions, signature
from jmespath.parser import Parser
from jmespath.visitor import Options, TreeInterpreter

from forwarder.config.references import Node, References, children_of, find_references
from forwarder.errors import Rejection
from forwarder.reasons import EXPRESSION

MAX_DEPTH = 100
"""Levels of an expression's tree at most, so that evaluating it cannot exhaust the stack."""

_EQUALITIES = {"eq", "ne"}


class Opener(Protocol):
    """Reader of what is packed within a body, for the functions of these names; raises Rejection."""

    def json(self, text: str) -> Any:
        """Return the value of JSON text."""

    def base64(self, text: str) -> str | None:
        """Return the text that base64 holds."""

    def base64_gzip(self, text: str) -> str | None:
        """Return the text that gzip data in base64 hold."""


class _Functions(Functions):
    """Functions of JMESPath, and those of Powertools that open what is packed; null gives null."""

    def __init__(self, opener: Opener | None = None) -> None:
        super().__init__()
        self._opener = opener

    @signature({"types": ["string", "null"]})
    def _func_powertools_json(self, text: str | None) -> Any:
        return None if text is None or self._opener is None else self._opener.json(text)

    @signature({"types": ["string", "null"]})
    def _func_powertools_base64(self, text: str | None) -> str | None:
        return None if text is None or self._opener is None else self._opener.base64(text)

    @signature({"types": ["string", "null"]})
    def _func_powertools_base64_gzip(self, text: str | None) -> str | None:
        return None if text is None or self._opener is None else self._opener.base64_gzip(text)


_FUNCTIONS: Mapping[str, Any] = _Functions.FUNCTION_TABLE
_OPENING = _FUNCTIONS.keys() - Functions.FUNCTION_TABLE.keys()


class _Interpreter(TreeInterpreter):
    """Interpreter whose order operators compare numbers with numbers and text with text."""

    def __init__(self, opener: Opener | None = None) -> None:
        super().__init__(Options(custom_functions=_Functions(opener)))

    def visit_comparator(self, node: Node, value: Any) -> Any:
        """Return the comparison; of an order operator null for any other pair of types."""
        compare = self.COMPARATOR_FUNC[node["value"]]
        left, right = (self.visit(child, value) for child in node["children"])
        if node["value"] in _EQUALITIES or _are_ordered(left, right):
            return compare(left, right)
        return None


def _are_ordered(left: Any, right: Any) -> bool:
    if type(left) is str:
        return type(right) is str
    return type(left) in (int, float) and type(right) in (int, float)


_INTERPRETER = _Interpreter()

RUN_TIME_ERRORS = (JMESPathError, TypeError, ValueError, OverflowError)
"""What jmespath raises on data an expression does not fit: its own errors, and those of the Python operations
underneath (a slice with step 0, `ceil` of infinity, an integer too large for a float)."""


class ExpressionError(ValueError):
    """Expression that is wrong whatever the data; the text has the place."""


@dataclass(frozen=True, slots=True)
class Expression:
    """Compiled expression; `key` is its place in the configuration."""

    key: str
    text: str
    references: References
    opens: bool
    """Whether it calls a function that opens what is packed."""
    _tree: Any = field(repr=False, compare=False)

    def reads(self, name: str) -> bool:
        """Return whether the result can depend on a member of the document."""
        return self.references.whole or name in self.references.names

    def reads_only(self, names: Set[str]) -> bool:
        """Return whether the result depends on none but these members of the document."""
        return not self.references.whole and self.references.names <= names

    def search(self, document: Mapping[str, Any], opener: Opener | None = None) -> Any:
        """Return the value for a document; raises Rejection if the data does not fit the expression.

        Functions that open what is packed give null without an opener.
        """
        interpreter = _Interpreter(opener) if self.opens and opener else _INTERPRETER
        try:
            return interpreter.visit(self._tree, document)
        except Rejection as rejection:
            reason = rejection.reason
            raise Rejection(reason.code, f"{self.key}: {self.text}: {reason.text}") from rejection
        except RUN_TIME_ERRORS as error:
            raise Rejection(EXPRESSION, f"{self.key}: {self.text}: {_describe(error)}") from error


def is_true(value: Any) -> bool:
    """Return the truth of a value: null, false and what is empty are false, 0 is true (JMESPath, "Or")."""
    return bool(value) or type(value) in (int, float)


def compile_expression(text: str, key: str) -> Expression:
    """Return the expression; raises ExpressionError with the place of the mistake."""
    try:
        tree = _parse(text)
        _check(tree)
        references = find_references(tree)
        opens = _calls(tree, _OPENING)
    except ValueError as error:
        raise ExpressionError(_syntax_text(text, error)) from error
    except RecursionError as error:
        raise ExpressionError(f"the expression is nested more than {MAX_DEPTH} deep") from error
    return Expression(key, text, references, opens, tree)


def _parse(text: str) -> Node:
    # jmespath warns of `word` in place of `"word"`, which many people write and which stays allowed.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PendingDeprecationWarning)
        return Parser().parse(text).parsed


def _describe(error: Exception) -> str:
    """Return what went wrong, without the data: jmespath's own text would quote it."""
    if isinstance(error, JMESPathTypeError):
        allowed = " or ".join(error.expected_types)
        return f"{error.function_name}() takes {allowed}, not {error.actual_type}"
    return str(error)


def _syntax_text(text: str, error: Exception) -> str:
    if isinstance(error, EmptyExpressionError) or not text.strip():
        return "the expression is empty"
    match error:
        case LexerError():
            return _with_caret(error.message, text, error.lexer_position)
        case IncompleteExpressionError():
            return _with_caret("the expression ends too early", text, len(text))
        case ParseError():
            return _with_caret(error.msg, text, error.lex_position)
    return str(error)


def _with_caret(reason: str, text: str, position: int) -> str:
    line = "".join(" " if c.isspace() else c for c in text)
    return f"{reason}, at character {position + 1}\n      {line}\n      {' ' * position}^"


def _check(node: Node, depth: int = 0) -> None:
    """Raise ExpressionError for calls that cannot work and for expression references out of place."""
    if depth > MAX_DEPTH:
        raise ExpressionError(f"the expression is nested more than {MAX_DEPTH} deep")
    children = children_of(node)
    if node["type"] == "function_expression":
        _check_call(node["value"], children)
    elif any(child["type"] == "expref" for child in children) or node["type"] == "expref":
        raise ExpressionError("`&` is only allowed before an argument of map, sort_by, min_by and max_by")
    for child in children:
        # An expression reference that got here is the argument of a function that takes it.
        _check(children_of(child)[0] if child["type"] == "expref" else child, depth + 1)


def _check_call(name: str, arguments: Sequence[Node]) -> None:
    if name not in _FUNCTIONS:
        raise ExpressionError(f"there is no function {name}(); there are {', '.join(sorted(_FUNCTIONS))}")
    signature = _FUNCTIONS[name]["signature"]
    variadic = bool(signature) and bool(signature[-1].get("variadic"))
    if len(arguments) < len(signature) or (len(arguments) > len(signature) and not variadic):
        minimum = "at least " if variadic else ""
        raise ExpressionError(f"{name}() takes {minimum}{len(signature)} argument(s), not {len(arguments)}")
    for index, argument in enumerate(arguments):
        wanted = "expref" in signature[min(index, len(signature) - 1)]["types"]
        if wanted != (argument["type"] == "expref"):
            text = "is an expression: write & before it" if wanted else "is a value: leave out the &"
            raise ExpressionError(f"argument {index + 1} of {name}() {text}")


def _calls(node: Node, functions: Set[str]) -> bool:
    """Return whether one of the functions is called anywhere in the tree."""
    is_call = node["type"] == "function_expression" and node["value"] in functions
    return is_call or any(_calls(child, functions) for child in children_of(node))
