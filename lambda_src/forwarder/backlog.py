"""Which messages may be sent next.

Messages of one ordering key form a lane: only its head may go, and the next one only when the head is
settled. A call takes at most one message of each lane, so that no two messages of a key are ever in one
call or in flight together (BatchPutMessage promises no order among the messages of a call).

The fewest calls that can send n messages in calls of s are max(⌈n/s⌉, longest lane). One worker reaches
that bound exactly if every call first takes the lanes that have no call to spare (those as long as the
bound of what is left; there are never more than s of them) and may fill the rest as it likes. It fills
with the oldest messages: when time runs out, the records at the head of the event are the ones done, and
that is where a Kinesis checkpoint can move to. Several workers follow the same rule with as
many messages a round as all of them take, which comes close.
"""

from collections import deque
from collections.abc import Sequence
from heapq import heapify, heappop, heappush

from forwarder.tasks import Task


class Backlog:
    """The lanes of one invocation.

    A task that was taken is out until it is finished, given back or held; meanwhile its lane rests.
    With `one_by_one` a task is only given while no other is out, in the order of the event.
    """

    def __init__(self, lanes: Sequence[Sequence[Task]], *, one_by_one: bool = False) -> None:
        self._lanes = [deque(lane) for lane in lanes]
        self._ready = [True] * len(lanes)
        self._one_by_one = one_by_one
        self._horizon: float = float("inf")
        self._left = sum(map(len, lanes))
        self._out = 0
        for index, lane in enumerate(lanes):
            for task in lane:
                task.lane = index
        self._oldest = [(lane[0].order, index) for index, lane in enumerate(self._lanes)]
        self._longest = [(-len(lane), index) for index, lane in enumerate(self._lanes)]
        heapify(self._oldest)
        heapify(self._longest)

    def take(self, size: int, workers: int = 1) -> list[Task]:
        """Return the tasks of the next call, at most `size` and of different lanes; empty if none may go.

        A barrier (a task without a message) is returned alone.
        """
        if self._one_by_one:
            size = 0 if self._out else 1
        urgent = self._urgent_length(size * workers)
        taken: list[Task] = []
        while len(taken) < size and (index := self._choose(urgent)) is not None:
            head = self._lanes[index][0]
            if head.message is None and taken:
                self._offer(index)
                break
            self._ready[index] = False
            self._left -= 1
            self._out += 1
            taken.append(head)
            if head.message is None:
                break
        return taken

    def finish(self, task: Task) -> None:
        """The task is settled: the next one of its lane may go."""
        self._lanes[task.lane].popleft()
        self._back(task)

    def give_back(self, task: Task) -> None:
        """The task is not settled and may go again."""
        self._left += 1
        self._back(task)

    def hold(self, task: Task) -> list[Task]:
        """The task failed: return the later ones of its lane, which will not go any more."""
        lane = self._lanes[task.lane]
        _, *held = lane
        lane.clear()
        self._left -= len(held)
        self._out -= 1
        return held

    def cut(self, position: int) -> None:
        """Give nothing out any more that stands behind `position` in the event."""
        self._horizon = min(self._horizon, position)

    def behind(self, task: Task) -> bool:
        """Whether the task stands behind a cut."""
        return task.position > self._horizon

    def _back(self, task: Task) -> None:
        self._out -= 1
        self._ready[task.lane] = True
        self._offer(task.lane)

    def _offer(self, index: int) -> None:
        if lane := self._lanes[index]:
            heappush(self._oldest, (lane[0].order, index))
            heappush(self._longest, (-len(lane), index))

    def _urgent_length(self, round_size: int) -> float:
        """How long a lane is that has no call to spare."""
        if self._one_by_one or not round_size:
            return float("inf")
        while self._longest and not self._is_longest(*self._longest[0]):
            heappop(self._longest)
        longest = -self._longest[0][0] if self._longest else 0
        return max(longest, -(-self._left // round_size))

    def _choose(self, urgent: float) -> int | None:
        """The lane to take from: one without a call to spare, else the one whose head is oldest."""
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
        return self._may_go(index) and len(self._lanes[index]) == -negative_length

    def _may_go(self, index: int) -> bool:
        lane = self._lanes[index]
        return self._ready[index] and bool(lane) and not self.behind(lane[0])
