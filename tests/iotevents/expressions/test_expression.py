import pytest
from iotevents.expressions import (
    UNDEFINED,
    IntegerDivision,
    ParseError,
    Scope,
    compile_expression,
    compile_parameter,
    compile_text,
    is_expression,
)

NOTHING = Scope(inputs={}, variables={})


def test_references_of_all_kinds() -> None:
    references = compile_expression(
        "currentInput('Door') && $input.Oven.zones[0].`top left` > $variable.limit"
        " || timeout('idle') && '${$variable.mode}' == 'x'"
    ).references
    assert references.inputs == {"Door", "Oven"}
    assert references.attributes == {("Oven", ("zones", 0, "top left"))}
    assert references.variables == {"limit", "mode"}
    assert references.timers == {"idle"}
    assert references.functions == {"currentInput", "timeout"}


def test_references_of_computed_name_are_unknown() -> None:
    references = compile_expression("timeout('a' + 'b') || currentInput($variable.name)").references
    assert references.timers == references.inputs == frozenset()


def test_undefined_references_as_written() -> None:
    expression = compile_expression("$input.Oven.`a b` + $variable.x + $variable.y + $variable.x")
    assert expression.undefined_references(Scope({}, {"y": 1})) == ("$input.Oven.`a b`", "$variable.x")


def test_expressions_of_one_text_are_equal() -> None:
    assert compile_expression("1 + 1") == compile_expression("1 + 1") != compile_expression("2")


def test_scope_is_read_at_evaluation() -> None:
    variables = {"n": 1}
    expression, scope = compile_expression("$variable.n + 1"), Scope({}, variables)
    assert expression.evaluate(scope) == 2
    variables["n"] = 5
    assert expression.evaluate(scope) == 6


@pytest.mark.parametrize(("text", "quotient"), [("7 / 2", 4), ("-7 / 2", -4), ("5 / 4", 1), ("-5 / -3", 2)])
def test_integer_division_can_round(text: str, quotient: int) -> None:
    expression = compile_expression(text, integer_division=IntegerDivision.ROUND)
    assert expression.evaluate(NOTHING) == quotient


def test_text_keeps_quotes_and_backslashes() -> None:
    text = compile_text("it's \\'${'a' + 1}' $5")
    assert text.evaluate(NOTHING) == "it's \\'a1' $5"


def test_text_with_undefined_hole_is_undefined() -> None:
    assert compile_text("pumps/${$variable.id}").evaluate(NOTHING) is UNDEFINED


def test_text_may_be_empty() -> None:
    assert compile_text("").evaluate(NOTHING) == ""


def test_text_with_open_hole_is_refused() -> None:
    with pytest.raises(ParseError, match="never closed"):
        compile_text("pumps/${$variable.id")


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("hvac/Heating/Off", "hvac/Heating/Off"),
        ("arn:aws:sns:eu-west-1:123456789012:topic", "arn:aws:sns:eu-west-1:123456789012:topic"),
        ("pumps/${$variable.id}/${$variable.id + 1}", "pumps/3/4"),
        ("'pumps/' + $variable.id", "pumps/3"),
        (' "pumps/${$variable.id}"', "pumps/3"),
        ("$variable.id + '/pumps'", "3/pumps"),
        ("${$variable.id} and $variable", "3 and $variable"),
    ],
)
def test_parameter_is_plain_text_or_expression(parameter: str, value: str) -> None:
    assert compile_parameter(parameter).evaluate(Scope({}, {"id": 3})) == value


@pytest.mark.parametrize(
    "parameter", ["a/${'}' + $variable.x}/b", "${'${$variable.x}'}", "${$variable.x + '${1}'}"]
)
def test_reference_in_hole_leaves_parameter_plain(parameter: str) -> None:
    assert not is_expression(parameter)
