"""Whatever the event, the configuration and the target's troubles are, the promises are kept.

PROPERTY_EXAMPLES=100000 tries so many invocations.
"""

import os
from collections.abc import Iterator

import pytest
from forwarder.clients import sender
from forwarder.config.config import parse_config
from forwarder.records import Source
from hypothesis import given, settings

from local import faults
from tests.forwarder.conftest import LAMBDA
from tests.support.forwarder.promises import Handled, check, handle
from tests.support.forwarder.scenarios import TIMEOUT, Scenario, quiet_scenarios, routes, scenarios
from tests.support.forwarder.targets import HttpTarget, PlainTarget

EXAMPLES = int(os.environ.get("PROPERTY_EXAMPLES", "200"))


@pytest.fixture(scope="module")
def http_target(shared_endpoint: faults.FaultyEndpoint) -> Iterator[HttpTarget]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in LAMBDA.items():
            patch.setenv(name, value)
        keys = {"routes": routes(), "endpointUrl": shared_endpoint.url}
        times = {"connectTimeout": TIMEOUT, "readTimeout": TIMEOUT}
        yield HttpTarget(shared_endpoint, sender(parse_config({**keys, **times})))


@given(scenarios())
@settings(max_examples=EXAMPLES, deadline=None)
def test_every_invocation_keeps_its_promises(scenario: Scenario) -> None:
    check(handle(scenario, PlainTarget()))


@given(scenario=scenarios())
@settings(max_examples=EXAMPLES // 5, deadline=None)
def test_every_invocation_keeps_its_promises_over_http(http_target: HttpTarget, scenario: Scenario) -> None:
    check(handle(scenario, http_target))


@given(quiet_scenarios())
@settings(max_examples=EXAMPLES // 3, deadline=None)
def test_a_healthy_target_gets_everything_that_is_good(scenario: Scenario) -> None:
    one = handle(scenario, PlainTarget())
    check(one)
    if not one.returned:
        valid = {message.id for routed in one.sendable for message in routed.messages}
        assert {stored.id for stored in one.stored} >= valid - {
            problem.message_id for document in one.rejects.records for problem in document.problems
        }


@given(quiet_scenarios())
@settings(max_examples=EXAMPLES // 3, deadline=None)
def test_the_same_event_gives_the_same_messages_again(scenario: Scenario) -> None:
    first, second = handle(scenario, PlainTarget()), handle(scenario, PlainTarget())
    assert first.has == second.has
    assert first.named == second.named


@given(quiet_scenarios())
@settings(max_examples=EXAMPLES // 3, deadline=None)
def test_one_worker_makes_the_fewest_calls(scenario: Scenario) -> None:
    keys = {**scenario.keys, "workers": 1, "ordering": "key", "routes": routes()[:2]}
    one = handle(Scenario(keys, scenario.entries), PlainTarget())
    waits_for_store = one.event.source is Source.FIFO and any(routed.problems for routed in one.sendable)
    if not one.returned and not waits_for_store:
        assert len(one.log.calls) == fewest_calls(one)


def fewest_calls(one: Handled) -> int:
    """Of calls with at most one message of each lane."""
    assert one.report
    tasks = [task for task in one.report.state.tasks if task.message]
    lanes = [task.lane for task in tasks]
    size = one.scenario.config.batch_size
    return max(-(-len(tasks) // size), max(map(lanes.count, lanes), default=0))
