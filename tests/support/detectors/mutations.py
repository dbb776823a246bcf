"""Ways to put a mistake into the engine: replace a function, method, constant or table entry."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from iotevents.engine import actions
from iotevents.engine.evaluation import Evaluation
from iotevents.expressions import TriggerType

step: Any = import_module("iotevents.engine.step")
"""The module; the package gives its function this name."""

Mutation = Callable[[pytest.MonkeyPatch], None]


def patched(target: Any, name: str, make: Callable[[Any], Any]) -> Mutation:
    """Return a mutant that replaces a function, method or constant by a changed one."""
    return lambda patch: patch.setattr(target, name, make(getattr(target, name)))


def acting(kind: type, make: Callable[[Any], Any]) -> Mutation:
    """Another way to perform one type of action."""
    return lambda patch: patch.setitem(actions.PERFORM, kind, make(actions.PERFORM[kind]))


def after(change: Callable[..., None]) -> Callable[[Any], Any]:
    """Return a wrapper that runs a function, and then a change."""

    def make(original: Any) -> Any:
        def changed(*arguments: Any, **named: Any) -> Any:
            result = original(*arguments, **named)
            change(*arguments)
            return result

        return changed

    return make


def before(change: Callable[..., None]) -> Callable[[Any], Any]:
    """Return a wrapper that runs a change, and then a function."""

    def make(original: Any) -> Any:
        def changed(*arguments: Any, **named: Any) -> Any:
            change(*arguments)
            return original(*arguments, **named)

        return changed

    return make


def nothing(original: Any) -> Any:
    return lambda *arguments, **named: None


def started(change: Callable[[Any, Any, Any], None]) -> Mutation:
    """Return a mutant that changes an evaluation at its start, with its detector and trigger."""
    return patched(
        Evaluation,
        "__init__",
        after(lambda one, model, detector, trigger, now: change(one, detector, trigger)),
    )


def on_timer(change: Callable[[Any, Any], None]) -> Mutation:
    def change_it(one: Any, detector: Any, trigger: Any) -> None:
        if one.trigger_type is TriggerType.TIMER:
            change(one, detector)

    return started(change_it)
