"""The errors of the IoT Events system; knows no HTTP.

IotEventsError
├── DefinitionsError        definition files are wrong: all findings
├── RequestError            a request breaks the constraints of its operation: all violations
├── NotFoundError           an input, a model or a detector does not exist
├── RefusedError            a message or an operation in a test was refused
├── JournalError            the journal cannot be written, or is another one's
├── StoreError              the store could not do it; nothing was changed
│   ├── StoreBusyError      somebody else holds the store
│   ├── StoreFullError      no space is left
│   ├── ConflictError       a detector is not any more what a change was based on
│   └── StoreCorruptError   the file is damaged, or not ours
└── ExpressionError         see iotevents.expressions.errors
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: the file, the path in its document (empty: the whole), the text for people."""

    file: str
    path: str
    text: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.file, self.path, self.text) if part)


class IotEventsError(Exception):
    """The root of all errors that this package raises on purpose."""


class DefinitionsError(IotEventsError):
    """Definition files cannot be used; the text has one line for each finding."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("\n".join(map(str, findings)))
        self.findings = tuple(findings)


class RequestError(IotEventsError):
    """A request breaks the constraints of its operation; nothing of it was done.

    The text has the form that AWS prints: a count, then the violations.
    """

    def __init__(self, violations: Sequence[str]) -> None:
        errors = "error" if len(violations) == 1 else "errors"
        super().__init__(f"{len(violations)} validation {errors} detected: {'; '.join(violations)}")
        self.violations = tuple(violations)


class NotFoundError(IotEventsError):
    """An input, a model or a detector does not exist."""


class RefusedError(IotEventsError):
    """A message or an operation in a test was refused, as the service would refuse it; the text says why."""


class JournalError(IotEventsError):
    """The journal cannot be written, or it is not that of the data file."""


class StoreError(IotEventsError):
    """The store could not do it, and changed nothing."""


class StoreBusyError(StoreError):
    """Somebody else holds the store."""


class StoreFullError(StoreError):
    """No space is left for the store."""


class ConflictError(StoreError):
    """A detector is not any more what a change was based on; the change has to be made anew."""


class StoreCorruptError(StoreError):
    """The store's file is damaged, or is not one of ours."""
