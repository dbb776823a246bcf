import pytest
from iotevents.expressions import UNDEFINED, ParseError, compile_path


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("key", ("key",)),
        ("sensorData.`motor id`", ("sensorData", "motor id")),
        ("a-b._c.9", ("a-b", "_c", "9")),
        ("`a`.b", ("a", "b")),
    ],
)
def test_path_is_names(text: str, names: tuple[str, ...]) -> None:
    assert compile_path(text).names == names


@pytest.mark.parametrize(
    "text", ["", ".", "a.", ".a", "a..b", "a b", "a[0]", "`a", "``", "`a$`", "a`b`", "$input.a", "é"]
)
def test_path_of_other_form_is_refused(text: str) -> None:
    with pytest.raises(ParseError):
        compile_path(text)


def test_path_finds_value() -> None:
    path = compile_path("sensorData.`motor id`")
    assert path.value({"sensorData": {"motor id": "A-7"}}) == "A-7"
    assert path.value({"sensorData": "A-7"}) is UNDEFINED
    assert path.value({"sensorData": {"motor id": None}}) is None
