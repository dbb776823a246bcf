"""Errors before anything is synthesized or deployed.

InfraError
├── SettingsError    the settings are wrong: every problem at once, each by its key
└── BundleError      the function's packages could not be installed
"""

from collections.abc import Iterable


class InfraError(Exception):
    """The root of this package's errors."""


class SettingsError(InfraError):
    """The settings are wrong; `problems` names each key, what is wrong and how to put it right."""

    def __init__(self, place: str, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        lines = "\n".join(f"  - {problem}" for problem in self.problems)
        super().__init__(f"the settings in {place} are wrong:\n{lines}")


class BundleError(InfraError):
    """The function's bundle could not be built."""
