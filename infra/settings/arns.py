"""Amazon Resource Names in settings: `arn:partition:service:region:account:resource`."""

import re
from dataclasses import dataclass
from typing import Any

from forwarder.config.validators import refusal

_ARN = re.compile(r"arn:(aws[a-z-]*):([a-z0-9-]+):([a-z0-9-]+):([0-9]{12}):(\S+)")

_FORMS = {
    "sqs": (re.compile(r"[A-Za-z0-9_-]{1,80}|[A-Za-z0-9_-]{1,75}\.fifo"), "a queue", "QUEUE"),
    "kinesis": (re.compile(r"stream/[A-Za-z0-9_.-]{1,128}"), "a stream", "stream/STREAM"),
    "kms": (re.compile(r"key/[A-Za-z0-9-]+"), "a key (not of an alias)", "key/KEY-ID"),
    "lambda": (re.compile(r"function:[A-Za-z0-9_-]{1,64}(:[A-Za-z0-9_$-]+)?"), "a function", "function:NAME"),
    "execute-api": (re.compile(r"[a-z0-9]+(/[A-Za-z0-9_$-]+)?"), "an API", "API-ID/STAGE"),
}
"""Resource, what it is, and how its ARN ends, by service."""


@dataclass(frozen=True, slots=True)
class Arn:
    """ARN of a resource in one region of one account."""

    partition: str
    service: str
    region: str
    account: str
    resource: str

    def __str__(self) -> str:
        """Return the ARN as AWS writes it."""
        return f"arn:{self.partition}:{self.service}:{self.region}:{self.account}:{self.resource}"

    @property
    def name(self) -> str:
        """Return the resource's name without its type."""
        return re.split("[/:]", self.resource, maxsplit=1)[-1]

    @property
    def is_fifo(self) -> bool:
        """Return whether this is a FIFO queue, by the suffix that SQS reserves for FIFO queues."""
        return self.resource.endswith(".fifo")


def parse_arn(text: str) -> Arn | None:
    """Return the ARN of one of the services that settings name, or None if the text is none."""
    match = _ARN.fullmatch(text)
    if match is None or match[2] not in _FORMS or not _FORMS[match[2]][0].fullmatch(match[5]):
        return None
    return Arn(*match.groups())


@dataclass(frozen=True, slots=True)
class ArnOf:
    """Check for the ARN of a resource of one service."""

    service: str

    @property
    def pattern(self) -> str:
        """Return a regular expression that every such ARN matches."""
        form, _, _ = _FORMS[self.service]
        return f"^arn:aws[a-z-]*:{self.service}:[a-z0-9-]+:[0-9]{{12}}:(?:{form.pattern})$"

    def __call__(self, value: Any, key: str) -> Arn:
        """Return the ARN; raise WrongValue for any other value."""
        arn = parse_arn(value) if isinstance(value, str) else None
        if arn is None or arn.service != self.service:
            _, what, end = _FORMS[self.service]
            raise refusal(value, f"the ARN of {what} (arn:aws:{self.service}:REGION:ACCOUNT:{end})")
        return arn
