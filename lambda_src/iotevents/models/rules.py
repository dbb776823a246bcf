"""Check the rules beyond the grammar that the service enforces when a model is created or updated.

Source: https://docs.aws.amazon.com/iotevents/latest/developerguide/iotevents-analyze-diagnostic-information.html
"""

from collections import Counter
from collections.abc import Collection, Iterator

from iotevents.models.action_parser import inputs_sent_to
from iotevents.models.actions import SetTimer, SetVariable
from iotevents.models.model import State, StateEvent
from iotevents.models.reader import Reader, join


def check_rules(
    reader: Reader, states: list[State], initial_state: str, inputs: Collection[str] | None
) -> None:
    """Note every breach of the rules; `inputs` are the names of the existing ones, None if not known.

    Parts that could not be read are checked no further: they have been noted.
    """
    _check_names(reader, states, initial_state)
    _check_reaction(reader, states)
    _check_settings(reader, states)
    if inputs is not None:
        _check_inputs(reader, states, inputs)


def _events(states: list[State]) -> Iterator[StateEvent]:
    for state in states:
        yield from (*state.on_enter, *state.on_input, *state.transitions, *state.on_exit)


def _check_names(reader: Reader, states: list[State], initial_state: str) -> None:
    names = Counter(state.name for state in states)
    seen: set[str] = set()
    for index, state in enumerate(states):
        if state.name and state.name in seen:
            reader.wrong(f"states[{index}].stateName", f"{state.name!r} is the name of another state too")
        seen.add(state.name)
    if initial_state and states and initial_state not in names:
        reader.wrong("initialStateName", f"there is no state {initial_state!r}")
    for event in _events(states):
        if event.next_state and event.next_state not in names:
            reader.wrong(join(event.where, "nextState"), f"there is no state {event.next_state!r}")


def _check_reaction(reader: Reader, states: list[State]) -> None:
    """Check that at least one expression uses an input, or no message would ever reach the model."""
    named = any(expression.references.inputs for _, expression in reader.expressions)
    if states and not reader.unparsed and not named:
        reader.wrong("states", "no expression uses an input; a condition must")


def _check_settings(reader: Reader, states: list[State]) -> None:
    """Check that the variables and timers that expressions use are set somewhere in the model."""
    actions = [action for event in _events(states) for action in event.actions]
    variables = {action.variable for action in actions if isinstance(action, SetVariable)}
    timers = {action.timer for action in actions if isinstance(action, SetTimer)}
    for path, expression in reader.expressions:
        for name in sorted(expression.references.variables - variables):
            reader.wrong(path, f"$variable.{name} is never set; no setVariable action names it")
        for name in sorted(expression.references.timers - timers):
            reader.wrong(path, f"the timer {name!r} is never set; no setTimer action names it")


def _check_inputs(reader: Reader, states: list[State], inputs: Collection[str]) -> None:
    used = [
        (path, name)
        for path, expression in reader.expressions
        for name in sorted(expression.references.inputs)
    ]
    used += [place for event in _events(states) for place in inputs_sent_to(event)]
    for path, name in used:
        if name and name not in inputs:
            reader.wrong(path, f"there is no input {name!r}; define it with CreateInput")
