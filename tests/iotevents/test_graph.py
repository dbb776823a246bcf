"""Detector models as Mermaid and DOT."""

import json
from pathlib import Path

import pytest
from iotevents.__main__ import main
from iotevents.expressions import compile_expression
from iotevents.inspection.graph import dot, mermaid, shortened

from tests.support.iotevents.models import ALWAYS, body, event, model, state, transition

PUMP = (
    state("Off", transition("$input.In.on == true", "On", name="start"), event(ALWAYS)),
    state("On", transition("timeout('t') || $input.In.on != true", "Off", name="stop")),
)
TIMER = state("island", event(ALWAYS, {"setTimer": {"timerName": "t", "seconds": 60}}))


def test_mermaid() -> None:
    assert mermaid(model(*PUMP, TIMER)).splitlines() == [
        "stateDiagram-v2",
        "    Off",
        "    On",
        "    island",
        "    [*] --> Off",
        "    Off --> On: start [on == true]",
        "    On --> Off: stop [timeout('t') || on != true]",
    ]


def test_dot() -> None:
    assert dot(model(*PUMP, TIMER)).splitlines() == [
        'digraph "m" {',
        "    node [shape=box, style=rounded];",
        '    start [shape=point, label=""];',
        '    Off [label="Off"];',
        '    On [label="On"];',
        '    island [label="island"];',
        "    start -> Off;",
        '    Off -> On [label="start [on == true]"];',
        "    On -> Off [label=\"stop [timeout('t') || on != true]\"];",
        "}",
    ]


def test_names_that_are_no_words() -> None:
    found = model(state("s1", transition(ALWAYS, 'a"b\\; <c>', name="x: #1")), state('a"b\\; <c>'))
    assert mermaid(found).splitlines()[1:4] == [
        '    state "s1" as s0',
        '    state "a#34;b#92;#59; #60;c#62;" as s1',
        "    [*] --> s0",
    ]
    assert mermaid(found).splitlines()[4].startswith("    s0 --> s1: x#58; #35;1 [isUndefined(never)]")
    assert '    s1 [label="a\\"b\\\\; <c>"];' in dot(found).splitlines()


def test_word_of_the_languages_is_no_name() -> None:
    assert '    state "end" as s0' in mermaid(model(state("end", event(ALWAYS)))).splitlines()


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        ("$input.In.a.b > $variable.x", "a.b > x"),
        ("$input.In.`a b` == '$input.In.x'", "`a b` == '$input.In.x'"),
        ("$input.In.a\n   > 1", "a > 1"),
        ("currentInput('In')", "currentInput('In')"),
        ("$input.In.a == '" + "x" * 99 + "'", "a == '" + "x" * 41 + "…"),
    ],
)
def test_shortened(condition: str, text: str) -> None:
    assert shortened(compile_expression(condition)) == text


def test_shortened_tells_several_inputs_apart() -> None:
    expression = compile_expression("$input.A.v > $input.B.v")
    assert shortened(expression, has_several_inputs=True) == "A.v > B.v"
    assert shortened(None) == "always"


@pytest.mark.parametrize(
    ("options", "first"), [((), "stateDiagram-v2"), (("--format", "dot"), 'digraph "m" {')]
)
def test_command_prints_a_graph(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...], first: str
) -> None:
    (tmp_path / "m.json").write_text(json.dumps(body(*PUMP, TIMER)))
    assert main(["graph", *options, str(tmp_path / "m.json")]) == 0
    assert capsys.readouterr().out.splitlines()[0] == first


def test_command_needs_a_model_that_is_right(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "m.json").write_text(json.dumps([body(state("a", transition(ALWAYS, "b")))]))
    (tmp_path / "i.json").write_text('{"inputName": "In", "inputDefinition": {}}')
    assert main(["graph", str(tmp_path / "m.json")]) == 2
    assert main(["graph", str(tmp_path / "i.json")]) == 2
    assert main(["graph", str(tmp_path / "none.json")]) == 2
    first, second, third = capsys.readouterr().err.splitlines()
    assert (
        first == "error: m.json: [0].states[0].onInput.transitionEvents[0].nextState: there is no state 'b'"
    )
    assert second == "error: i.json: holds no detector model"
    assert third.startswith("error: none.json: cannot be read")


def test_graph_of_a_template_needs_no_parameters(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "t.yaml").write_text("""
Conditions: {Loud: !Equals [!Ref Stage, prod]}
Resources:
  M:
    Type: AWS::IoTEvents::DetectorModel
    Condition: Loud
    Properties:
      DetectorModelName: !Sub '${Stage}-lift'
      Key: !Ref Key
      EvaluationMethod: !Ref Method
      RoleArn: !GetAtt Role.Arn
      DetectorModelDefinition:
        InitialStateName: !Ref First
        States:
          - StateName: !Ref First
            OnInput:
              Events:
                - EventName: !If [Loud, loud, quiet]
                  Actions:
                    - SetTimer: {TimerName: t, Seconds: !Ref Wait}
                    - Sqs:
                        QueueUrl: !Ref Queue
                        UseBase64: !Ref Flag
                        Payload: {Type: !Ref Type, ContentExpression: !Ref Content}
                    - SetTimer: {TimerName: !Ref Timer, DurationExpression: !Sub '2 * ${Wait}'}
                    - SetVariable: {VariableName: !Ref V, Value: !Ref Limit}
                    - IotEvents: {InputName: !Ref Other}
              TransitionEvents:
                - EventName: over
                  Condition: !Sub "$input.${Car}.temp > ${Limit} && $input.`${Car}`.mode == '${Mode}'"
                  NextState: Second
          - StateName: Second
""")
    assert main(["graph", str(tmp_path / "t.yaml")]) == 0
    printed, warned = capsys.readouterr()
    assert printed.splitlines()[1:] == [
        "    First",
        "    Second",
        "    [*] --> First",
        "    First --> Second: over [temp #62; 'Limit' #38;#38; mode == 'Mode']",
    ]
    assert warned == ""
