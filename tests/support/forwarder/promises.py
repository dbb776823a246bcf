"""Promises that hold for every invocation, checked against what the target and the rejected-records queue
have, what was sent, and what is answered.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from forwarder import reasons
from forwarder.delivery.batch_state import without_conflicts
from forwarder.delivery.pool import Argument, Pool, Result
from forwarder.delivery.results import MessageStatus, RecordStatus
from forwarder.errors import ConfigError
from forwarder.forwarder import Forwarder
from forwarder.records import Message, Record, Routed, Source
from forwarder.response.report import Report
from forwarder.sources.events import Event
from tests.support.forwarder.function import Rejects, failures
from tests.support.forwarder.scenarios import LEAST, PLENTY, Scenario
from tests.support.forwarder.targets import Log, Stored, Target, refused_ids, unknown_inputs, whole_refusals

LEGAL_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
ITS_OWN = {reasons.THROTTLED, reasons.TARGET_FAILED, reasons.UNKNOWN_INPUT, reasons.REJECTED}
"""The reasons of a record that failed by itself, while other calls still could be made."""
Place = tuple[str, int | None]
"""A record: its item identifier and its place in a KPL aggregate."""


class WatchedPool(Pool):
    """Pool whose threads can be waited for even when it was abandoned."""

    def __init__(self, threads: int) -> None:
        super().__init__(threads)
        self._futures: list[Future[Any]] = []

    def submit(self, work: Callable[[Argument], Result], argument: Argument) -> Future[Result]:
        future = super().submit(work, argument)
        self._futures.append(future)
        return future

    def drain(self) -> None:
        """Wait for all work that was begun."""
        wait([future for future in self._futures if not future.cancelled()], timeout=10)
        self.close()


@dataclass
class Time:
    """Clock of the time that is left: `PLENTY` for the first questions, then little."""

    scenario: Scenario
    asked: int = 0

    def __call__(self) -> float:
        self.asked += 1
        return (
            PLENTY if self.scenario.asked is None or self.asked <= self.scenario.asked else self.scenario.then
        )


@dataclass
class Handled:
    """Finished invocation; `report` is None if the function refused to run it at all."""

    scenario: Scenario
    report: Report | None
    log: Log
    stored: list[Stored]
    rejects: Rejects
    time: Time

    @cached_property
    def event(self) -> Event:
        return self.scenario.event

    @cached_property
    def routed(self) -> list[Routed]:
        return self.scenario.routed

    @cached_property
    def sendable(self) -> Sequence[Routed]:
        """Return the records without messages that use an earlier message's id for other content."""
        return without_conflicts(self.routed)

    @cached_property
    def messages(self) -> dict[str, tuple[Record, Message]]:
        """Return the messages of the event by id, with their records; of a repeated id the first message."""
        messages: dict[str, tuple[Record, Message]] = {}
        for routed in self.sendable:
            for message in routed.messages:
                messages.setdefault(message.id, (routed.record, message))
        return messages

    @cached_property
    def named(self) -> list[str]:
        """Return the identifiers of the answer."""
        return failures(self.report) if self.report else []

    @cached_property
    def returned(self) -> set[int]:
        """Return the positions of the records that are delivered again, as the source reads the answer."""
        named = [record.position for record in self.event.records if record.id in self.named]
        if self.event.source is Source.KINESIS and named:
            return set(range(min(named), self.event.size))
        return set(named)

    @cached_property
    def has(self) -> set[Stored]:
        return set(self.stored)

    @cached_property
    def dead(self) -> set[Place]:
        return {(record.id, record.sub) for record in self.rejects.records}

    @cached_property
    def keys(self) -> dict[str, list[str]]:
        """Return the message ids of each ordering key, by their first place in the event."""
        lanes: dict[str, set[str]] = {}
        if self.scenario.config.ordering != "none":
            for message in (message for routed in self.sendable for message in routed.messages):
                if message.key is not None:
                    lanes.setdefault(message.key, set()).add(message.id)
        return {key: [id for id in self.messages if id in ids] for key, ids in lanes.items()}

    @cached_property
    def results(self) -> dict[str, MessageStatus]:
        """Return the status of each message, as the forwarder reports it."""
        assert self.report
        tasks = [task for task in self.report.state.tasks if task.message]
        return {task.message.id: task.result.status for task in tasks if task.message and task.result}

    def is_done(self, routed: Routed) -> bool:
        """Return whether nothing of a record would be missing if it never came again."""
        if (routed.record.id, routed.record.sub) in self.dead:
            return True
        return not routed.problems and all(
            Stored(message.id, message.input, message.payload) in self.has for message in routed.messages
        )


def handle(scenario: Scenario, target: Target) -> Handled:
    """Run an invocation against a target."""
    target.prepare(scenario.schedule)
    config = scenario.config
    pool, log, time, puts = WatchedPool(config.workers), Log(target.send), Time(scenario), iter(scenario.puts)
    rejects = Rejects(takes=lambda body: next(puts, True))
    forwarder = Forwarder(config, send=log.send, pool=pool, put=rejects.put, backoff=0.0001)
    report: Report | None = None
    try:
        report = forwarder.handle({"Records": scenario.entries}, time)
    except ConfigError:
        assert time() < LEAST, "there was time"
        assert not log.calls
    finally:
        pool.drain()
    return Handled(scenario, report, log, target.stored(), rejects, time)


def the_answer_is_legal(handled: Handled) -> None:
    assert set(handled.named) <= handled.event.ids
    assert len(set(handled.named)) == len(handled.named)
    assert handled.event.source is not Source.KINESIS or len(handled.named) <= 1


def nothing_is_lost(handled: Handled) -> None:
    for routed in handled.routed:
        if routed.record.position not in handled.returned:
            assert handled.is_done(routed), f"{routed.record.id} is acknowledged and not done"


def what_counts_as_accepted_is_stored(handled: Handled) -> None:
    accepted = {id for id, status in handled.results.items() if status is MessageStatus.ACCEPTED}
    assert accepted <= {stored.id for stored in handled.stored}


def nothing_is_made_up(handled: Handled) -> None:
    built = {
        Stored(message.id, message.input, message.payload)
        for routed in handled.routed
        for message in routed.messages
    }
    assert handled.has <= built
    assert len(handled.stored) == len(handled.has), "stored once"
    assert set(handled.log.sent) <= set(handled.messages)


def ids_are_legal(handled: Handled) -> None:
    for call in handled.log.calls:
        assert all(LEGAL_ID.fullmatch(id) for id in call.ids)
        assert len(set(call.ids)) == len(call.ids)


def calls_are_as_configured(handled: Handled) -> None:
    config = handled.scenario.config
    for call in handled.log.calls:
        assert 0 < len(call.ids) <= config.batch_size
    assert len(handled.log.calls) <= handled.time.asked
    if handled.scenario.asked is not None and handled.report is not None:
        # Of the questions with PLENTY as answer two come at the start, and one before each further record.
        states = handled.report.state.records
        read = len({state.position for state in states if not state.routed.unread})
        left = max(0, handled.scenario.asked - 1 - read)
        assert len(handled.log.calls) <= left, "no call starts after the time for it"


def a_message_is_tried_as_often_as_configured(handled: Handled) -> None:
    refusals = whole_refusals(handled.log.calls)
    for id, sent in handled.log.sent.items():
        assert sent <= 1 + handled.scenario.config.retries + refusals[id], id


def no_key_is_under_way_twice(handled: Handled) -> None:
    key_of = {id: key for key, ids in handled.keys.items() for id in ids}
    for call in handled.log.calls:
        keys = [key_of[id] for id in (*call.ids, *call.beside) if id in key_of]
        assert len(set(keys)) == len(keys)
        assert not set(call.ids) & set(call.beside)
        if handled.scenario.config.ordering == "strict":
            assert (len(call.ids), call.beside) == (1, ())


def order_is_kept(handled: Handled) -> None:
    place = {stored.id: number for number, stored in enumerate(handled.stored)}
    strict = [list(handled.messages)] if handled.scenario.config.ordering == "strict" else []
    for lane in [*handled.keys.values(), *strict]:
        places = [place[id] for id in lane if id in place]
        assert places == sorted(places), f"{lane} were stored in another order"


def what_stands_behind_a_failure_waits(handled: Handled) -> None:
    for lane in handled.keys.values():
        statuses = [handled.results.get(id) for id in lane]
        if MessageStatus.UNFINISHED in statuses:
            behind = lane[statuses.index(MessageStatus.UNFINISHED) + 1 :]
            assert not set(behind) & set(handled.log.sent), "sent past a failed message of its key"


def a_group_comes_back_from_its_failure_on(handled: Handled) -> None:
    if handled.event.source is not Source.FIFO or handled.scenario.config.ordering == "none":
        return
    groups: dict[str | None, list[int]] = {}
    for routed in handled.routed:
        if routed.messages or routed.problems:
            groups.setdefault(routed.record.key, []).append(routed.record.position)
    for positions in groups.values():
        back = [position in handled.returned for position in positions]
        assert back == sorted(back), "a later record of a group is done, an earlier one comes back"


def a_shard_comes_back_from_its_first_failure_on(handled: Handled) -> None:
    if handled.event.source is not Source.KINESIS or not handled.named:
        return
    assert handled.report
    first = min(handled.returned)
    why = [
        record.result.reason.code
        for record in handled.report.state.records
        if record.position == first and record.result.status is RecordStatus.UNFINISHED
    ]
    assert why, "the record that is named is done"
    if handled.scenario.config.workers == 1 and set(why) <= ITS_OWN:
        nothing_behind_starts_after_the_failure(handled, first)


def nothing_behind_starts_after_the_failure(handled: Handled, first: int) -> None:
    """Assert of one worker that after the last call with the record at `first` nothing behind it is sent."""
    places = [[handled.messages[id][0].position for id in call.ids] for call in handled.log.calls]
    last = max((number for number, call in enumerate(places) if first in call), default=None)
    if last is not None:
        assert all(position <= first for call in places[last + 1 :] for position in call)


def what_is_given_back_in_a_shard_stops_it(handled: Handled) -> None:
    """Assert that nothing is sent behind a record that can never be accepted and is returned."""
    if handled.event.source is not Source.KINESIS or handled.scenario.config.on_rejected != "retry":
        return
    bad = min(
        (routed.record.position for routed in handled.routed if routed.problems), default=handled.event.size
    )
    assert all(handled.messages[id][0].position <= bad for id in handled.log.sent)


def rejected_is_only_what_can_never_be_accepted(handled: Handled) -> None:
    if handled.scenario.config.on_rejected == "retry":
        assert not handled.rejects.bodies
    refused, unknown = refused_ids(handled.log.calls), unknown_inputs(handled.log.calls)
    routed = {(entry.record.id, entry.record.sub): entry for entry in handled.routed}
    for document in handled.rejects.records:
        record = routed[document.id, document.sub]
        by_routing = {(problem.line, problem.index) for problem in record.problems}
        for problem in document.problems:
            if (problem.line, problem.index) in by_routing:
                continue
            assert problem.message_id
            by_target = {
                "Refused": problem.message_id in refused,
                "UnknownInput": bool({message.input for message in record.messages} & unknown),
                "DuplicateId": True,
            }
            assert by_target[problem.reason.code], problem


def other_lines_of_a_rejected_record_are_sent(handled: Handled) -> None:
    """Assert that the target has what a document by lines does not name."""
    sendable = {(entry.record.id, entry.record.sub): entry for entry in handled.sendable}
    for document in handled.rejects.records:
        if document.other_lines_sent:
            named = {(problem.line, problem.message_id) for problem in document.problems}
            for message in sendable[document.id, document.sub].messages:
                if (message.line, message.id) not in named:
                    assert Stored(message.id, message.input, message.payload) in handled.has


def parts_have_ids_of_their_own(handled: Handled) -> None:
    """Assert that no two messages of one record have one id and different content."""
    contents: dict[tuple[int, str], tuple[str, bytes]] = {}
    for routed in handled.routed:
        for message in routed.messages:
            content = (message.input, message.payload)
            assert contents.setdefault((routed.record.position, message.id), content) == content


def a_shard_keeps_what_comes_again(handled: Handled) -> None:
    """Assert that no record that comes again is put into the rejected-records queue as well."""
    if all(handled.scenario.puts) and handled.scenario.asked is None:
        back = {
            (routed.record.id, routed.record.sub)
            for routed in handled.routed
            if routed.record.position in handled.returned
        }
        repeated = {place for place in back if [r.record.id for r in handled.routed].count(place[0]) > 1}
        if handled.event.source is Source.KINESIS:
            repeated = set()
        assert not handled.dead & (back - repeated)


def the_counts_add_up(handled: Handled) -> None:
    assert handled.report
    response, counts = handled.report.response, handled.report.state.message_counts()
    returned = response.returned.total()
    assert returned + response.rejected + response.forwarded + response.dropped == handled.event.size
    if handled.event.source is Source.KINESIS:
        assert returned == len(handled.returned)
    assert set(response.failed) <= handled.returned
    assert counts["built"] == (
        counts["accepted"] + counts["rejected"] + counts["unfinished"] + counts["duplicates"]
    )
    assert counts["accepted"] <= len(handled.stored)
    by_position: dict[int, list[Routed]] = {}
    for routed in handled.sendable:
        if routed.record.position not in handled.returned:
            by_position.setdefault(routed.record.position, []).append(routed)
    buckets = Counter(_bucket(handled, sub_records) for sub_records in by_position.values())
    assert buckets == +Counter(dead=response.rejected, forwarded=response.forwarded, dropped=response.dropped)


def _bucket(handled: Handled, sub_records: Sequence[Routed]) -> str:
    """Return what became of a record that does not come back, with all its sub-records."""
    if any((routed.record.id, routed.record.sub) in handled.dead for routed in sub_records):
        return "dead"
    return "forwarded" if any(routed.messages for routed in sub_records) else "dropped"


PROMISES: Sequence[Callable[[Handled], None]] = (
    the_answer_is_legal,
    nothing_is_lost,
    what_counts_as_accepted_is_stored,
    nothing_is_made_up,
    ids_are_legal,
    calls_are_as_configured,
    a_message_is_tried_as_often_as_configured,
    no_key_is_under_way_twice,
    order_is_kept,
    what_stands_behind_a_failure_waits,
    a_group_comes_back_from_its_failure_on,
    a_shard_comes_back_from_its_first_failure_on,
    what_is_given_back_in_a_shard_stops_it,
    rejected_is_only_what_can_never_be_accepted,
    other_lines_of_a_rejected_record_are_sent,
    parts_have_ids_of_their_own,
    a_shard_keeps_what_comes_again,
    the_counts_add_up,
)


def check(handled: Handled) -> None:
    """Assert that an invocation kept all promises."""
    if handled.report:
        for promise in PROMISES:
            promise(handled)
