"""Scheduling: which messages may be sent next.

Messages of one ordering key form a lane: only its head may go, and the next message only when the head is
finished. A call takes at most one message of each lane, so that no two messages of a key are ever in one
call or in flight together (BatchPutMessage promises no order among the messages of a call).

The fewest calls that can send n messages in calls of s are max(⌈n/s⌉, longest lane). One worker reaches
that bound exactly if every call first takes the lanes that have no call to spare (those as long as the
bound of what is left; there are never more than s of them) and may fill the rest as it likes. It fills
with the oldest messages: when time runs out, the records at the head of the event are those that are done,
and that is where a Kinesis checkpoint can move to. Several workers follow the same rule with as
many messages a round as all of them take, which comes close.

Barriers (tasks without a message) take no room in calls, so they count neither among the n nor in the length
of a lane, and they are given out before any message: what stands behind them can then join the next call.
"""

from collections import deque
from collections.abc import Sequence
from heapq import heappop, heappush

from forwarder.delivery.batch_state import BatchState
from forwarder.delivery.tasks import Task

Lane = str | int
"""An ordering key, or (of a task without one) its place among the tasks."""


def make_scheduler(state: BatchState, ordering: str) -> "Scheduler":
    """Return a scheduler of a batch's tasks in an ordering: none, key or strict."""
    return Scheduler(make_lanes(state, keyed=ordering != "none"), strict=ordering == "strict")


class Scheduler:
    """Lanes of one invocation.

    A task that was taken is out until it is finished, given back or held; meanwhile its lane rests.
    If `strict`, a task is only given out while no other is out, in the order of the event.
    """

    def __init__(self, lanes: Sequence[Sequence[Task]], *, strict: bool = False) -> None:
        self._lanes = [deque(lane) for lane in lanes]
        self._lengths = [sum(task.message is not None for task in lane) for lane in lanes]
        self._ready = [True] * len(lanes)
        self._strict = strict
        self._horizon: float = float("inf")
        self._left = sum(self._lengths)
        self._out = 0
        self._barriers: deque[int] = deque()
        self._oldest: list[tuple[int, int]] = []
        self._longest: list[tuple[int, int]] = []
        for index, lane in enumerate(lanes):
            for task in lane:
                task.lane = index
            self._offer(index)

    def take(self, size: int, round_size: int) -> list[Task]:
        """Return at most `size` tasks for the next call, of different lanes; empty if none may go.

        `round_size` is how many messages all workers send in one round of full calls. A barrier is returned
        alone.
        """
        if self._strict:
            size = 0 if self._out else 1
        if (index := self._next_barrier()) is not None:
            return [self._give_out(index)]
        urgent = self._urgent_length(round_size)
        taken: list[Task] = []
        while len(taken) < size and (index := self._choose(urgent)) is not None:
            taken.append(self._give_out(index))
        return taken

    def finish(self, task: Task) -> None:
        """Remove a finished task: the next task of its lane may go."""
        self._lanes[task.lane].popleft()
        self._lengths[task.lane] -= task.message is not None
        self._back(task)

    def give_back(self, task: Task) -> None:
        """Take back a task that is not finished: it may go again."""
        self._left += task.message is not None
        self._back(task)

    def hold(self, task: Task) -> list[Task]:
        """Close the lane of a failed task; return the later tasks of the lane, which will not go any more."""
        lane = self._lanes[task.lane]
        _, *held = lane
        lane.clear()
        self._left -= sum(later.message is not None for later in held)
        self._out -= 1
        return held

    def cut(self, position: int) -> None:
        """Stop giving out tasks behind `position` in the event."""
        self._horizon = min(self._horizon, position)

    def behind(self, task: Task) -> bool:
        """Return whether the task stands behind a cut."""
        return task.record.position > self._horizon

    def _give_out(self, index: int) -> Task:
        head = self._lanes[index][0]
        self._ready[index] = False
        self._left -= head.message is not None
        self._out += 1
        return head

    def _back(self, task: Task) -> None:
        self._out -= 1
        self._ready[task.lane] = True
        self._offer(task.lane)

    def _offer(self, index: int) -> None:
        lane = self._lanes[index]
        if not lane:
            return
        if lane[0].message is None and not self._strict:
            self._barriers.append(index)
            return
        heappush(self._oldest, (lane[0].order, index))
        heappush(self._longest, (-self._lengths[index], index))

    def _next_barrier(self) -> int | None:
        """Return the lane of a barrier that may go; None if there is none, or in strict order."""
        while self._barriers:
            index = self._barriers.popleft()
            if self._may_go(index):
                return index
        return None

    def _urgent_length(self, round_size: int) -> float:
        """Return the length of a lane that has no call to spare."""
        if self._strict:
            return float("inf")
        while self._longest and not self._is_longest(*self._longest[0]):
            heappop(self._longest)
        longest = -self._longest[0][0] if self._longest else 0
        return max(longest, -(-self._left // round_size))

    def _choose(self, urgent: float) -> int | None:
        """Return the lane to take from: one without a call to spare, else that with the oldest head."""
        while self._longest and -self._longest[0][0] >= urgent:
            length, index = heappop(self._longest)
            if self._is_longest(length, index):
                return index
        while self._oldest:
            order, index = heappop(self._oldest)
            if self._may_go(index) and self._lanes[index][0].order == order:
                return index
        return None

    def _is_longest(self, negative_length: int, index: int) -> bool:
        return self._may_go(index) and self._lengths[index] == -negative_length

    def _may_go(self, index: int) -> bool:
        lane = self._lanes[index]
        return self._ready[index] and bool(lane) and not self.behind(lane[0])


def make_lanes(state: BatchState, *, keyed: bool) -> list[list[Task]]:
    """Return the tasks by ordering key, each lane in the order of the event; tasks without a key
    (all of them, if not `keyed`) stand alone.

    Keys that share a message, because it stands in the event more than once, are one lane: it has its place
    in the order of each.
    """
    if not keyed:
        return [[task] for task in state.tasks]
    joined = _joined(state)
    lanes: dict[Lane, list[Task]] = {}
    for task in state.tasks:
        lanes.setdefault(_root(joined, _lane(task)), []).append(task)
    return list(lanes.values())


def _lane(task: Task) -> Lane:
    """Return the lane of a task; a barrier's is that of its record (only FIFO has barriers, by group)."""
    key = task.record.routed.record.key if task.message is None else task.message.key
    return task.order if key is None else key


def _joined(state: BatchState) -> dict[Lane, Lane]:
    """Return the lane in which a lane continues, for each that continues in another."""
    joined: dict[Lane, Lane] = {}
    for record in state.records:
        for message, task in zip(record.routed.messages, record.tasks, strict=True):
            lane = _lane(task)
            if message.key is not None and message.key != lane:
                joined[_root(joined, message.key)] = _root(joined, lane)
    return joined


def _root(joined: dict[Lane, Lane], lane: Lane) -> Lane:
    while (into := joined.get(lane, lane)) != lane:
        lane = into
    return lane
