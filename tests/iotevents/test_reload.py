"""Definitions that change: what SIGHUP and a restart make of new, changed, removed and wrong files."""

import asyncio
import json
import logging
import re
import signal
import sqlite3
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from itertools import count, groupby
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from iotevents.server.backend import Backend
from iotevents.service.service import TIMER_SLICE, Service
from iotevents.stores.data_file import read_actions, read_definitions, read_messages
from iotevents.stores.sqlite import MEMORY, SqliteStore

from tests.support.iotevents.calls import INPUT, ask, describe, message, put, state_of
from tests.support.iotevents.live import Clock, Live, T, accept, eventually, live
from tests.support.iotevents.live_models import (
    event,
    input_document,
    model_document,
    patient,
    publish,
    set_variable,
    state,
)
from tests.support.iotevents.served import Served, define, run, serving, started, starting

MINUTE = 60_000


def counter(text: str, name: str = "Counter", key: str | None = "k", input_name: str = INPUT) -> Any:
    """Return a model that counts the messages of a detector in `n`; the text makes it another version."""
    begin = event("begin", None, set_variable("n", "0"), set_variable("text", f"'{text}'"))
    count = event("count", f"currentInput('{input_name}')", set_variable("n", "$variable.n + 1"), publish())
    return model_document(name, [state("Counting", enter=[begin], events=[count])], key)


@dataclass
class Home:
    """A folder of definitions, and the live server on it, which takes them anew in one of two ways."""

    folder: Path
    restarts: bool
    clock: Clock = field(default_factory=Clock)
    stack: ExitStack = field(default_factory=ExitStack)

    def __post_init__(self) -> None:
        self.define(input_document(INPUT))

    @property
    def definitions(self) -> Path:
        return self.folder / "definitions"

    @property
    def url(self) -> str:
        return self.server.url

    def define(self, *documents: Mapping[str, Any]) -> None:
        """Write files."""
        define(self.folder, documents)

    def start(self) -> None:
        context = live(self.definitions, self.folder / "data.db", clock=self.clock)
        self.server: Live = self.stack.enter_context(context)

    def renew(self) -> None:
        """Have the server take the files as they are now."""
        if self.restarts:
            self.stack.close()
            self.start()
        else:
            self.server.reload()

    def tell(self, id: str, key: str = "x", input_name: str = INPUT) -> list[tuple[str, str]]:
        """Send a message; the entries that were refused."""
        return put(self.url, message(id, {"k": key}, input_name)).entries

    def version(self, model: str, key: str | None = "x") -> str:
        return str(describe(self.url, model, key).document["detector"]["detectorModelVersion"])

    def counted(self, model: str = "Counter", key: str | None = "x") -> tuple[str, str, str]:
        """Return the version of a detector, and what its variables say."""
        variables = state_of(self.url, model, key)[1]
        return self.version(model, key), json.loads(variables["text"]), variables["n"]

    def listed(self, model: str) -> list[str]:
        found = ask(self.url, f"/detectors/{model}").document["detectorSummaries"]
        return [one["keyValue"] for one in found]


@pytest.fixture(params=["reload", "restart"])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Home]:
    made = Home(tmp_path, restarts=request.param == "restart")
    with made.stack:
        yield made


def test_changed_model_begins_anew(home: Home) -> None:
    home.define(counter("one"), counter("other", "Other"))
    home.start()
    for id in ("a", "b"):
        home.tell(id)
    home.define(counter("two"))
    home.renew()
    # What the old version made is gone, until the next message lets it come anew.
    assert describe(home.url, "Counter", "x").status == 404
    assert home.listed("Counter") == []
    home.clock.now = T + 5_000
    home.tell("c")
    assert home.counted() == ("2", "two", "1")
    assert describe(home.url, "Counter", "x").document["detector"]["creationTime"] == T / 1000 + 5
    assert home.listed("Counter") == ["x"]
    # The other model of the input goes on.
    assert home.counted("Other") == ("1", "other", "3")
    assert len({one.action.id for one in home.server.store.actions()}) == 6


def test_changed_model_without_a_key_begins_anew(home: Home) -> None:
    home.define(counter("one", key=None), counter("other", "Other", key=None))
    home.start()
    home.tell("a")
    home.define(counter("two", key=None))
    home.renew()
    assert describe(home.url, "Counter").status == 404
    home.tell("b")
    assert home.counted("Counter", None) == ("2", "two", "1")
    assert home.counted("Other", None) == ("1", "other", "2")


def test_unchanged_files_change_nothing(home: Home) -> None:
    home.define(counter("one"))
    home.start()
    home.tell("a")
    before = home.server.store.definitions()
    # The same in another form, and from a file with another name.
    file = home.definitions / "Counter.json"
    document = dict(reversed(json.loads(file.read_text()).items()))
    file.rename(home.definitions / "renamed.json").write_text(json.dumps(document, indent=4))
    home.renew()
    home.renew()
    assert home.server.store.definitions() == before
    home.tell("b")
    assert home.counted() == ("1", "one", "2")


def test_earlier_content_is_a_new_version(home: Home) -> None:
    home.define(counter("one"))
    home.start()
    for text in ("two", "one"):
        home.define(counter(text))
        home.renew()
    home.tell("a")
    assert home.counted() == ("3", "one", "1")


def test_removed_file_deletes_nothing(home: Home) -> None:
    home.define(counter("one"), counter("other", "Other"))
    home.start()
    home.tell("a")
    (home.definitions / "Counter.json").unlink()
    home.renew()
    home.tell("b")
    assert home.counted() == ("1", "one", "2")
    # The file is known when it comes back: as it was it changes nothing.
    for text, counted in (("one", ("1", "one", "3")), ("two", ("2", "two", "1"))):
        home.define(counter(text))
        home.renew()
        home.tell(text)
        assert home.counted() == counted
    assert home.counted("Other") == ("1", "other", "4")


def test_removed_folder_of_files_deletes_nothing(home: Home) -> None:
    home.define(counter("one"))
    home.start()
    home.tell("a")
    for file in home.definitions.iterdir():
        file.unlink()
    home.renew()
    assert home.tell("b") == []
    assert home.counted() == ("1", "one", "2")


def test_new_files_are_taken(home: Home) -> None:
    home.define(counter("one"))
    home.start()
    home.tell("a")
    assert home.tell("early", input_name="More") == [("early", "ResourceNotFoundException")]
    home.define(input_document("More"), counter("new", "New", input_name="More"), counter("third", "Third"))
    home.renew()
    assert home.listed("New") == home.listed("Third") == []
    # What was refused was not remembered.
    assert home.tell("early", input_name="More") == []
    home.tell("b")
    assert home.counted("New") == ("1", "new", "1")
    assert home.counted("Third") == ("1", "third", "1")
    assert home.counted() == ("1", "one", "2")


def test_changed_input_leaves_detectors_alone(home: Home) -> None:
    home.define(counter("one"))
    home.start()
    home.tell("a")
    home.define(input_document(INPUT, "k", "more"))
    home.renew()
    home.tell("b")
    assert home.counted() == ("1", "one", "2")


def test_model_may_move_to_another_input(home: Home) -> None:
    home.define(input_document("More"), counter("one"))
    home.start()
    home.tell("a")
    home.define(counter("two", input_name="More"))
    home.renew()
    home.tell("b")
    assert describe(home.url, "Counter", "x").status == 404
    home.tell("c", input_name="More")
    assert home.counted() == ("2", "two", "1")


def test_model_may_change_its_key(home: Home) -> None:
    home.define(counter("one"))
    home.start()
    home.tell("a")
    home.define(counter("two", key=None))
    home.renew()
    home.tell("b")
    assert describe(home.url, "Counter", "x").status == 404
    assert home.counted("Counter", None) == ("2", "two", "1")


def test_timers_of_an_older_version_do_not_fire(home: Home) -> None:
    home.define(patient(), patient("Marker"))
    home.start()
    home.tell("a")
    home.define(patient() | {"detectorModelDescription": "changed"})
    home.renew()
    home.clock.now = T + MINUTE
    eventually(lambda: state_of(home.url, "Marker", "x")[0] == "Late")
    assert describe(home.url, "Patient", "x").status == 404
    home.tell("b")
    assert (state_of(home.url, "Patient", "x")[0], home.version("Patient")) == ("Waiting", "2")
    home.clock.now = T + 2 * MINUTE
    eventually(lambda: state_of(home.url, "Patient", "x")[0] == "Late")
    assert [one.action.detector_id.model for one in home.server.store.actions()] == ["Marker", "Patient"]


def test_timers_of_older_version_delay_no_others(tmp_path: Path) -> None:
    documents, keys = [input_document(INPUT), patient()], [f"k{n}" for n in range(2 * TIMER_SLICE)]
    accept(tmp_path / "data.db", documents, INPUT, {T: keys})
    changed = patient() | {"detectorModelDescription": "changed"}
    others = [input_document("Other"), patient("Marker", "Other")]
    with live([documents[0], changed, *others], tmp_path / "data.db", clock=Clock(T + 1)) as server:
        assert put(server.url, message("a", {"k": "x"}, "Other")).entries == []
        server.clock.now = T + MINUTE + 1
        eventually(lambda: state_of(server.url, "Marker", "x")[0] == "Late")
        assert server.store.due(T + 2 * MINUTE, 1) == []
        assert [one.action.detector_id.model for one in server.store.actions()] == ["Marker"]


def test_repeated_message_is_known_to_the_new_version(home: Home) -> None:
    home.define(counter("one"))
    home.start()
    home.tell("a")
    home.define(counter("two"))
    home.renew()
    home.tell("a")
    assert describe(home.url, "Counter", "x").status == 404
    assert len(list(home.server.store.entries())) == 1


def write_wrong_files(folder: Path) -> list[str]:
    """Write three files with four findings; how each of these begins."""
    wrong = counter("two") | {"evaluationMethod": "PARALLEL", "key": "a b"}
    (folder / "Counter.json").write_text(json.dumps(wrong))
    (folder / "broken.yaml").write_text("a: [")
    (folder / "other.json").write_text(json.dumps(counter("new", "New", input_name="None")))
    return [
        "Counter.json: key: ",
        "Counter.json: evaluationMethod: ",
        "broken.yaml: cannot be read: ",
        "other.json: states[0].onInput.events[0].condition: ",
    ]


def test_wrong_files_change_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "iotevents.server")
    home = Home(tmp_path, restarts=False)
    home.define(counter("one"))
    with home.stack:
        home.start()
        home.tell("a")
        # Neither they nor what is right beside them.
        findings = write_wrong_files(home.definitions)
        home.define(input_document("More"))
        home.renew()
        errors = [one.getMessage() for one in caplog.records if one.levelno == logging.ERROR]
        for finding in findings:
            assert sum(one.startswith(f"definitions not loaded: {finding}") for one in errors) == 1
        assert home.tell("more", input_name="More") == [("more", "ResourceNotFoundException")]
        home.tell("b")
        assert home.counted() == ("1", "one", "2")
        for name in ("broken.yaml", "other.json"):
            (home.definitions / name).unlink()
        home.define(counter("two"))
        home.renew()
        home.tell("c")
        assert home.tell("more", input_name="More") == []
        assert home.counted() == ("2", "two", "1")


def test_model_may_use_an_input_whose_file_is_gone(home: Home) -> None:
    home.define(counter("one"))
    home.start()
    (home.definitions / f"{INPUT}.json").unlink()
    home.define(counter("two"))
    home.renew()
    assert home.tell("a") == []
    assert home.counted() == ("2", "two", "1")


def test_serve_knows_the_inputs_whose_files_are_gone(tmp_path: Path) -> None:
    with serving(tmp_path, models=[counter("one")]) as served:
        (tmp_path / "definitions" / f"{INPUT}.json").unlink()
        define(tmp_path, [counter("two")])
        hang_up(served, r"new: model Counter \(version 2\)")
    with starting(tmp_path) as process:
        served = started(process, tmp_path / "log")
        assert put(served.url, message("a", {"k": "x"})).entries == []
        assert state_of(served.url, "Counter", "x")[1]["text"] == '"two"'


def test_folder_that_vanishes_changes_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    home = Home(tmp_path, restarts=False)
    home.define(counter("one"))
    with home.stack:
        home.start()
        home.definitions.rename(tmp_path / "moved")
        home.renew()
        assert "definitions not loaded" in caplog.text
        assert "is not a folder" in caplog.text
        assert home.tell("a") == []
        assert home.counted() == ("1", "one", "1")


def test_reload_without_a_folder_is_told(caplog: pytest.LogCaptureFixture) -> None:
    with closing(SqliteStore(MEMORY)) as store:
        backend = Backend(Service(store), store, Clock())
        asyncio.run(backend.reload())
        backend.close()
    assert "there is no folder of definitions to load again" in caplog.text


# The process


def hang_up(served: Served, text: str) -> None:
    """Send SIGHUP, and wait until the log has said this once more."""
    before = len(re.findall(text, served.said))
    served.process.send_signal(signal.SIGHUP)
    eventually(lambda: len(re.findall(text, served.said)) > before)


def end(served: Served) -> int:
    """Ask the server to stop; its exit code."""
    served.process.send_signal(signal.SIGTERM)
    return served.process.wait(10)


def test_sighup_loads_files(tmp_path: Path) -> None:
    with serving(tmp_path, models=[counter("one"), counter("other", "Other")]) as served:
        hang_up(served, "INFO definitions loaded; new: nothing\n")
        assert put(served.url, message("a", {"k": "x"})).entries == []
        define(tmp_path, [input_document(INPUT, "k"), input_document("More"), counter("two")])
        found = rf"new: model Counter \(version 2\), input More \(version 1\), input {INPUT} \(version 2\)\n"
        hang_up(served, f"INFO definitions loaded; {found}")
        assert put(served.url, message("b", {"k": "x"}), message("c", {"k": "x"}, "More")).entries == []
        assert state_of(served.url, "Counter", "x")[1] == {"n": "1", "text": '"two"'}
        assert state_of(served.url, "Other", "x")[1] == {"n": "2", "text": '"other"'}
        findings = write_wrong_files(tmp_path / "definitions")
        hang_up(served, "ERROR definitions not loaded: other.json")
        assert all(f"\nERROR definitions not loaded: {one}" in served.said for one in findings)
        assert put(served.url, message("d", {"k": "x"})).entries == []
        assert state_of(served.url, "Counter", "x")[1] == {"n": "2", "text": '"two"'}
        assert end(served) == 0


def test_sighup_waits_until_the_server_answers(tmp_path: Path) -> None:
    data = tmp_path / "data.db"
    with serving(tmp_path):
        pass
    with starting(tmp_path) as process:
        with closing(sqlite3.connect(data, isolation_level=None)) as other:
            # While this holds the file, the server cannot go on with its start.
            other.execute("BEGIN IMMEDIATE")
            eventually(lambda: Path(f"{data}.lock").read_text() == f"{process.pid}\n")
            define(tmp_path, [counter("one")])
            process.send_signal(signal.SIGHUP)
        served = started(process, tmp_path / "log")
        eventually(lambda: "new: " in served.said)
        assert put(served.url, message("a", {"k": "x"})).entries == []
        assert state_of(served.url, "Counter", "x")[1]["n"] == "1"
        assert end(served) == 0


def test_many_sighups_do_not_pile_up(tmp_path: Path) -> None:
    with serving(tmp_path, models=[counter("one")]) as served:
        define(tmp_path, [counter("two")])
        for _ in range(3000):
            served.process.send_signal(signal.SIGHUP)
        eventually(lambda: "new: model Counter (version 2)" in served.said)
        assert put(served.url, message("a", {"k": "x"})).entries == []
        assert end(served) == 0
        assert served.said.count("definitions loaded") < 1000


def test_sighup_at_the_end_changes_no_exit_code(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        served.process.send_signal(signal.SIGTERM)
        while served.process.poll() is None:
            served.process.send_signal(signal.SIGHUP)
        assert served.process.returncode == 0


def test_wrong_files_stop_no_more_than_the_start(tmp_path: Path) -> None:
    data, folder = tmp_path / "data.db", tmp_path / "definitions"
    with serving(tmp_path, models=[counter("one")]) as served:
        assert put(served.url, message("a", {"k": "x"})).entries == []
    before = read_definitions(data)
    findings = write_wrong_files(folder)
    done = run("serve", "--port", 0, "--data", data, "--definitions", folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert all(f"error: {one}" in done.stderr for one in findings)
    assert read_definitions(data) == before
    for name in ("broken.yaml", "other.json"):
        (folder / name).unlink()
    with serving(tmp_path, models=[counter("one")]) as served:
        assert put(served.url, message("b", {"k": "x"})).entries == []
        assert state_of(served.url, "Counter", "x")[1] == {"n": "2", "text": '"one"'}


CALLERS = 4
KEYS = [f"key{n}" for n in range(20)]
VERSIONS = 6


def call_until(stop: Event, url: str, prefix: str, accepted: list[str]) -> None:
    """Call until it is enough; note the ids of what was accepted."""
    for number in count():
        if stop.is_set():
            return
        ids = {f"{prefix}-{number}-{n}": KEYS[(number + 7 * n) % len(KEYS)] for n in range(5)}
        answer = put(url, *(message(id, {"k": key}) for id, key in ids.items()))
        assert (answer.status, answer.entries) == (200, [])
        accepted += ids


def change_files(folder: Path, served: Served, version: int) -> None:
    """Let files change to a version, to something wrong, and back."""
    define(folder, [counter(str(version))])
    hang_up(served, rf"new: model Counter \(version {version}\)\n")
    findings = write_wrong_files(folder / "definitions")
    hang_up(served, f"ERROR definitions not loaded: {findings[-1].split('[')[0]}")
    for name in ("broken.yaml", "other.json"):
        (folder / "definitions" / name).unlink()
    define(folder, [counter(str(version))])
    hang_up(served, "new: nothing\n")


def wait_for_all_keys(accepted: list[str]) -> None:
    """Wait for so many messages that one of the callers has called for each key."""
    enough = len(accepted) + 10 * 5 * CALLERS
    eventually(lambda: len(accepted) >= enough, 30)


def test_reload_under_load_loses_and_repeats_nothing(tmp_path: Path) -> None:
    accepted, stop = list[str](), Event()
    with (
        serving(tmp_path, models=[counter("1"), counter("steady", "Steady")]) as served,
        ThreadPoolExecutor(CALLERS) as threads,
    ):
        callers = [threads.submit(call_until, stop, served.url, f"c{n}", accepted) for n in range(CALLERS)]
        try:
            for version in range(2, VERSIONS + 1):
                wait_for_all_keys(accepted)
                change_files(tmp_path, served, version)
            wait_for_all_keys(accepted)
        finally:
            stop.set()
        for one in callers:
            one.result()
        last = {key: state_of(served.url, "Counter", key)[1] for key in KEYS}
        steady = {key: state_of(served.url, "Steady", key)[1]["n"] for key in KEYS}
        assert end(served) == 0
    stored = list(read_messages(tmp_path / "data.db"))
    assert sorted(one.key.message_id for one in stored) == sorted(accepted)
    keys = [json.loads(one.payload)["k"] for one in stored]
    assert steady == {key: str(keys.count(key)) for key in KEYS}

    # Each message made one action of each model.
    actions = [one.action for one in read_actions(tmp_path / "data.db")]
    assert len({one.id for one in actions}) == len(actions) == 2 * len(stored)
    told = [json.loads(one.payload or "")["payload"] for one in actions if one.detector_id.model == "Counter"]
    assert [one["eventTriggerDetails"]["messageId"] for one in told] == [one.key.message_id for one in stored]
    # In the life of each version a detector counts from 1 on, message by message; no version comes again.
    for key in KEYS:
        mine = [one for one in told if one["detector"]["keyValue"] == key]
        lives = [
            (version, [one["state"]["variables"] for one in life])
            for version, life in groupby(mine, lambda one: one["detector"]["detectorModelVersion"])
        ]
        assert [version for version, _ in lives] == [str(n) for n in range(1, VERSIONS + 1)]
        for version, variables in lives:
            assert variables == [{"n": n, "text": version} for n in range(1, len(variables) + 1)]
        assert last[key] == {"n": str(len(lives[-1][1])), "text": f'"{VERSIONS}"'}
