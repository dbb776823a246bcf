"""One evaluation: order, visibility, transitions, timers, errors. engine/step.py names the sources."""

import json
from typing import Any

import pytest
from iotevents.engine import MessageEvent, step
from iotevents.engine.detector import new_detector, next_deadline

from tests.support.iotevents.models import (
    ALWAYS,
    INPUT,
    Document,
    Driver,
    clear_timer,
    content,
    event,
    model,
    reset_timer,
    set_timer,
    set_variable,
    sns,
    state,
    transition,
)

METHODS = ("BATCH", "SERIAL")


def log(letter: str) -> Document:
    """Return an action that appends to the variable `log`."""
    return set_variable("log", f"$variable.log + '{letter}'")


START = set_variable("log", "''")


def driver(*states: Document, method: str = "BATCH", trace: bool = True) -> Driver:
    return Driver(model(*states, evaluationMethod=method), trace=trace)


def conditions(done: Any) -> list[tuple[str, str]]:
    return [(one.event_name, one.result) for one in done.conditions]


@pytest.mark.parametrize("method", METHODS)
def test_step_runs_groups_in_order(method: str) -> None:
    d = driver(
        state(
            "a",
            transition("$input.In.go == 1", "b", log("t")),
            event(ALWAYS, log("i")),
            event(ALWAYS, log("j")),
            enter=[event(None, START), event(None, log("e"))],
            exit=[event(None, log("x"))],
        ),
        state("b", event(ALWAYS, log("I")), enter=[event(None, log("E"))]),
        method=method,
    )
    d.send(go=1)
    assert (d.state, d.variables) == ("b", {"log": "eijtxE"})
    d.send(go=1)
    assert d.variables == {"log": "eijtxEI"}


def test_new_detector_enters_and_takes_its_message() -> None:
    d = driver(
        state(
            "a",
            event(ALWAYS, set_variable("n", "$variable.x")),
            enter=[event("$input.In.v == 7", set_variable("x", "1"))],
        )
    )
    d.send(v=7)
    assert d.variables == {"x": 1, "n": 1}


def test_enter_runs_once() -> None:
    d = driver(state("a", enter=[event(None, set_variable("x", "$input.In.v")), event(ALWAYS)]))
    d.send(v=1)
    d.send(v=2)
    assert d.variables == {"x": 1}


@pytest.mark.parametrize(("method", "seen"), [("BATCH", None), ("SERIAL", 1)])
def test_conditions_see_writes_of_their_group(method: str, seen: int | None) -> None:
    d = driver(
        state("a", event(ALWAYS, set_variable("x", "1")), event("$variable.x == 1", set_variable("y", "1"))),
        method=method,
    )
    d.send()
    assert d.variables.get("y") == seen
    d.send()
    assert d.variables["y"] == 1


@pytest.mark.parametrize(("method", "target"), [("BATCH", "a"), ("SERIAL", "b")])
def test_transitions_belong_to_the_group_of_the_events(method: str, target: str) -> None:
    d = driver(
        state("a", event(ALWAYS, set_variable("x", "1")), transition("$variable.x == 1", "b")),
        state("b"),
        method=method,
    )
    d.send()
    assert d.state == target


@pytest.mark.parametrize("method", METHODS)
def test_later_groups_see_the_writes(method: str) -> None:
    d = driver(
        state(
            "a",
            transition(ALWAYS, "b", set_variable("x", "1")),
            exit=[event("$variable.x == 1", set_variable("x", "2"))],
        ),
        state("b", enter=[event("$variable.x == 2", set_variable("x", "3"))]),
        method=method,
    )
    d.send()
    assert d.variables == {"x": 3}


@pytest.mark.parametrize("method", METHODS)
def test_values_see_earlier_actions(method: str) -> None:
    d = driver(
        state("a", event(ALWAYS, set_variable("x", "1"), set_variable("y", "$variable.x + 1"))), method=method
    )
    d.send()
    assert d.variables == {"x": 1, "y": 2}


def test_first_true_transition_wins() -> None:
    d = driver(
        state(
            "a",
            transition("$input.In.v > 5", "b", name="one"),
            transition("$input.In.v > 1", "c", name="two"),
            transition("1 / 0 == 1", "b", name="three"),
        ),
        state("b"),
        state("c"),
    )
    done = d.send(v=3)
    assert d.state == "c"
    assert conditions(done) == [("one", "False"), ("two", "True"), ("three", "Skipped")]
    assert done.conditions is not None
    assert done.conditions[2].details == "Skipped due to transition from two event"
    assert done.failures == []


def test_events_run_beside_a_transition() -> None:
    d = driver(state("a", transition(ALWAYS, "b"), event(ALWAYS, set_variable("x", "1"))), state("b"))
    d.send()
    assert (d.state, d.variables) == ("b", {"x": 1})


def test_new_state_waits_for_the_next_message() -> None:
    d = driver(state("a", transition(ALWAYS, "b")), state("b", transition(ALWAYS, "c")), state("c"))
    d.send()
    assert d.state == "b"
    d.send()
    assert d.state == "c"


def test_self_transition_leaves_and_enters() -> None:
    d = driver(
        state(
            "a",
            transition("$input.In.go == 1", "a"),
            enter=[event(None, set_variable("n", "1"))],
            exit=[event(None, set_variable("x", "1"))],
        )
    )
    d.send(go=0)
    assert d.variables == {"n": 1}
    done = d.send(go=1)
    assert d.variables == {"n": 1, "x": 1}
    assert done.transition is not None
    assert [one.life_cycle.value for one in done.conditions or ()] == ["OnInput", "OnExit", "OnEnter"]


def test_inputs_are_remembered_whole() -> None:
    d = driver(
        state(
            "a",
            event("$input.Other.v == 1 && $input.In.w == 2", set_variable("x", "1")),
            event(None, set_variable("last", "$input.Other.v")),
        )
    )
    d.send_to("Other", v=1)
    assert "x" not in d.variables
    d.send(w=2)
    assert d.variables == {"x": 1, "last": 1}
    failures = d.send_to("Other").failures
    assert [one.message for one in failures] == [
        "the variable 'last' keeps its value: undefined: $input.Other.v"
    ]


def test_undeclared_and_deep_attributes_are_readable() -> None:
    d = driver(state("a", event("$input.In.a.b[1].c == 'x'", set_variable("x", "1"))))
    d.send(a={"b": [0, {"c": "x"}]})
    assert d.variables == {"x": 1}


@pytest.mark.parametrize(
    ("condition", "result", "details"),
    [
        ("1", "False", "the condition is Integer 1, not a Boolean"),
        ("$input.In.none > 1", "False", "undefined: $input.In.none"),
        ("convert(Decimal, 'x') > 1", "Error", "convert() cannot make Decimal of String 'x'"),
        ("$input.In.id > 1", "Error", "> does not take String 'k' and Integer 1"),
        ("9223372036854775807 + 1 > 0", "Error", "the result is beyond the range of an Integer or Decimal"),
    ],
)
@pytest.mark.parametrize("trace", [True, False])
def test_failed_condition_is_false(condition: str, result: str, details: str, trace: bool) -> None:
    d = driver(
        state(
            "a", event(condition, set_variable("x", "1"), name="bad"), event(ALWAYS, set_variable("y", "1"))
        ),
        trace=trace,
    )
    done = d.send()
    assert d.variables == {"y": 1}
    where = "states[0].onInput.events[0].condition"
    assert [tuple(one) for one in done.failures] == ([(where, details)] if result == "Error" else [])
    if trace:
        assert done.conditions is not None
        assert (done.conditions[0].result, done.conditions[0].details) == (result, details)
    else:
        assert done.conditions is None


def test_trace_changes_nothing_else() -> None:
    states = [
        state(
            "a",
            event(ALWAYS, set_variable("x", "1"), sns()),
            transition("$input.In.v > 1", "b", sns()),
            event("$input.In.v + true > 1"),
        ),
        state("b", event(ALWAYS, set_timer("t"))),
    ]
    for v in (1, 2):
        traced, plain = driver(*states).send(v=v), driver(*states, trace=False).send(v=v)
        assert traced._replace(conditions=None) == plain


@pytest.mark.parametrize("value", ["$input.In.none", "$input.In.null", "$input.In.list", "1 / 0"])
def test_variable_keeps_its_value(value: str) -> None:
    d = driver(
        state("a", event(ALWAYS, set_variable("x", "1"), set_variable("x", value), set_variable("y", "2")))
    )
    done = d.send(null=None, list=[1])
    assert d.variables == {"x": 1, "y": 2}
    assert [one.where for one in done.failures] == ["states[0].onInput.events[0].actions[1].setVariable"]


def test_variable_may_change_its_type() -> None:
    d = driver(state("a", event(ALWAYS, set_variable("x", "$input.In.v"))))
    for value in (1, 1.5, "a", True):
        d.send(v=value)
        assert d.variables == {"x": value}


TIMED = "timeout('t')"


def test_timer_fires_once() -> None:
    d = driver(
        state(
            "a",
            event("$input.In.go == 1 && triggerType('Message')", set_timer("t", "90")),
            event(TIMED, set_variable("x", "1")),
        )
    )
    d.send(go=1)
    assert next_deadline(d.detector) == 90_000
    done = d.fire()
    assert (d.now, d.variables, next_deadline(d.detector)) == (90_000, {"x": 1}, None)
    assert conditions(done) == [("e", "False"), ("e", "True")]
    assert conditions(d.send(go=0)) == [("e", "False"), ("e", "False")]


def test_timer_evaluation_has_inputs_but_none_current() -> None:
    d = driver(
        state(
            "a",
            event("triggerType('Message')", set_timer("t")),
            event(
                f"{TIMED} && triggerType('timer') && $input.In.v == 5 && !currentInput('In')",
                set_variable("x", "1"),
            ),
        )
    )
    d.send(v=5)
    d.fire()
    assert d.variables == {"x": 1}


def test_functions_see_the_trigger_in_all_groups() -> None:
    probe = event(
        f"{TIMED} && triggerType('Timer') && !currentInput('In')", set_variable("n", "$variable.n + 1")
    )
    d = driver(
        state(
            "a",
            transition(TIMED, "b"),
            enter=[event(None, set_timer("t"), set_variable("n", "0"))],
            exit=[probe],
        ),
        state("b", event(ALWAYS), enter=[probe]),
    )
    d.send()
    d.fire()
    assert d.variables == {"n": 2}


def test_current_input_lasts_through_enter() -> None:
    d = driver(
        state("a", transition(ALWAYS, "b")),
        state("b", enter=[event("currentInput('In')", set_variable("x", "1"))]),
    )
    d.send()
    assert d.variables == {"x": 1}


def test_timeout_stays_true_if_timer_is_set_again() -> None:
    d = driver(
        state(
            "a",
            event(f"{TIMED} || triggerType('Message')", set_timer("t", "61")),
            transition(TIMED, "b"),
            event(ALWAYS),
        ),
        state("b"),
        method="SERIAL",
    )
    d.send()
    d.fire()
    assert (d.state, next_deadline(d.detector)) == ("b", 122_000)


def test_message_does_not_see_a_timeout() -> None:
    d = driver(state("a", event(TIMED, set_variable("x", "1")), enter=[event(ALWAYS, set_timer("t"))]))
    d.send()
    d.now = 10**9
    d.send()
    assert d.variables == {}


def test_timers_of_one_millisecond_are_one_evaluation() -> None:
    both = f"{TIMED} && timeout('u')"
    d = driver(
        state(
            "a",
            event(both, set_variable("x", "1")),
            enter=[event(ALWAYS, set_timer("t"), set_timer("u"), set_timer("v", "61"))],
        )
    )
    d.send()
    d.fire()
    assert (d.variables, dict(d.detector.timers)) == ({"x": 1}, {"v": 61_000})


def test_transition_leaves_timers_running() -> None:
    d = driver(
        state("a", transition(ALWAYS, "b", set_timer("t"))), state("b", event(TIMED, set_variable("x", "1")))
    )
    d.send()
    d.fire()
    assert (d.state, d.variables) == ("b", {"x": 1})


def test_set_timer_starts_anew() -> None:
    d = driver(state("a", event(ALWAYS, set_timer("t", "$input.In.s"))))
    d.send(s=100)
    d.now = 1_500
    d.send(s=60.99)
    assert dict(d.detector.timers) == {"t": 61_500}


@pytest.mark.parametrize("seconds", [59, 59.99, 31_622_401, -1, 0, "'60'", True, None, [], 10**18])
def test_wrong_duration_leaves_the_timer(seconds: Any) -> None:
    d = driver(state("a", event(ALWAYS, set_timer("t", "$input.In.s"), set_variable("x", "1"))))
    d.send(s=100)
    d.now = 50
    done = d.send(s=seconds)
    assert (dict(d.detector.timers), d.variables) == ({"t": 100_000}, {"x": 1})
    assert [one.where for one in done.failures] == ["states[0].onInput.events[0].actions[0].setTimer"]
    assert "the timer 't' was not set" in done.failures[0].message


@pytest.mark.parametrize("seconds", [60, 60.0, 31_622_400])
def test_durations_at_the_limits(seconds: float) -> None:
    d = driver(state("a", event(ALWAYS, set_timer("t", "$input.In.s"))))
    d.send(s=seconds)
    assert next_deadline(d.detector) == seconds * 1000


def test_reset_uses_the_remembered_duration() -> None:
    d = driver(
        state(
            "a",
            event("$input.In.v == 1", set_timer("t", "$input.In.s")),
            event("$input.In.v == 2", reset_timer("t")),
        )
    )
    d.send(v=1, s=70)
    d.now = 10_000
    d.send(v=2, s=500)
    assert next_deadline(d.detector) == 80_000
    d.fire()
    d.send(v=2)
    assert next_deadline(d.detector) == 150_000


def test_reset_works_after_clear_but_not_before_set() -> None:
    d = driver(
        state(
            "a",
            event("$input.In.v == 1", set_timer("t"), clear_timer("t")),
            event("$input.In.v == 2", reset_timer("t")),
        )
    )
    done = d.send(v=2)
    assert "never set" in done.failures[0].message
    assert d.send(v=1).failures == []
    assert next_deadline(d.detector) is None
    d.send(v=2)
    assert next_deadline(d.detector) == 60_000


def test_clear_of_a_timer_that_does_not_run_is_nothing() -> None:
    d = driver(state("a", event(ALWAYS, clear_timer("t"))))
    assert d.send().failures == []


def test_expired_timer_may_be_cleared() -> None:
    d = driver(
        state(
            "a", event(TIMED, clear_timer("t"), set_variable("x", "1")), enter=[event(ALWAYS, set_timer("t"))]
        )
    )
    d.send()
    d.fire()
    assert (d.variables, next_deadline(d.detector)) == ({"x": 1}, None)


def test_step_changes_nothing_in_place() -> None:
    found = model(
        state("a", event(ALWAYS, set_variable("x", "1"), set_timer("t"), sns()), transition(ALWAYS, "a"))
    )
    before = new_detector("k", "0", 0)
    copy = json.loads(json.dumps(before))
    message = MessageEvent(INPUT, {"id": "k"}, "1")
    assert step(found, before, message, 5) == step(found, before, message, 5)
    assert json.loads(json.dumps(before)) == copy


def test_detector_survives_json() -> None:
    d = driver(state("a", event(ALWAYS, set_variable("x", "1.0"), set_timer("t"))))
    d.send(v={"deep": [1, None, "ü"]})
    d.detector = type(d.detector)(**json.loads(json.dumps(d.detector._asdict())))
    again = Driver(d.model)
    again.send(v={"deep": [1, None, "ü"]})
    assert d.detector == again.detector
    d.send()
    again.send()
    assert d.detector == again.detector


def test_version_counts_evaluations() -> None:
    d = driver(state("a", event(ALWAYS)))
    d.send()
    d.now = 9
    d.send()
    assert (d.detector.version, d.detector.created, d.detector.updated) == (2, 0, 9)


def test_payload_is_of_its_moment() -> None:
    d = driver(
        state(
            "a",
            event(
                ALWAYS, set_variable("x", "1"), sns(payload=content("$variable.x")), set_variable("x", "2")
            ),
        )
    )
    assert [one.payload for one in d.send().effects] == ["1"]
    assert d.variables == {"x": 2}
