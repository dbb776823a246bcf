"""`python -m forwarder check`."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from forwarder.__main__ import main
from forwarder.config.config import KEYS, QUEUE_VARIABLE
from forwarder.config.routes import ROUTE_KEYS

ROOT = Path(__file__).parents[2]
QUEUE = "https://sqs.eu-west-1.amazonaws.com/123456789012/rejected"


def lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]


def write(folder: Path, document: Any) -> str:
    file = folder / "c.json"
    file.write_text(document if isinstance(document, str) else json.dumps(document))
    return str(file)


def test_check_prints_routes_and_defaults(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    routes = [
        {"when": "body.items", "split": "body.items", "inputNameFrom": "item.kind"},
        {"inputName": "raw", "format": "bytes", "keyFrom": "partitionKey"},
    ]
    assert main(["check", write(tmp_path, {"routes": routes, "workers": 2, "readTimeout": 2.5})]) == 0
    printed = lines(capsys)
    assert printed[0].endswith("c.json: the configuration is valid")
    start, end = printed.index("0"), printed.index("settings")
    assert printed[start : end - 1] == [
        "0",
        "when body.items",
        "inputNameFrom item.kind",
        "format json (default)",
        "split body.items",
        "payloadFrom item (default)",
        "messageIdFrom derived from the record, with the index of the item (default)",
        "timestampFrom the record's time of arrival (default)",
        "keyFrom Kinesis: partition key, FIFO: message group, else none (default)",
        "1",
        "when always (default)",
        "inputName raw",
        "format bytes",
        "payloadFrom the data as they came (default)",
        "messageIdFrom derived from the record (default)",
        "timestampFrom the record's time of arrival (default)",
        "keyFrom partitionKey",
    ]
    assert {"workers 2", "readTimeout 2.5", "connectTimeout 1 (default)", "ordering key (default)"} <= {
        *printed
    }
    assert {"onRejected retry (default)", "allowHttp false (default)"} <= {*printed}


def test_check_prints_every_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    route = {"split": "body", "inputName": "a"} | {
        name: "item" for name in ROUTE_KEYS if name.endswith("From") and name != "inputNameFrom"
    }
    assert (
        main(
            [
                "check",
                write(
                    tmp_path, {"routes": [{"when": "body", "drop": True}, {"when": "body", **route}, route]}
                ),
            ]
        )
        == 0
    )
    first = {line.split()[0] for line in lines(capsys) if line}
    assert {*KEYS, *ROUTE_KEYS} - {"inputNameFrom", "routes"} <= first


@pytest.mark.parametrize(
    ("keys", "queue", "found"),
    [
        ({"rejectedQueueUrl": QUEUE}, "", "onRejected dead-letter (default)"),
        ({"rejectedQueueUrl": QUEUE, "onRejected": "retry"}, "", "onRejected retry"),
        ({}, QUEUE, "onRejected dead-letter (default)"),
        ({}, QUEUE, f"rejectedQueueUrl {QUEUE}"),
    ],
)
def test_check_shows_what_follows_from_the_queue(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    keys: dict[str, str],
    queue: str,
    found: str,
) -> None:
    monkeypatch.setenv(QUEUE_VARIABLE, queue)
    assert main(["check", write(tmp_path, {"routes": [{"inputName": "a"}], **keys})]) == 0
    assert found in lines(capsys)


def test_check_names_all_problems(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", write(tmp_path, {"routes": [{"inputNam": "a"}], "workers": 0})]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.splitlines() == [
        "error: the forwarder's configuration is wrong:",
        "  - routes[0].inputNam: unknown key; did you mean inputName?",
        "  - routes[0]: neither inputName nor inputNameFrom; exactly one is needed",
        "  - workers: must be an integer from 1 to 64, not 0",
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [("[]", "c.json: not a JSON object"), ("{", "c.json: not JSON: "), ("", "c.json: not a JSON object")],
)
def test_check_names_the_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, problem: str
) -> None:
    assert main(["check", write(tmp_path, text)]) == 2
    assert problem in capsys.readouterr().err


def test_check_of_a_file_that_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(tmp_path)]) == 2
    assert "cannot be read: Is a directory" in capsys.readouterr().err
    (tmp_path / "c.json").write_bytes(b"\xff")
    assert main(["check", str(tmp_path / "c.json")]) == 2
    assert "c.json: not UTF-8" in capsys.readouterr().err


def test_check_runs_as_a_module() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "forwarder", "check", "examples/rooms/forwarder.json"],
        cwd=ROOT,
        env={"PYTHONPATH": "lambda_src"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "input" in done.stdout
    assert done.stderr == ""


def test_check_prints_ids_of_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    routes = [{"when": "body.a", "inputName": "a", "split": "body"}, {"inputName": "b"}]
    assert main(["check", write(tmp_path, {"routes": routes, "bodyFormat": "json-lines"})]) == 0
    derived = "messageIdFrom derived from the record, with the number of the line"
    printed = lines(capsys)
    assert {f"{derived} and the index of the item (default)", f"{derived} (default)"} <= {*printed}
    assert "bodyFormat json-lines" in printed


@pytest.mark.parametrize(
    ("key", "warns"), [("'all'", True), ("eventSourceArn", True), ("`null`", False), ("body.x", False)]
)
def test_check_warns_of_a_constant_key(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], key: str, warns: bool
) -> None:
    assert main(["check", write(tmp_path, {"routes": [{"inputName": "a", "keyFrom": key}]})]) == 0
    warning = "warning: routes[0].keyFrom: the same for all records; is ordering: strict meant?"
    assert (warning in lines(capsys)) is warns


def test_check_names_routes_that_take_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    routes = [
        {"when": "body.room", "inputName": "a"},
        {"when": "body.rooom", "inputName": "b"},
        {"when": "body.nobody", "drop": True},
    ]
    config, event = write(tmp_path, {"routes": routes}), str(ROOT / "events" / "sqs.json")
    assert main(["check", config, event, event]) == 0
    warnings = [line for line in lines(capsys) if line.startswith("warning: ")]
    assert warnings == [f"warning: routes[{n}]: takes none of the events' 12 records" for n in (1, 2)]


def test_check_says_which_event_it_cannot_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = write(tmp_path, {"routes": [{"inputName": "a"}]})
    assert main(["check", config, str(tmp_path / "none.json")]) == 2
    assert "none.json: cannot be read" in capsys.readouterr().err
