"""What an evaluation did and why."""

from typing import NamedTuple

from iotevents.models import LifeCycle


class Condition(NamedTuple):
    """The answer of an event's condition: `True`, `False`, `Error` or `Skipped`, and why where that helps."""

    state: str
    life_cycle: LifeCycle
    event_name: str
    result: str
    details: str | None = None


class Failure(NamedTuple):
    """Something that went wrong in an evaluation, which went on; `where` is the path in the definition."""

    where: str
    message: str
