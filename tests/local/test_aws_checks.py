"""The trial's checks find what they are there for; the trial itself is `make e2e`."""

import json
from typing import Any, cast

import pytest

from local.aws import checks
from local.aws.deployed import Deployed, WaitError, wait_until
from local.aws.expectations import Broken, broken, renamed, without_stream
from local.aws.outage import Outage
from local.demo import scenario
from local.demo.telemetry import take

EMF = {
    "_aws": {
        "CloudWatchMetrics": [
            {
                "Namespace": "IotEventsForwarder",
                "Dimensions": [["source", "service"]],
                "Metrics": [{"Name": "DeadlineStops"}],
            }
        ]
    },
    "source": "sqs",
    "service": "Trial",
    "DeadlineStops": 0,
}
ALARM = {
    "AlarmName": "Trial-Stops",
    "Namespace": "IotEventsForwarder",
    "MetricName": "DeadlineStops",
    "Dimensions": [{"Name": "service", "Value": "Trial"}, {"Name": "source", "Value": "sqs"}],
    "AlarmActions": ["topic"],
}
TEMPLATE = {
    "Resources": {"A": {"Type": "AWS::CloudWatch::Alarm", "Properties": {"AlarmName": "Trial-Stops"}}},
}
ALLOW = {"Effect": "Allow", "Principal": {"Service": "cloudwatch.amazonaws.com"}, "Action": "sns:Publish"}


class Stack:
    """A deployed stack whose alarms and topic policy are made up."""

    def __init__(self, alarms: list[dict[str, Any]], policy: list[dict[str, Any]]) -> None:
        self.account = self
        self._alarms = alarms
        self._policy = policy

    def alarms(self) -> list[dict[str, Any]]:
        return self._alarms

    def client(self, _: str) -> "Stack":
        return self

    def get_topic_attributes(self, **_: Any) -> Any:
        return {"Attributes": {"Policy": json.dumps({"Statement": self._policy})}}


def failed(alarms: list[dict[str, Any]], policy: list[dict[str, Any]], log: list[Any]) -> list[str]:
    stack = cast(Deployed, Stack(alarms, policy))
    return [one.claim for one in checks.check_alarms(stack, TEMPLATE, log) if one.findings]


def test_alarms_are_right() -> None:
    assert failed([ALARM], [ALLOW], [EMF]) == []


@pytest.mark.parametrize(
    ("alarms", "policy", "log", "claim"),
    [
        ([ALARM], [{**ALLOW, "Effect": "Deny"}], [EMF], "CloudWatch may publish"),
        (
            [{**ALARM, "Dimensions": ALARM["Dimensions"][:1]}],
            [ALLOW],
            [EMF],
            "the 1 alarms on the function's",
        ),
        ([{**ALARM, "MetricName": "Stops"}], [ALLOW], [EMF], "the 1 alarms on the function's"),
        ([{**ALARM, "AlarmName": "Trial-Other"}], [ALLOW], [EMF], "all 1 alarms exist"),
        ([ALARM], [ALLOW], [], "the 1 alarms on the function's"),
    ],
)
def test_alarm_that_is_wrong_is_found(alarms: Any, policy: Any, log: Any, claim: str) -> None:
    (found,) = failed(alarms, policy, log)
    assert found.startswith(claim)


BROKEN = [Broken("a", "BadJson")]


@pytest.mark.parametrize(
    ("ids", "right"), [(["a"], True), ([], False), (["a", "a"], False), (["a", "b"], False)]
)
def test_dead_letters_are_those_that_are_broken(ids: list[str], right: bool) -> None:
    assert (checks.check_dead_letters(BROKEN, ids).findings == ()) is right


@pytest.mark.parametrize(("text", "right"), [("BadJson: no", True), ("", False), ("NoRoute: no", False)])
def test_log_has_to_say_why(text: str, right: bool) -> None:
    log = [{"samples": [{"record": "a", "reason": "Rejected", "text": text}]}, {}]
    assert (checks.check_reasons(BROKEN, log).findings == ()) is right


@pytest.mark.parametrize(("returned", "right"), [(2, True), (1, False)])
def test_outage_has_to_fail_whole_invocations(returned: int, right: bool) -> None:
    log = [{"source": one, "records": {"received": 2, "returned": returned}} for one in ("sqs", "fifo")]
    assert (checks.check_outage(log).findings == ()) is right


@pytest.mark.parametrize(
    ("answer", "right"),
    [("AccessDenied", True), ("AccessDeniedException", True), ("allowed", False), ("NoSuchKey", False)],
)
def test_refusal_has_to_be_one_of_permissions(answer: str, right: bool) -> None:
    tried = {"sqs:GetQueueAttributes": "allowed", "s3:GetObject": answer}
    assert (checks.check_permissions(tried).findings == ()) is right


def test_granted_call_has_to_pass() -> None:
    assert checks.check_permissions({"sqs:GetQueueAttributes": "AccessDenied"}).findings


def test_scenario_without_its_stream() -> None:
    made = scenario.make_scenario(take(240, 12))
    left = without_stream(made)
    rooms = {one.room for one in left.readings}
    assert (len(rooms), left.shards, left.standard) == (8, [], made.standard)
    assert {record for record, _ in left.broken} <= {one.id for one in (*left.standard, *left.fifo)}
    assert left.ordered_rooms < rooms


def test_broken_records_get_their_real_ids() -> None:
    made = without_stream(scenario.make_scenario(take(600, 12)))
    given = {record: f"real-{record}" for record, _ in made.broken}
    assert [one.record for one in broken(made, given)] == [
        record for record, _ in renamed(made, given).broken
    ]
    assert {one.code for one in broken(made, given)} <= {"BadJson", "NoRoute", "PayloadTooLarge"}


def test_outage_lasts_until_it_is_over() -> None:
    outage = Outage()
    assert 1 not in outage
    outage.begin()
    assert 1 in outage
    outage.end_in(0)
    assert 1 not in outage


def test_waiting_ends() -> None:
    with pytest.raises(WaitError, match="still not: the moon is blue"):
        wait_until("the moon is blue", lambda: False, 0)
