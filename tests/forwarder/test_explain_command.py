"""`python -m forwarder explain`."""

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from forwarder.__main__ import main
from forwarder.commands.dry_run import explain
from forwarder.config.config import CONFIG_VARIABLE, parse_config
from forwarder.errors import EventError
from hypothesis import given
from hypothesis import strategies as st

from tests.support.forwarder.aggregates import aggregate
from tests.support.forwarder.function import QUEUE_URL, ROUTE, fifo, kinesis, message, sqs
from tests.support.forwarder.records import ARRIVAL, QUEUE, STREAM, kinesis_entry

ROOT = Path(__file__).parents[2]
CONFIG: dict[str, Any] = {"routes": [{"when": "body.id", **ROUTE}], "unrouted": "drop"}
BAD = "{"


@pytest.fixture
def explained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run the command on some records and a configuration; return what it printed."""

    def run(records: list[dict[str, Any]], *flags: str, **keys: Any) -> str:
        (tmp_path / "c.json").write_text(json.dumps({**CONFIG, **keys}))
        (tmp_path / "e.json").write_text(json.dumps({"Records": records}))
        config = ["--config", str(tmp_path / "c.json")]
        assert main(["explain", str(tmp_path / "e.json"), *config, *flags]) == 0
        return capsys.readouterr().out

    return run


def document(explained: Any, *records: dict[str, Any], **keys: Any) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(explained(list(records), "--json", **keys))
    return loaded


def outcomes(found: Mapping[str, Any]) -> list[tuple[str, str | None]]:
    return [(one["outcome"], one["reason"]) for one in found["records"]]


def test_explain_prints_json(explained: Any) -> None:
    body = {"id": "a", "key": "k", "time": "?"}
    route = {"when": "body.id", **ROUTE, "timestampFrom": "body.time"}
    assert document(explained, *sqs(body, BAD, "{}", body), routes=[route]) == {
        "source": "sqs",
        "sourceArn": QUEUE,
        "records": [
            {
                "position": 0,
                "recordId": "m-0",
                "subIndex": None,
                "route": 0,
                "when": "body.id",
                "outcome": "forwarded",
                "reason": None,
                "messages": [entry(repeated=False)],
                "rejected": [],
                "illegalTimestamps": 1,
            },
            {
                **unrouted(1),
                "outcome": "returned",
                "reason": "Rejected",
                "rejected": [
                    {
                        "index": 0,
                        "messageId": None,
                        "code": "BadJson",
                        "text": "not JSON: Expecting property name enclosed in double quotes at character 2",
                    }
                ],
            },
            {**unrouted(2), "outcome": "dropped", "reason": None},
            {
                "position": 3,
                "recordId": "m-3",
                "subIndex": None,
                "route": 0,
                "when": "body.id",
                "outcome": "forwarded",
                "reason": None,
                "messages": [entry(repeated=True)],
                "rejected": [],
                "illegalTimestamps": 1,
            },
        ],
        "batchSize": 10,
        "calls": [["a"]],
        "bound": 1,
        "batchItemFailures": ["m-1"],
    }


def entry(*, repeated: bool) -> dict[str, Any]:
    return {
        "index": 0,
        "messageId": "a",
        "inputName": "telemetry",
        "bytes": 31,
        "timestamp": ARRIVAL,
        "key": "k",
        "repeated": repeated,
        "payload": '{"id":"a","key":"k","time":"?"}',
        "illegalTimestamp": '"?"',
        "idHashedFrom": None,
    }


def unrouted(position: int) -> dict[str, Any]:
    return {
        "position": position,
        "recordId": f"m-{position}",
        "subIndex": None,
        "route": None,
        "when": None,
        "messages": [],
        "rejected": [],
        "illegalTimestamps": 0,
    }


def test_explain_shows_what_a_rejected_record_stores(explained: Any) -> None:
    found = document(explained, *sqs(BAD), rejectedQueueUrl=QUEUE_URL)
    assert outcomes(found) == [("dead-lettered", None)]
    assert found["batchItemFailures"] == []


def test_explain_shows_what_a_shard_holds_back(explained: Any) -> None:
    found = document(explained, *kinesis(message("a"), BAD, message("b"), BAD))
    assert outcomes(found) == [
        ("forwarded", None),
        ("returned", "Rejected"),
        ("returned", "HeldBack"),
        ("returned", "Rejected"),
    ]
    assert found["calls"] == [["a"]]
    assert found["batchItemFailures"] == ["1001"]


def test_explain_shows_what_a_group_holds_back(explained: Any) -> None:
    found = document(explained, *fifo(BAD, message("a", "g"), message("b", "h")))
    assert outcomes(found) == [("returned", "Rejected"), ("returned", "HeldBack"), ("forwarded", None)]
    assert found["calls"] == [["b"]]


def test_explain_shows_sub_records(explained: Any) -> None:
    entry = kinesis_entry(aggregate([("k", b'{"id":"a"}'), ("k", b'{"id":"b"}')]), number="7")
    found = document(explained, entry)
    assert [(one["position"], one["recordId"], one["subIndex"]) for one in found["records"]] == [
        (0, "7", 0),
        (0, "7", 1),
    ]
    assert found["sourceArn"] == STREAM


def test_explain_plans_calls_by_key(explained: Any) -> None:
    bodies = [message(f"{key}{n}", key) for n in range(3) for key in "ab"]
    found = document(explained, *sqs(*bodies, message("c"), message("d")), batchSize=3)
    assert found["bound"] == 3
    assert [{id[0] for id in call} for call in found["calls"]] == [
        {"a", "b", "c"},
        {"a", "b", "d"},
        {"a", "b"},
    ]


@pytest.mark.parametrize(("ordering", "calls"), [("none", 1), ("key", 4), ("strict", 4)])
def test_explain_bound_by_ordering(explained: Any, ordering: str, calls: int) -> None:
    found = document(explained, *sqs(*(message(f"i{n}", "k") for n in range(4))), ordering=ordering)
    assert (found["bound"], len(found["calls"])) == (calls, calls)


def cells(line: str) -> list[str]:
    return re.split("  +", line.strip())


def test_explain_prints_a_table(explained: Any) -> None:
    text = explained([*sqs(message("a", "k\x1b"), BAD, "{}")], rejectedQueueUrl=QUEUE_URL)
    lines = [line.rstrip() for line in text.splitlines()]
    assert lines[0] == f"3 records of {QUEUE}"
    assert cells(lines[2]) == ["record", "route", "outcome", "message", "input", "bytes", "key", "timestamp"]
    assert cells(lines[3])[:4] == ["0 m-0", "0 when body.id", "forwarded", "a"]
    assert cells(lines[3])[4:] == ["telemetry", "26", r"k\x1b", "2023-11-14T22:13:20.123Z"]
    assert cells(lines[4])[:3] == ["1 m-1", "-", "dead-lettered"]
    assert cells(lines[4])[3].startswith("BadJson: not JSON: ")
    assert cells(lines[5]) == ["2 m-2", "-", "dropped"]
    assert lines[7] == "calls, if the target accepts everything: 1 (minimum: 1)"
    assert lines[8] == "with ordering key, batchSize 10, one worker"
    assert lines[9:11] == ["     1  a", "payloads"]
    assert [json.loads(line.split(maxsplit=1)[1]) for line in lines[11:]] == [{"id": "a", "key": "k\x1b"}]


def test_explain_prints_what_is_given_back(explained: Any) -> None:
    route = {**ROUTE, "timestampFrom": "body.id"}
    text = explained([*sqs(message("a"), BAD)], routes=[route])
    assert "\ngiven back to the source: m-1\n" in text
    assert text.splitlines()[-2:] == [
        "timestamps that are none, so that the time of arrival stands in for them: 1",
        '  a  "a"',
    ]
    assert "returned: Rejected" in text


def test_explain_reads_the_environment(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv(CONFIG_VARIABLE, "examples/rooms/forwarder.json")
    assert main(["explain", "events/sqs-sns.json", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["bound"] == 2


@pytest.mark.parametrize("name", sorted(path.name for path in (ROOT / "events").glob("*.json")))
def test_explain_of_every_sample(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    config = str(ROOT / "examples" / "rooms" / "forwarder.json")
    assert main(["explain", str(ROOT / "events" / name), "--config", config]) == 0
    printed = capsys.readouterr().out
    assert printed.count("forwarded") == 6
    assert "calls, if the target accepts everything: 2 (minimum: 2)" in printed


@pytest.mark.parametrize(
    ("text", "problem"),
    [("{", "e.json: not JSON"), ("[]", "the event is no object"), (None, "e.json: cannot be read: No such")],
)
def test_explain_of_no_event(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str | None, problem: str
) -> None:
    (tmp_path / "c.json").write_text(json.dumps(CONFIG))
    if text is not None:
        (tmp_path / "e.json").write_text(text)
    assert main(["explain", str(tmp_path / "e.json"), "--config", str(tmp_path / "c.json")]) == 2
    assert problem in capsys.readouterr().err


def test_explain_ends_quietly_when_the_reader_leaves(tmp_path: Path) -> None:
    records = sqs(*(message(f"i{n}", "k" * 100) for n in range(3000)))
    (tmp_path / "e.json").write_text(json.dumps({"Records": records}))
    command = [sys.executable, "-m", "forwarder", "explain", str(tmp_path / "e.json")]
    environment = {"PYTHONPATH": str(ROOT / "lambda_src"), CONFIG_VARIABLE: json.dumps(CONFIG)}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(20) == 1


def test_explain_of_an_empty_event(explained: Any) -> None:
    assert explained([]).splitlines()[0] == "0 records of no source"


BODIES = st.lists(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from(["k", "l", "m", None])), max_size=30)


@given(
    BODIES,
    st.sampled_from([sqs, fifo, kinesis]),
    st.sampled_from(["none", "key", "strict"]),
    st.integers(1, 4),
)
def test_explain_calls_are_as_few_as_can_be(
    bodies: list[tuple[str, str | None]], source: Any, ordering: str, size: int
) -> None:
    config = parse_config({**CONFIG, "ordering": ordering, "batchSize": size, "rejectedQueueUrl": QUEUE_URL})
    records = source(*(message(f"{name}-{n}", key) for n, (name, key) in enumerate(bodies)))
    found = explain({"Records": records}, config)
    assert len(found.calls) == found.bound
    assert sum(map(len, found.calls)) == len(bodies)


def test_explain_of_a_foreign_event() -> None:
    with pytest.raises(EventError):
        explain({"Records": [{"eventSource": "aws:s3", "eventSourceARN": "a"}]}, parse_config(CONFIG))


def test_explain_names_lines(explained: Any) -> None:
    routes = [{"when": "body.id", **ROUTE}, {"inputName": "other"}]
    records = sqs('{"id":"a"}\n{\n{"n":1}', '{"id":"b"}')
    keys = {"routes": routes, "bodyFormat": "json-lines", "rejectedQueueUrl": QUEUE_URL}
    first, second = document(explained, *records, **keys)["records"]
    assert (first["outcome"], first["route"], first["routes"]) == ("dead-lettered", None, [0, 1])
    assert [(message["line"], message["inputName"]) for message in first["messages"]] == [
        (0, "telemetry"),
        (2, "other"),
    ]
    assert [(problem["line"], problem["code"]) for problem in first["rejected"]] == [(1, "BadJson")]
    assert (second["route"], "routes" in second) == (0, False)
    printed = explained(records, **keys)
    assert "line 1: BadJson" in printed
    assert "m-0-2" in printed


LONG = {"id": "room 1/x", "time": "yesterday", "text": "x" * 100}
FROM_BODY = {"when": "body.id", **ROUTE, "timestampFrom": "body.time"}


def test_explain_shows_what_became_of_values(explained: Any) -> None:
    (found,) = document(explained, *sqs(LONG), routes=[FROM_BODY])["records"][0]["messages"]
    assert json.loads(found["payload"]) == LONG
    assert (found["illegalTimestamp"], found["idHashedFrom"]) == ('"yesterday"', "room 1/x")
    printed = explained(sqs(LONG), routes=[FROM_BODY])
    assert f"  {found['messageId']}  {found['payload'][:77]}...\n" in printed
    assert f'stands in for them: 1\n  {found["messageId"]}  "yesterday"\n' in printed
    assert f"a hash stands in for them: 1\n  {found['messageId']}  room 1/x\n" in printed


def test_explain_keeps_quiet_of_good_values(explained: Any) -> None:
    body = {"id": "a", "time": 1_700_000_000_000}
    (found,) = document(explained, *sqs(body), routes=[FROM_BODY])["records"][0]["messages"]
    assert (found["illegalTimestamp"], found["idHashedFrom"]) == (None, None)
    assert "stand" not in explained(sqs(body), routes=[FROM_BODY])


def test_explain_shows_payloads_of_bytes(explained: Any) -> None:
    route = {"inputName": "telemetry", "format": "bytes"}
    (found,) = document(explained, kinesis_entry(b"\xff\x00"), routes=[route])["records"][0]["messages"]
    assert (found["payload"], found["payloadBase64"]) == (None, "/wA=")
    assert "\\xff\\x00" in explained([kinesis_entry(b"\xff\x00")], routes=[route])


def test_explain_tells_lines_and_elements_apart(explained: Any) -> None:
    bodies = "\n".join(json.dumps([{"id": f"{n}/{m}", "time": "?"} for m in range(2)]) for n in range(2))
    route = {
        "inputName": "telemetry",
        "split": "body",
        "messageIdFrom": "item.id",
        "timestampFrom": "item.time",
    }
    found = document(explained, *sqs(bodies), routes=[route], bodyFormat="json-lines")["records"][0][
        "messages"
    ]
    assert [one["idHashedFrom"] for one in found] == ["0/0", "0/1", "1/0", "1/1"]
