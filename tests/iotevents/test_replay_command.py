"""`python -m iotevents replay`."""

import gzip
import json
import os
import pty
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from iotevents.__main__ import main

from tests.support.iotevents.models import ALWAYS, body, event, set_timer, sns, state, transition
from tests.support.iotevents.served import ENVIRONMENT, command, run

T = 1_700_000_000_000
STATES = (
    state(
        "Calm",
        transition("$input.In.v > 5", "Alarm", sns(), name="too high"),
        event("$input.In.v > 3", name="high"),
    ),
    state(
        "Alarm",
        transition("timeout('t')", "Calm", name="waited"),
        event("$input.In.v + true > 1"),
        enter=[event(ALWAYS, set_timer("t"))],
    ),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    definitions = tmp_path / "definitions"
    definitions.mkdir()
    (definitions / "m.json").write_text(json.dumps(body(*STATES)))
    (definitions / "i.json").write_text(
        json.dumps({"inputName": "In", "inputDefinition": {"attributes": [{"jsonPath": "v"}]}})
    )
    return tmp_path


def message(seconds: int, v: float, **more: Any) -> str:
    return json.dumps({"time": T + 1000 * seconds, "inputName": "In", "payload": {"id": "k", "v": v}, **more})


def replayed(folder: Path, text: str | bytes, *options: Any) -> subprocess.CompletedProcess[str]:
    (folder / "file").write_bytes(text if isinstance(text, bytes) else text.encode())
    return run("replay", "--definitions", folder / "definitions", *options, folder / "file")


def test_replay_prints_records(folder: Path) -> None:
    text = "\n".join(["\ufeff" + message(0, 1), "", message(1, 9), "no JSON"]) + "\n"
    done = replayed(folder, text, "--json", "--until", T + 61_000)
    found = [json.loads(one) for one in done.stdout.splitlines()]
    assert (done.returncode, done.stderr) == (0, "")
    assert [one.get("to") for one in found] == ["Calm", "Alarm", None, "Calm"]
    assert found[2]["rejected"]["errorMessage"].startswith("line 4: The line is not JSON")


def test_replay_prints_a_table(folder: Path) -> None:
    text = "\n".join(
        [message(0, 1), message(1, 4), message(2, 9), message(3, 1), message(4, 1, messageId="ä")]
    )
    done = replayed(folder, text, "--until", "2023-11-14T22:15:00Z")
    lines = [" ".join(one.split()) for one in done.stdout.splitlines()]
    error = "! states[1].onInput.events[0].condition: + does not take Integer 1 and Boolean true"
    assert lines == [
        "time detector trigger state because actions and errors",
        "2023-11-14 22:13:20 m k message · → Calm",
        "2023-11-14 22:13:22 m k message Calm → Alarm high, too high sns too high",
        f"2023-11-14 22:13:23 m k message Alarm {error}",
        "2023-11-14 22:13:24 In ä rejected ! InvalidRequestException: line 5: "
        "The messageId must have 1 to 64 letters, digits, - and _",
        f"2023-11-14 22:14:22 m k timer Alarm → Calm waited {error}",
        "",
        "5 evaluations of 1 detector, 2 transitions, 1 action, 2 errors, 1 rejected",
    ]


def test_replay_aligns_its_table(folder: Path) -> None:
    head, *rows, _, _ = replayed(folder, message(0, 1) + "\n" + message(2, 9)).stdout.splitlines()
    assert {row.index("message") for row in rows} == {head.index("trigger")}
    assert {row.index(word) for row, word in zip(rows, ("·", "Calm"), strict=True)} == {head.index("state")}


def test_replay_survives_any_bytes(folder: Path) -> None:
    members = b'"inputName": "\xff\xfe", "messageId": "\xff", "payload": {"id": "k", "v": "\xff"}'
    line = b'{"time": 1700000000000, ' + members + b"}\n"
    for options in ((), ("--json",)):
        done = replayed(folder, line + b"\xff\n" + message(0, 1).encode(), *options)
        assert (done.returncode, done.stderr) == (0, "")
        assert "line 2" in done.stdout
        assert "Calm" in done.stdout


def test_replay_reads_csv(folder: Path) -> None:
    columns = {"inputName": "In", "time": "when", "payload": {"id": {"value": "k"}, "v": "reading"}}
    (folder / "columns.json").write_text(json.dumps(columns))
    text = "when,reading\n2023-11-14 22:13:20,1\n2023-11-14 22:13:21,9.5\nyesterday,3\n"
    done = replayed(folder, text, "--columns", folder / "columns.json", "--json")
    found = [json.loads(one) for one in done.stdout.splitlines()]
    assert [one.get("to") for one in found] == ["Calm", "Alarm", None]
    assert "line 4: The time must be" in found[2]["rejected"]["errorMessage"]


def test_replay_refuses_wrong_definitions(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "definitions" / "n.json").write_text(
        json.dumps(body(state("a", event("$input.Nowhere.x > 1 &&"))))
    )
    assert main(["replay", "--definitions", str(folder / "definitions"), str(folder / "none")]) == 2
    error = capsys.readouterr().err
    assert "error: n.json: states[0].onInput.events[0].condition: " in error
    assert "error: n.json: detectorModelName: m is also defined in m.json" not in error


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--columns", "nowhere.json"), "nowhere.json: cannot be read"),
        (("--columns", "wrong.json"), "wrong.json: payload: must be an object"),
        (("--columns", "other.json"), "error: c: is no column of the file; its columns are when,reading"),
        (("--until", "tomorrow"), "argument --until: The time must be"),
    ],
)
def test_replay_refuses_wrong_options(folder: Path, options: tuple[str, str], words: str) -> None:
    (folder / "wrong.json").write_text('{"inputName": "In", "time": "t"}')
    (folder / "other.json").write_text('{"inputName": "In", "time": "when", "payload": {"v": "c"}}')
    name, value = options
    option = folder / value if value.endswith(".json") else value
    done = replayed(folder, '"when,reading"\n', name, option)
    assert done.returncode == 2
    assert words in done.stderr


def test_replay_needs_a_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", "--definitions", str(folder / "definitions"), str(folder / "none")]) == 2
    assert "none: cannot be read: No such file" in capsys.readouterr().err


def test_replay_names_alarm_models(folder: Path) -> None:
    (folder / "definitions" / "a.json").write_text('{"alarmModelName": "a", "alarmRule": {}, "roleArn": "r"}')
    done = replayed(folder, message(0, 1))
    assert done.stderr == "WARNING a.json: alarm models are not run yet, skipped\n"


def test_replay_warns_of_placeholders_once(folder: Path) -> None:
    (folder / "definitions" / "a.yaml").write_text(
        "Resources: {A: {Type: 'AWS::IoTEvents::AlarmModel', Properties: {AlarmRule: {}, RoleArn: !Ref R}}}"
    )
    done = replayed(folder, message(0, 1) + "\n" + message(1, 2))
    assert done.returncode == 0
    assert done.stderr.count("placeholders stand for what is unresolved: R (a.yaml)") == 1


def test_replay_ends_quietly_when_the_reader_leaves(folder: Path) -> None:
    (folder / "file").write_text("\n".join(message(number, 1) for number in range(5000)))
    line = command("replay", "--json", "--definitions", folder / "definitions", folder / "file")
    with subprocess.Popen(line, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(10) == 0


def on_a_terminal(folder: Path, size: int) -> tuple[str, int]:
    """Return a terminal's standard error of the replay of so many bytes, and the lines of output."""
    one = message(0, 1) + "\n"
    (folder / "file").write_text(one * (size // len(one) + 1))
    ours, theirs = pty.openpty()
    line = command("replay", "--json", "--definitions", folder / "definitions", folder / "file")
    environment = ENVIRONMENT | {"TERM": "xterm"}
    with (
        (folder / "output").open("wb") as output,
        subprocess.Popen(line, env=environment, stdout=output, stderr=theirs),
    ):
        os.close(theirs)
        shown = b""
        with suppress(OSError):  # raised when the other end was closed
            while piece := os.read(ours, 4096):
                shown += piece
        os.close(ours)
    return shown.decode(), len((folder / "output").read_bytes().splitlines())


def test_replay_shows_progress_of_long_files(folder: Path) -> None:
    shown, count = on_a_terminal(folder, 1_200_000)
    assert "replaying" in shown
    assert "Calm" not in shown
    assert count == 1_200_000 // len(message(0, 1) + "\n") + 1


def test_replay_shows_no_progress_of_short_files(folder: Path) -> None:
    assert on_a_terminal(folder, 1000)[0] == ""


@pytest.mark.parametrize("text", ["no JSON", message(0, 1, payload=[]), message(0, 9) + "\n" + message(1, 1)])
@pytest.mark.parametrize("json_lines", [[], ["--json"]])
def test_replay_strict_fails(folder: Path, text: str, json_lines: list[str]) -> None:
    assert replayed(folder, text, *json_lines).returncode == 0
    assert replayed(folder, text, *json_lines, "--strict").returncode == 1


def test_replay_strict_passes(folder: Path) -> None:
    assert replayed(folder, message(0, 1), "--strict").returncode == 0


def test_replay_reads_standard_input(folder: Path) -> None:
    line = command("replay", "--json", "--definitions", folder / "definitions", "-")
    done = subprocess.run(
        line, input=message(0, 1), env=ENVIRONMENT, capture_output=True, text=True, timeout=20, check=True
    )
    assert json.loads(done.stdout)["to"] == "Calm"


def test_replay_reads_gzip(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = folder / "file.jsonl.gz"
    file.write_bytes(gzip.compress(message(0, 1).encode()))
    line = ["replay", "--json", "--definitions", str(folder / "definitions"), str(file)]
    assert main(line) == 0
    assert json.loads(capsys.readouterr().out)["to"] == "Calm"
    file.write_bytes(file.read_bytes()[:-9])
    assert main(line) == 2
    assert "file.jsonl.gz: cannot be read: " in capsys.readouterr().err


def test_replay_warns_of_strange_times(folder: Path) -> None:
    year = 366 * 86_400
    lines = [json.dumps({"time": T // 1000, "inputName": "In", "payload": {"id": "k", "v": 1}})]
    lines += ["", message(0, 1), message(year, 1), message(2 * year + 1, 1)]
    done = replayed(folder, "\n".join(lines))
    warnings = [line for line in done.stderr.splitlines() if line.startswith("WARNING")]
    assert warnings == [
        "WARNING line 1: the time 1700000000 is 1970-01-20T16:13:20Z; are these seconds? Times are epoch"
        " milliseconds",
        "WARNING line 3: the time 2023-11-14T22:13:20Z is 19,656 days from that of the line before",
        "WARNING line 5: the time 2025-11-15T22:13:21Z is 366 days from that of the line before",
    ]


def test_replay_tells_only_the_first_strange_times(folder: Path) -> None:
    lines = [message(400 * 86_400 * (number % 2), 1) for number in range(14)]
    done = replayed(folder, "\n".join(lines))
    assert done.stderr.count("days from that of the line before") == 10
    assert "WARNING 3 further lines have such times" in done.stderr


def test_replay_ends_timers_without_end(folder: Path) -> None:
    loop = state("Loop", event("timeout('t')", set_timer("t")), event("$input.In.v > 1", set_timer("t")))
    (folder / "definitions" / "m.json").write_text(json.dumps(body(loop)))
    far = json.dumps({"time": "9999-01-01T00:00:00Z", "inputName": "In", "payload": {"id": "k", "v": 1}})
    done = replayed(folder, f"{message(0, 9)}\n{far}", "--json", "--max-firings", "100")
    assert done.returncode == 1
    assert len(done.stdout.splitlines()) == 101
    assert "its timers fired 100 times without a message" in done.stderr
    assert "9999-01-01T00:00:00Z; is that time right?" in done.stderr
    until = T + 99 * 60_000
    assert replayed(folder, message(0, 9), "--max-firings", "100", "--until", until).returncode == 0
