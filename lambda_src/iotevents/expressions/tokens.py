"""Split text into tokens, in one pass without recursion.

A string is a sequence of tokens too: its quote, pieces of text, `${` and `}` around nested expressions, its
quote again. A stack of the open delimiters tells text from expression, so `${…}` may use the same quote.
Source: https://docs.aws.amazon.com/iotevents/latest/developerguide/iotevents-expressions.html
"""

import re
from enum import Enum, auto
from typing import Final, NamedTuple

from iotevents.expressions.errors import ParseError
from iotevents.expressions.limits import MAX_TEXT_LENGTH


class Kind(Enum):
    """Kind of a token."""

    INTEGER = auto()
    DECIMAL = auto()
    NAME = auto()
    REFERENCE = auto()
    SYMBOL = auto()
    OPEN_QUOTE = auto()
    CLOSE_QUOTE = auto()
    TEXT = auto()
    OPEN_HOLE = auto()
    CLOSE_HOLE = auto()
    END = auto()


class Token(NamedTuple):
    """Piece of the text with its position; a TEXT token holds its text without escapes."""

    kind: Kind
    text: str
    start: int
    end: int


IDENTIFIER: Final = r"[A-Za-z][A-Za-z0-9_]*"
STEP: Final = re.compile(rf"\.(?:({IDENTIFIER})|`([^`]+)`)|\[([0-9]+)\]")
"""Step of a reference: a field, a field in back-ticks, or an array index of digits only."""

_SPACE: Final = re.compile(r"[ \t\r\n]*")
_TOKEN: Final = re.compile(
    rf"(?P<DECIMAL>[0-9]+\.[0-9]+)|(?P<INTEGER>[0-9]+)|(?P<NAME>{IDENTIFIER})"
    rf"|(?P<REFERENCE>\$[A-Za-z]+(?:{STEP.pattern})*)"
    r"|(?P<SYMBOL>\|\||&&|[=!<>]=|[-+*/<>!~|&^(),])|(?P<OPEN_QUOTE>['\"])|(?P<CLOSE_HOLE>\})"
)
_AFTER_NUMBER: Final = re.compile(r"[A-Za-z0-9_.`]")
_AFTER_REFERENCE: Final = re.compile(r"[.\[`]")

ESCAPES: Final = {"\\'": "'", '\\"': '"', "\\\\": "\\"}
"""The escapes in a string. The guide prints only `\\"`; any other backslash stands for itself."""

_PIECE: Final = {
    quote: re.compile(rf"(?P<plain>[^\\${quote}]+|\$(?!\{{))|(?P<escape>\\['\"\\]?)") for quote in ("'", '"')
}
_PIECE_OUTSIDE: Final = re.compile(r"(?P<plain>[^$]+|\$(?!\{))|(?P<escape>(?!))")

_OUTSIDE: Final = ""
"""The delimiter around a text parameter, which has no quotes."""


def tokenize(text: str) -> list[Token]:
    """Return the tokens of an expression, END included; raise ParseError."""
    return _Lexer(text).expression_tokens()


def tokenize_text(text: str) -> list[Token]:
    """Return the tokens of a text parameter: TEXT, `${` … `}`, TEXT, END; raise ParseError."""
    return _Lexer(text).text_tokens()


def text_outside_holes(text: str) -> str:
    """Return the part of a text parameter that is outside every `${…}`; raise ParseError."""
    outside, depth = "", 0
    for token in tokenize_text(text):
        depth += (token.kind is Kind.OPEN_HOLE) - (token.kind is Kind.CLOSE_HOLE)
        outside += token.text if token.kind is Kind.TEXT and depth == 0 else ""
    return outside


class _Lexer:
    def __init__(self, text: str) -> None:
        if len(text) > MAX_TEXT_LENGTH:
            reason = f"the text has {len(text)} characters, {MAX_TEXT_LENGTH} are allowed"
            raise ParseError(reason, text, MAX_TEXT_LENGTH)
        self._text = text
        self._position = 0
        self._tokens: list[Token] = []
        self._open: list[Token] = []

    def expression_tokens(self) -> list[Token]:
        self._run()
        return self._tokens

    def text_tokens(self) -> list[Token]:
        self._open.append(Token(Kind.OPEN_QUOTE, _OUTSIDE, 0, 0))
        self._run()
        return self._tokens

    def _run(self) -> None:
        while self._position < len(self._text):
            if self._in_text():
                self._read_text()
            else:
                self._read_token()
        self._check_closed()
        self._emit(Kind.END, "", self._position)

    def _in_text(self) -> bool:
        return bool(self._open) and self._open[-1].kind is Kind.OPEN_QUOTE

    def _emit(self, kind: Kind, text: str, end: int) -> Token:
        token = Token(kind, text, self._position, end)
        self._tokens.append(token)
        self._position = end
        return token

    def _read_token(self) -> None:
        self._skip_space()
        if self._position == len(self._text):
            return
        match = _TOKEN.match(self._text, self._position)
        if match is None:
            raise self._error(self._unexpected())
        kind = Kind[str(match.lastgroup)]
        token = self._emit(kind, match.group(), match.end())
        self._check_end(token)
        if kind is Kind.OPEN_QUOTE:
            self._open.append(token)
        elif kind is Kind.CLOSE_HOLE:
            self._close_hole(token)

    def _skip_space(self) -> None:
        match = _SPACE.match(self._text, self._position)
        assert match is not None  # the pattern matches the empty text
        self._position = match.end()

    def _read_text(self) -> None:
        quote = self._open[-1].text
        self._read_pieces(quote)
        if self._text.startswith("${", self._position):
            self._open.append(self._emit(Kind.OPEN_HOLE, "${", self._position + 2))
        elif self._position < len(self._text):
            self._emit(Kind.CLOSE_QUOTE, quote, self._position + 1)
            self._open.pop()

    def _read_pieces(self, quote: str) -> None:
        pattern = _PIECE.get(quote, _PIECE_OUTSIDE)
        pieces = []
        end = self._position
        while match := pattern.match(self._text, end):
            piece = match.group()
            pieces.append(piece if match.group("escape") is None else ESCAPES.get(piece, piece))
            end = match.end()
        if pieces:
            self._emit(Kind.TEXT, "".join(pieces), end)

    def _close_hole(self, token: Token) -> None:
        if not self._open:
            raise ParseError("`}` without `${`", self._text, token.start)
        self._open.pop()

    def _check_end(self, token: Token) -> None:
        if token.kind in (Kind.INTEGER, Kind.DECIMAL) and _AFTER_NUMBER.match(self._text, token.end):
            raise self._error("a number is digits, or digits.digits")
        if token.kind is Kind.REFERENCE and _AFTER_REFERENCE.match(self._text, token.end):
            raise self._error(
                "a reference goes on with `.name` or an array index such as [0]; "
                "a name that is not letters, digits and _ after a letter stands in back-ticks"
            )

    def _check_closed(self) -> None:
        if not self._open or self._open[-1].text == _OUTSIDE:
            return
        opener = self._open[-1]
        raise ParseError(f"{opener.text} is never closed", self._text, opener.start)

    def _unexpected(self) -> str:
        hints = {"=": ": to compare use ==", "$": ": a reference begins with $input. or $variable."}
        character = self._text[self._position]
        return f"unexpected {character!r}{hints.get(character, '')}"

    def _error(self, reason: str) -> ParseError:
        return ParseError(reason, self._text, self._position)
