"""Tokens to a tree, by operator precedence (Pratt).

The guide gives no precedence. It is that of JavaScript, as the CDK's expression builder has it, whose output
ran against the service; operators of one precedence apply from the left.
Sources: https://docs.aws.amazon.com/iotevents/latest/developerguide/iotevents-expressions.html and
https://docs.aws.amazon.com/cdk/api/v2/docs/aws-iotevents-alpha-readme.html
"""

import math
from difflib import get_close_matches
from typing import Final

from iotevents.expressions.errors import ParseError
from iotevents.expressions.functions import CONVERSION_TYPES, FUNCTIONS
from iotevents.expressions.limits import MAX_HEIGHT, MAX_INTEGER, MAX_NODES
from iotevents.expressions.nodes import (
    Call,
    Connective,
    InputReference,
    Literal,
    Logic,
    Node,
    Operation,
    Operator,
    Prefix,
    Template,
    Unary,
    VariableReference,
    levels,
)
from iotevents.expressions.tokens import STEP, Kind, Token, tokenize, tokenize_text
from iotevents.expressions.values import shortened

PRECEDENCE: Final[dict[str, int]] = {
    "||": 1,
    "&&": 2,
    "|": 3,
    "^": 4,
    "&": 5,
    **dict.fromkeys(("==", "!="), 6),
    **dict.fromkeys(("<", "<=", ">", ">="), 7),
    **dict.fromkeys(("+", "-"), 8),
    **dict.fromkeys(("*", "/"), 9),
}
"""How strongly each operator binds; the prefixes `! ~ -` bind stronger than all of them."""

_LOOSEST: Final = 0
_PREFIX: Final = 10
_PREFIXES: Final = {prefix.value: prefix for prefix in Prefix}
_CONNECTIVES: Final = {connective.value: connective for connective in Connective}
_CONSTANTS: Final = {"true": True, "false": False}


def parse(text: str) -> Node:
    """Return the tree of an expression; raise ParseError."""
    parser = _Parser(text, tokenize(text))
    return _bounded(parser.whole(), text)


def parse_text(text: str) -> Node:
    """Return the tree of a text parameter, literal text with `${…}`; raise ParseError."""
    parser = _Parser(text, tokenize_text(text))
    return _bounded(parser.whole_text(), text)


def _bounded(node: Node, text: str) -> Node:
    count = 0
    for height, level in enumerate(levels(node), start=1):
        count += len(level)
        if count > MAX_NODES:
            raise ParseError(f"the expression has more than {MAX_NODES} parts", text, level[-1].span[0])
        if height > MAX_HEIGHT:
            raise _too_deep(text, level[0].span[0])
    return node


def _too_deep(text: str, position: int) -> ParseError:
    return ParseError(f"the expression is nested deeper than {MAX_HEIGHT} levels", text, position)


class _Parser:
    def __init__(self, text: str, tokens: list[Token]) -> None:
        self._text = text
        self._tokens = tokens
        self._index = 0
        self._depth = 0

    def whole(self) -> Node:
        node = self._expression(_LOOSEST)
        self._expect(Kind.END, "", "an operator or the end")
        return node

    def whole_text(self) -> Node:
        parts = self._parts()
        end = self._expect(Kind.END, "", "the end")
        return _string(parts, (0, end.end))

    def _expression(self, looser: int) -> Node:
        """Parse an expression of operators that bind stronger than `looser`."""
        self._depth += 1
        if self._depth > MAX_HEIGHT:
            raise _too_deep(self._text, self._peek().start)
        start = self._peek().start
        node = self._operand()
        while (precedence := self._precedence()) > looser:
            node = self._chain(node, precedence, start)
        self._depth -= 1
        return node

    def _chain(self, first: Node, precedence: int, start: int) -> Node:
        sign = self._peek().text
        rest = []
        while self._precedence() == precedence:
            token = self._next()
            rest.append((token.text, self._expression(precedence)))
        span = (start, self._last_end())
        if sign in _CONNECTIVES:
            return Logic(_CONNECTIVES[sign], (first, *(operand for _, operand in rest)), span)
        return Operation(first, tuple((Operator(sign), operand) for sign, operand in rest), span)

    def _operand(self) -> Node:
        token = self._next()
        match token.kind:
            case Kind.INTEGER | Kind.DECIMAL:
                return self._number(token, token.start, sign=1)
            case Kind.NAME:
                return self._constant(token) if token.text in _CONSTANTS else self._call(token)
            case Kind.REFERENCE:
                return self._reference(token)
            case Kind.OPEN_QUOTE:
                return self._quoted(token)
            case Kind.SYMBOL if token.text == "(":
                return self._group()
            case Kind.SYMBOL if token.text in _PREFIXES:
                return self._unary(token)
            case _:
                raise self._error(token, "expected a value")

    def _number(self, token: Token, start: int, sign: int) -> Node:
        span = (start, token.end)
        if token.kind is Kind.DECIMAL:
            decimal = float(token.text)
            if math.isfinite(decimal):
                return Literal(sign * decimal, span)
        elif int(token.text) <= (MAX_INTEGER if sign > 0 else MAX_INTEGER + 1):
            return Literal(sign * int(token.text), span)
        raise ParseError("the number is too large", self._text, token.start)

    def _constant(self, token: Token) -> Node:
        return Literal(_CONSTANTS[token.text], (token.start, token.end))

    def _unary(self, token: Token) -> Node:
        following = self._peek()
        if token.text == "-" and following.kind in (Kind.INTEGER, Kind.DECIMAL):
            return self._number(self._next(), token.start, sign=-1)
        operand = self._expression(_PREFIX)
        return Unary(_PREFIXES[token.text], operand, (token.start, self._last_end()))

    def _group(self) -> Node:
        node = self._expression(_LOOSEST)
        self._expect(Kind.SYMBOL, ")", "an operator or `)`")
        return node

    def _call(self, name: Token) -> Node:
        if not self._at("("):
            raise ParseError(self._unknown_name(name.text), self._text, name.start)
        if name.text not in FUNCTIONS:
            raise ParseError(self._unknown_function(name.text), self._text, name.start)
        self._next()
        arguments = self._arguments(name.text)
        end = self._expect(Kind.SYMBOL, ")", "`,` or `)`")
        self._check_arity(name, len(arguments))
        return Call(name.text, tuple(arguments), (name.start, end.end))

    def _arguments(self, function: str) -> list[Node]:
        if self._at(")"):
            return []
        arguments = [self._type_word() if function == "convert" else self._expression(_LOOSEST)]
        while self._at(","):
            self._next()
            arguments.append(self._expression(_LOOSEST))
        return arguments

    def _type_word(self) -> Node:
        token = self._peek()
        if token.kind is Kind.NAME and token.text in CONVERSION_TYPES:
            self._next()
            return Literal(token.text, (token.start, token.end))
        return self._expression(_LOOSEST)

    def _check_arity(self, name: Token, count: int) -> None:
        arity = FUNCTIONS[name.text].arity
        if count != arity:
            reason = f"{name.text}() takes {arity} argument{'s'[: arity - 1]}, not {count}"
            raise ParseError(reason, self._text, name.start)

    def _quoted(self, opening: Token) -> Node:
        parts = self._parts()
        closing = self._expect(Kind.CLOSE_QUOTE, opening.text, f"the closing {opening.text}")
        return _string(parts, (opening.start, closing.end))

    def _parts(self) -> "list[str | Node]":
        parts: list[str | Node] = []
        while self._peek().kind in (Kind.TEXT, Kind.OPEN_HOLE):
            token = self._next()
            parts.append(token.text if token.kind is Kind.TEXT else self._hole())
        return parts

    def _hole(self) -> Node:
        node = self._expression(_LOOSEST)
        self._expect(Kind.CLOSE_HOLE, "}", "an operator or `}`")
        return node

    def _reference(self, token: Token) -> Node:
        root = token.text.partition(".")[0].partition("[")[0]
        steps = [_step(*groups) for groups in STEP.findall(token.text)]
        span = (token.start, token.end)
        match root, steps:
            case "$input", [str(name), *path]:
                return InputReference(name, tuple(path), span)
            case "$variable", [str(name)]:
                return VariableReference(name, span)
            case "$sitewise", ["assetModel", str(model), str(name), *path]:
                return InputReference(f"$sitewise.assetModel.{model}.{name}", tuple(path), span)
        raise ParseError(_REFERENCE_FORMS, self._text, token.start)

    def _unknown_name(self, name: str) -> str:
        if name in FUNCTIONS:
            return f"{name} is a function: `(` must follow"
        hint = "a string needs quotes, a reference begins with $input. or $variable."
        return f"{shortened(name)} means nothing here: {hint}"

    def _unknown_function(self, name: str) -> str:
        near = get_close_matches(name, FUNCTIONS, n=1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(FUNCTIONS)}"
        return f"there is no function {shortened(name)}: {hint}"

    def _precedence(self) -> int:
        token = self._peek()
        return PRECEDENCE.get(token.text, _LOOSEST) if token.kind is Kind.SYMBOL else _LOOSEST

    def _peek(self) -> Token:
        return self._tokens[self._index]

    def _next(self) -> Token:
        token = self._tokens[self._index]
        if token.kind is not Kind.END:
            self._index += 1
        return token

    def _last_end(self) -> int:
        return self._tokens[self._index - 1].end

    def _at(self, symbol: str) -> bool:
        return self._peek().kind is Kind.SYMBOL and self._peek().text == symbol

    def _expect(self, kind: Kind, text: str, wanted: str) -> Token:
        token = self._next()
        if token.kind is not kind or (text and token.text != text):
            raise self._error(token, f"expected {wanted}")
        return token

    def _error(self, token: Token, reason: str) -> ParseError:
        actual = "the end" if token.kind is Kind.END else f"`{shortened(token.text)}`"
        return ParseError(f"{reason}, found {actual}", self._text, token.start)


_REFERENCE_FORMS: Final = (
    "a reference is $input.<input>.<path>, $variable.<name> or $sitewise.assetModel.<model>.<property>.<path>"
)


def _step(name: str, quoted: str, index: str) -> str | int:
    return int(index) if index else name or quoted


def _string(parts: "list[str | Node]", span: tuple[int, int]) -> Node:
    texts = [part for part in parts if isinstance(part, str)]
    return Literal("".join(texts), span) if len(texts) == len(parts) else Template(tuple(parts), span)
