"""Errors of the package, independent of HTTP, and the findings in definition files.

IotEventsError
├── DefinitionsError        definition files are invalid: all findings
├── RequestError            a request breaks the constraints of its operation: all violations
├── NotFoundError           an input, a model or a detector does not exist
├── RefusedError            a message or an operation in a test was refused
├── TooManyFiringsError     timers of a detector fire without end in a replay or a test
├── JournalError            the journal cannot be written, or is another one's
├── StoreError              the store could not do it; nothing was changed
│   ├── StoreBusyError      somebody else holds the store
│   ├── StoreFullError      no space is left
│   ├── ConflictError       a detector is no longer what a change was based on
│   └── StoreCorruptError   the file is damaged, or not ours
└── ExpressionError         see iotevents.expressions.errors
"""

from collections.abc import Sequence
from dataclasses import dataclass


class IotEventsError(Exception):
    """Root of all errors that this package raises on purpose."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Error in a definition file: the file, the path in its document (empty: the whole), the text."""

    file: str
    path: str
    text: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.file, self.path, self.text) if part)


class DefinitionsError(IotEventsError):
    """Invalid definition files; the text has one line for each finding."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("\n".join(map(str, findings)))
        self.findings = tuple(findings)


class RequestError(IotEventsError):
    """Request that breaks the constraints of its operation; nothing of it was done.

    The text has the form that AWS prints: a count, then the violations.
    """

    def __init__(self, violations: Sequence[str]) -> None:
        errors = "error" if len(violations) == 1 else "errors"
        super().__init__(f"{len(violations)} validation {errors} detected: {'; '.join(violations)}")
        self.violations = tuple(violations)


class NotFoundError(IotEventsError):
    """Input, model or detector that does not exist."""


class RefusedError(IotEventsError):
    """Message or operation in a test that the service would refuse; the text says why."""


class TooManyFiringsError(IotEventsError):
    """Timers of one detector that fire more often between two messages than is allowed."""


class JournalError(IotEventsError):
    """Journal that cannot be written, or belongs to another data file."""


class StoreError(IotEventsError):
    """Failure of the store, which changed nothing."""


class StoreBusyError(StoreError):
    """Store that another process holds."""


class StoreFullError(StoreError):
    """Store without space left."""


class ConflictError(StoreError):
    """Detector that is no longer what a change was based on; the change has to be made anew."""


class StoreCorruptError(StoreError):
    """Store's file that is damaged, or is not one of ours."""
