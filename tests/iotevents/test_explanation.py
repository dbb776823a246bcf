"""Why a detector stays where it is: the answers are those that the engine finds next."""

from hypothesis import given
from hypothesis import strategies as st
from iotevents.engine import TIMER, MessageEvent, step
from iotevents.engine.detector import next_deadline
from iotevents.expressions import TriggerType
from iotevents.inspection.explanation import Explanation, explain

from tests.support.iotevents.models import (
    ALWAYS,
    INPUT,
    Driver,
    event,
    model,
    reset_timer,
    set_timer,
    set_variable,
    state,
    transition,
)

ROOM = model(
    state("Empty", transition("$input.In.people > 0", "Full", set_timer("idle", "600"), name="come")),
    state(
        "Full",
        event("triggerType('Message') && $input.In.people > 0", reset_timer("idle"), name="seen"),
        transition("timeout('idle')", "Empty", name="left"),
        transition("$input.In.co2 > $variable.limit", "Aired", name="stale"),
        enter=[event(None, set_variable("limit", "$input.In.limit"))],
    ),
    state("Aired", transition(ALWAYS, "Full", name="always"), transition("1 > 0", "Empty", name="never")),
)


def at(driver: Driver, now: int | None = None) -> Explanation:
    return explain(driver.model, driver.detector, driver.now if now is None else now)


def test_explanation_of_a_detector_that_stays() -> None:
    driver = Driver(ROOM)
    driver.send(people=1, limit=1000, co2=900)
    found = at(driver)
    assert (found.trigger_type, found.taken) == (TriggerType.MESSAGE, None)
    assert [(one.event.name, one.verdict.result.value) for one in found.transitions] == [
        ("left", "False"),
        ("stale", "False"),
    ]
    stale = found.transitions[1].whole
    assert stale is not None
    assert stale.filled == "900 > 1000"
    assert [one.verdict.holds for one in found.events] == [True]


def test_explanation_names_what_is_undefined() -> None:
    driver = Driver(ROOM)
    driver.send(people=1)
    assert at(driver).transitions[1].verdict.details == "undefined: $input.In.co2, $variable.limit"


def test_explanation_of_a_timer_that_is_due() -> None:
    driver = Driver(ROOM)
    driver.send(people=1, limit=1000, co2=900)
    assert at(driver, 599_999).trigger_type is TriggerType.MESSAGE
    found = at(driver, 600_000)
    assert found.trigger_type is TriggerType.TIMER
    assert found.taken is not None
    assert found.taken.name == "left"
    assert not found.events[0].verdict.holds


def test_explanation_takes_the_first_transition() -> None:
    driver = Driver(ROOM)
    driver.send(people=1, limit=1000)
    driver.send(people=1, co2=2000)
    taken = at(driver).taken
    assert taken is not None
    assert taken.name == "always"


def test_explanation_supposes_input_that_is_asked_for() -> None:
    driver = Driver(
        model(
            state(
                "s",
                transition("currentInput('B') && $input.B.x > 1", "s", name="b"),
                transition("$input.In.x > 1 && currentInput('In')", "s", name="a"),
                transition("triggerType('Timer')", "s", name="t"),
            )
        )
    )
    driver.send(x=1)
    assert [(one.input, one.verdict.result.value) for one in at(driver).transitions] == [
        ("B", "False"),
        (INPUT, "False"),
        (None, "False"),
    ]
    driver.send_to("B", x=2)
    assert [one.verdict.holds for one in at(driver).transitions] == [True, False, False]


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(800, 1200)), min_size=1, max_size=8), st.booleans())
def test_explanation_is_what_the_engine_finds(readings: list[tuple[int, int]], late: bool) -> None:
    driver = Driver(ROOM)
    for people, co2 in readings:
        driver.now += 60_000
        driver.send(people=people, limit=1000, co2=co2)
    wake = next_deadline(driver.detector)
    due = wake if late else None
    found = at(driver, due)
    cause = MessageEvent(INPUT, driver.detector.inputs[INPUT]) if due is None else TIMER
    done = step(ROOM, driver.detector, cause, found.now, trace=True)
    judged = {
        one.event_name: one.result for one in done.conditions or () if one.life_cycle.value == "OnInput"
    }
    ours = {one.event.name: one.verdict.result.value for one in (*found.events, *found.transitions)}
    assert {name: ours[name] for name, result in judged.items() if result != "Skipped"} == {
        name: result for name, result in judged.items() if result != "Skipped"
    }
    assert found.taken == done.transition
