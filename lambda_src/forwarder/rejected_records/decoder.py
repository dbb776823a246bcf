"""Decoding the documents of the rejected-records queue: those that `encoder` wrote, and nothing else."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from forwarder.config import validators
from forwarder.config.schema import REQUIRED, Key, read
from forwarder.config.validators import WrongValue
from forwarder.decoding import strict_json
from forwarder.decoding.body import gunzip
from forwarder.errors import ConfigError, RejectedRecordError, Rejection
from forwarder.reasons import Reason
from forwarder.records import Problem, Source
from forwarder.rejected_records.encoder import EPOCH, MAX_DATA, VERSION
from forwarder.sources.base64_text import decode_base64

_ARN = re.compile(r"arn:[^:]+:(sqs|kinesis):([^:]+):([^:]+):(.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class RejectedRecord:
    """Record that was rejected, as its document has it; times in epoch milliseconds."""

    time: int
    """When it was rejected."""
    arn: str
    id: str
    """SQS messageId, Kinesis sequenceNumber."""
    sub: int | None
    partition_key: str | None
    group_id: str | None
    deduplication_id: str | None
    arrival: int
    event_id: str | None
    attributes: Mapping[str, Any]
    message_attributes: Mapping[str, Any]
    """Both as in the event."""
    data: bytes
    """The record's bytes as its source had them; only the first of them if `truncated`."""
    truncated: bool
    """Whether anything of the record is missing."""
    length: int | None
    sha256: str | None
    """Of the whole data; set if `truncated`."""
    problems: tuple[Problem, ...]
    problem_count: int
    """How many there were: more than `problems` holds if the list had to be shortened."""
    other_lines_sent: bool = False
    """Whether the problems are those of single lines, so that the other lines were sent."""

    @property
    def source(self) -> Source:
        """Return the kind of the record's source."""
        if self._arn_part(1) == "kinesis":
            return Source.KINESIS
        return Source.FIFO if self.arn.endswith(".fifo") else Source.SQS

    @property
    def region(self) -> str:
        """Return the region of the record's source."""
        return self._arn_part(2)

    @property
    def account(self) -> str:
        """Return the account of the record's source."""
        return self._arn_part(3)

    @property
    def name(self) -> str:
        """Return the name of the record's queue or stream."""
        name = self._arn_part(4)
        return name.split("/")[1] if name.startswith("stream/") else name

    @property
    def codes(self) -> tuple[str, ...]:
        """Return the codes of the problems, each once."""
        return tuple(dict.fromkeys(problem.reason.code for problem in self.problems))

    def _arn_part(self, number: int) -> str:
        match = _ARN.fullmatch(self.arn)
        assert match is not None, "checked by decode_record()"
        return match[number]


def decode_record(body: str) -> RejectedRecord:
    """Return the record of a message body of the queue; raises RejectedRecordError."""
    try:
        document = strict_json.parse(body.encode("utf-8", "surrogatepass"))
    except Rejection as error:
        raise RejectedRecordError([error.reason.text]) from None
    if not isinstance(document, Mapping):
        raise RejectedRecordError([f"it is {validators.shown(document)}, no object"])
    problems: list[str] = []
    values = read(document, KEYS, "", problems)
    if problems:
        raise RejectedRecordError(problems)
    del values["version"]
    values["data"] = _data(values.pop("encoding"), values["data"])
    by_line = values["other_lines_sent"]
    values["problems"] = tuple(_problem(fields, by_line=by_line) for fields in values["problems"])
    values["problem_count"] = max(values["problem_count"] or 0, len(values["problems"]))
    if values["truncated"] and (values["length"] is None or values["sha256"] is None):
        raise RejectedRecordError(["truncated: needs length and sha256 beside it"])
    record = RejectedRecord(**values)
    if record.source is not Source.KINESIS and not record.truncated and not _is_body(record.data):
        raise RejectedRecordError(["data: they are no text, which a queue's message is"])
    return record


def _data(encoding: str, data: str) -> bytes:
    """Return the bytes of the member `data`, decoded."""
    try:
        if encoding == "text":
            return data.encode()
        packed = decode_base64(data)
        return packed if encoding == "base64" else gunzip(packed, MAX_DATA)
    except Rejection as error:
        raise RejectedRecordError([f"data: {error.reason.text}"]) from None


def _is_body(data: bytes) -> bool:
    """Return whether data can be the body of a message: text, as Python reads it from JSON."""
    try:
        data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True


def _any_text(value: Any, key: str) -> str:
    if not isinstance(value, str):
        raise validators.refusal(value, "text")
    return value


def _arn(value: Any, key: str) -> str:
    match = _ARN.fullmatch(_any_text(value, key))
    if not match or (match[1] == "kinesis") != match[4].startswith("stream/"):
        raise validators.refusal(value, "the ARN of an SQS queue or a Kinesis stream")
    return str(value)


def _time(value: Any, key: str) -> int:
    try:
        moment = datetime.strptime(_any_text(value, key), "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    except ValueError:
        raise validators.refusal(value, "a time like 2026-01-31T12:00:00.000Z") from None
    return (moment - EPOCH) // timedelta(milliseconds=1)


def _object(value: Any, key: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise validators.refusal(value, "an object")
    return value


def _version(value: Any, key: str) -> int:
    if type(value) is not int or value != VERSION:
        raise WrongValue(
            f"must be {VERSION}, not {validators.shown(value)}: another version of the forwarder wrote it"
        )
    return value


def _problems(value: Any, path: str) -> list[Mapping[str, Any]]:
    """Return the fields of each problem."""
    if not isinstance(value, list) or not value:
        raise validators.refusal(value, "a list of at least one problem")
    wrong: list[str] = []
    fields = [_problem_fields(document, f"{path}[{index}]", wrong) for index, document in enumerate(value)]
    if wrong:
        raise ConfigError(wrong)
    return fields


def _problem_fields(value: Any, path: str, wrong: list[str]) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        wrong.append(f"{path}: {validators.refusal(value, 'an object')}")
        return {}
    return read(value, PROBLEM_KEYS, f"{path}.", wrong)


def _problem(fields: Mapping[str, Any], *, by_line: bool) -> Problem:
    """Return a problem; with `by_line`, `index` is that of a line and `element` is the message there."""
    reason, message_id = Reason(fields["code"], fields["text"]), fields["message_id"]
    if by_line:
        return Problem(reason, fields["element"], message_id, fields["index"])
    return Problem(reason, fields["index"], message_id)


KEYS: Mapping[str, Key] = {
    "version": Key("version", _version, REQUIRED),
    "time": Key("time", _time, REQUIRED),
    "sourceArn": Key("arn", _arn, REQUIRED),
    "recordId": Key("id", validators.text, REQUIRED),
    "subIndex": Key("sub", validators.Integer(0)),
    "partitionKey": Key("partition_key", _any_text),
    "messageGroupId": Key("group_id", validators.text),
    "messageDeduplicationId": Key("deduplication_id", validators.text),
    "arrivalTime": Key("arrival", validators.Integer(0), REQUIRED),
    "eventId": Key("event_id", validators.text),
    "attributes": Key("attributes", _object, {}),
    "messageAttributes": Key("message_attributes", _object, {}),
    "encoding": Key("encoding", validators.Choice("text", "base64", "gzip+base64"), REQUIRED),
    "data": Key("data", _any_text, REQUIRED),
    "truncated": Key("truncated", validators.flag, False),
    "length": Key("length", validators.Integer(0)),
    "sha256": Key("sha256", validators.text),
    "rejected": Key("problems", _problems, REQUIRED),
    "rejectedCount": Key("problem_count", validators.Integer(1)),
    "otherLinesSent": Key("other_lines_sent", validators.flag, False),
}
"""The members of a document, in the order in which they are written."""

PROBLEM_KEYS: Mapping[str, Key] = {
    "index": Key("index", validators.Integer(0), REQUIRED),
    "element": Key("element", validators.Integer(0), 0),
    "messageId": Key("message_id", validators.text),
    "code": Key("code", validators.text, REQUIRED),
    "text": Key("text", _any_text, REQUIRED),
}
"""The members of one entry of `rejected`."""
