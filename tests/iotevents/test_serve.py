"""`python -m iotevents serve` as a process of its own."""

import json
import resource
import signal
import socket
import sqlite3
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import urlsplit

import pytest
from iotevents.stores.data_file import read_messages
from iotevents.version import version_line

from tests.support.iotevents.calls import INPUT, Answer, message, put, send
from tests.support.iotevents.served import Served, run, serving


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("served")


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Served]:
    with serving(folder) as served:
        yield served


OPEN_TEMPLATE = """
Resources:
  Cars: {Type: 'AWS::IoTEvents::Input', Properties: {InputDefinition: {Attributes: [{JsonPath: id}]}}}
  Lift:
    Type: AWS::IoTEvents::DetectorModel
    Properties:
      RoleArn: !GetAtt Role.Arn
      DetectorModelDefinition:
        InitialStateName: s
        States:
          - StateName: s
            OnInput:
              Events: [{EventName: e, Condition: $input.Cars.id > 1, Actions: [{Sns: {TargetArn: !Ref Up}}]}]
"""
PLACEHOLDERS = (
    "placeholders stand for what is unresolved: Role.Arn (t.yaml), Up (t.yaml); "
    "the file of --parameters gives their values"
)


def stored(folder: Path) -> list[str]:
    return [one.key.message_id for one in read_messages(folder / "data.db")]


def stop(served: Served) -> tuple[int, str]:
    """Ask the server to stop; its exit code and what it wrote to standard error behind its version."""
    served.process.send_signal(signal.SIGTERM)
    code = served.process.wait(10)
    version, _, rest = served.said.partition("\n")
    assert version == f"INFO {version_line('iotevents')}"
    return code, rest


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """While this lasts, another connection holds the data file."""
    with closing(sqlite3.connect(folder / "data.db", isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


def test_serve_stops_cleanly(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        assert put(served.url, message("a")).entries == []
        assert stop(served) == (0, "")
    assert stored(tmp_path) == ["a"]


def test_serve_finishes_calls_under_way(tmp_path: Path) -> None:
    with serving(tmp_path) as served, ThreadPoolExecutor() as threads:
        with held(tmp_path):
            call = threads.submit(put, served.url, message("a"))
            sleep(0.2)
            served.process.send_signal(signal.SIGTERM)
            sleep(0.2)
        assert call.result().entries == []
        assert served.process.wait(10) == 0
    assert stored(tmp_path) == ["a"]


def test_serve_knows_duplicates_after_a_restart(tmp_path: Path) -> None:
    for _ in range(2):
        with serving(tmp_path) as served:
            assert put(served.url, message("a")).entries == []
    assert stored(tmp_path) == ["a"]


def test_serve_commits_waiting_calls_together(server: Served, folder: Path) -> None:
    calls: list[Future[Answer]] = []
    with ThreadPoolExecutor(8) as threads:
        with held(folder):
            calls = [threads.submit(put, server.url, message(f"group{n}")) for n in range(8)]
            sleep(0.3)
        assert all(one.result().entries == [] for one in calls)
    times = [one.time for one in read_messages(folder / "data.db") if one.key.message_id.startswith("group")]
    # Messages of one commit have one time: that of the first call, and one for those that came meanwhile.
    assert (len(times), len(set(times)) <= 3) == (8, True)


def test_serve_answers_503_while_the_file_is_held(server: Served, folder: Path) -> None:
    with held(folder):
        answer = put(server.url, message("held"))
    assert (answer.status, answer.error) == (503, "ServiceUnavailableException")
    assert "held by another process" in answer.document["message"]
    assert "held" not in stored(folder)
    assert put(server.url, message("held")).entries == []


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="only Linux limits another process")
def test_serve_answers_503_while_disk_refuses_writes(server: Served, folder: Path) -> None:
    process, unlimited = server.process.pid, (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    put(server.url, message("before"))
    resource.prlimit(process, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
    answer = put(server.url, message("full"))
    resource.prlimit(process, resource.RLIMIT_FSIZE, unlimited)
    assert (answer.status, answer.error) == (503, "ServiceUnavailableException")
    assert "full" not in stored(folder)
    assert put(server.url, message("full")).entries == []
    assert stored(folder)[-2:] == ["before", "full"]


@pytest.mark.parametrize("chunked", [False, True])
def test_serve_refuses_bodies_without_end(server: Served, chunked: bool) -> None:
    parts = [b" " * 65536] * 20
    answer = send(server.url, iter(parts) if chunked else b"".join(parts))
    assert (answer.status, answer.error) == (413, "RequestEntityTooLargeException")
    assert "more than 303104 bytes" in answer.document["message"]


def test_serve_takes_chunked_bodies(server: Served, folder: Path) -> None:
    body = json.dumps({"messages": [message("chunked")]}).encode()
    assert send(server.url, iter([body[:20], body[20:]])).entries == []
    assert "chunked" in stored(folder)


def test_serve_survives_callers_that_leave(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        address = urlsplit(served.url)
        for sent in (
            b"POST /inp",
            b"POST /inputs/messages HTTP/1.1\r\nHost: h\r\nContent-Length: 50\r\n\r\n{",
        ):
            with socket.create_connection((address.hostname, address.port)) as caller:
                caller.sendall(sent)
        assert put(served.url, message("a")).entries == []
        assert stop(served) == (0, "")


def test_serve_has_an_adjustable_limit(tmp_path: Path) -> None:
    with serving(tmp_path, "--max-payload-bytes", 100_000) as served:
        large = [message(f"m{n}", b'{"a":"' + b"/" * 99_992 + b'"}') for n in range(10)]
        assert put(served.url, *large).entries == []
        assert put(served.url, message("n", b'{"a":"' + b"x" * 99_993 + b'"}')).entries == [
            ("n", "InvalidRequestException")
        ]


def test_serve_refuses_a_data_file_in_use(server: Served, folder: Path) -> None:
    second = run("serve", "--port", 0, "--data", folder / "data.db")
    assert (second.returncode, second.stdout) == (2, "")
    assert f"in use by another server (process {server.process.pid})" in second.stderr


def test_serve_shows_all_findings(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"inputName": "9"}')
    (tmp_path / "b.yaml").write_text("{")
    done = run("serve", "--port", 0, "--data", tmp_path / "d", "--definitions", tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "error: a.json: inputName: '9' does not match" in done.stderr
    assert "error: a.json: inputDefinition: is missing" in done.stderr
    assert "error: b.yaml: cannot be read" in done.stderr
    assert not (tmp_path / "d").exists()


def test_serve_fills_in_templates(tmp_path: Path) -> None:
    (tmp_path / "definitions").mkdir()
    (tmp_path / "parameters.json").write_text('{"Path": "id"}')
    (tmp_path / "definitions" / "t.yaml").write_text(
        "Resources: {Cars: {Type: 'AWS::IoTEvents::Input',"
        " Properties: {InputDefinition: {Attributes: [{JsonPath: !Ref Path}]}}}}"
    )
    with serving(tmp_path, "--parameters", tmp_path / "parameters.json") as served:
        assert put(served.url, message("a", input_name="Cars")).status == 200
        assert stop(served) == (0, "")


def test_serve_tells_that_alarm_models_do_not_run(tmp_path: Path) -> None:
    rule = {"inputProperty": f"$input.{INPUT}.id", "comparisonOperator": "GREATER", "threshold": "1"}
    model = {"alarmModelName": "m", "alarmRule": {"simpleRule": rule}, "roleArn": "arn"}
    (tmp_path / "definitions").mkdir()
    (tmp_path / "definitions" / "m.json").write_text(json.dumps(model))
    with serving(tmp_path) as served:
        said = "WARNING m.json: alarm models are not run yet, skipped\n"
        assert stop(served) == (0, said)


def test_serve_logs_placeholders_once(tmp_path: Path) -> None:
    (tmp_path / "definitions").mkdir()
    (tmp_path / "definitions" / "t.yaml").write_text(OPEN_TEMPLATE)
    with serving(tmp_path) as served:
        assert stop(served) == (0, f"WARNING {PLACEHOLDERS}\n")


def test_serve_refuses_wrong_models(tmp_path: Path) -> None:
    (tmp_path / "m.json").write_text('{"detectorModelName": "m", "detectorModelDefinition": {}}')
    done = run("serve", "--port", 0, "--data", tmp_path / "d", "--definitions", tmp_path)
    assert done.returncode == 2
    assert "error: m.json: states: is missing" in done.stderr


def test_serve_refuses_a_port_in_use(server: Served, tmp_path: Path) -> None:
    port = urlsplit(server.url).port
    done = run("serve", "--port", port, "--data", tmp_path / "d")
    assert (done.returncode, done.stdout) == (2, "")
    assert f"cannot listen on 127.0.0.1:{port}" in done.stderr


@pytest.mark.parametrize(
    "arguments", [(), ("--port", 0), ("--port", -1, "--data", "d"), ("--port", 70000, "--data", "d")]
)
def test_serve_refuses_arguments(arguments: tuple[object, ...]) -> None:
    done = run("serve", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "usage:" in done.stderr


def test_serve_answers_soon_after_its_start(tmp_path: Path) -> None:
    begun = monotonic()
    with serving(tmp_path) as served:
        assert put(served.url, message("a")).status == 200
    assert monotonic() - begun < 5
