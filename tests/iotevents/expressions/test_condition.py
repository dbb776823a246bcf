import pytest
from iotevents.expressions import FALSE, TRUE, Result, Scope, Verdict, compile_expression, judge

SCOPE = Scope({"Oven": {"a": None}}, {"n": 3})


def verdict(text: str) -> Verdict:
    return judge(compile_expression(text), SCOPE)


def test_no_condition_holds() -> None:
    assert judge(None, SCOPE) is TRUE


def test_condition_is_true_or_false() -> None:
    assert verdict("$variable.n == 3") is TRUE
    assert verdict("$variable.n == 4") is FALSE


@pytest.mark.parametrize(
    ("text", "details"),
    [
        ("$variable.n", "the condition is Integer 3, not a Boolean"),
        ("'true'", "the condition is String 'true', not a Boolean"),
        ("$input.Oven.a", "the condition is null, not a Boolean"),
        ("$variable.n < $variable.m", "undefined: $variable.m"),
        ("bitnot('x')", "the condition is undefined"),
    ],
)
def test_condition_that_is_not_boolean_is_false(text: str, details: str) -> None:
    assert verdict(text) == Verdict(Result.FALSE, details)


def test_condition_with_error_says_why() -> None:
    assert verdict("1 / 0 == 1") == Verdict(Result.ERROR, "Integer 1 / Integer 0: division by zero")
