"""The work of one invocation: a task per message, the fate of each, and the lanes that keep order."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from forwarder.records import Message, Routed


class Fate(Enum):
    """What became of a message."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    UNFINISHED = "unfinished"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The fate of a message; `code` and `text` say why it was not accepted."""

    fate: Fate
    code: str = ""
    text: str = ""


ACCEPTED = Outcome(Fate.ACCEPTED)


@dataclass(slots=True, eq=False)
class Task:
    """One message on its way, or (message None) a rejected record that its lane has to wait for."""

    order: int
    """Where it stands among all tasks of the invocation."""
    entry: int
    """The index of its record among the routed ones."""
    position: int
    """The index of its record in the event."""
    message: Message | None
    lane: int = 0
    attempts: int = 0
    outcome: Outcome | None = None


Lane = str | int
"""An ordering key, or (of a task without one) its place among the tasks."""


def make_lanes(tasks: Sequence[Task], routed: Sequence[Routed], *, keyed: bool) -> list[list[Task]]:
    """Return the tasks by ordering key, each lane in the order of the event; tasks without a key
    (all of them, if not `keyed`) stand alone.

    Keys that share a message, because it stands in the event more than once, are one lane: it has its place
    in the order of each.
    """
    if not keyed:
        return [[task] for task in tasks]
    joined = _joined(tasks, routed)
    lanes: dict[Lane, list[Task]] = {}
    for task in tasks:
        lanes.setdefault(_root(joined, _lane(task, routed)), []).append(task)
    return list(lanes.values())


def _lane(task: Task, routed: Sequence[Routed]) -> Lane:
    """A barrier stands in the lane of its record (only FIFO has barriers: there the key is the group)."""
    key = routed[task.entry].record.key if task.message is None else task.message.key
    return task.order if key is None else key


def _joined(tasks: Sequence[Task], routed: Sequence[Routed]) -> dict[Lane, Lane]:
    """Return for each lane that goes on in another one which that is."""
    first = {task.message.id: _lane(task, routed) for task in tasks if task.message}
    joined: dict[Lane, Lane] = {}
    for message in (message for one in routed for message in one.messages):
        lane = first[message.id]
        if message.key is not None and message.key != lane:
            joined[_root(joined, message.key)] = _root(joined, lane)
    return joined


def _root(joined: dict[Lane, Lane], lane: Lane) -> Lane:
    while (into := joined.get(lane, lane)) != lane:
        lane = into
    return lane
