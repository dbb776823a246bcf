"""A Kinesis stream with its event source mapping.

Each shard has a checkpoint; what lies behind it is delivered in order, one batch at a time.

* A partial response moves the checkpoint to the lowest returned sequence number; the rest of the batch from
  there is delivered again, and no new record before it is settled.
* After a function error the whole batch is delivered again; with `bisect` first its one half, then the other.
  Halving uses up no attempt. A partial response already cuts the batch, so nothing is halved after one.
* A batch that failed `retries` times after its first attempt, and any record older than `max_age`, is given
  up: the on-failure destination hears of it, and the checkpoint moves on. All that is left of the batch
  goes, good records too.

Whether AWS counts attempts anew when the checkpoint has moved within a batch is not documented:
`progress_resets_attempts` says what the model does.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from local.lambda_runtime.events import KinesisRecord, kinesis_event
from local.pollers.history import Discarded, History, Invocation, Invoke
from local.pollers.verdicts import Verdict, judge_call

ATTEMPTS = "RetryAttemptsExhausted"
AGE = "RecordAgeExceeded"


@dataclass(frozen=True, slots=True)
class KinesisSettings:
    """Stream and mapping; times in seconds."""

    arn: str
    batch_size: int = 100
    function_timeout: float = 30
    retries: int | None = 10
    """MaximumRetryAttempts; None: without end."""
    max_age: float | None = None
    """MaximumRecordAgeInSeconds, from the arrival of a record."""
    bisect: bool = True
    reporting: bool = True
    """ReportBatchItemFailures is on."""
    progress_resets_attempts: bool = False
    duration: float = 1
    """Duration of an invocation on the virtual clock."""
    retry_delay: float = 1
    """Delay before a failed batch is tried again."""


@dataclass(slots=True)
class _Batch:
    records: Sequence[KinesisRecord]
    attempts: int = 0


@dataclass(slots=True)
class _Shard:
    index: int
    waiting: list[KinesisRecord]
    batches: list[_Batch] = field(default_factory=list)
    """Batches under way, the next one last."""
    now: float = 0

    @property
    def empty(self) -> bool:
        return not self.waiting and not self.batches


class KinesisPoller:
    """Stream with records (by shard, each in ascending order), and its event source mapping.

    The clock starts at the newest arrival: the stream is read after it was written. `now` is when the latest
    invocation began, in seconds since then.
    """

    def __init__(
        self, shards: Sequence[Sequence[KinesisRecord]], invoke: Invoke, settings: KinesisSettings
    ) -> None:
        self.now = 0.0
        self._shards = [_Shard(index, list(records)) for index, records in enumerate(shards)]
        self._start = max((record.arrival / 1000 for shard in shards for record in shard), default=0)
        self._invoke = invoke
        self._settings = settings
        self._invocations: list[Invocation] = []
        self._done: list[str] = []
        self._discarded: list[Discarded] = []

    def run(self, max_invocations: int = 10_000) -> History:
        """Poll until all shards are read or `max_invocations` more were made; return all that was done."""
        for _ in range(max_invocations):
            if not self.poll():
                break
        return self.history

    def poll(self) -> Invocation | None:
        """Invoke the function once, for the shard whose turn it is; None if all shards are read."""
        while shard := self._next_shard():
            if batch := self._next_batch(shard):
                return self._handle(shard, batch)
        return None

    @property
    def history(self) -> History:
        """Return the history so far."""
        pending = tuple(record for shard in self._shards for record in _left(shard))
        return History(
            tuple(self._invocations), tuple(self._done), discarded=tuple(self._discarded), pending=pending
        )

    def _next_shard(self) -> _Shard | None:
        """Return the shard whose turn is earliest."""
        return min(
            (shard for shard in self._shards if not shard.empty), key=lambda shard: shard.now, default=None
        )

    def _next_batch(self, shard: _Shard) -> _Batch | None:
        """Return the shard's next batch; None if all its records were too old."""
        if not shard.batches:
            size = self._settings.batch_size
            shard.batches.append(_Batch(shard.waiting[:size]))
            del shard.waiting[:size]
        batch = self._without_aged(shard, shard.batches.pop())
        return batch if batch.records else None

    def _without_aged(self, shard: _Shard, batch: _Batch) -> _Batch:
        if self._settings.max_age is None:
            return batch
        oldest = (self._start + shard.now - self._settings.max_age) * 1000
        self._discard(shard, [record for record in batch.records if record.arrival < oldest], AGE)
        return _Batch([record for record in batch.records if record.arrival >= oldest], batch.attempts)

    def _handle(self, shard: _Shard, batch: _Batch) -> Invocation:
        self.now = shard.now
        ids = tuple(record.sequence for record in batch.records)
        event = kinesis_event(self._settings.arn, batch.records, shard.index)
        response, verdict = judge_call(
            lambda: self._invoke(event, self._settings.function_timeout),
            ids,
            reporting=self._settings.reporting,
        )
        self._invocations.append(Invocation(shard.now, event, ids, response, verdict, shard.index))
        shard.now += self._settings.duration
        self._settle(shard, batch, verdict)
        return self._invocations[-1]

    def _settle(self, shard: _Shard, batch: _Batch, verdict: Verdict) -> None:
        cut = _checkpoint(batch.records, verdict)
        self._done += [record.sequence for record in batch.records[:cut]]
        if rest := batch.records[cut:]:
            shard.now += self._settings.retry_delay
            self._again(shard, _Batch(rest, batch.attempts), verdict, moved=cut > 0)

    def _again(self, shard: _Shard, rest: _Batch, verdict: Verdict, *, moved: bool) -> None:
        if verdict.error and self._settings.bisect and len(rest.records) > 1:
            middle = len(rest.records) // 2
            shard.batches += [
                _Batch(rest.records[middle:], rest.attempts),
                _Batch(rest.records[:middle], rest.attempts),
            ]
            return
        rest.attempts = 0 if moved and self._settings.progress_resets_attempts else rest.attempts + 1
        if self._settings.retries is not None and rest.attempts > self._settings.retries:
            self._discard(shard, rest.records, ATTEMPTS)
        else:
            shard.batches.append(rest)

    def _discard(self, shard: _Shard, records: Sequence[KinesisRecord], condition: str) -> None:
        if records:
            self._discarded.append(
                Discarded(shard.index, tuple(record.sequence for record in records), condition)
            )


def _checkpoint(records: Sequence[KinesisRecord], verdict: Verdict) -> int:
    """Return the number of records that are done: those below the lowest that has failed."""
    return next((n for n, record in enumerate(records) if record.sequence in verdict.failed), len(records))


def _left(shard: _Shard) -> list[str]:
    under_way = [record.sequence for batch in reversed(shard.batches) for record in batch.records]
    return under_way + [record.sequence for record in shard.waiting]
