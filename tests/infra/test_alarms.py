import json
from typing import Any

import pytest
from forwarder.response.metrics import DIMENSIONS, METRICS, NAMESPACE

from tests.support.infra.settings import ALL, KINESIS, QUEUE_ARN, STACK, properties, resources, template

ALARM = "AWS::CloudWatch::Alarm"
OWN = [
    f"{source}{metric}"
    for source in ("Sqs", "Fifo", "Kinesis")
    for metric in ("DeadlineStops", "ConfigurationFaults")
]
NAMES = [
    *OWN,
    "Errors",
    "Throttles",
    "IteratorAge",
    "RejectedRecords",
    "PlainOldestMessage",
    "PlainDeadLetters",
    "OrderedOldestMessage",
    "OrderedDeadLetters",
    "StreamGivenUp",
    "StreamDropped",
]


def alarms(**changes: Any) -> dict[str, dict[str, Any]]:
    found = (one["Properties"] for one in resources(ALARM, **changes).values())
    return {one["AlarmName"].removeprefix(f"{STACK}-"): one for one in found}


def dimensions(alarm: dict[str, Any]) -> dict[str, Any]:
    return {one["Name"]: one["Value"] for one in alarm["Dimensions"]}


def test_alarms_are_all_there() -> None:
    assert sorted(alarms(sources=ALL)) == sorted(NAMES)


@pytest.mark.parametrize("name", OWN)
def test_own_metric_is_one_that_the_function_emits(name: str) -> None:
    alarm = alarms(sources=ALL)[name]
    assert alarm["Namespace"] == NAMESPACE
    assert alarm["MetricName"] in METRICS
    source = name.removesuffix(alarm["MetricName"]).lower()
    assert dimensions(alarm) == dict(zip(DIMENSIONS, (STACK, source), strict=True))


@pytest.mark.parametrize("name", NAMES)
def test_alarm_says_what_to_do_and_no_data_is_no_alarm(name: str) -> None:
    alarm = alarms(sources=ALL)[name]
    assert len(alarm["AlarmDescription"]) > 20
    assert alarm["TreatMissingData"] == "notBreaching"
    assert alarm["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"


def test_alarm_reaches_someone() -> None:
    found = template(sources=ALL)["Resources"]
    (topic,) = resources("AWS::SNS::Topic", sources=ALL)
    (policy,) = resources("AWS::SNS::TopicPolicy", sources=ALL).values()
    assert {json.dumps(one["AlarmActions"]) for one in alarms(sources=ALL).values()} == {
        json.dumps([{"Ref": topic}])
    }
    assert policy["Properties"]["Topics"] == [{"Ref": topic}]
    (allowed,) = [
        one for one in policy["Properties"]["PolicyDocument"]["Statement"] if one["Effect"] == "Allow"
    ]
    assert (allowed["Principal"], allowed["Action"]) == (
        {"Service": "cloudwatch.amazonaws.com"},
        "sns:Publish",
    )
    assert allowed["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
    assert "KmsMasterKeyId" not in found[topic].get("Properties", {})


def test_addresses_are_subscribed() -> None:
    found = properties("AWS::SNS::Subscription", alarms={"emails": ["ops@fleet.example"]})
    assert (found["Protocol"], found["Endpoint"]) == ("email", "ops@fleet.example")


def test_ages_are_settings() -> None:
    found = alarms(sources=ALL, alarms={"oldestMessageMinutes": 3, "iteratorAgeMinutes": 2})
    assert (found["PlainOldestMessage"]["Threshold"], found["IteratorAge"]["Threshold"]) == (180, 120_000)


def test_queues_are_watched_by_name() -> None:
    found = alarms(sources={"One": {"existing": {"arn": QUEUE_ARN, "dlqArn": QUEUE_ARN + "-dlq"}}})
    assert dimensions(found["OneOldestMessage"]) == {"QueueName": "telemetry"}
    assert dimensions(found["OneDeadLetters"]) == {"QueueName": "telemetry-dlq"}


def test_unknown_dead_letter_queue_is_not_watched() -> None:
    assert "OneDeadLetters" not in alarms(sources={"One": {"existing": {"arn": QUEUE_ARN}}})


def test_given_up_records_alarm_by_queue_or_mapping() -> None:
    by_mapping, by_queue = (
        alarms(sources={"One": KINESIS}),
        alarms(sources={"One": {**KINESIS, "onFailure": "sqs"}}),
    )
    assert by_mapping["OneGivenUp"]["MetricName"] == "OnFailureDestinationDeliveredEventCount"
    assert by_queue["OneGivenUp"]["MetricName"] == "ApproximateNumberOfMessagesVisible"


def dashboard(**changes: Any) -> str:
    (found,) = resources("AWS::CloudWatch::Dashboard", **changes).values()
    parts = found["Properties"]["DashboardBody"]["Fn::Join"][1]
    return "".join(one if isinstance(one, str) else "?" for one in parts)


@pytest.mark.parametrize(
    "metric",
    [
        "RecordsReceived",
        "RecordsForwarded",
        "RecordsReturned",
        "RecordsDeadLettered",
        "RecordsDropped",
        "ApproximateAgeOfOldestMessage",
        "ApproximateNumberOfMessagesVisible",
        "IteratorAge",
        "OldestRecordAge",
        "CallLatency",
        "Errors",
        "Invocations",
        "Duration",
        "Calls",
        "IncomingBytes",
    ],
)
def test_dashboard_shows(metric: str) -> None:
    assert f'"{metric}"' in dashboard(sources=ALL)


def test_dashboard_is_json() -> None:
    widgets = json.loads(dashboard(sources=ALL))["widgets"]
    assert {one["type"] for one in widgets} == {"alarm", "metric"}
    assert max(one["x"] + one["width"] for one in widgets) <= 24


def test_dashboard_without_a_stream() -> None:
    assert "IteratorAge" not in dashboard()
