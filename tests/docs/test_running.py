"""The runner of blocks, and the checks of those that are not run."""

import socket
from pathlib import Path

import pytest

from tests.support.docs.commands import ci_problems, lines_of, problems_of
from tests.support.docs.markdown import Block
from tests.support.docs.running import BlockError, PageRun

SERVER = """\
exec python -u -c "
import http.server
server = http.server.HTTPServer(('127.0.0.1', 8086), http.server.BaseHTTPRequestHandler)
print('listening on http://127.0.0.1:8086')
server.serve_forever()
"
"""


def shell(text: str) -> Block:
    return Block("page.md", 1, "sh", "", text)


def python(text: str) -> Block:
    return Block("page.md", 1, "python", "", text)


def test_output_is_compared(tree: Path) -> None:
    with PageRun(tree) as run:
        run.run(shell("$ echo a\na\n$ echo b >&2\nb\n"))
        with pytest.raises(BlockError, match=r"page.md:1: echo a"):
            run.run(shell("$ echo a\nb\n"))


@pytest.mark.parametrize("block", [shell("false\ntrue\n"), shell("$ false\n"), shell("exit 1\n")])
def test_failure_is_an_error(tree: Path, block: Block) -> None:
    with PageRun(tree) as run, pytest.raises(BlockError, match="exit code 1"):
        run.run(block)


def test_server_runs_until_the_page_ends(tree: Path) -> None:
    ask = "import socket; socket.create_connection(('127.0.0.1', 8086)).close()"
    with PageRun(tree) as run:
        run.run(shell(SERVER))
        run.run(python(ask))
        (server,) = run.servers
        port = int(run.port)
    assert server.returncode is not None
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))


def test_scripts_and_targets_are_found(tree: Path) -> None:
    with PageRun(tree) as run:
        run.run(shell(". .venv/bin/activate\niotevents --help\niot-forwarder --help\nmake help\n"))
        run.run(python("import iotevents_client"))


def test_scripts_are_those_of_the_copy(tree: Path) -> None:
    with PageRun(tree) as run:
        run.run(python(f"import iotevents; assert iotevents.__file__.startswith({str(tree)!r})"))


@pytest.mark.parametrize(
    "line",
    [
        "make deploy SETTINGS=eu.json",
        "iot-forwarder replay-rejected --queue-url $URL --to-source",
        'QUEUE=$(aws sqs get-queue-url --queue-name a --query "QueueUrl" --output text)',
        "aws s3api list-buckets",
    ],
)
def test_commands_that_exist_pass(tree: Path, line: str) -> None:
    assert problems_of(line, tree) == []


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("make depoly", "make has no target depoly"),
        ("make deploy SETING=eu.json", "make knows no SETING"),
        ("iotevents replay --definition a", "iotevents replay has no --definition"),
        ("aws sqs get-queue --queue-name a", "aws sqs has no get-queue"),
        ("aws sqs get-queue-url --name a", "aws sqs get-queue-url has no --name"),
        ("Q=$(aws sqss get-queue-url)", "aws has no service sqss"),
        ("sam local invoke", "sam is no command that can be checked"),
    ],
)
def test_commands_that_do_not_exist_fail(tree: Path, line: str, problem: str) -> None:
    assert problems_of(line, tree) == [problem]


def test_lines_have_no_comments() -> None:
    assert lines_of("# a\nmake x  # y\n\nmake \\\n  z\n") == ["make x", "make    z"]


def test_ci_lines_are_those_of_the_script() -> None:
    assert ci_problems("make demo\n") == []
    assert ci_problems("make demo\nmake dmeo\n") == ["make dmeo"]


def test_python_blocks_share_their_names(tree: Path) -> None:
    with PageRun(tree) as run:
        run.run(python("a = 1\n"))
        run.run(python("assert a == 1\n"))
        with pytest.raises(BlockError, match="AssertionError"):
            run.run(python("assert a == 2\n"))


def test_tests_of_a_page_are_run(tree: Path) -> None:
    with PageRun(tree) as run:
        run.run(python("def test_one() -> None:\n    pass\n"))
        with pytest.raises(BlockError, match="1 failed"):
            run.run(python("def test_two() -> None:\n    raise AssertionError\n"))


def test_server_gets_a_moment(tree: Path) -> None:
    later = "import threading; threading.Timer(0.3, lambda: open('.later', 'w').close()).start()\n"
    with PageRun(tree) as run:
        run.run(shell(SERVER))
        run.run(python(later))
        run.run(shell("$ ls .later 2>/dev/null || echo nothing\n.later\n"))
        run.run(shell("rm .later\n"))
