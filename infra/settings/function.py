"""The settings of the function and of its alarms."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from forwarder.config import validators
from forwarder.config.schema import Key
from forwarder.config.validators import WrongValue, refusal

LOG_RETENTIONS = (
    1,
    3,
    5,
    7,
    14,
    30,
    60,
    90,
    120,
    150,
    180,
    365,
    400,
    545,
    731,
    1096,
    1827,
    2192,
    2557,
    2922,
    3288,
    3653,
)
"""Days for which CloudWatch Logs can keep logs (API reference, PutRetentionPolicy)."""


@dataclass(frozen=True, slots=True)
class FunctionSettings:
    """Lambda function; `timeout` in seconds, `memory` in MB, `reserved_concurrency` None: none."""

    architecture: Literal["arm64", "x86_64"]
    memory: int
    timeout: int
    reserved_concurrency: int | None
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"]
    log_retention_days: int
    tracing: bool


@dataclass(frozen=True, slots=True)
class AlarmSettings:
    """Recipients of alarms, and the age in minutes from which a backlog raises one."""

    emails: tuple[str, ...]
    oldest_message_minutes: int
    iterator_age_minutes: int


def check_log_retention(value: Any, key: str) -> int:
    if type(value) is not int or value not in LOG_RETENTIONS:
        raise refusal(
            value, "one of the numbers of days that CloudWatch Logs knows: " + _listed(LOG_RETENTIONS)
        )
    return value


def check_emails(value: Any, key: str) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise refusal(value, "a list of e-mail addresses")
    wrong = [
        address
        for address in value
        if not isinstance(address, str) or address.count("@") != 1 or address.strip() != address
    ]
    if wrong:
        raise WrongValue(f"{validators.shown(wrong[0])} is no e-mail address")
    return tuple(value)


def _listed(numbers: tuple[int, ...]) -> str:
    return ", ".join(map(str, numbers))


FUNCTION_KEYS: Mapping[str, Key] = {
    "architecture": Key("architecture", validators.Choice("arm64", "x86_64"), "arm64"),
    "memory": Key("memory", validators.Integer(128, 10_240), 512),
    "timeout": Key("timeout", validators.Integer(1, 900), 30),
    "reservedConcurrency": Key("reserved_concurrency", validators.Integer(1, 100_000)),
    "logLevel": Key("log_level", validators.Choice("DEBUG", "INFO", "WARNING", "ERROR"), "INFO"),
    "logRetentionDays": Key("log_retention_days", check_log_retention, 30),
    "tracing": Key("tracing", validators.flag, False),
}
"""The keys of `function`."""

ALARM_KEYS: Mapping[str, Key] = {
    "emails": Key("emails", check_emails, ()),
    "oldestMessageMinutes": Key("oldest_message_minutes", validators.Integer(1, 20_160), 15),
    "iteratorAgeMinutes": Key("iterator_age_minutes", validators.Integer(1, 525_600), 15),
}
"""The keys of `alarms`."""
