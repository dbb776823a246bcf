"""The errors of the IoT Events system; knows no HTTP.

IotEventsError
├── DefinitionsError        definition files are wrong: all findings
├── RequestError            a request breaks the constraints of its operation: all violations
├── StoreError              the store could not do it; nothing was changed
│   ├── StoreBusyError      somebody else holds the store
│   ├── StoreFullError      no space is left
│   └── StoreCorruptError   the file is damaged, or not ours
└── ExpressionError         see iotevents.expressions.errors
"""

from collections.abc import Sequence

from iotevents.findings import Finding


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


class StoreError(IotEventsError):
    """The store could not do it, and changed nothing."""


class StoreBusyError(StoreError):
    """Somebody else holds the store."""


class StoreFullError(StoreError):
    """No space is left for the store."""


class StoreCorruptError(StoreError):
    """The store's file is damaged, or is not one of ours."""
