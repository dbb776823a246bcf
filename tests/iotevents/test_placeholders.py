"""Placeholders: what they hold is recognised again, and nothing else is."""

import pytest
from iotevents.definitions.cloudformation.stand_ins import STYLES, TARGETS, stand_in
from iotevents.definitions.cloudformation.symbols import mark
from iotevents.definitions.placeholders import placeholder, placeholder_name


@pytest.mark.parametrize("member", sorted(TARGETS))
def test_placeholder_is_recognised(member: str) -> None:
    assert placeholder_name(stand_in(member, mark("Alarms.Arn")).strip("'")) == "Alarms"
    assert placeholder_name(stand_in(member, f"'{mark('Alarms')}-x'").strip("'")) == "Alarms-x"


@pytest.mark.parametrize("member", sorted(STYLES))
def test_text_of_an_action_gets_no_mark(member: str) -> None:
    assert mark("A") not in stand_in(member, f"a {mark('A')}")


@pytest.mark.parametrize(
    "value",
    [
        "arn:aws:sns:us-east-1:000000000000:alarms",
        "https://sqs.us-east-1.amazonaws.com/000000000000/q",
        "http://localhost:4566/000000000000/q",
        "arn:aws:iam::123456789012:role/r",
        "local-readings",
        "local/alarms",
        "",
        5,
        None,
    ],
)
def test_other_value_is_no_placeholder(value: object) -> None:
    assert placeholder_name(value) is None


def test_placeholder_of_known_parts_says_local() -> None:
    assert placeholder("sns.targetArn", "arn:aws-cn:sns:cn-north-1:1:t") == "arn:aws-cn:sns:local:1:t"
    assert (
        placeholder("sqs.queueUrl", "https://sqs.a.amazonaws.com/1/q")
        == "https://sqs.local.amazonaws.com/1/q"
    )


def test_placeholder_of_a_topic_is_no_longer_than_one() -> None:
    assert len(placeholder("iotTopicPublish.mqttTopic", "x" * 200)) == 128
