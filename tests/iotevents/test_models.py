"""Reading detector models: the grammar, the rules of Create and Update, all findings at once."""

from copy import deepcopy
from typing import Any

import pytest
from iotevents.models import (
    ACTION_TYPES,
    EvaluationMethod,
    ExternalAction,
    SetTimer,
    SetVariable,
    Style,
    read_model,
)

from tests.support.iotevents.models import (
    ALWAYS,
    INPUT,
    Document,
    body,
    content,
    event,
    model,
    set_timer,
    set_variable,
    sns,
    state,
    transition,
)


def with_action(*actions: Document) -> Document:
    return body(state("s", event(ALWAYS, *actions)))


def paths(document: Any, inputs: Any = (INPUT,)) -> list[str]:
    found, violations = read_model(document, inputs)
    assert (found is None) == bool(violations)
    return [path for path, _ in violations]


def text_at(document: Any, path: str) -> str:
    return dict(read_model(document, [INPUT])[1])[path]


def test_model_has_what_its_body_says() -> None:
    found = model(
        state("a", transition(ALWAYS, "b", set_variable("x", "1"))),
        state("b", event("$variable.x > 0", set_timer("t", "$variable.x * 60"), sns())),
        evaluationMethod="SERIAL",
        key="sensor.`motor id`",
        detectorModelDescription="text",
        tags=[{"key": "k", "value": ""}],
    )
    assert (found.name, found.version, found.initial_state, found.description) == ("m", "1", "a", "text")
    assert found.evaluation_method is EvaluationMethod.SERIAL
    assert found.key is not None
    assert found.key.names == ("sensor", "motor id")
    assert found.states["a"].transitions[0].next_state == "b"
    one, other = found.states["b"].on_input[0].actions
    assert isinstance(one, SetTimer)
    assert isinstance(other, ExternalAction)
    assert found.inputs == {INPUT}


def test_model_defaults() -> None:
    found, _ = read_model(
        {name: one for name, one in body(state("s", event(ALWAYS))).items() if name != "key"}
    )
    assert found is not None
    assert (found.key, found.evaluation_method) == (None, EvaluationMethod.BATCH)


def test_explicit_nulls_are_absent() -> None:
    document = with_action(
        {"setTimer": {"timerName": "t", "seconds": 60, "durationExpression": None}, "sns": None},
        {"sqs": {"queueUrl": "https://q", "useBase64": None, "payload": None}},
    )
    document |= {"evaluationMethod": None, "key": None, "tags": None, "detectorModelDescription": None}
    document["detectorModelDefinition"]["states"][0] |= {"onExit": None, "onEnter": {"events": None}}
    assert paths(document) == []


def test_condition_may_be_missing_or_empty() -> None:
    found = model(state("s", event(None), event(""), event(ALWAYS), transition("", "s")))
    assert [one.condition is None for one in found.states["s"].on_input] == [True, True, False]
    assert found.states["s"].transitions[0].condition is None


def test_states_may_be_empty() -> None:
    final = {"stateName": "end"}
    assert paths(body(state("s", transition(ALWAYS, "end")), final)) == []


def test_event_names_may_repeat_and_be_empty() -> None:
    assert paths(body(state("s", event(ALWAYS), event(ALWAYS), event(ALWAYS, name="")))) == []


def test_findings_come_all_at_once() -> None:
    document = body(
        state(
            "a",
            event("1 +", {"sns": {}, "sqs": {"queueUrl": "q"}}),
            event(ALWAYS, set_variable("1x", ""), set_timer("t", "'x' +")),
            transition("", "nowhere"),
            enter=[event("x" * 513)],
        ),
        state("a"),
        key="a b",
        evaluationMethod="PARALLEL",
        surprise=1,
    )
    document["detectorModelDefinition"]["initialStateName"] = "zero"
    del document["roleArn"]
    assert sorted(paths(document)) == sorted(
        [
            "surprise",
            "key",
            "evaluationMethod",
            "roleArn",
            "states[0].onInput.events[0].condition",
            "states[0].onInput.events[0].actions[0]",
            "states[0].onInput.events[1].actions[0].setVariable.variableName",
            "states[0].onInput.events[1].actions[0].setVariable.value",
            "states[0].onInput.events[1].actions[1].setTimer.durationExpression",
            "states[0].onInput.transitionEvents[0].nextState",
            "states[0].onEnter.events[0].condition",
            "states[1].stateName",
            "initialStateName",
        ]
    )


def test_finding_shows_the_place_in_an_expression() -> None:
    text = text_at(body(state("s", event("$input.In.a >> 1"))), "states[0].onInput.events[0].condition")
    assert text.splitlines()[1:] == ["  $input.In.a >> 1", "               ^"]


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"detectorModelName": "a.b"}, "detectorModelName"),
        ({"detectorModelName": ""}, "detectorModelName"),
        ({"detectorModelName": "x" * 129}, "detectorModelName"),
        ({"detectorModelName": None}, "detectorModelName"),
        ({"detectorModelDescription": "x" * 1025}, "detectorModelDescription"),
        ({"detectorModelDescription": "\ud800"}, "detectorModelDescription"),
        ({"key": "a[0]"}, "key"),
        ({"key": "$.a"}, "key"),
        ({"key": "x" * 129}, "key"),
        ({"key": 5}, "key"),
        ({"roleArn": "x" * 2049}, "roleArn"),
        ({"tags": {}}, "tags"),
        ({"tags": [{"key": ""}]}, "tags[0].key"),
        ({"tags": [{"key": "k"}]}, "tags[0].value"),
        ({"detectorModelDefinition": None}, "detectorModelDefinition"),
        ({"detectorModelDefinition": []}, "detectorModelDefinition"),
        ({"detectorModelDefinition": {}}, "states"),
        ({"detectorModelDefinition": {"states": []}}, "states"),
        ({"detectorModelDefinition": {"states": {}}}, "states"),
        ({"detectorModelDefinition": {"states": [5]}}, "states[0]"),
        ({"detectorModelDefinition": {"states": [{"stateName": "x" * 129}]}}, "states[0].stateName"),
    ],
)
def test_body_is_refused(change: Document, path: str) -> None:
    assert path in paths(body(state("s", event(ALWAYS))) | change)


@pytest.mark.parametrize("document", [None, 5, "text", [], [body(state("s"))]])
def test_body_must_be_an_object(document: Any) -> None:
    assert "" in paths(document)


EVENT = "states[0].onInput.events[0]"


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"eventName": None}, f"{EVENT}.eventName"),
        ({"eventName": "x" * 129}, f"{EVENT}.eventName"),
        ({"condition": 1}, f"{EVENT}.condition"),
        ({"condition": "x" * 513}, f"{EVENT}.condition"),
        ({"nextState": "s"}, f"{EVENT}.nextState"),
        ({"actions": {}}, f"{EVENT}.actions"),
        ({"actions": [None]}, f"{EVENT}.actions[0]"),
        ({"actions": [{}]}, f"{EVENT}.actions[0]"),
        ({"actions": [{"email": {}}]}, f"{EVENT}.actions[0].email"),
    ],
)
def test_event_is_refused(change: Document, path: str) -> None:
    document = body(state("s", event(ALWAYS)))
    document["detectorModelDefinition"]["states"][0]["onInput"]["events"] = [event(ALWAYS) | change]
    assert path in paths(document)


def test_transition_needs_a_condition_and_a_next_state() -> None:
    document = body(state("s", event(ALWAYS)))
    document["detectorModelDefinition"]["states"][0]["onInput"]["transitionEvents"] = [{"eventName": "t"}]
    place = "states[0].onInput.transitionEvents[0]"
    assert paths(document) == [f"{place}.condition", f"{place}.nextState"]


def test_on_enter_has_no_transitions() -> None:
    document = body(state("s", event(ALWAYS)))
    document["detectorModelDefinition"]["states"][0]["onEnter"] = {"transitionEvents": []}
    assert paths(document) == ["states[0].onEnter.transitionEvents"]


SETS_X = set_variable("x", "1")


@pytest.mark.parametrize(
    ("action", "member"),
    [
        ({"setVariable": {"variableName": "x"}}, ".setVariable.value"),
        ({"setVariable": {"variableName": "x", "value": ""}}, ".setVariable.value"),
        ({"setVariable": {"variableName": "x", "value": "1" * 1025}}, ".setVariable.value"),
        ({"setVariable": {"variableName": "x-y", "value": "1"}}, ".setVariable.variableName"),
        ({"setVariable": []}, ".setVariable"),
        ({"setTimer": {"timerName": "t"}}, ".setTimer"),
        ({"setTimer": {"timerName": "t", "seconds": 60, "durationExpression": "60"}}, ".setTimer"),
        ({"setTimer": {"timerName": "t", "seconds": 0}}, ".setTimer.seconds"),
        ({"setTimer": {"timerName": "t", "seconds": 31_622_401}}, ".setTimer.seconds"),
        ({"setTimer": {"timerName": "t", "seconds": "60"}}, ".setTimer.seconds"),
        ({"setTimer": {"timerName": "t", "seconds": True}}, ".setTimer.seconds"),
        ({"setTimer": {"seconds": 60}}, ".setTimer.timerName"),
        ({"resetTimer": {}}, ".resetTimer.timerName"),
        ({"clearTimer": {"timerName": "x" * 129}}, ".clearTimer.timerName"),
        ({"clearTimer": {"timerName": "t", "seconds": 1}}, ".clearTimer.seconds"),
        ({"sns": {}}, ".sns.targetArn"),
        ({"sns": {"targetArn": ""}}, ".sns.targetArn"),
        ({"sns": {"targetArn": "x" * 2049}}, ".sns.targetArn"),
        ({"sns": {"targetArn": "a/${$input.In"}}, ".sns.targetArn"),
        ({"sns": {"targetArn": "a", "subject": "b"}}, ".sns.subject"),
        ({"sqs": {"queueUrl": "q", "useBase64": "true"}}, ".sqs.useBase64"),
        ({"lambda": {"functionArn": 5}}, ".lambda.functionArn"),
        ({"firehose": {"deliveryStreamName": "s", "separator": ";"}}, ".firehose.separator"),
        ({"iotTopicPublish": {"mqttTopic": "x" * 129}}, ".iotTopicPublish.mqttTopic"),
        ({"iotEvents": {"inputName": "a-b"}}, ".iotEvents.inputName"),
        ({"dynamoDB": {"tableName": "'t'", "hashKeyField": "'h'"}}, ".dynamoDB.hashKeyValue"),
        ({"dynamoDB": {"tableName": "my table"}}, ".dynamoDB.tableName"),
        ({"dynamoDBv2": {"tableName": "'t'", "payload": content("'x'")}}, ".dynamoDBv2.payload.type"),
        ({"iotSiteWise": {"payload": content("'x'")}}, ".iotSiteWise.payload"),
        (
            {"iotSiteWise": {"propertyValue": {"timestamp": {}}}},
            ".iotSiteWise.propertyValue.timestamp.timeInSeconds",
        ),
        (
            {"iotSiteWise": {"propertyValue": {"value": {"stringValue": "'a"}}}},
            ".iotSiteWise.propertyValue.value.stringValue",
        ),
        (sns(payload={}), ".sns.payload.contentExpression"),
        (sns(payload={"contentExpression": "'a'"}), ".sns.payload.type"),
        (sns(payload=content("'a'", "XML")), ".sns.payload.type"),
        (sns(payload=content("{}", "JSON")), ".sns.payload.contentExpression"),
        (sns(payload=content("1 + 1", "JSON")), ".sns.payload.contentExpression"),
        (sns(payload=content("'a' == 'b'", "JSON")), ".sns.payload.contentExpression"),
        (sns(payload=content("isNull($input.In.a)", "JSON")), ".sns.payload.contentExpression"),
    ],
)
def test_action_is_refused(action: Document, member: str) -> None:
    assert paths(with_action(SETS_X, action))[0] == f"{EVENT}.actions[1]{member}"


@pytest.mark.parametrize(
    "payload",
    [
        content("1 + 1"),
        content("$input.In.a", "JSON"),
        content("'{}'", "JSON"),
        content("$input.In.a + 1", "JSON"),
        content("convert(String, $input.In.a)", "JSON"),
        content("'${1}'", "JSON"),
    ],
)
def test_payload_is_taken(payload: Document) -> None:
    assert paths(with_action(sns(payload=payload))) == []


def test_action_has_exactly_one_type() -> None:
    document = with_action({**sns(), **set_variable("x", "1")})
    assert text_at(document, f"{EVENT}.actions[0]") == (
        "must have exactly one type of action, has sns, setVariable"
    )


def test_each_action_type_is_read() -> None:
    required = {
        "sns": {"targetArn": "a"},
        "sqs": {"queueUrl": "u", "useBase64": True},
        "lambda": {"functionArn": "f"},
        "firehose": {"deliveryStreamName": "d", "separator": "\n"},
        "iotTopicPublish": {"mqttTopic": "a/${$input.In.id}"},
        "iotEvents": {"inputName": INPUT},
        "dynamoDB": {"tableName": "'t'", "hashKeyField": "'h'", "hashKeyValue": "$input.In.id"},
        "dynamoDBv2": {"tableName": "'t'"},
        "iotSiteWise": {"propertyAlias": "'/a'", "propertyValue": {"value": {"integerValue": "1"}}},
    }
    assert required.keys() == ACTION_TYPES.keys()
    found = model(state("s", event(ALWAYS, *({name: one} for name, one in required.items()))))
    assert [one.type for one in found.states["s"].on_input[0].actions if isinstance(one, ExternalAction)] == [
        *ACTION_TYPES
    ]


def test_payload_belongs_to_all_but_sitewise() -> None:
    assert [one.name for one in ACTION_TYPES.values() if not one.payload] == ["iotSiteWise"]
    assert all(one.members for one in ACTION_TYPES["iotSiteWise"].members if one.style is Style.GROUP)


def test_one_expression_must_use_an_input() -> None:
    uses = set_variable("x", "$input.In.a")
    assert paths(body(state("s", event("true", set_variable("x", "1")), event(None)))) == ["states"]
    assert paths(body(state("s", event("true", uses), event(None)))) == []
    assert paths(body(state("s", event("currentInput('In')", uses)))) == []
    assert paths(body(state("s", enter=[event(ALWAYS)]))) == []


def test_inputs_must_exist() -> None:
    document = with_action(set_variable("x", "$input.Other.a"), {"iotEvents": {"inputName": "Third"}})
    action = f"{EVENT}.actions"
    assert paths(document, ["In", "Other", "Third"]) == []
    assert paths(document, ["In"]) == [f"{action}[0].setVariable.value", f"{action}[1].iotEvents.inputName"]
    assert paths(document, None) == []


def test_variables_and_timers_must_be_set_somewhere() -> None:
    condition = f"{ALWAYS} && $variable.x > 1 && timeout('t')"
    document = body(state("s", event(condition, sns(payload=content("$variable.x")))))
    assert paths(document) == [
        f"{EVENT}.condition",
        f"{EVENT}.condition",
        f"{EVENT}.actions[0].sns.payload.contentExpression",
    ]
    other = state("never reached", event(None, set_variable("x", "1"), set_timer("t")))
    assert paths(body(state("s", event(condition)), other)) == []


def test_analysis_findings_refuse_nothing() -> None:
    unreachable = state("island", event("$input.In.a + 'x' > 5 && $variable.x"))
    short = {"setTimer": {"timerName": "t", "seconds": 1}}
    loop = event("timeout('t')", short, SETS_X)
    assert paths(body(state("s", event(ALWAYS, *[sns()] * 11), loop), unreachable)) == []


def test_body_is_left_alone() -> None:
    document = with_action(SETS_X, set_timer("t"), sns(payload=content("'x'")))
    before = deepcopy(document)
    read_model(document)
    assert document == before


def test_variables_are_named_as_the_api_says() -> None:
    found = model(state("s", event(ALWAYS, set_variable("a_1", "1"))))
    action = found.states["s"].on_input[0].actions[0]
    assert isinstance(action, SetVariable)
    assert action.where == f"{EVENT}.actions[0].setVariable"


def test_role_is_missing_for_the_api_only() -> None:
    document = {name: value for name, value in body(state("a", event(ALWAYS))).items() if name != "roleArn"}
    assert read_model(document)[1] == [("roleArn", "is missing")]
    model, violations = read_model(document, role_required=False)
    assert (model is not None and model.role_arn, violations) == ("", [])
