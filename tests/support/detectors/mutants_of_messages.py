"""Mistakes in what an evaluation sees, and in the way of messages and operations to detectors."""

from collections.abc import Callable
from typing import Any

from iotevents import deduplication
from iotevents.deduplication import RecentIds
from iotevents.expressions import UNDEFINED, TriggerType
from iotevents.recordings.replay import Replay
from iotevents.runtime import routing, runtime
from iotevents.runtime import routing as world
from iotevents.runtime.runtime import DetectorRuntime

from tests.support.detectors.mutations import Mutation, on_timer, patched, started


def merged_payloads(one: Any, detector: Any, trigger: Any) -> None:
    if one.current_input is not None:
        old = detector.inputs.get(one.current_input, {})
        one.inputs = {**one.inputs, one.current_input: {**old, **trigger.payload}}


def one_timer_at_a_time(one: Any, detector: Any) -> None:
    first = min(one.expired)
    one.timers = {**one.timers, **{name: one.now for name in one.expired if name != first}}
    one.expired = {first}


class Once(set[str]):
    """Says that a name is in it a single time."""

    def __contains__(self, name: object) -> bool:
        there = super().__contains__(name)
        self.discard(str(name))
        return there


def asked_once(one: Any, detector: Any) -> None:
    one.expired = Once(one.expired)


def last_input_is_current(one: Any, detector: Any) -> None:
    one.current_input = next(reversed(detector.inputs), None)


def trigger_is_message(one: Any, detector: Any) -> None:
    one.trigger_type = TriggerType.MESSAGE


def no_inputs(one: Any, detector: Any) -> None:
    one.inputs = {}


def without(*places: int) -> Callable[[Any], Any]:
    """Recognises repeated messages without looking at some of model, key, input and messageId."""

    def make(original: Any) -> Any:
        def changed(one: Any, key: Any, now: int) -> Any:
            parts = ["" if place in places else part for place, part in enumerate(key.split("/"))]
            return original(one, "/".join(parts), now)

        return changed

    return make


def refreshed(original: Any) -> Any:
    def changed(one: Any, key: Any, now: int) -> Any:
        new = original(one, key, now)
        one._recent[key] = now
        return new

    return changed


def keys_as_text(original: Any) -> Any:
    def changed(path: Any, found: Any) -> str:
        value = path.value(found)
        if value is UNDEFINED or not routing.is_key_value(str(value)):
            raise routing.KeyValueError("")
        return str(value)

    return changed


def only_strings(original: Any) -> Any:
    def changed(path: Any, found: Any) -> Any:
        if not isinstance(path.value(found), str):
            raise routing.KeyValueError("")
        return original(path, found)

    return changed


def unsorted_routes(original: Any) -> Any:
    return lambda models: {name: some[::-1] for name, some in original(models).items()}


def timers_after_messages(original: Any) -> Any:
    def changed(one: Any, until: int) -> Any:
        return original(one, until - 1)

    return changed


def back_in_time(original: Any) -> Any:
    def changed(one: Any, line: Any) -> Any:
        yield from original(one, line)
        one.now = line["time"]

    return changed


def kept(*members: str) -> Callable[[Any], Any]:
    """BatchUpdateDetector that leaves something as it was."""

    def make(original: Any) -> Any:
        def changed(model: Any, detector: Any, new: Any, now: int) -> Any:
            old = {name: getattr(detector, name) for name in members}
            return original(model, detector, new, now)._replace(**old)

        return changed

    return make


def merged(member: str) -> Callable[[Any], Any]:
    """BatchUpdateDetector that adds to what there is."""

    def make(original: Any) -> Any:
        def changed(model: Any, detector: Any, new: Any, now: int) -> Any:
            made = original(model, detector, new, now)
            return made._replace(**{member: {**getattr(detector, member), **getattr(made, member)}})

        return changed

    return make


def deleted_comes_back(original: Any) -> Any:
    def changed(one: Any, found: Any, request_id: str, now: int) -> Any:
        detector = one._repository.get(found)
        outcome = original(one, found, request_id, now)
        if detector is not None:
            one._repository.put(found, detector)
        return outcome

    return changed


def fed_back_at_once(original: Any) -> Any:
    def changed(one: Any, outcomes: Any, now: int) -> None:
        original(one, outcomes, now)
        outcomes.sort(key=lambda outcome: getattr(getattr(outcome, "model", None), "name", ""))

    return changed


def any_input(original: Any) -> Any:
    def changed(one: Any, message: Any, now: int, outcomes: Any) -> None:
        one._registry.inputs |= {message.input}
        original(one, message, now, outcomes)

    return changed


MUTANTS: dict[str, Mutation] = {
    "remembered inputs are lost on a timer": on_timer(no_inputs),
    "timeout is true once": on_timer(asked_once),
    "timers due together run out one by one": on_timer(one_timer_at_a_time),
    "currentInput on a timer is the last input": on_timer(last_input_is_current),
    "a timer counts as a message": on_timer(trigger_is_message),
    "a payload is merged into the former one": started(merged_payloads),
    "repeated messages are taken": patched(RecentIds, "is_new", lambda _: lambda *arguments: True),
    "repeated messages are recognised for ever": patched(deduplication, "DEDUP_WINDOW_MS", lambda _: 10**15),
    "repeated messages are recognised too long": patched(
        deduplication, "DEDUP_WINDOW_MS", lambda found: found + 1
    ),
    "repeated messages are recognised too short": patched(
        deduplication, "DEDUP_WINDOW_MS", lambda found: found - 1
    ),
    "repeated messages: whatever the key": patched(RecentIds, "is_new", without(1)),
    "repeated messages: whatever the model": patched(RecentIds, "is_new", without(0)),
    "repeated messages: whatever the input": patched(RecentIds, "is_new", without(2)),
    "a repeated message prolongs the window": patched(RecentIds, "is_new", refreshed),
    "Boolean keys are text": patched(routing, "key_value", keys_as_text),
    "numeric keys are refused": patched(routing, "key_value", only_strings),
    "models run in another order": patched(world, "routes", unsorted_routes),
    "messages go before the timers of their time": patched(DetectorRuntime, "advance", timers_after_messages),
    "an earlier line turns the clock back": patched(Replay, "take", back_in_time),
    "BatchUpdateDetector keeps remembered inputs": patched(runtime, "update", kept("inputs")),
    "BatchUpdateDetector keeps timers": patched(runtime, "update", merged("timers")),
    "BatchUpdateDetector keeps variables": patched(runtime, "update", merged("variables")),
    "BatchUpdateDetector does not remember durations": patched(runtime, "update", kept("periods")),
    "a deleted detector comes back": patched(DetectorRuntime, "delete", deleted_comes_back),
    "messages go back in the order of models": patched(DetectorRuntime, "feed_back", fed_back_at_once),
    "messages go back nine times": patched(runtime, "MAX_GENERATIONS", lambda found: found - 1),
    "messages go back eleven times": patched(runtime, "MAX_GENERATIONS", lambda found: found + 1),
    "an input that nobody defined is known": patched(DetectorRuntime, "_deliver", any_input),
}
