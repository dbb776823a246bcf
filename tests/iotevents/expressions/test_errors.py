import pytest
from iotevents.errors import IotEventsError
from iotevents.expressions import EvaluationError, ParseError, Scope, compile_expression


def refusal(text: str) -> ParseError:
    with pytest.raises(ParseError) as caught:
        compile_expression(text)
    return caught.value


def failure(text: str) -> str:
    with pytest.raises(EvaluationError) as caught:
        compile_expression(text).evaluate(Scope({"Oven": {"list": [1], "none": None}}, {}))
    return str(caught.value)


def test_parse_error_points_at_place() -> None:
    error = refusal("$variable.a = 1")
    assert (error.text, error.position) == ("$variable.a = 1", 12)
    assert str(error).splitlines()[1:] == ["  $variable.a = 1", " " * 14 + "^"]


def test_parse_error_shows_part_of_long_text() -> None:
    error = refusal("true || " * 100 + "?")
    shown, caret = str(error).splitlines()[1:]
    assert len(shown) < 130
    assert shown[caret.index("^")] == "?"


@pytest.mark.parametrize("text", ["x" * 4000, "x" * 4000 + "(1)", "1 $input." + "x" * 4000])
def test_parse_error_is_short(text: str) -> None:
    assert len(str(refusal(text))) < 600


def test_parse_error_is_one_of_ours() -> None:
    assert isinstance(refusal(""), IotEventsError)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1 +", "expected a value, found the end"),
        ("(1 2)", "expected an operator or `)`, found `2`"),
        ("1 = 2", "to compare use =="),
        ("startswith('a', 'b')", "did you mean startsWith?"),
        ("floor(1.5)", "there are timeout, convert, isNull"),
        ("isNull", "isNull is a function: `(` must follow"),
        ("isNull(1, 2)", "isNull() takes 1 argument, not 2"),
        ("contains('a')", "contains() takes 2 arguments, not 1"),
        ("hello", "a string needs quotes"),
        ("'a", "' is never closed"),
        ("'${1", "${ is never closed"),
        ("1}", "`}` without `${`"),
        ("$input.Oven.2nd", "stands in back-ticks"),
        ("$variable.a[0]", "a reference is $input.<input>.<path>"),
        ("5kg", "a number is digits, or digits.digits"),
        ("99999999999999999999", "the number is too large"),
        ("$", "a reference begins with $input. or $variable."),
    ],
)
def test_parse_error_says_why(text: str, reason: str) -> None:
    assert reason in refusal(text).reason


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1 < '2'", "< does not take Integer 1 and String '2'"),
        ("!0.5", "! does not take Decimal 0.5"),
        ("true && 1", "&& takes Booleans, not Integer 1"),
        ("$input.Oven.list * $input.Oven.none", "* does not take an Array and null"),
        ("1 / 0", "Integer 1 / Integer 0: division by zero"),
        ("convert(Decimal, 'x')", "convert() cannot make Decimal of String 'x'"),
        ("convert(7, 'x')", "convert() cannot make the type Integer 7 of String 'x'"),
        ("timeout(true)", "timeout() takes a String, not Boolean true"),
        ("'" + "x" * 100 + "' - 1", "- does not take String '" + "x" * 38 + "… and Integer 1"),
    ],
)
def test_evaluation_error_names_values(text: str, message: str) -> None:
    assert failure(text) == message


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("$input.my-input.x > 1", "my-input"),
        ("$input.In.my-attr == 1", "my-attr"),
        ("$input.`my-input`.a.b-c-d > 1", "b-c-d"),
    ],
)
def test_name_with_hyphen_wants_back_ticks(text: str, name: str) -> None:
    with pytest.raises(ParseError, match=f"a name with a hyphen stands in back-ticks: `{name}`"):
        compile_expression(text)


def test_error_elsewhere_says_nothing_of_hyphens() -> None:
    with pytest.raises(ParseError) as caught:
        compile_expression("$input.In.a-1 > 2 && foo")
    assert "hyphen" not in str(caught.value)
