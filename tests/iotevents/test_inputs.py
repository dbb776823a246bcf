"""The constraints of CreateInput."""

from typing import Any

import pytest
from iotevents.models.inputs import Input, read_input


def body(**changed: Any) -> dict[str, Any]:
    return {"inputName": "Rooms", "inputDefinition": {"attributes": [{"jsonPath": "id"}]}} | changed


def with_path(path: object) -> dict[str, Any]:
    return body(inputDefinition={"attributes": [{"jsonPath": path}]})


def places(value: dict[str, Any]) -> list[str]:
    return [path for path, _ in read_input(value)[1]]


def test_input_is_read() -> None:
    found, violations = read_input(body(inputDescription="all rooms", tags=[]))
    assert (found, violations) == (Input("Rooms", "all rooms", ("id",)), [])


def test_input_takes_null_as_absent() -> None:
    assert read_input(body(inputDescription=None, tags=None, other=None))[0] == Input("Rooms", "", ("id",))


@pytest.mark.parametrize("path", ["a", "a.b-c.d_e", "`with space`.b", "a.`b c`", "9", "x" * 128])
def test_json_path_is_taken(path: str) -> None:
    assert places(with_path(path)) == []


@pytest.mark.parametrize("path", ["", "a.", ".a", "a b", "a[0]", "`a", "``", "é", "a\n", "x" * 129, 7, None])
def test_json_path_is_refused(path: object) -> None:
    assert places(with_path(path)) == ["inputDefinition.attributes[0].jsonPath"]


@pytest.mark.parametrize("name", ["", "9a", "a-b", "a.b", "a" * 129, "a\n", None, 5])
def test_input_name_is_refused(name: object) -> None:
    assert places(body(inputName=name)) == ["inputName"]


def test_input_shows_all_violations_at_once() -> None:
    wrong = {
        "inputName": "1",
        "inputDescription": "d" * 1025,
        "inputDefinition": {"attributes": [1, {"path": "a"}]},
    }
    assert places(wrong) == [
        "inputName",
        "inputDescription",
        "inputDefinition.attributes[0]",
        "inputDefinition.attributes[1].path",
        "inputDefinition.attributes[1].jsonPath",
    ]


@pytest.mark.parametrize("attributes", [[], [{"jsonPath": "a"}] * 201, None, {}])
def test_attributes_are_refused(attributes: object) -> None:
    assert places(body(inputDefinition={"attributes": attributes})) == ["inputDefinition.attributes"]


@pytest.mark.parametrize("definition", [None, [], "x"])
def test_definition_is_refused(definition: object) -> None:
    assert places(body(inputDefinition=definition)) == ["inputDefinition"]
