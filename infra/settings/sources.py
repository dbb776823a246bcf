"""The settings of one source: a queue, a FIFO queue or a stream, new or existing. Times in seconds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from forwarder.config import validators
from forwarder.config.schema import REQUIRED, Key
from forwarder.config.validators import WrongValue
from forwarder.errors import ConfigError

from infra.settings.arns import Arn, ArnOf, parse_arn
from infra.settings.sections import Section, read_section

SourceType = Literal["sqs", "fifo", "kinesis"]


@dataclass(frozen=True, slots=True)
class ExistingQueue:
    """Queue that the stack reads but does not own; None: not stated."""

    arn: Arn
    visibility_timeout: int | None
    kms_key: Arn | None
    dlq: Arn | None


@dataclass(frozen=True, slots=True)
class ExistingStream:
    """Stream that the stack reads but does not own; None: not stated."""

    arn: Arn
    retention_hours: int | None
    kms_key: Arn | None


@dataclass(frozen=True, slots=True)
class QueueSource:
    """SQS queue; `visibility_timeout` None: 6 × the function's timeout + the window."""

    name: str
    type: Literal["sqs", "fifo"]
    existing: ExistingQueue | None
    batch_size: int
    batch_window: int
    max_concurrency: int
    visibility_timeout: int | None
    max_receive_count: int
    retention_days: int
    allow_duplicates: bool


@dataclass(frozen=True, slots=True)
class StreamSource:
    """Kinesis stream; `shards` None: on demand."""

    name: str
    type: Literal["kinesis"]
    existing: ExistingStream | None
    shards: int | None
    retention_hours: int
    batch_size: int
    batch_window: int
    parallelization_factor: int
    starting_position: Literal["TRIM_HORIZON", "LATEST"]
    retry_attempts: int
    max_record_age: int
    reaction_hours: int
    on_failure: Literal["s3", "sqs"] | Arn
    enhanced_fan_out: bool


Source = QueueSource | StreamSource


def check_no_window(value: Any, key: str) -> int:
    if type(value) is not int or value != 0:
        raise WrongValue("not on a FIFO queue, which has no batch window; leave it out")
    return 0


def check_destination(value: Any, key: str) -> Any:
    if value in ("s3", "sqs"):
        return value
    arn = parse_arn(value) if isinstance(value, str) else None
    if arn is None or arn.service != "sqs":
        raise validators.refusal(value, "s3, sqs, or the ARN of a queue (arn:aws:sqs:REGION:ACCOUNT:QUEUE)")
    if arn.is_fifo:
        raise WrongValue(f"{arn} is a FIFO queue, and Lambda writes to none; name a standard queue")
    return arn


EXISTING_QUEUE_KEYS: Mapping[str, Key] = {
    "arn": Key("arn", ArnOf("sqs"), REQUIRED),
    "visibilityTimeout": Key("visibility_timeout", validators.Integer(1, 43_200)),
    "kmsKeyArn": Key("kms_key", ArnOf("kms")),
    "dlqArn": Key("dlq", ArnOf("sqs")),
}
"""Keys of an existing queue."""

EXISTING_STREAM_KEYS: Mapping[str, Key] = {
    "arn": Key("arn", ArnOf("kinesis"), REQUIRED),
    "retentionHours": Key("retention_hours", validators.Integer(24, 8760)),
    "kmsKeyArn": Key("kms_key", ArnOf("kms")),
}
"""Keys of an existing stream."""


_SHARED: Mapping[str, Key] = {"type": Key("type", validators.Choice("sqs", "fifo", "kinesis"))}

QUEUE_KEYS: Mapping[str, Key] = {
    **_SHARED,
    "existing": Key("existing", Section(EXISTING_QUEUE_KEYS, ExistingQueue)),
    "batchSize": Key("batch_size", validators.Integer(1, 10_000), 100),
    "batchWindow": Key("batch_window", validators.Integer(0, 300), 1),
    "maxConcurrency": Key("max_concurrency", validators.Integer(2, 1000), 5),
    "visibilityTimeout": Key("visibility_timeout", validators.Integer(1, 43_200)),
    "maxReceiveCount": Key("max_receive_count", validators.Integer(1, 1000), 5),
    "retentionDays": Key("retention_days", validators.Integer(1, 14), 4),
    "allowDuplicates": Key("allow_duplicates", validators.flag, False),
}
"""The keys of a standard queue."""

FIFO_KEYS: Mapping[str, Key] = {
    **QUEUE_KEYS,
    "batchSize": Key("batch_size", validators.Integer(1, 10), 10),
    "batchWindow": Key("batch_window", check_no_window, 0),
}
"""The keys of a FIFO queue."""

STREAM_KEYS: Mapping[str, Key] = {
    **_SHARED,
    "existing": Key("existing", Section(EXISTING_STREAM_KEYS, ExistingStream)),
    "shards": Key("shards", validators.Integer(1, 10_000)),
    "retentionHours": Key("retention_hours", validators.Integer(24, 8760), 24),
    "batchSize": Key("batch_size", validators.Integer(1, 10_000), 100),
    "batchWindow": Key("batch_window", validators.Integer(0, 300), 1),
    "parallelizationFactor": Key("parallelization_factor", validators.Integer(1, 10), 1),
    "startingPosition": Key("starting_position", validators.Choice("TRIM_HORIZON", "LATEST"), "TRIM_HORIZON"),
    "retryAttempts": Key("retry_attempts", validators.Integer(0, 10_000), 500),
    "maxRecordAge": Key("max_record_age", validators.Integer(60, 604_800), 21_600),
    "reactionHours": Key("reaction_hours", validators.Integer(0, 8760), 12),
    "onFailure": Key("on_failure", check_destination, "s3"),
    "enhancedFanOut": Key("enhanced_fan_out", validators.flag, False),
}
"""The keys of a stream."""

_KEYS: Mapping[str, Mapping[str, Key]] = {"sqs": QUEUE_KEYS, "fifo": FIFO_KEYS, "kinesis": STREAM_KEYS}


def parse_source(name: str, document: Any, key: str) -> Source:
    """Return the source of a JSON object; raises WrongValue or ConfigError."""
    if not isinstance(document, Mapping):
        raise validators.refusal(document, "an object")
    kind = _type_of(document, key)
    values = {**read_section(document, _KEYS[kind], key), "type": kind}
    return (StreamSource if kind == "kinesis" else QueueSource)(name=name, **values)


def _type_of(document: Mapping[str, Any], key: str) -> str:
    """Return the stated type or that of the existing source's ARN; raise ConfigError if they differ."""
    stated, of_arn = document.get("type"), _type_of_existing(document.get("existing"))
    if stated is None and of_arn is None:
        raise ConfigError([f"{key}.type: missing; it is sqs, fifo or kinesis"])
    if stated is not None and stated not in _KEYS:
        raise ConfigError([f"{key}.type: {validators.refusal(stated, 'sqs, fifo or kinesis')}"])
    if stated and of_arn and stated != of_arn:
        raise ConfigError([f"{key}.type: is {stated}, but the ARN of the existing source is of {of_arn}"])
    return str(stated or of_arn)


def _type_of_existing(existing: Any) -> SourceType | None:
    text = existing.get("arn") if isinstance(existing, Mapping) else None
    arn = parse_arn(text) if isinstance(text, str) else None
    if arn is None or arn.service not in ("sqs", "kinesis"):
        return None
    if arn.service == "kinesis":
        return "kinesis"
    return "fifo" if arn.is_fifo else "sqs"
