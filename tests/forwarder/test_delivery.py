"""What becomes of messages, over real HTTP, by what the target does with them."""

from collections import Counter
from collections.abc import Callable
from itertools import chain, count
from time import monotonic
from typing import Any

import pytest
from forwarder.errors import ConfigError
from forwarder.reasons import Reason
from forwarder.records import Problem

from local import faults
from tests.support.forwarder.function import ROUTE, Function, failures, fifo, kinesis, message, sqs

MakeFunction = Callable[..., Function]

PASSING = [
    faults.throttled(),
    faults.unavailable(),
    faults.unavailable(stored=True),
    faults.failed(),
    faults.failed(stored=True),
    faults.reset(),
    faults.reset(stored=True),
    faults.cut(),
    faults.foreign_entry(),
    *(faults.odd_body(kind, stored=stored) for kind in faults.ODD_BODIES for stored in (False, True)),
]
"""Failures that say nothing about the messages themselves."""
MISCONFIGURED = [faults.forbidden(), faults.bare_400(), faults.error(404, "UnknownOperationException")]
SOURCES = {"sqs": sqs, "fifo": fifo, "kinesis": kinesis}


def names(things: Any) -> list[str]:
    return [one.name for one in things]


def bodies(number: int, keys: int = 10**6) -> list[dict[str, Any]]:
    return [message(f"i-{n}", f"k-{n % keys}") for n in range(number)]


@pytest.mark.parametrize("source", SOURCES)
def test_messages_are_sent_ten_to_a_call(
    make_function: MakeFunction, endpoint: faults.FaultyEndpoint, source: str
) -> None:
    assert make_function(workers=1).failures(*SOURCES[source](*bodies(25))) == []
    assert endpoint.accepted_ids() == [f"i-{n}" for n in range(25)]
    assert [len(call.messages) for call in endpoint.calls] == [10, 10, 5]


def test_an_empty_event_gives_an_empty_answer(
    make_function: MakeFunction, endpoint: faults.FaultyEndpoint
) -> None:
    assert make_function().handle().response.body == {"batchItemFailures": []}
    assert endpoint.calls == []


@pytest.mark.parametrize("fault", PASSING, ids=names(PASSING))
def test_doubtful_call_is_sent_again_with_the_same_ids(
    make_function: MakeFunction, endpoint: faults.FaultyEndpoint, fault: faults.Fault
) -> None:
    endpoint.fail(fault, calls={0})
    report = make_function(workers=1).handle(*sqs(*bodies(3)))
    assert failures(report) == []
    assert sorted(endpoint.accepted_ids()) == ["i-0", "i-1", "i-2"]
    assert [sorted(map(str, call.ids)) for call in endpoint.calls] == [["i-0", "i-1", "i-2"]] * 2
    assert report.stats.retries == 3


@pytest.mark.parametrize("fault", PASSING, ids=names(PASSING))
def test_call_without_valid_response_is_not_accepted(
    make_function: MakeFunction, endpoint: faults.FaultyEndpoint, fault: faults.Fault
) -> None:
    endpoint.fail(fault)
    report = make_function(workers=1, retries=2, rejected_queue=True).handle(*sqs(*bodies(2)))
    assert failures(report) == ["m-0", "m-1"]
    assert len(endpoint.calls) == 3
    assert set(report.response.returned) <= {"TargetFailed", "Throttled"}


def test_a_slow_answer_is_a_doubtful_one(
    make_function: MakeFunction, endpoint: faults.FaultyEndpoint
) -> None:
    endpoint.fail(faults.slow(1, stored=True), calls={0})
    assert make_function(readTimeout=0.1).failures(*sqs(message("i-0"))) == []
    assert len(endpoint.calls) == 2
    assert endpoint.accepted_ids() == ["i-0"]


@pytest.mark.parametrize("fault", MISCONFIGURED, ids=names(MISCONFIGURED))
def test_a_refusal_for_other_reasons_stops_the_sending(
    make_function: MakeFunction, endpoint: faults.FaultyEndpoint, fault: faults.Fault
) -> None:
    endpoint.fail(fault, calls={1})
    function = make_function(workers=1, rejected_queue=True)
    report = function.handle(*sqs(*bodies(40)))
    assert failures(report) == [f"m-{n}" for n in range(10, 40)]
    assert len(endpoint.calls) == 2
    assert (report.response.returned, len(report.stats.faults)) == ({"Configuration": 30}, 1)
    assert function.rejects.bodies == []


def test_missing_credentials_are_a_configuration_fault(
    make_function: MakeFunction, endpoint: faults.FaultyEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.setattr("boto3.DEFAULT_SESSION", None)
    report = make_function().handle(*kinesis(*bodies(3)))
    assert failures(report) == ["1000"]
    assert report.response.returned == {"Configuration": 3}
    assert "NoCredentialsError" in report.stats.faults[0]
    assert endpoint.calls == []


@pytest.mark.parametrize("bad", [0, 4, 9])
def test_a_refused_call_is_halved_down_to_the_culprit(
    make_function: MakeFunction, endpoint: faults.FaultyEndpoint, bad: int
) -> None:
    endpoint.fail(faults.refused(), message=f"i-{bad}")
    function = make_function(workers=1, rejected_queue=True)
    report = function.handle(*sqs(*bodies(10)))
    assert failures(report) == []
    assert sorted(endpoint.accepted_ids()) == [f"i-{n}" for n in range(10) if n != bad]
    assert [(one.id, one.codes) for one in function.rejects.records] == [(f"m-{bad}", ("Refused",))]
    assert len(endpoint.calls) <= 9


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("ThrottlingException", "Throttled"),
        ("InternalFailureException", "TargetFailed"),
        ("ServiceUnavailableException", "TargetFailed"),
        ("SomethingNew", "TargetFailed"),
        (None, "TargetFailed"),
        ("", "TargetFailed"),
    ],
)
def test_passing_entry_error_is_sent_again_alone(
    make_function: MakeFunction, endpoint: faults.FaultyEndpoint, code: str | None, reason: str
) -> None:
    function = make_function(workers=1, retries=2)
    endpoint.fail_entry(code, message="i-1", times=2)
    assert function.failures(*sqs(*bodies(3))) == []
    assert [call.ids for call in endpoint.calls] == [("i-0", "i-1", "i-2"), ("i-1",), ("i-1",)]
    endpoint.fail_entry(code, message="i-1")
    report = function.handle(*sqs(*bodies(3)))
    assert (failures(report), report.response.returned) == (["m-1"], {reason: 1})


def test_an_entry_refused_as_invalid_is_rejected(
    make_function: MakeFunction, endpoint: faults.FaultyEndpoint
) -> None:
    endpoint.fail_entry("InvalidRequestException", message="i-1", text="not like that")
    function = make_function(rejected_queue=True)
    assert function.failures(*sqs(*bodies(3))) == []
    (record,) = function.rejects.records
    (problem,) = record.problems
    assert problem == Problem(Reason("Refused", "not like that"), 0, "i-1")
    assert len(endpoint.calls) == 1


def test_an_input_unknown_to_the_target_comes_back(
    make_function: MakeFunction, endpoint: faults.FaultyEndpoint
) -> None:
    function = make_function(
        workers=1, rejected_queue=True, routes=[{"when": "body.new", "inputName": "new"}, ROUTE]
    )
    report = function.handle(*sqs(*(message(f"i-{n}", new=n % 2 == 1) for n in range(40))))
    assert failures(report) == [f"m-{n}" for n in range(1, 40, 2)]
    assert report.response.returned == {"UnknownInput": 20}
    assert len(report.stats.faults) == 1
    assert sorted(endpoint.accepted_ids()) == sorted(f"i-{n}" for n in range(0, 40, 2))


def test_an_unknown_input_from_the_data_is_rejected(
    make_function: MakeFunction, endpoint: faults.FaultyEndpoint
) -> None:
    function = make_function(
        workers=1, rejected_queue=True, routes=[{"inputNameFrom": "body.input", "messageIdFrom": "body.id"}]
    )
    inputs = ["telemetry", "nonsense"] * 20
    report = function.handle(*sqs(*(message(f"i-{n}", input=name) for n, name in enumerate(inputs))))
    assert failures(report) == []
    assert sorted(function.rejects.ids) == sorted(f"m-{n}" for n in range(1, 40, 2))
    assert sorted(endpoint.accepted_ids()) == sorted(f"i-{n}" for n in range(0, 40, 2))
    sent = Counter(chain.from_iterable(call.inputs for call in endpoint.calls))
    assert sent == {"telemetry": 20, "nonsense": 5}, "after its first error an input is not sent any more"


def test_the_choice_for_unknown_inputs_can_be_turned(
    make_function: MakeFunction, endpoint: faults.FaultyEndpoint
) -> None:
    route = {"inputName": "missing"}
    assert make_function(routes=[route]).failures(*sqs("{}")) == ["m-0"]
    function = make_function(routes=[route], onUnknownInput="reject", rejected_queue=True)
    assert function.failures(*sqs("{}")) == []
    assert [one.codes for one in function.rejects.records] == [("UnknownInput",)]


def test_the_same_record_twice_is_sent_once(
    make_function: MakeFunction, endpoint: faults.FaultyEndpoint
) -> None:
    (record,) = sqs(message("i-0"))
    report = make_function().handle(record, record)
    assert failures(report) == []
    assert [call.ids for call in endpoint.calls] == [("i-0",)]
    assert report.state.message_counts()["duplicates"] == 1


def test_one_id_for_different_content_is_rejected(
    make_function: MakeFunction, endpoint: faults.FaultyEndpoint
) -> None:
    function = make_function(rejected_queue=True)
    assert function.failures(*sqs(message("i-0", value=1), message("i-0", value=2))) == []
    assert [(one.id, one.codes) for one in function.rejects.records] == [("m-1", ("DuplicateId",))]


def test_record_is_checked_whole_before_it_is_sent(
    make_function: MakeFunction, endpoint: faults.FaultyEndpoint
) -> None:
    route = {"inputName": "telemetry", "split": "body.items"}
    function = make_function(routes=[route], rejected_queue=True)
    body = {"items": [{"v": 1}, {"v": "x" * 1024}, {"v": 3}]}
    assert function.failures(*sqs(body, {"items": [{"v": 4}]})) == []
    (record,) = function.rejects.records
    assert [(one.reason.code, one.index) for one in record.problems] == [("PayloadTooLarge", 1)]
    assert [one.payload for one in endpoint.accepted()] == ['{"v":4}']


def test_rejected_records_come_back_without_a_queue(
    make_function: MakeFunction, endpoint: faults.FaultyEndpoint
) -> None:
    report = make_function().handle(*sqs(message("i-0"), "no JSON", message("i-2")))
    assert (failures(report), report.response.returned) == (["m-1"], {"Rejected": 1})
    assert endpoint.accepted_ids() == ["i-0", "i-2"]


def test_rejected_records_come_back_if_not_stored(
    make_function: MakeFunction, endpoint: faults.FaultyEndpoint
) -> None:
    function = make_function(rejected_queue=True)
    function.rejects.takes = lambda body: "m-3" not in body
    report = function.handle(*sqs(*["no JSON"] * 5))
    assert (failures(report), report.response.returned) == (["m-3"], {"StoreFailed": 1})
    assert sorted(function.rejects.ids) == ["m-0", "m-1", "m-2", "m-4"]


def test_calls_are_fewer_while_the_target_throttles(
    make_function: MakeFunction, endpoint: faults.FaultyEndpoint
) -> None:
    for number in range(8):
        endpoint.fail(faults.slow(0.05, then=faults.throttled()), calls={number})
    endpoint.fail(faults.slow(0.02))
    report = make_function(workers=8, backoff=0.2).handle(*sqs(*bodies(200)))
    assert failures(report) == []
    assert report.stats.throttles == 8
    assert max(call.in_flight for call in endpoint.calls[:8]) == 8
    assert max(call.in_flight for call in endpoint.calls[8:12]) <= 4


def test_two_invocations_share_nothing(make_function: MakeFunction, endpoint: faults.FaultyEndpoint) -> None:
    function = make_function(workers=1, retries=0)
    endpoint.fail(faults.forbidden(), calls={0})
    assert function.failures(*fifo(*bodies(4, keys=2))) == ["m-0", "m-1", "m-2", "m-3"]
    assert function.failures(*fifo(*bodies(4, keys=2))) == []
    assert sorted(endpoint.accepted_ids()) == ["i-0", "i-1", "i-2", "i-3"]


def test_too_short_timeout_is_configuration_error(make_function: MakeFunction) -> None:
    with pytest.raises(ConfigError, match=r"connectTimeout, readTimeout: a call may take 2 s"):
        make_function().handle(*sqs("{}"), remaining=lambda: 2.9)


def test_no_call_starts_that_could_not_end_in_time(
    make_function: MakeFunction, endpoint: faults.FaultyEndpoint
) -> None:
    ticks = count()
    report = make_function(workers=1).handle(*sqs(*bodies(100)), remaining=lambda: 4 - next(ticks) * 0.1)
    assert 0 < report.response.forwarded < 100
    assert report.response.forwarded == len(endpoint.accepted_ids())
    assert report.response.returned == {"Deadline": 100 - report.response.forwarded}
    assert report.stats.deadline_stops == 1


def test_calls_in_flight_at_deadline_are_unfinished(
    make_function: MakeFunction, endpoint: faults.FaultyEndpoint
) -> None:
    endpoint.fail(faults.drip(0.05), calls={1})
    end = monotonic() + 1.4
    function = make_function(workers=1, connectTimeout=0.1, readTimeout=0.2)
    report = function.handle(*sqs(*bodies(20)), remaining=lambda: end - monotonic())
    assert 0.3 < end - monotonic() < 0.5
    assert failures(report) == [f"m-{n}" for n in range(10, 20)]
    assert report.response.returned == {"Deadline": 10}
    assert report.stats.deadline_stops == 1


def test_timeout_too_long_for_a_queue_warns_once(make_function: MakeFunction) -> None:
    function = make_function()
    assert function.handle(*kinesis("{}"), remaining=lambda: 900).warnings == ()
    assert function.handle(*sqs("{}"), remaining=lambda: 39.9).warnings == ()
    (warning,) = function.handle(*sqs("{}"), remaining=lambda: 45).warnings
    assert warning.startswith("the function's timeout (45 s) is too long for a queue")
    assert function.handle(*sqs("{}"), remaining=lambda: 45).warnings == ()
