"""The forwarder's errors.

ForwarderError
 ├── ConfigError           the configuration is not valid: every problem at once, each by its key
 ├── EventError            the event cannot be handled at all: nothing of it is acknowledged
 ├── AccountingError       the counts of an invocation do not add up: a bug, nothing is acknowledged
 ├── RejectedRecordError   a body of the rejected-records queue is no document of a rejected record
 ├── RedriveError          rejected records cannot be moved: the queue cannot be read, a client not made
 └── Rejection             one record, or one message of it, can never be accepted
"""

from collections.abc import Iterable

from forwarder.reasons import Reason


class ForwarderError(Exception):
    """Root of all errors that the forwarder raises on purpose."""


class ConfigError(ForwarderError):
    """Configuration that is not valid; `problems` names each key and what is allowed."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__(
            "the forwarder's configuration is wrong:\n" + "\n".join(f"  - {p}" for p in self.problems)
        )


class EventError(ForwarderError):
    """Event that the forwarder cannot take; raising it fails the whole batch."""


class AccountingError(ForwarderError):
    """Records or messages that were counted twice or not at all; raising it fails the whole batch."""


class RejectedRecordError(ForwarderError):
    """Body in the rejected-records queue that is no document of a rejected record; `problems` says why."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("no document of a rejected record: " + "; ".join(self.problems))


class RedriveError(ForwarderError):
    """Redrive that cannot go on; the rejected records are where they were."""


class Rejection(ForwarderError):
    """Record or message that can never be accepted, for `reason`."""

    def __init__(self, code: str, text: str) -> None:
        self.reason = Reason(code, text)
        super().__init__(str(self.reason))
