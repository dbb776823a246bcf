"""An evaluation in the form of the service's debug log. Source: developer guide, monitoring-cloudwatch."""

from iotevents.recordings.debug_log import debug_record
from iotevents.recordings.replay import Entry, Replay
from iotevents.runtime.outcomes import Evaluated

from tests.support.iotevents.models import event, model, set_timer, set_variable, state, transition

T = 1_700_000_000_005
BOILER = model(
    state(
        "high",
        transition("$input.In.temp < 50", "ok", set_variable("count", "0"), name="cleared"),
        transition("$input.In.temp > 90", "high", name="escalated"),
        enter=[event("$input.In.temp > 80", set_variable("count", "1"), set_timer("t"), name="count")],
    ),
    state("ok", enter=[event("true", name="technician")]),
)


def evaluated(*temperatures: float, until: int = 0) -> list[Evaluated]:
    run = Replay([BOILER], ["In"])
    entries: list[Entry] = []
    for number, one in enumerate(temperatures):
        payload = {"id": "boiler_1", "temp": one}
        line = {"time": T, "inputName": "In", "messageId": f"m{number}", "payload": payload}
        entries += run.take(line)
    return [one for one in [*entries, *run.advance(until)] if isinstance(one, Evaluated)]


def test_debug_record_of_a_transition() -> None:
    assert debug_record(evaluated(85, 34.9)[1]) == {
        "timestamp": "2023-11-14T22:13:20.005Z",
        "level": "DEBUG",
        "logMessage": "Summary of message evaluation",
        "context": "MessageEvaluation",
        "status": "Success",
        "messageId": "m1",
        "keyValue": "boiler_1",
        "detectorModelName": "m",
        "initialState": "high",
        "initialVariables": {"count": 1},
        "finalState": "ok",
        "finalVariables": {"count": 0},
        "message": '{"id": "boiler_1", "temp": 34.9}',
        "messageType": "CUSTOMER_MESSAGE",
        "conditionEvaluationResults": [
            {
                "result": "True",
                "eventName": "cleared",
                "state": "high",
                "lifeCycle": "OnInput",
                "hasTransition": True,
            },
            {
                "result": "Skipped",
                "eventName": "escalated",
                "state": "high",
                "lifeCycle": "OnInput",
                "hasTransition": True,
                "resultDetails": "Skipped due to transition from cleared event",
            },
            {
                "result": "True",
                "eventName": "technician",
                "state": "ok",
                "lifeCycle": "OnEnter",
                "hasTransition": True,
            },
        ],
    }


def test_debug_record_of_a_new_detector() -> None:
    record = debug_record(evaluated(60)[0])
    assert "initialState" not in record
    assert (record["initialVariables"], record["finalState"]) == ({}, "high")
    assert {one["hasTransition"] for one in record["conditionEvaluationResults"]} == {False}


def test_debug_record_of_a_timer() -> None:
    record = debug_record(evaluated(85, until=T + 60_000)[1])
    assert record["messageType"] == "TIMER"
    assert not {"messageId", "message"} & record.keys()
