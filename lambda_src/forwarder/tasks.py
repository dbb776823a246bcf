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


def make_lanes(tasks: Sequence[Task], routed: Sequence[Routed], *, keyed: bool) -> list[list[Task]]:
    """Return the tasks by ordering key, each lane in the order of the event; tasks without a key
    (all of them, if not `keyed`) stand alone.
    """
    lanes: dict[str | int, list[Task]] = {}
    for task in tasks:
        key = _key(task, routed[task.entry]) if keyed else None
        lanes.setdefault(task.order if key is None else key, []).append(task)
    return list(lanes.values())


def _key(task: Task, routed: Routed) -> str | None:
    """A barrier stands in the lane of its record (only FIFO has barriers: there the key is the group)."""
    return routed.record.key if task.message is None else task.message.key
