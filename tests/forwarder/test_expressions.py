from typing import Any

import pytest
from forwarder.config.expressions import ExpressionError, compile_expression, is_true
from forwarder.errors import Rejection
from forwarder.reasons import Reason
from hypothesis import given, settings
from hypothesis import strategies as st
from jmespath.functions import Functions

VALUES: Any = st.recursive(
    st.none()
    | st.booleans()
    | st.sampled_from([0, 1, -1, 10**400, 1e308, -1e308, 0.5])
    | st.sampled_from(["", "a", "b", "nan", "inf", "1e999", "1" * 5000]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
    max_leaves=8,
)
DOCUMENTS = st.fixed_dictionaries({"a": VALUES, "b": VALUES})
FUNCTIONS = {name: spec["signature"] for name, spec in Functions.FUNCTION_TABLE.items()}


def call(name: str, inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Return a function with as many arguments as it takes, and `&` where it has to be."""
    prefixes = ["&" if "expref" in argument["types"] else "" for argument in FUNCTIONS[name]]
    arguments = st.tuples(*[inner] * len(prefixes))
    return arguments.map(lambda texts: f"{name}({', '.join(map(str.__add__, prefixes, texts))})")


LEAVES = ["a", "b", "@", "'x'", "`0`", '`"nan"`', "a[0]", "a[::0]", "a[]", "*", "a.b", "a[*].b", "b[1:]"]


def larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.sampled_from(sorted(FUNCTIONS)).flatmap(lambda name: call(name, inner)),
        st.tuples(inner, st.sampled_from(["==", "<", ">=", "!=", "||", "&&", "|"]), inner).map(" ".join),
        inner.map(lambda text: f"!({text})"),
        inner.map(lambda text: f"a[?{text}]"),
        st.lists(inner, min_size=1, max_size=2).map(lambda texts: f"[{', '.join(texts)}]"),
        inner.map(lambda text: f"{{x: {text}}}"),
    )


EXPRESSIONS = st.recursive(st.sampled_from(LEAVES), larger, max_leaves=5)


@settings(max_examples=300)
@given(EXPRESSIONS, DOCUMENTS)
def test_any_expression_gives_json_or_is_rejected(text: str, document: dict[str, Any]) -> None:
    try:
        value = compile_expression(text, "when").search(document)
    except Rejection as error:
        assert error.reason.text.startswith(f"when: {text}: ")  # noqa: PT017
    else:
        assert _is_json(value)


def _is_json(value: Any) -> bool:
    if isinstance(value, list):
        return all(map(_is_json, value))
    if isinstance(value, dict):
        return all(map(_is_json, value.values()))
    return value is None or isinstance(value, str | int | float)


@settings(max_examples=300)
@given(st.text() | st.text("ab.[]{}()*&|!?:@`'\"\\,=<>0-9 \n", max_size=30))
def test_any_text_compiles_or_is_refused(text: str) -> None:
    try:
        compiled = compile_expression(text, "when")
    except ExpressionError as error:
        assert str(error)  # noqa: PT017
    else:
        assert compiled.text == text


@settings(max_examples=300)
@given(EXPRESSIONS, DOCUMENTS, VALUES)
def test_what_is_not_read_does_not_matter(text: str, document: dict[str, Any], other: Any) -> None:
    expression = compile_expression(text, "when")
    if expression.reads("b"):
        return
    assert _outcome(expression, document) == _outcome(expression, {**document, "b": other})


def _outcome(expression: Any, document: dict[str, Any]) -> str:
    try:
        return repr(expression.search(document))
    except Rejection as error:
        return error.reason.text


@pytest.mark.parametrize(
    ("text", "names", "whole"),
    [
        ("body.a", {"body"}, False),
        ("@.body.attributes", {"body"}, False),
        ("@ | body[0].envelope", {"body"}, False),
        ("body || envelope", {"body", "envelope"}, False),
        ("body == `1` && !attributes.a", {"body", "attributes"}, False),
        ("{a: body, b: [item]}", {"body", "item"}, False),
        ("body.{a: envelope}", {"body"}, False),
        ("body[?attributes == 'x'].envelope", {"body"}, False),
        ("body[].envelope", {"body"}, False),
        ("max_by(body, &envelope).item", {"body"}, False),
        ("join('-', [item, envelope.a])", {"item", "envelope"}, False),
        ("`{}`.body", set(), False),
        ("body[1:2].envelope", {"body"}, False),
        ("@", set(), True),
        ("to_string(@)", set(), True),
        ("[@][0].body", set(), True),
        ("*.a", set(), True),
        ("(body || @).a", {"body"}, True),
    ],
)
def test_names_it_reads(text: str, names: set[str], whole: bool) -> None:
    expression = compile_expression(text, "keyFrom")
    assert (set(expression.references.names), expression.references.whole) == (names, whole)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("bdy.a", {"bdy"}),
        ("@.bdy || @ | bdy", set()),
        ("@.{a: bdy}", set()),
        ("body | bdy", {"body"}),
        ("(body | a) == device", {"body", "device"}),
        ("contains(a, b.c)", {"a", "b"}),
        ("merge(body, {a: b}).c", {"body", "b"}),
        ('body.kind == "climate"', {"body", "climate"}),
        ("body[?a == b].c | d", {"body"}),
        ("a[*].b", {"a"}),
        ("*.a", set()),
        ("map(&a, body)", {"body"}),
        ("[a, {b: !c}]", {"a", "c"}),
        ("a[0].b", {"a"}),
    ],
)
def test_names_that_stand_at_the_root(text: str, names: set[str]) -> None:
    assert compile_expression(text, "when").references.at_root == names


@pytest.mark.parametrize(
    ("text", "only"),
    [("`1`", True), ("index", True), ("body.a", True), ("[index, item]", False), ("@", False), ("*", False)],
)
def test_reads_only_these_members(text: str, only: bool) -> None:
    assert compile_expression(text, "keyFrom").reads_only({"index", "body"}) is only


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("abs(a)", "abs() takes number, not string"),
        ("sum(a)", "sum() takes array-number, not string"),
        ("b[::0]", "slice step cannot be zero"),
        ("ceil(to_number('inf'))", "cannot convert float infinity to integer"),
        ("contains(a, `1`)", "'in <string>' requires string as left operand, not int"),
        ("avg(b)", "integer division result too large for a float"),
    ],
)
def test_data_that_does_not_fit_is_rejected(text: str, reason: str) -> None:
    expression = compile_expression(text, "routes[0].when")
    with pytest.raises(Rejection) as caught:
        expression.search({"a": "secret", "b": [10**400]})
    assert caught.value.reason == Reason(
        "Expression",
        f"routes[0].when: {text}: {reason}",
    )


@pytest.mark.parametrize("operator", ["<", "<=", ">", ">="])
@pytest.mark.parametrize("value", [None, True, "unavailable", [31], {}])
def test_other_pairs_have_no_order(operator: str, value: Any) -> None:
    for text in (f"a {operator} `30`", f"`30` {operator} a"):
        assert compile_expression(text, "when").search({"a": value}) is None


def test_numbers_and_text_have_an_order() -> None:
    assert compile_expression("a < `30.5` && a >= `30`", "when").search({"a": 30}) is True
    assert compile_expression("a > '2026-11-30'", "when").search({"a": "2026-12-01"}) is True


def test_old_string_literals_are_taken() -> None:
    assert compile_expression("a == `kind`", "when").search({"a": "kind"}) is True


@pytest.mark.parametrize("text", ["!(" * 5000 + "a" + ")" * 5000, " || ".join("a" * 102)])
def test_nesting_is_limited(text: str) -> None:
    with pytest.raises(ExpressionError, match="nested more than 100 deep"):
        compile_expression(text, "when")


def test_many_alternatives_are_taken() -> None:
    assert compile_expression(" || ".join("a" * 101), "when").search({"a": None}) is None


@pytest.mark.parametrize("value", [0, 0.0, -1, "a", [0], {"a": None}, True])
def test_true_values(value: Any) -> None:
    assert is_true(value)


@pytest.mark.parametrize("value", [None, False, "", [], {}])
def test_false_values(value: Any) -> None:
    assert not is_true(value)
