"""Coverage: which states, transitions and events with actions of the models were reached, and how often.

Names of events repeat within a model, so places are told apart by their paths in the definition.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Final, TypeAlias

from iotevents.engine import Condition
from iotevents.models import DetectorModel, State, StateEvent
from iotevents.runtime.outcomes import Evaluated

KINDS: Final = {"state": "states", "transition": "transitions", "event": "events with actions"}
"""The kinds of places, and what a number of them is called."""

Row: TypeAlias = list[str | int]
"""A place and its count as JSON: model, kind, path, name, count."""


@dataclass(frozen=True, slots=True)
class Place:
    """State, transition, or event with actions, of a model.

    `kind` is `state`, `transition` or `event`; `path` leads to it in the definition, such as
    `states[0].onInput.events[1]`; `name` is for people.
    """

    model: str
    kind: str
    path: str
    name: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """Counts of reached places, by model and in the order of its definition. Its text is a table."""

    counts: Mapping[Place, int]

    @property
    def unreached(self) -> tuple[Place, ...]:
        """Return the places that were never reached."""
        return tuple(place for place, count in self.counts.items() if not count)

    def rows(self) -> list[Row]:
        """Return the counts as JSON."""
        return [
            [place.model, place.kind, place.path, place.name, count] for place, count in self.counts.items()
        ]

    def __str__(self) -> str:
        return "\n".join(table(self.counts))


def coverage_of_rows(rows: Iterable[Row]) -> Coverage:
    """Return the coverage that `rows` gave."""
    return Coverage({Place(*map(str, names)): int(count) for *names, count in rows})


def total(coverages: Iterable[Coverage]) -> Coverage:
    """Return the sum of coverages, model by model."""
    counts: Counter[Place] = Counter()
    for coverage in coverages:
        counts.update(coverage.counts)
    return Coverage(dict(sorted(counts.items(), key=lambda item: item[0].model)))


class ReachedPlaces:
    """Counter of the places that evaluations reach."""

    def __init__(self, models: Iterable[DetectorModel]) -> None:
        self._models = sorted(models, key=lambda model: model.name)
        self._counts: Counter[tuple[str, str]] = Counter()

    def add(self, evaluated: Evaluated) -> None:
        """Count the places of an evaluation that was traced."""
        name = evaluated.model.name
        self._counts.update((name, path) for path in reached_paths(evaluated))

    def coverage(self) -> Coverage:
        """Return the coverage up to now."""
        places = (place for model in self._models for place in places_of(model))
        return Coverage({place: self._counts[place.model, place.path] for place in places})


def places_of(model: DetectorModel) -> Iterator[Place]:
    """Yield the places of a model: each state, followed by its events in the order of the definition."""
    for state in model.states.values():
        yield Place(model.name, "state", _state_path(model, state.name), state.name)
        for life_cycle, events in (("onEnter", state.on_enter), ("onInput", state.on_input)):
            yield from _event_places(model, state, life_cycle, events)
        for event in state.transitions:
            name = f"{state.name} -> {event.next_state}: {event.name}"
            yield Place(model.name, "transition", event.where, name)
        yield from _event_places(model, state, "onExit", state.on_exit)


def reached_paths(evaluated: Evaluated) -> Iterator[str]:
    """Yield the paths that an evaluation reached: states that were entered, events whose conditions held."""
    for name in _entered(evaluated):
        yield _state_path(evaluated.model, name)
    conditions: list[Condition] = evaluated.conditions or []
    judged = _judged(evaluated) if conditions else ()
    for event, condition in zip(judged, conditions, strict=True):
        if condition.result == "True":
            yield event.where


def table(counts: Mapping[Place, int]) -> Iterator[str]:
    """Yield the lines of a table: for each model a summary, then each place with its count."""
    for number, (model, group) in enumerate(groupby(counts, lambda place: place.model)):
        places = list(group)
        width = max(len(place.name) for place in places)
        yield from [""] * bool(number)
        yield f"{model}: {', '.join(_summary(places, counts))} reached"
        for place in places:
            count = counts[place] or "never"
            yield f"  {count:>7}  {place.kind:<10}  {place.name:<{width}}  {place.path}"


def _summary(places: list[Place], counts: Mapping[Place, int]) -> Iterator[str]:
    for kind, noun in KINDS.items():
        reached = [counts[place] > 0 for place in places if place.kind == kind]
        if reached:
            yield f"{sum(reached)} of {len(reached)} {noun}"


def _event_places(
    model: DetectorModel, state: State, life_cycle: str, events: Iterable[StateEvent]
) -> Iterator[Place]:
    for event in events:
        if event.actions:
            yield Place(model.name, "event", event.where, f"{state.name} {life_cycle}: {event.name}")


def _state_path(model: DetectorModel, name: str) -> str:
    return f"states[{list(model.states).index(name)}]"


def _entered(evaluated: Evaluated) -> Iterator[str]:
    if evaluated.before is None:
        yield evaluated.model.initial_state
    if evaluated.transition is not None:
        yield str(evaluated.transition.next_state)
    if isinstance(evaluated.trigger, str) and evaluated.after is not None:
        yield str(evaluated.after.state)


def _judged(evaluated: Evaluated) -> Iterator[StateEvent]:
    """Yield the events of the groups of an evaluation; each has its condition in the trace, in this order."""
    model, before, transition = evaluated.model, evaluated.before, evaluated.transition
    old = model.states[model.initial_state if before is None else str(before.state)]
    if before is None:
        yield from old.on_enter
    yield from old.on_input
    yield from old.transitions
    if transition is not None:
        yield from old.on_exit
        yield from model.states[str(transition.next_state)].on_enter
