"""`python -m iotevents messages`."""

import json
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
from iotevents.__main__ import main
from iotevents.messages import AcceptedMessage, MessageKey
from iotevents.stores.records import AcceptedOperation, Changes
from iotevents.stores.sqlite import SqliteStore

from tests.support.iotevents.served import ENVIRONMENT, command

T = 1_700_000_000_123


@pytest.fixture
def data(tmp_path: Path) -> str:
    with closing(SqliteStore(tmp_path / "d")) as store:
        store.commit(
            Changes(accepted=[AcceptedMessage(T, MessageKey("I", "a"), '{"t":\n "ä"}', timestamp=5)]), T
        )
        many = [AcceptedMessage(T + 1, MessageKey("I", f"m{n}"), "{}") for n in range(3000)]
        store.commit(Changes(accepted=many), T + 1)
        operation = AcceptedOperation(T + 2, "BatchDeleteDetector", '{"detectors":[]}')
        store.commit(Changes(accepted=[operation]), T + 2)
    return str(tmp_path / "d")


def test_messages_are_printed_as_a_messages_file(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["messages", "--data", data, "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(lines) == 3002
    assert lines[0] == {"time": T, "inputName": "I", "messageId": "a", "payload": {"t": "ä"}, "timestamp": 5}
    assert lines[1] == {"time": T + 1, "inputName": "I", "messageId": "m0", "payload": {}}
    assert lines[-1] == {"time": T + 2, "operation": "BatchDeleteDetector", "request": {"detectors": []}}


def test_messages_are_printed_for_people(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["messages", "--data", data]) == 0
    head, first, *_ = capsys.readouterr().out.splitlines()
    assert head.split() == ["received", "input", "message", "id", "payload"]
    assert first.split(maxsplit=3) == ["2023-11-14T22:13:20.123+00:00", "I", "a", '{"t": "ä"}']


def test_messages_of_no_file_are_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["messages", "--data", str(tmp_path / "d")]) == 2
    assert capsys.readouterr().err == f"error: There is no data file {tmp_path / 'd'}\n"


def test_messages_end_quietly_when_the_reader_leaves(data: str) -> None:
    with subprocess.Popen(
        command("messages", "--data", data), env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(10) == 0
