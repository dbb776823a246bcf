"""Calls of BatchPutMessage on a server in another process, from connections that stay open."""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread
from time import perf_counter
from typing import NamedTuple

from iotevents.messages import Message

CONNECTIONS = 8
CALL = 10
ROUNDS = 6
ROOT = Path(__file__).parent.parent


class Measured(NamedTuple):
    """Messages a second, milliseconds of a call, and microseconds of the server's CPU time a message."""

    per_second: float
    p50: float
    p99: float
    cpu: float


def measure(folder: Path, definitions: Sequence[str], messages: Sequence[Message]) -> Measured:
    """Serve definitions (JSON texts) on a new file, and send the messages."""
    (folder / "definitions").mkdir()
    for number, text in enumerate(definitions):
        (folder / "definitions" / f"{number}.json").write_text(text)
    command = [sys.executable, "-m", "iotevents", "serve", "--port", "0", "--data", str(folder / "d")]
    command += ["--definitions", str(folder / "definitions")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "lambda_src")}
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=log, text=True) as server,
    ):
        try:
            assert server.stdout is not None
            address = server.stdout.readline().removeprefix("listening on http://").strip()
            calls = [call(messages[start : start + CALL]) for start in range(0, len(messages), CALL)]
            send_all(address, calls[: len(calls) // 10])
            return _measured(server.pid, address, calls[len(calls) // 10 :])
        finally:
            server.terminate()


def _measured(server: int, address: str, calls: Sequence[bytes]) -> Measured:
    """Return the best of the rounds, by its rate."""
    size = len(calls) // ROUNDS
    starts = range(0, size * ROUNDS, size)
    return max(_round(server, address, calls[start : start + size]) for start in starts)


def _round(server: int, address: str, calls: Sequence[bytes]) -> Measured:
    cpu, begun = cpu_of(server), perf_counter()
    times = sorted(send_all(address, calls))
    seconds, used = perf_counter() - begun, cpu_of(server) - cpu
    count = len(calls) * CALL
    p50, p99 = (times[int(len(times) * part)] * 1000 for part in (0.5, 0.99))
    return Measured(count / seconds, p50, p99, used / count * 1e6)


def call(messages: Sequence[Message]) -> bytes:
    """Return the body of a call."""
    entries = [
        {
            "messageId": message.key.message_id,
            "inputName": message.key.input_name,
            "payload": base64.b64encode(message.payload).decode(),
        }
        for message in messages
    ]
    return json.dumps({"messages": entries}).encode()


def send_all(address: str, calls: Sequence[bytes]) -> list[float]:
    """Send the calls from all connections; return the seconds that each took."""
    times: list[float] = []
    threads = [
        Thread(target=_send, args=(address, calls[start::CONNECTIONS], times)) for start in range(CONNECTIONS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(times) != len(calls):
        raise SystemExit(f"{len(calls) - len(times)} calls failed")
    return times


def _send(address: str, calls: Sequence[bytes], times: list[float]) -> None:
    with closing(HTTPConnection(address, timeout=30)) as connection:
        for body in calls:
            begun = perf_counter()
            connection.request("POST", "/inputs/messages", body, {"Content-Type": "application/json"})
            response = connection.getresponse()
            answer = json.loads(response.read())
            if answer != {"BatchPutMessageErrorEntries": []}:
                return
            times.append(perf_counter() - begun)


def cpu_of(process: int) -> float:
    """Return the seconds of CPU time that a process has used so far."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
