"""`python -m forwarder replay-rejected`, over real HTTP, with documents that the real function wrote."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from signal import SIGINT, raise_signal
from typing import Any

import pytest
from forwarder.__main__ import main
from forwarder.reasons import Reason
from forwarder.records import Problem
from forwarder.rejected_records.encoder import encode_record

from local import faults
from local.sqs.queue import Queue
from local.sqs.server import OPERATIONS, LoopbackQueue
from tests.support.forwarder import streams
from tests.support.forwarder.aggregates import aggregate
from tests.support.forwarder.function import ROUTE, Function, fifo, kinesis, message, sqs
from tests.support.forwarder.records import FIFO, QUEUE, STREAM, kinesis_entry, make_config, read, sqs_entry

MakeFunction = Callable[..., Function]
BAD = "{"


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackQueue]:
    with LoopbackQueue() as queue:
        monkeypatch.setenv("AWS_ENDPOINT_URL_SQS", queue.endpoint)
        yield queue


@pytest.fixture
def stream(monkeypatch: pytest.MonkeyPatch) -> Iterator[streams.Streams]:
    with streams.serving() as found:
        monkeypatch.setenv("AWS_ENDPOINT_URL_KINESIS", found.url)
        yield found


@pytest.fixture
def source(queue: LoopbackQueue) -> Queue:
    return queue.add("telemetry")


class Command:
    """The command against a queue; `lines` is what the last run printed."""

    def __init__(self, queue: LoopbackQueue, folder: Path, endpoint: str, capsys: Any) -> None:
        self.queue = queue
        self.lines: list[str] = []
        self.errors = ""
        self._file = folder / "c.json"
        self._endpoint = endpoint
        self._capsys = capsys
        self.configure()

    def configure(self, **keys: Any) -> None:
        fixed = {"endpointUrl": self._endpoint, "retries": 1, "readTimeout": 1}
        self._file.write_text(json.dumps({"routes": [ROUTE], **fixed, **keys}))

    def to_source(self, *flags: str) -> int:
        return self._run("--to-source", *flags)

    def to_target(self, *flags: str) -> int:
        return self._run("--to-target", "--config", str(self._file), *flags)

    def _run(self, *flags: str) -> int:
        code = main(["replay-rejected", "--queue-url", self.queue.url, *flags])
        captured = self._capsys.readouterr()
        self.lines, self.errors = captured.out.splitlines(), captured.err
        return code

    def store(self, *bodies: str) -> None:
        """Put bodies into the rejected-records queue."""
        for body in bodies:
            self.queue.own.send({"MessageBody": body})

    def visible(self) -> int:
        return sum(one.visible <= self.queue.own.clock() for one in self.queue.own.messages)


@pytest.fixture
def command(
    queue: LoopbackQueue,
    tmp_path: Path,
    endpoint: faults.FaultyEndpoint,
    capsys: pytest.CaptureFixture[str],
) -> Command:
    return Command(queue, tmp_path, endpoint.url, capsys)


def reject(make_function: MakeFunction, *entries: dict[str, Any], **keys: Any) -> list[str]:
    """Return the documents that the function stores of some records."""
    function = make_function(rejected_queue=True, **keys)
    assert function.failures(*entries) == []
    return function.rejects.bodies


def rejected(entry: dict[str, Any], *problems: Problem) -> str:
    """Return the document of a record."""
    (record,) = read(make_config(), entry)
    return encode_record(record, problems or (Problem(Reason("BadJson", "no")),), 1_700_000_000_000)


# to the source


def test_replay_puts_messages_back(command: Command, make_function: MakeFunction, source: Queue) -> None:
    entries = sqs(BAD, "[ä]", message("good"))
    entries[0]["messageAttributes"] = {
        "site": {"stringValue": "a", "stringListValues": [], "dataType": "String"},
        "raw": {"binaryValue": "AQI=", "dataType": "Binary"},
    }
    command.store(*reject(make_function, *entries))
    assert command.to_source() == 0
    assert command.lines == ["moved 2, kept 0"]
    assert [one.body for one in source.messages] == [BAD, "[ä]"]
    assert source.messages[0].attributes == {
        "site": {"StringValue": "a", "DataType": "String"},
        "raw": {"BinaryValue": "AQI=", "DataType": "Binary"},
    }
    assert command.queue.messages == []


def test_replay_puts_a_base64_body_back_as_it_stood(
    command: Command, make_function: MakeFunction, source: Queue
) -> None:
    command.store(*reject(make_function, *sqs("W10="), bodyEncoding="base64"))
    assert command.to_source() == 0
    assert [one.body for one in source.messages] == ["W10="]


def test_replay_puts_a_large_message_back(command: Command, source: Queue) -> None:
    body = json.dumps(["ä" * 300_000], ensure_ascii=False)
    command.store(rejected(sqs_entry(body)))
    assert command.to_source() == 0
    assert [one.body for one in source.messages] == [body]


def test_replay_keeps_group_and_takes_a_fresh_id(command: Command, make_function: MakeFunction) -> None:
    target = command.queue.add("telemetry.fifo")
    first = {"MessageBody": BAD, "MessageGroupId": "g", "MessageDeduplicationId": "d"}
    target.send(first)
    command.store(rejected(sqs_entry(BAD, arn=FIFO, MessageGroupId="g", MessageDeduplicationId="d")))
    assert command.to_source() == 0
    assert [(one.body, one.group) for one in target.messages] == [(BAD, "g")] * 2
    assert target.messages[1].deduplication not in ("d", None)


def test_replay_moves_an_undeletable_fifo_message_once(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = command.queue.add("telemetry.fifo")
    command.store(rejected(sqs_entry(BAD, arn=FIFO, MessageGroupId="g", MessageDeduplicationId="d")))
    with monkeypatch.context() as patch:
        patch.setattr(Queue, "delete", Queue.change_visibility)
        assert command.to_source() == 1
    assert command.lines[0].endswith("moved, but it could not be deleted: it will be moved again")
    assert command.to_source() == 0
    assert len(target.messages) == 1


def test_replay_puts_records_back(
    command: Command, make_function: MakeFunction, stream: streams.Streams
) -> None:
    packed = kinesis_entry(aggregate([("a", b'{"id":"i"}'), ("b", b"\xff")]), number="7")
    command.store(*reject(make_function, *kinesis(BAD), packed))
    fanned_out = {**kinesis_entry(b"1"), "eventSourceARN": f"{STREAM}/consumer/forwarder:1700000000"}
    command.store(rejected(fanned_out))
    assert command.to_source() == 0
    assert stream.put == [(STREAM, "g", b"{"), (STREAM, "b", b"\xff"), (STREAM, "k", b"1")]


def test_replay_keeps_what_the_source_refuses(command: Command, stream: streams.Streams) -> None:
    command.store(rejected(sqs_entry(BAD, arn=QUEUE + "-gone")), rejected(kinesis_entry(b"1", number="7")))
    stream.error = "ResourceNotFoundException"
    assert command.to_source() == 1
    assert [line.partition(": ")[0] for line in command.lines] == [
        "kept record m-1 of telemetry-gone",
        "kept record 7 of telemetry",
        "moved 0, kept 2",
    ]
    assert "there is no queue telemetry-gone" in command.lines[0]
    assert "ResourceNotFoundException" in command.lines[1]
    assert command.visible() == 2


def test_replay_believes_no_odd_answer(
    command: Command, stream: streams.Streams, source: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    command.store(rejected(kinesis_entry(b"1", number="7")), rejected(sqs_entry(BAD)))
    stream.odd = True
    monkeypatch.setitem(OPERATIONS, "SendMessage", lambda queue, request: {})
    assert command.to_source() == 1
    assert command.lines == [
        "kept record 7 of telemetry: the source's answer does not confirm it",
        "kept record m-1 of telemetry: the source's answer does not confirm it",
        "moved 0, kept 2",
    ]


def test_replay_ends_when_it_may_do_nothing(command: Command, stream: streams.Streams, source: Queue) -> None:
    command.store(rejected(kinesis_entry(b"1")), *[rejected(sqs_entry(BAD))] * 15)
    stream.error = "AccessDeniedException"
    assert command.to_source() == 1
    assert command.lines[1].endswith("not tried any more")
    assert command.lines[-1] == "moved 0, kept 10"
    assert command.errors.startswith(
        "error: nothing more was tried: An error occurred (AccessDeniedException)"
    )
    assert (len(source.messages), command.visible()) == (0, 16)


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        (sqs_entry(""), "it has no body, which a queue demands"),
        (sqs_entry("\ud800"), "its body has half of a surrogate pair, which a queue refuses"),
        (sqs_entry(BAD, arn=FIFO), "it has no message group, which a FIFO queue demands"),
        (
            {**sqs_entry(BAD), "messageAttributes": {"a": "b"}},
            "its message attributes are not in the form of",
        ),
        (kinesis_entry(b"1", key=""), "it has no partition key, which a stream demands"),
    ],
)
def test_replay_keeps_what_no_source_takes(
    command: Command, source: Queue, entry: dict[str, Any], why: str
) -> None:
    command.store(rejected(entry))
    assert command.to_source() == 1
    assert why in command.lines[0]
    assert source.messages == []


# to the target


def test_replay_sends_what_was_rejected(
    command: Command, make_function: MakeFunction, endpoint: faults.FaultyEndpoint
) -> None:
    route = {"inputNameFrom": "item.input", "split": "body", "messageIdFrom": "item.id"}
    items = [{"id": f"i{n}", "input": "other" if n == 2 else "telemetry"} for n in range(4)]
    endpoint.fail_entry("ResourceNotFoundException", message="i2", times=1)
    endpoint.fail_entry("InvalidRequestException", message="i3", times=1)
    command.store(*reject(make_function, *sqs(json.dumps(items)), routes=[route]))
    assert endpoint.accepted_ids() == ["i0", "i1"]
    command.configure(routes=[route])
    assert command.to_target() == 0
    assert command.lines == ["moved 1, kept 0"]
    assert sorted(endpoint.accepted_ids()) == ["i0", "i1", "i2", "i3"]
    assert [len(call.messages) for call in endpoint.calls] == [4, 2]


def test_replay_sends_all_of_an_unsent_record(
    command: Command, make_function: MakeFunction, endpoint: faults.FaultyEndpoint
) -> None:
    route = {"inputName": "telemetry", "split": "body"}
    command.store(*reject(make_function, *sqs('[{"a":1},5,{"a":2}]'), routes=[route]))
    command.configure(routes=[{**route, "payloadFrom": "{value: item}"}])
    assert command.to_target() == 0
    assert endpoint.accepted_ids() == ["m-0-0", "m-0-1", "m-0-2"]


@pytest.mark.parametrize(
    "entries",
    [
        sqs(message("x", "k", pad="x" * 200)),
        fifo(message("x", "k", pad="x" * 200)),
        kinesis(message("x", "k", pad="x" * 200)),
        [kinesis_entry(aggregate([("a", b'{"pad":"%s"}' % (b"x" * 200)), ("b", b"{}")]), number="7")],
    ],
)
def test_replay_sends_the_same_message(
    command: Command, make_function: MakeFunction, endpoint: faults.FaultyEndpoint, entries: list[Any]
) -> None:
    """By derived ids, so that the target knows it if it should have it already."""
    route = {"inputName": "telemetry", "timestampFrom": "body.time"}
    bodies = reject(make_function, *entries, routes=[route], maxPayloadBytes=100)
    assert make_function(routes=[route]).failures(*entries) == []
    sent = endpoint.accepted()
    calls = len(endpoint.calls)
    command.store(*bodies)
    command.configure(routes=[route])
    assert command.to_target() == 0
    assert len(endpoint.calls) == calls + 1
    assert endpoint.accepted() == sent


def test_replay_sends_a_message_whose_id_was_taken(
    command: Command, make_function: MakeFunction, endpoint: faults.FaultyEndpoint
) -> None:
    """The target would ignore it by its own id, and say nothing."""
    command.store(*reject(make_function, *sqs(message("a", n=1), message("a", n=2), message("a", n=3))))
    assert command.to_target() == 0
    assert sorted(json.loads(one.payload)["n"] for one in endpoint.accepted()) == [1, 2, 3]
    command.store(*reject(make_function, *sqs(message("a", n=1), message("a", n=2))))
    assert command.to_target() == 0
    assert len(endpoint.accepted()) == 3


def test_replay_sends_taken_ids_of_a_shortened_list(
    command: Command, make_function: MakeFunction, endpoint: faults.FaultyEndpoint
) -> None:
    route = {"inputName": "telemetry", "split": "body", "messageIdFrom": "item.id"}
    old, new = ([{"id": f"i{n}", "version": version} for n in range(30)] for version in (1, 2))
    assert make_function(routes=[route]).failures(*sqs(json.dumps(old))) == []
    problems = [Problem(Reason("DuplicateId", "x" * 40_000), n, f"i{n}-{n}") for n in range(30)]
    command.configure(routes=[route])
    command.store(rejected(sqs_entry(json.dumps(new)), *problems))
    assert command.to_target() == 0
    assert sum(json.loads(one.payload)["version"] == 2 for one in endpoint.accepted()) == 30


def test_replay_sends_two_records_of_one_id(command: Command, endpoint: faults.FaultyEndpoint) -> None:
    documents = [rejected(sqs_entry(json.dumps(message("a", n=n)), id=f"m-{n}")) for n in range(12)]
    command.store(*documents)
    assert command.to_target() == 0
    assert sorted(json.loads(one.payload)["n"] for one in endpoint.accepted()) == list(range(12))


def test_replay_never_sends_a_key_twice_in_a_call(command: Command, endpoint: faults.FaultyEndpoint) -> None:
    bodies = [json.dumps(message(f"i{n}", "k")) for n in range(3)]
    command.store(*(rejected(sqs_entry(body, id=f"m-{n}")) for n, body in enumerate(bodies)))
    assert command.to_target() == 0
    assert endpoint.accepted_ids() == ["i0", "i1", "i2"]
    assert len(endpoint.calls) == 3


@pytest.mark.parametrize(
    "fault",
    [faults.throttled(), faults.failed(stored=True), faults.odd_body("object"), faults.reset()],
    ids=lambda fault: fault.name,
)
def test_replay_tries_again(command: Command, endpoint: faults.FaultyEndpoint, fault: faults.Fault) -> None:
    command.store(rejected(sqs_entry(json.dumps(message("a")))))
    endpoint.fail(fault, times=1)
    assert command.to_target() == 0
    assert endpoint.accepted_ids() == ["a"]


def test_replay_keeps_what_the_target_refuses(command: Command, endpoint: faults.FaultyEndpoint) -> None:
    command.configure(routes=[{**ROUTE, "inputName": "other", "when": "body.id == 'c'"}, ROUTE])
    command.store(*(rejected(sqs_entry(json.dumps(message(id)), id=id)) for id in "abcd"))
    endpoint.fail_entry("ThrottlingException", message="a")
    endpoint.fail(faults.refused(), message="b")
    endpoint.fail_entry("ResourceNotFoundException", message="c")
    assert command.to_target() == 1
    assert [line.partition(" of telemetry: ")[::2] for line in sorted(command.lines)] == [
        ("kept record a", "Throttled: ThrottlingException: failing on purpose"),
        ("kept record b", "rejected again: Refused: HTTP 400: failing on purpose"),
        ("kept record c", "UnknownInput: failing on purpose"),
        ("moved 1, kept 3", ""),
    ]
    assert endpoint.accepted_ids() == ["d"]
    assert command.visible() == 3


def test_replay_ends_when_the_target_cannot_be_called(
    command: Command, endpoint: faults.FaultyEndpoint
) -> None:
    command.store(*(rejected(sqs_entry(json.dumps(message(f"i{n}")))) for n in range(15)))
    endpoint.fail(faults.forbidden())
    assert command.to_target() == 1
    assert command.lines[-1] == "moved 0, kept 10"
    assert "nothing more was tried: AccessDeniedException: HTTP 403" in command.errors
    assert (len(endpoint.calls), command.visible()) == (1, 15)


def test_replay_keeps_what_is_still_wrong(command: Command, endpoint: faults.FaultyEndpoint) -> None:
    command.configure(routes=[{"when": "body.id", **ROUTE}], unrouted="drop")
    command.store(rejected(sqs_entry(BAD)), rejected(sqs_entry("{}")))
    assert command.to_target() == 1
    assert command.lines[0].startswith("kept record m-1 of telemetry: still rejected: BadJson: not JSON")
    assert command.lines[1].endswith("the configuration makes no message of what was rejected")
    assert endpoint.calls == []


def test_replay_keeps_a_message_that_is_none_any_more(command: Command) -> None:
    command.configure(routes=[{"inputName": "telemetry", "split": "body"}])
    command.store(rejected(sqs_entry("[{}]"), Problem(Reason("Refused", "no"), 1, "m-1-1")))
    assert command.to_target() == 1
    assert command.lines[0].endswith("the configuration makes no message of what was rejected")


def test_replay_of_a_shortened_list_sends_everything(
    command: Command, endpoint: faults.FaultyEndpoint
) -> None:
    command.configure(routes=[{"inputName": "telemetry", "split": "body"}])
    problems = [Problem(Reason("Refused", "x" * 1000), index, f"m-1-{index}") for index in range(1500)]
    command.store(rejected(sqs_entry(json.dumps([{}] * 1500)), *problems))
    assert command.to_target() == 0
    assert len(endpoint.accepted()) == 1500


# both


def test_replay_names_bad_documents(command: Command, source: Queue) -> None:
    cut = rejected(kinesis_entry(bytes(range(256)) * 2**16 + b"x", number="7"))
    command.store("{}", rejected(sqs_entry(BAD)), cut)
    assert command.to_source() == 1
    bad, whole, summary = command.lines
    assert bad.startswith(
        f"kept message {command.queue.own.messages[0].id}: no document of a rejected record: "
    )
    assert whole.startswith("kept record 7 of telemetry: it is truncated: of 16777217 bytes the first 65536")
    assert summary == "moved 1, kept 2"
    assert command.queue.messages == ["{}", cut]
    assert command.visible() == 2


def test_replay_chooses_by_code(command: Command, source: Queue) -> None:
    command.store(
        rejected(sqs_entry("1"), Problem(Reason("NoRoute", ""))),
        rejected(sqs_entry("2"), Problem(Reason("BadJson", ""))),
        rejected(sqs_entry("3"), Problem(Reason("Refused", "")), Problem(Reason("UnknownInput", ""), 1)),
    )
    assert command.to_source("--code", "NoRoute", "UnknownInput") == 0
    assert command.lines == ["moved 2, kept 0, passed over 1 with other codes"]
    assert [one.body for one in source.messages] == ["1", "3"]
    assert command.visible() == 1


@pytest.mark.parametrize(("most", "moved"), [("1", 1), ("13", 13), ("30", 25)])
def test_replay_moves_so_many(command: Command, source: Queue, most: str, moved: int) -> None:
    command.store(*[rejected(sqs_entry(BAD))] * 25)
    assert command.to_source("--max", most) == 0
    assert (len(source.messages), len(command.queue.messages)) == (moved, 25 - moved)


@pytest.mark.parametrize("way", ["to_source", "to_target"])
def test_replay_can_only_tell(
    command: Command, source: Queue, endpoint: faults.FaultyEndpoint, way: str
) -> None:
    command.store(*[rejected(sqs_entry("{}"))] * 12, "?")
    assert getattr(command, way)("--dry-run") == 1
    assert command.lines[1:] == ["would move 12, kept 1"]
    assert (source.messages, endpoint.calls) == ([], [])
    assert command.visible() == 13


def test_replay_knows_what_it_has_seen(command: Command, source: Queue) -> None:
    """A long pass may receive again what it kept, once that is visible again."""
    command.store("?", *[rejected(sqs_entry(BAD))] * 25)
    command.queue.own.clock = count(step=1000).__next__
    assert command.to_source() == 1
    assert command.lines[1:] == ["moved 25, kept 1"]
    assert len(source.messages) == 25


def test_replay_that_is_interrupted_hides_nothing(
    command: Command, source: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(queue: Queue, request: Any) -> Any:
        if source.messages:
            raise_signal(SIGINT)
        return queue.send(request)

    command.store("?", *[rejected(sqs_entry(BAD))] * 12)
    monkeypatch.setitem(OPERATIONS, "SendMessage", interrupt)
    assert command.to_source() == 130
    assert command.errors.endswith("interrupted\n")
    assert command.visible() == len(command.queue.messages)


def test_replay_says_when_it_hides_what_stays(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    command.store("?")
    monkeypatch.delitem(OPERATIONS, "ChangeMessageVisibilityBatch")
    assert command.to_source() == 1
    assert command.lines[1] == "not all that stays could be made visible again at once: it takes 15 minutes"


def test_replay_keeps_the_group_of_a_fair_queue(command: Command, source: Queue) -> None:
    command.store(rejected(sqs_entry(BAD, MessageGroupId="g")))
    assert command.to_source() == 0
    assert [(one.group, one.deduplication) for one in source.messages] == [("g", None)]


def test_replay_of_an_empty_queue(command: Command) -> None:
    assert command.to_source() == 0
    assert command.lines == ["moved 0, kept 0"]


def test_replay_of_no_queue(command: Command, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay-rejected", "--queue-url", command.queue.url + "-none", "--to-source"]) == 2
    assert "error: the rejected-records queue cannot be read: " in capsys.readouterr().err


def test_replay_without_a_region(
    command: Command, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name)
    assert main(["replay-rejected", "--queue-url", command.queue.url, "--to-source"]) == 2
    assert capsys.readouterr().err == "error: sqs cannot be called: You must specify a region.\n"


def test_replay_without_a_target(
    command: Command, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORWARDER_CONFIG", '{"routes": [{"inputName": "a"}]}')
    assert main(["replay-rejected", "--queue-url", command.queue.url, "--to-target"]) == 2
    assert "error: the target cannot be called: IoT Events has no default endpoint" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("flags", "text"),
    [
        ([], "one of the arguments --to-source --to-target is required"),
        (["--to-source", "--to-target"], "not allowed with"),
        (["--to-source", "--code", "Foo"], "invalid choice: 'Foo'"),
        (["--to-source", "--max", "0"], "'0' is not a whole number from 1 on"),
    ],
)
def test_replay_asked_wrongly(flags: list[str], text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["replay-rejected", "--queue-url", "https://sqs.eu-west-1.amazonaws.com/1/q", *flags])
    assert text in capsys.readouterr().err


# records of several lines

LINES = {"bodyFormat": "json-lines"}


def test_replay_sends_the_lines_that_were_rejected(
    command: Command, make_function: MakeFunction, endpoint: faults.FaultyEndpoint
) -> None:
    route = {"inputName": "telemetry"}
    body = '{"n":0}\n{"a":{"n":1}}\n{"n":2}\n7'
    command.store(
        *reject(make_function, *sqs(body), routes=[{**route, "payloadFrom": "body.a || body"}], **LINES)
    )
    assert endpoint.accepted_ids() == ["m-0-0", "m-0-1", "m-0-2"]
    command.configure(routes=[{**route, "payloadFrom": "{value: body}"}], **LINES)
    assert command.to_target() == 0
    assert endpoint.accepted_ids() == ["m-0-0", "m-0-1", "m-0-2", "m-0-3"]
    assert len(endpoint.calls) == 2


def test_replay_sends_the_element_of_a_line(
    command: Command, make_function: MakeFunction, endpoint: faults.FaultyEndpoint
) -> None:
    route = {"inputName": "telemetry", "split": "body"}
    endpoint.fail_entry("InvalidRequestException", message="m-0-1-1", times=1)
    command.store(*reject(make_function, *sqs("[{},{}]\n[{},{},{}]"), routes=[route], **LINES))
    command.configure(routes=[route], **LINES)
    assert command.to_target() == 0
    assert [len(call.messages) for call in endpoint.calls] == [5, 1]
    assert endpoint.accepted_ids()[-1] == "m-0-1-1"


def test_replay_keeps_a_record_with_a_line_still_bad(
    command: Command, make_function: MakeFunction, endpoint: faults.FaultyEndpoint
) -> None:
    """The lines that were sent at first count no more, whatever they would be today."""
    command.store(*reject(make_function, *sqs('{"id":"a"}\n{\n[]'), **LINES))
    command.configure(
        routes=[{"inputName": "telemetry", "payloadFrom": "{n: body.n}", "when": "!body.id"}], **LINES
    )
    assert command.to_target() == 1
    assert command.lines[0].startswith("kept record m-0 of telemetry: still rejected: BadJson")
    assert len(endpoint.calls) == 1


def test_replay_sends_all_lines_of_a_document_before(
    command: Command, make_function: MakeFunction, endpoint: faults.FaultyEndpoint
) -> None:
    """The document was written before the key was set: none of the lines was sent."""
    command.store(*reject(make_function, *sqs('{"id":"a"}\n{"id":"b"}')))
    assert endpoint.accepted_ids() == []
    command.configure(**LINES)
    assert command.to_target() == 0
    assert endpoint.accepted_ids() == ["a", "b"]


def test_replay_of_lines_without_the_key_keeps_them(command: Command, make_function: MakeFunction) -> None:
    command.store(*reject(make_function, *sqs('{"id":"a"}\n{'), **LINES))
    assert command.to_target() == 1
    assert "still rejected: BadJson" in command.lines[0]


def test_replay_puts_all_lines_back(command: Command, make_function: MakeFunction, source: Queue) -> None:
    command.store(*reject(make_function, *sqs('{"id":"a"}\n{'), **LINES))
    assert command.to_source() == 0
    assert [stored.body for stored in source.messages] == ['{"id":"a"}\n{']


def test_replay_of_very_many_bad_lines_sends_all(
    command: Command, make_function: MakeFunction, endpoint: faults.FaultyEndpoint
) -> None:
    command.store(*reject(make_function, *sqs('{"id":"a"}\n' + "7\n" * 1001), **LINES))
    document = json.loads(command.queue.own.messages[0].body)
    assert (len(document["rejected"]), document["rejectedCount"]) == (1000, 1001)
    command.configure(routes=[{"inputName": "telemetry", "payloadFrom": "{n: body}"}], **LINES)
    assert command.to_target() == 0
    assert len(endpoint.accepted()) == 1002 + 1


def test_replay_reads_an_aggregate_of_before(command: Command, endpoint: faults.FaultyEndpoint) -> None:
    """An earlier version could not read it, and rejected it whole."""
    data = aggregate([("k", b'{"id":"a"}'), ("k", b'{"id":"b"}')])
    whole = replace(read(make_config(), kinesis_entry(data))[0], data=data, sub=None)
    command.store(encode_record(whole, [Problem(Reason("BadUtf8", "not UTF-8"))], 1_700_000_000_000))
    assert command.to_target() == 0
    assert endpoint.accepted_ids() == ["a", "b"]


def test_replay_names_an_aggregate(command: Command) -> None:
    command.store(rejected(kinesis_entry(aggregate([("k", b"{}")])[:-1] + b"?")))
    assert command.to_target() == 1
    assert "a KPL aggregate that cannot be read" in command.lines[0]
