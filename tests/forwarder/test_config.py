import json
from pathlib import Path
from typing import Any

import pytest
from forwarder.config.config import KEYS, Config, load_config, parse_config
from forwarder.config.routes import ROUTE_KEYS
from forwarder.config.schema import REQUIRED
from forwarder.errors import ConfigError
from hypothesis import given
from hypothesis import strategies as st

ROUTE = {"inputName": "telemetry"}
QUEUE = "https://sqs.eu-central-1.amazonaws.com/123456789012/rejected"
TABLE = json.loads((Path(__file__).parent / "data" / "config.json").read_text())
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
WORDS = [row[1] for row in TABLE["right"]] + [row[1] for row in TABLE["wrong"]]
VALUES = JSON | st.sampled_from(WORDS)
ROUTES = st.lists(st.fixed_dictionaries({}, optional=dict.fromkeys(ROUTE_KEYS, VALUES)), max_size=3)


def problems(document: object) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as caught:
        parse_config(document)
    return caught.value.problems


def route_problems(*routes: dict[str, Any]) -> tuple[str, ...]:
    return problems({"routes": list(routes)})


def place(document: dict[str, Any], key: str, value: Any) -> dict[str, Any]:
    if key in ROUTE_KEYS:
        inputs = {} if key.startswith("inputName") else ROUTE
        return {"routes": [{**inputs, key: value}]}
    return {**document, key: value}


@pytest.mark.parametrize(("key", "value"), TABLE["right"])
def test_right_value_is_taken(key: str, value: Any) -> None:
    config = parse_config(place({"routes": [ROUTE], "rejectedQueueUrl": QUEUE}, key, value))
    table, holder = (ROUTE_KEYS, config.routes[0]) if key in ROUTE_KEYS else (KEYS, config)
    found = getattr(holder, table[key].field)
    assert getattr(found, "text", found) == value


@pytest.mark.parametrize(("key", "value", "text"), TABLE["wrong"])
def test_wrong_value_is_named(key: str, value: Any, text: str) -> None:
    path = f"routes[0].{key}" if key in ROUTE_KEYS else key
    (problem,) = problems(place({"routes": [ROUTE]}, key, value))
    assert problem == f"{path}: {text}"


def test_every_key_has_wrong_values() -> None:
    assert {row[0] for row in TABLE["wrong"]} == (KEYS.keys() | ROUTE_KEYS.keys()) - {"routes"}


def test_defaults_are_the_documented_ones() -> None:
    config = parse_config({"routes": [ROUTE]})
    defaults = {name: getattr(config, key.field) for name, key in KEYS.items() if name != "routes"}
    assert defaults == TABLE["defaults"]
    assert [name for name, key in KEYS.items() if key.default is REQUIRED] == ["routes"]


def test_route_defaults_are_the_documented_ones() -> None:
    (route,) = parse_config({"routes": [ROUTE]}).routes
    assert {name: getattr(route, key.field) for name, key in ROUTE_KEYS.items()} == TABLE["route defaults"]


@pytest.mark.parametrize(
    "text",
    ["body.bdy", "body[?x == y]", "@.device", "*.device", "values(body)[0].device", "body | device"],
)
def test_names_below_the_root_are_free(text: str) -> None:
    assert parse_config({"routes": [{**ROUTE, "when": text}]}).routes[0].when is not None


def test_route_that_drops_has_a_condition_and_no_more() -> None:
    assert parse_config({"routes": [{"when": "body.x", "drop": True}]}).routes[0].drop
    assert route_problems({"drop": True, "inputName": "a", "format": "json"}) == (
        "routes[0].when: missing; drop needs it to say which records are dropped",
        "routes[0].inputName: not with drop, which sends nothing",
        "routes[0].format: not with drop, which sends nothing",
    )


def test_rejected_queue_turns_storing_on() -> None:
    assert parse_config({"routes": [ROUTE], "rejectedQueueUrl": QUEUE}).on_rejected == "dead-letter"


def test_on_rejected_overrides_the_queue() -> None:
    document = {"routes": [ROUTE], "rejectedQueueUrl": QUEUE, "onRejected": "retry"}
    assert parse_config(document).on_rejected == "retry"


def test_dead_letter_needs_a_queue() -> None:
    (problem,) = problems({"routes": [ROUTE], "onRejected": "dead-letter"})
    assert problem == "onRejected: dead-letter needs rejectedQueueUrl (or FORWARDER_REJECTED_QUEUE_URL)"


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("worker", "did you mean workers?"),
        ("batch_size", "did you mean batchSize?"),
        ("onunknowninput", "did you mean onUnknownInput?"),
        ("zzz", "there are routes, unrouted, envelope"),
    ],
)
def test_unknown_key_is_named(name: str, hint: str) -> None:
    (problem,) = problems({"routes": [ROUTE], name: 1})
    assert problem.startswith(f"{name}: unknown key; {hint}")


def test_unknown_route_key_is_named() -> None:
    assert route_problems({**ROUTE, "when": "body.a"}, {**ROUTE, "splitt": "body"}) == (
        "routes[1].splitt: unknown key; did you mean split?",
    )


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ([], "the configuration is []; it must be an object"),
        ({}, "routes: missing"),
        ({"routes": []}, "routes: must be a list of at least one route, not []"),
        ({"routes": {}}, "routes: must be a list of at least one route, not {}"),
        ({"routes": [1]}, "routes[0]: must be an object, not 1"),
    ],
)
def test_routes_must_be_there(document: object, problem: str) -> None:
    assert problems(document) == (problem,)


def test_input_name_is_needed() -> None:
    assert route_problems({}) == ("routes[0]: neither inputName nor inputNameFrom; exactly one is needed",)


def test_input_name_is_needed_once() -> None:
    assert route_problems({"inputName": "a", "inputNameFrom": "body.b"}) == (
        "routes[0].inputNameFrom: stands beside inputName; exactly one of them is needed",
    )


@pytest.mark.parametrize("key", ["inputNameFrom", "messageIdFrom", "timestampFrom", "keyFrom"])
@pytest.mark.parametrize("text", ["body.a", "@", "@.body", "(body || attributes).a", "[attributes, body][0]"])
def test_bytes_route_does_not_read_the_body(key: str, text: str) -> None:
    route = {"inputName": "a", "format": "bytes", key: text}
    if key == "inputNameFrom":
        del route["inputName"]
    assert route_problems(route) == (f"routes[0].{key}: reads the body, which format bytes does not decode",)


@pytest.mark.parametrize(
    "text", ["attributes.body", "attributes | body", "'body'", "`{}` | body", "envelope.*.body"]
)
def test_bytes_route_reads_the_rest(text: str) -> None:
    parse_config({"routes": [{**ROUTE, "format": "bytes", "keyFrom": text, "when": "body.a"}]})


@pytest.mark.parametrize("key", ["split", "payloadFrom"])
def test_bytes_route_does_not_transform(key: str) -> None:
    found = route_problems({**ROUTE, "format": "bytes", key: "attributes"})
    assert found == (f"routes[0].{key}: not with format bytes, which sends the data as it came",)


def test_route_without_when_comes_last() -> None:
    assert route_problems(ROUTE, {**ROUTE, "when": "body.a"}, ROUTE) == (
        "routes[0].when: missing, so that nothing ever reaches routes[1], routes[2]",
    )


def test_all_problems_are_told_at_once() -> None:
    document = {"routes": [{"format": "xml"}, {**ROUTE, "when": "["}], "workers": 0, "retry": 1}
    keys = [problem.split(":")[0] for problem in problems(document)]
    assert keys == ["retry", "routes[0].format", "routes[0]", "routes[1].when", "routes[0].when", "workers"]


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(KEYS, VALUES) | {"routes": ROUTES | VALUES}) | VALUES)
def test_any_document_is_taken_or_refused(document: Any) -> None:
    try:
        config = parse_config(document)
    except ConfigError as error:
        told = error.problems
    else:
        told = (f"workers: {config.workers}",)
    assert told
    assert all(": " in problem or "; " in problem for problem in told)


def load(setting: str, root: Path = Path(), **environ: str) -> Config:
    return load_config({"FORWARDER_CONFIG": setting, **environ}, root)


def load_problems(setting: str, root: Path = Path(), **environ: str) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as caught:
        load(setting, root, **environ)
    return caught.value.problems


def test_text_is_the_document() -> None:
    assert load('\n {"routes":[{"inputName":"a"}],"workers":3}').workers == 3


def test_byte_order_mark_is_ignored(tmp_path: Path) -> None:
    text = "\ufeff" + json.dumps({"routes": [ROUTE]})
    (tmp_path / "config.json").write_text(text, "utf-8")
    assert load_config({"FORWARDER_CONFIG": text}, tmp_path).routes
    assert load_config({"FORWARDER_CONFIG": "config.json"}, tmp_path).routes


def test_path_is_below_the_root(tmp_path: Path) -> None:
    (tmp_path / "settings").mkdir()
    (tmp_path / "settings" / "config.json").write_text('{"routes":[{"inputName":"ü"}]}')
    (problem,) = load_problems("settings/config.json", tmp_path)
    assert problem.startswith("routes[0].inputName: ")


@pytest.mark.parametrize("path", ["../config.json", "/config.json", "a/../../config.json"])
def test_path_does_not_leave_the_root(path: str, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "root").mkdir()
    (problem,) = load_problems(path, tmp_path / "root")
    assert problem == f"FORWARDER_CONFIG: {path!r} lies outside of the function's folder"


def test_link_does_not_leave_the_root(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / "link.json").symlink_to(tmp_path / "config.json")
    assert "outside" in load_problems("link.json", tmp_path / "root")[0]


@pytest.mark.parametrize("path", ["none.json", "folder", "x" * 5000, "a\0b", "bytes"])
def test_path_that_cannot_be_read_is_named(path: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "bytes").write_bytes(b"\xff")
    (problem,) = load_problems(path, tmp_path)
    assert problem.startswith(f"FORWARDER_CONFIG: cannot read {path!r}: ")


def test_missing_setting_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="FORWARDER_CONFIG: not set"):
        load_config({}, tmp_path)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "Expecting property name"),
        ('{"workers":NaN}', "NaN is not a JSON value"),
        ('{"a":' * 100_000, ""),
        ('{"workers":' + "1" * 5000 + "}", "Exceeds the limit"),
    ],
)
def test_bad_json_is_refused(text: str, reason: str) -> None:
    (problem,) = load_problems(text)
    assert problem.startswith(f"FORWARDER_CONFIG: not JSON: {reason}")


def test_repeated_keys_are_refused() -> None:
    text = '{"routes":[{"inputName":"a","inputName":"b"}],"workers":1,"workers":2,"retries":-1}'
    assert load_problems(text) == (
        "inputName: stands twice in one object",
        "workers: stands twice in one object",
        "retries: must be an integer from 0 to 20, not -1",
    )


def test_repeated_key_alone_is_refused() -> None:
    assert load_problems('{"routes":[{"inputName":"a"}],"workers":1,"workers":1}') == (
        "workers: stands twice in one object",
    )


def test_queue_of_the_deployment_wins() -> None:
    text = '{"routes":[{"inputName":"a"}],"rejectedQueueUrl":"https://example.com/old"}'
    config = load(text, FORWARDER_REJECTED_QUEUE_URL=QUEUE)
    assert (config.rejected_queue_url, config.on_rejected) == (QUEUE, "dead-letter")


def test_queue_of_the_deployment_is_checked() -> None:
    found = load_problems('{"routes":[{"inputName":"a"}]}', FORWARDER_REJECTED_QUEUE_URL=QUEUE + ".fifo")
    assert found == (f'rejectedQueueUrl: must be the URL of a standard queue (no .fifo), not "{QUEUE}.fifo"',)


@pytest.mark.parametrize(
    ("keys", "problem"),
    [
        (
            {"when": 'body.kind == "climate"'},
            "when: the record document has no member climate; text stands in",
        ),
        ({"when": "bdy.kind"}, "when: the record document has no member bdy; did you mean body?"),
        ({"when": "payload.x"}, "when: the record document has no member payload; did you mean body?"),
        (
            {"keyFrom": "device"},
            "keyFrom: the record document has no member device; did you mean body.device",
        ),
        ({"when": "item.x", "split": "body"}, "when: the record document has no member item; item is known"),
        ({"payloadFrom": "item"}, "payloadFrom: the record document has no member item; item is known"),
        ({"when": "body.on == true"}, "when: the record document has no member true; a literal stands in"),
        ({"messageIdFrom": "'x'"}, "messageIdFrom: reads nothing of the record"),
        (
            {"messageIdFrom": "to_string(index)", "split": "body"},
            "messageIdFrom: reads nothing of the record",
        ),
    ],
)
def test_expression_that_is_never_right(keys: dict[str, Any], problem: str) -> None:
    (text,) = route_problems({**ROUTE, **keys})
    assert text.startswith(f"routes[0].{problem}")


@pytest.mark.parametrize("text", ["@.x", "body[?kind == x]", "body | x", "*.x", "merge(@, body).x"])
def test_names_that_are_free(text: str) -> None:
    parse_config({"routes": [{**ROUTE, "when": text}]})
