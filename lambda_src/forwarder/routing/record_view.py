"""Record document: the JSON object that expressions read of a record, or of one element of it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from forwarder.config.config import Config
from forwarder.config.expressions import Expression, is_true
from forwarder.decoding import strict_json
from forwarder.decoding.body import parse_body, unpack_body
from forwarder.decoding.envelopes import UNREAD, Content, open_envelope
from forwarder.decoding.opener import Opener, OpenerOfConditions
from forwarder.errors import Rejection
from forwarder.reasons import TOO_LARGE
from forwarder.records import Record, Source
from forwarder.sources.base64_text import decode_base64

_WHITE_SPACE = b" \t\r"


class RecordView:
    """Record, or one line of it, that is opened and decoded only as far as something needs it."""

    __slots__ = ("_body", "_config", "_content", "_document", "_opener", "line", "record")

    def __init__(
        self,
        config: Config,
        record: Record,
        *,
        line: int | None = None,
        content: Content | None = None,
        opener: Opener | None = None,
    ) -> None:
        self.record = record
        self.line = line
        """The number of the line that `content` is; None if this is the whole record."""
        self._config = config
        self._content = content
        self._body: Any = UNREAD
        self._document: dict[str, Any] = {}
        self._opener = opener

    def lines(self) -> Iterator["RecordView"]:
        """Yield a view of each line that is not empty, numbered from 0; of a record that cannot be opened
        its own, whose body has the reason.

        A value within an envelope is one line.
        """
        try:
            contents = self._line_contents(self._open())
        except Rejection:
            yield self
            return
        for line, content in enumerate(contents):
            yield RecordView(
                self._config, self.record, line=line, content=content, opener=self._shared_opener
            )

    def body(self) -> Any:
        """Return the value of the body; raises Rejection with the reason if it has none."""
        if self._body is UNREAD:
            self._body = self._parse(self._open())
        return self._body

    def body_or_none(self) -> Any:
        """Return the value of the body; None if it has none."""
        return _or_null(self.body)

    def opens_to_more_than(self, limit: int) -> bool:
        """Return whether the body, without compression and envelope, has more than `limit` bytes."""
        try:
            if len(unpack_body(self._data(), limit, text=self._is_text)) > limit:
                return True
            data = self._open().data
            return data is not None and len(unpack_body(data, limit, text=self._is_text)) > limit
        except Rejection as error:
            return error.reason.code == TOO_LARGE

    def content(self) -> bytes:
        """Return the bytes as they came, without transport and envelope; raises Rejection."""
        content = self._open()
        return strict_json.dump(content.value) if content.data is None else content.data

    def document(self, expression: Expression) -> Mapping[str, Any]:
        """Return the record document with what an expression reads of it; null for what cannot be decoded."""
        document = self._document
        if not document:
            document.update(_from_source(self.record))
        if "body" not in document and expression.reads("body"):
            document["body"] = _or_null(self.body)
        if "envelope" not in document and expression.reads("envelope"):
            document["envelope"] = _or_null(lambda: self._open().envelope)
        return document

    def search(self, expression: Expression, members: Mapping[str, Any] | None = None) -> Any:
        """Return an expression's value for the record, with further members; raises Rejection."""
        document = self.document(expression)
        opener = self._shared_opener if expression.opens else None
        return expression.search({**document, **members} if members else document, opener)

    def holds(self, condition: Expression) -> bool:
        """Return whether a condition holds, for which null is what cannot be decoded; raises Rejection."""
        opener = OpenerOfConditions(self._shared_opener) if condition.opens else None
        return is_true(condition.search(self.document(condition), opener))

    def can_read(self, expressions: Iterable[Expression]) -> bool:
        """Return whether all that the expressions read can be decoded."""
        try:
            for expression in expressions:
                self.require(expression)
        except Rejection:
            return False
        return True

    def require(self, expression: Expression) -> None:
        """Raise Rejection if anything that an expression reads cannot be decoded."""
        if expression.reads("body"):
            self.body()
        if expression.reads("envelope"):
            self._open()
        if expression.opens:
            self.search(expression)

    @property
    def _shared_opener(self) -> Opener:
        """Return the record's one opener: its body and all its lines together are bounded."""
        if self._opener is None:
            self._opener = Opener(self._config.max_decompressed_bytes, self._decompressed_bytes())
        return self._opener

    def _decompressed_bytes(self) -> int:
        """Return the size of a compressed body's content; 0 for any other body."""
        try:
            data = self._open().data
            if data is None:
                return 0
            plain = unpack_body(data, self._config.max_decompressed_bytes, text=self._is_text)
        except Rejection:
            return 0
        return 0 if plain is data else len(plain)

    def _open(self) -> Content:
        if self._content is None:
            self._content = open_envelope(self._config, self._data(), text=self._is_text)
        return self._content

    def _data(self) -> bytes:
        """Return the record's data; those of a stream without the base64 that its producer put them in.

        One configuration may serve a queue and a stream: data that are no base64 are taken as they came.
        """
        data = self.record.data
        if self.record.source is not Source.KINESIS or self._config.body_encoding == "text":
            return data
        try:
            return decode_base64(data)
        except Rejection:
            return data

    def _line_contents(self, content: Content) -> Iterable[Content]:
        if content.data is None:
            return (content,)
        data = unpack_body(content.data, self._config.max_decompressed_bytes, text=self._is_text)
        lines = (line.removesuffix(b"\r") for line in data.split(b"\n"))
        return (Content(line, envelope=content.envelope) for line in lines if line.strip(_WHITE_SPACE))

    def _parse(self, content: Content) -> Any:
        if content.data is None or content.value is not UNREAD:
            return content.value
        if self.line is not None:
            return strict_json.parse(content.data)
        return parse_body(content.data, self._config.max_decompressed_bytes, text=self._is_text)

    @property
    def _is_text(self) -> bool:
        return self.record.source is not Source.KINESIS and self._config.body_encoding == "text"


@dataclass(frozen=True, slots=True)
class Element:
    """Part of a record that becomes one message: the whole record or, if it is split, an item."""

    view: RecordView
    index: int = 0
    item: Any = None
    split: bool = False

    @property
    def is_part(self) -> bool:
        """Return whether its record of the event has other parts, or may have."""
        return self.split or self.view.line is not None or self.view.record.sub is not None

    def search(self, expression: Expression) -> Any:
        """Return an expression's value for this element; raises Rejection."""
        members = {"item": self.item, "index": self.index} if self.split else None
        return self.view.search(expression, members)


def _from_source(record: Record) -> dict[str, Any]:
    """Return the members that come from the source; None for those that this source does not have.

    Only sub-records have the last one, so that the document of any other is what it always was.
    """
    kinesis = record.source is Source.KINESIS
    attributes = record.event.get("attributes")
    members = {
        "attributes": attributes,
        "messageAttributes": record.event.get("messageAttributes"),
        "partitionKey": record.key if kinesis else None,
        "sequenceNumber": record.id if kinesis else _fifo_number(attributes),
        "eventSourceArn": record.arn,
        "arrivalTime": record.arrival,
    }
    return members if record.sub is None else {**members, "subSequenceNumber": record.sub}


def _fifo_number(attributes: Any) -> Any:
    return attributes.get("SequenceNumber") if isinstance(attributes, Mapping) else None


def _or_null(read: Callable[[], Any]) -> Any:
    try:
        return read()
    except Rejection:
        return None
