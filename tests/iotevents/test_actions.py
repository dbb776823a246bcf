"""What leaves a detector: parameters and payloads of all action types, ids, failures."""

import json
from typing import Any

import pytest
from iotevents.engine import Effect, Step
from iotevents.models import PayloadType

from tests.support.iotevents.models import (
    ALWAYS,
    Document,
    Driver,
    content,
    event,
    model,
    set_timer,
    set_variable,
    sns,
    state,
    transition,
)


def done(*actions: Document, key: str | None = "id", **payload: Any) -> Step:
    """Return the evaluation of one message that runs these actions."""
    return Driver(model(state("s", event(ALWAYS, *actions, name="ev")), key=key)).send(**payload)


def effect(action: Document, **payload: Any) -> Effect:
    """Return the one effect of an action that succeeds."""
    result = done(set_variable("n", "5"), action, **payload)
    assert result.failures == []
    (one,) = result.effects
    return one


def failure(action: Document, **payload: Any) -> str:
    """Why an action does not happen; another one in its event does."""
    result = done(set_variable("n", "5"), action, sns(), **payload)
    assert [one.type for one in result.effects] == ["sns"]
    ((where, message),) = result.failures
    assert where == f"states[0].onInput.events[0].actions[1].{next(iter(action))}"
    assert message.startswith("the action was not performed: ")
    return message.removeprefix("the action was not performed: ")


@pytest.mark.parametrize(
    ("action", "parameters"),
    [
        ({"sns": {"targetArn": "arn:aws:sns:eu-west-1:1:t"}}, {"targetArn": "arn:aws:sns:eu-west-1:1:t"}),
        ({"sqs": {"queueUrl": "https://q/1"}}, {"queueUrl": "https://q/1"}),
        ({"sqs": {"queueUrl": "q", "useBase64": True}}, {"queueUrl": "q", "useBase64": True}),
        ({"lambda": {"functionArn": "'f-' + $variable.n"}}, {"functionArn": "f-5"}),
        ({"firehose": {"deliveryStreamName": "s"}}, {"deliveryStreamName": "s"}),
        (
            {"firehose": {"deliveryStreamName": "s", "separator": "\r\n"}},
            {"deliveryStreamName": "s", "separator": "\r\n"},
        ),
        ({"iotTopicPublish": {"mqttTopic": "hvac/Heating/Off"}}, {"mqttTopic": "hvac/Heating/Off"}),
        ({"iotTopicPublish": {"mqttTopic": "a/${$variable.n}/b"}}, {"mqttTopic": "a/5/b"}),
        ({"iotTopicPublish": {"mqttTopic": "$variable.n"}}, {"mqttTopic": "5"}),
        ({"iotEvents": {"inputName": "Other"}}, {"inputName": "Other"}),
        ({"dynamoDBv2": {"tableName": "'table-' + $input.In.v"}}, {"tableName": "table-1.5"}),
        (
            {"dynamoDB": {"tableName": "'t'", "hashKeyField": "'h'", "hashKeyValue": "$variable.n"}},
            {"tableName": "t", "hashKeyField": "h", "hashKeyValue": "5"},
        ),
        (
            {
                "dynamoDB": {
                    "tableName": "'t'",
                    "hashKeyField": "'h'",
                    "hashKeyValue": "'12'",
                    "hashKeyType": "'NUMBER'",
                    "rangeKeyField": "'r'",
                    "rangeKeyValue": "$input.In.v",
                    "rangeKeyType": "'NUMBER'",
                    "operation": "'UPDATE'",
                    "payloadField": "'p'",
                }
            },
            {
                "tableName": "t",
                "hashKeyField": "h",
                "hashKeyValue": 12,
                "hashKeyType": "NUMBER",
                "rangeKeyField": "r",
                "rangeKeyValue": 1.5,
                "rangeKeyType": "NUMBER",
                "operation": "UPDATE",
                "payloadField": "p",
            },
        ),
        (
            {
                "iotSiteWise": {
                    "entryId": "'e'",
                    "assetId": "$input.In.id",
                    "propertyId": "'p'",
                    "propertyValue": {
                        "value": {"integerValue": "'123'"},
                        "timestamp": {"timeInSeconds": "1700000000", "offsetInNanos": "'5'"},
                        "quality": "'GOOD'",
                    },
                }
            },
            {
                "entryId": "e",
                "assetId": "k",
                "propertyId": "p",
                "propertyValue": {
                    "value": {"integerValue": 123},
                    "timestamp": {"timeInSeconds": 1_700_000_000, "offsetInNanos": 5},
                    "quality": "GOOD",
                },
            },
        ),
    ],
)
def test_parameters_are_evaluated(action: Document, parameters: Document) -> None:
    one = effect(action, v=1.5)
    assert (one.type, one.event_name, one.parameters) == (next(iter(action)), "ev", parameters)


@pytest.mark.parametrize(
    ("member", "expression", "value"),
    [
        ("stringValue", "$input.In.v", "1.5"),
        ("stringValue", "true", "true"),
        ("integerValue", "$variable.n", 5),
        ("integerValue", "5.0", 5),
        ("doubleValue", "$variable.n", 5.0),
        ("doubleValue", "'-1.5e3'", -1500.0),
        ("booleanValue", "$variable.n == 5", True),
        ("booleanValue", "'TRUE'", True),
        ("booleanValue", "'false'", False),
    ],
)
def test_sitewise_value_has_its_type(member: str, expression: str, value: object) -> None:
    action = {"iotSiteWise": {"propertyAlias": "'/a'", "propertyValue": {"value": {member: expression}}}}
    found = effect(action, v=1.5).parameters["propertyValue"]["value"][member]
    assert (type(found), found) == (type(value), value)


@pytest.mark.parametrize(
    ("member", "expression", "reason"),
    [
        ("integerValue", "1.5", "must be a whole number, not Decimal 1.5"),
        ("integerValue", "'x'", "must be a number, not String 'x'"),
        ("integerValue", "2147483648", "must be a whole number from -2147483648 to 2147483647"),
        ("integerValue", "true", "must be a number, not Boolean true"),
        ("doubleValue", "' 1'", "must be a number"),
        ("doubleValue", "'1e999'", "must be a number"),
        ("integerValue", "'1e999'", "must be a number"),
        ("integerValue", f"'{'9' * 900}'", "must be a number"),
        ("booleanValue", "1", "must be 'TRUE' or 'FALSE'"),
        ("booleanValue", "'yes'", "must be 'TRUE' or 'FALSE'"),
        ("stringValue", "$input.In.list", "must be text, not an Array"),
        ("stringValue", "$input.In.none", "undefined: $input.In.none"),
    ],
)
def test_sitewise_value_of_wrong_type_fails(member: str, expression: str, reason: str) -> None:
    action = {"iotSiteWise": {"propertyAlias": "'/a'", "propertyValue": {"value": {member: expression}}}}
    assert reason in failure(action, list=[])


@pytest.mark.parametrize(
    ("action", "reason"),
    [
        (
            {"sns": {"targetArn": "${$input.In.none}"}},
            "targetArn could not be evaluated; undefined: $input.In.none",
        ),
        ({"sns": {"targetArn": "'a' + true"}}, "+ does not take String 'a' and Boolean true"),
        ({"iotTopicPublish": {"mqttTopic": "$input.In.null"}}, "mqttTopic must be text, not null"),
        (
            {"dynamoDB": {"tableName": "'t'", "hashKeyField": "'h'", "hashKeyValue": "$input.In.null"}},
            "hashKeyValue must be text or a number",
        ),
        (
            {
                "dynamoDB": {
                    "tableName": "'t'",
                    "hashKeyField": "'h'",
                    "hashKeyValue": "'x'",
                    "hashKeyType": "'NUMBER'",
                }
            },
            "hashKeyValue must be a number, not String 'x'",
        ),
        (
            {
                "dynamoDB": {
                    "tableName": "'t'",
                    "hashKeyField": "'h'",
                    "hashKeyValue": "1",
                    "hashKeyType": "'number'",
                }
            },
            "hashKeyType must be 'STRING' or 'NUMBER', not String 'number'",
        ),
        (
            {
                "dynamoDB": {
                    "tableName": "'t'",
                    "hashKeyField": "'h'",
                    "hashKeyValue": "1",
                    "operation": "'PUT'",
                }
            },
            "operation must be 'INSERT' or 'UPDATE' or 'DELETE'",
        ),
        (
            {"iotSiteWise": {"propertyValue": {"timestamp": {"timeInSeconds": "0"}}}},
            "propertyValue.timestamp.timeInSeconds must be a whole number from 1 to",
        ),
        (
            {"iotSiteWise": {"propertyValue": {"quality": "'good'"}}},
            "propertyValue.quality must be 'GOOD' or 'BAD' or 'UNCERTAIN'",
        ),
        (sns(payload=content("$input.In.none")), "undefined: $input.In.none"),
        (sns(payload=content("'${$input.In.none}'", "JSON")), "undefined: $input.In.none"),
        (sns(payload=content("1 / 0")), "division by zero"),
        (sns(payload=content("$variable.n", "JSON")), "its expression must evaluate to a string"),
    ],
)
def test_failed_action_lets_others_go_on(action: Document, reason: str) -> None:
    assert reason in failure(action, null=None)


def test_default_payload() -> None:
    d = Driver(
        model(
            state(
                "s",
                event(
                    ALWAYS,
                    set_variable("n", "5"),
                    set_variable("d", "30.0"),
                    set_timer("t"),
                    sns(),
                    name="ev",
                ),
            )
        )
    )
    d.now = 1_700_000_000_123
    (one,) = d.send().effects
    assert one.payload_type is None
    assert json.loads(str(one.payload)) == {
        "eventTime": 1_700_000_000_123,
        "payload": {
            "actionExecutionId": one.id,
            "detector": {"detectorModelName": "m", "keyValue": "k", "detectorModelVersion": "1"},
            "eventTriggerDetails": {"inputName": "In", "messageId": "id-0", "triggerType": "Message"},
            "state": {
                "stateName": "s",
                "variables": {"n": 5, "d": 30.0},
                "timers": {"t": 1_700_000_060_123},
            },
        },
        "eventName": "ev",
    }
    assert '"d":30.0' in str(one.payload)


def test_default_payload_of_a_timer() -> None:
    d = Driver(model(state("s", event("timeout('t')", sns()), enter=[event(ALWAYS, set_timer("t"))])))
    d.send()
    (one,) = d.fire().effects
    payload = json.loads(str(one.payload))["payload"]
    assert payload["eventTriggerDetails"] == {"triggerType": "Timer"}
    assert payload["state"]["timers"] == {}


def test_default_payload_without_key() -> None:
    d = Driver(model(state("s", event(ALWAYS, sns())), key=None))
    d.detector = d.detector._replace(key=None)
    (one,) = d.send().effects
    assert "keyValue" not in json.loads(str(one.payload))["payload"]["detector"]


def test_default_payload_shows_the_state_of_its_group() -> None:
    d = Driver(
        model(
            state(
                "a",
                event(ALWAYS, sns(), name="input"),
                transition(ALWAYS, "b", sns(), name="move"),
                exit=[event(None, sns(), name="exit")],
            ),
            state("b", enter=[event(None, sns(), name="enter")]),
        )
    )
    shown = {
        one.event_name: json.loads(str(one.payload))["payload"]["state"]["stateName"]
        for one in d.send().effects
    }
    assert shown == {"input": "a", "move": "a", "exit": "a", "enter": "b"}


@pytest.mark.parametrize(
    ("expression", "kind", "text"),
    [
        ("'v=${$input.In.v}'", "STRING", "v=1.5"),
        ("$input.In.v", "STRING", "1.5"),
        ("$variable.n == 5", "STRING", "true"),
        ("$input.In.null", "STRING", "null"),
        ("$input.In.list", "STRING", '[1,"ä"]'),
        ("'{\"v\": ${$input.In.v}}'", "JSON", '{"v": 1.5}'),
        ("'[]'", "JSON", "[]"),
    ],
)
def test_custom_payload(expression: str, kind: str, text: str) -> None:
    one = effect(sns(payload=content(expression, kind)), v=1.5, null=None, list=[1, "ä"])
    assert (one.payload, one.payload_type) == (text, PayloadType(kind))


@pytest.mark.parametrize("text", ["'{'", "'NaN'", "''", "'{\"a\": x}'"])
def test_payload_that_is_not_json_is_sent_with_warning(text: str) -> None:
    result = done(sns(payload=content(text, "JSON")))
    assert [one.payload for one in result.effects] == [text[1:-1]]
    assert "warning" in result.failures[0].message


def test_sitewise_has_no_payload() -> None:
    assert effect({"iotSiteWise": {"propertyAlias": "'/a'"}}).payload is None


def test_ids_are_stable_and_unique() -> None:
    found = model(state("s", event(ALWAYS, sns(), sns())))

    def ids() -> list[str]:
        d = Driver(found)
        return [one.id for _ in range(3) for one in d.send().effects]

    assert ids() == ids()
    assert len(set(ids())) == 6


@pytest.mark.parametrize(
    "change", [{"incarnation": "1"}, {"key": "other"}, {"version": 7}], ids=["life", "key", "evaluation"]
)
def test_ids_tell_detectors_apart(change: dict[str, Any]) -> None:
    one, other = (Driver(model(state("s", event(ALWAYS, sns())))) for _ in range(2))
    other.detector = other.detector._replace(**change)
    assert one.send().effects[0].id != other.send().effects[0].id
