"""The journal: the log of a data file as a messages file, line by line as it grows.

It can be replayed. Entries of the log that it lacks when the server starts, as after a crash, are added then.
"""

import json
import logging
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO, Any

from iotevents.errors import JournalError
from iotevents.json_text import json_text
from iotevents.messages import AcceptedMessage
from iotevents.stores.records import Accepted, LogEntry

logger = logging.getLogger(__name__)


class Journal:
    """A messages file that holds the whole log of a data file."""

    def __init__(self, path: Path, log: Iterable[LogEntry], length: int) -> None:
        """Open or make the file, and add the entries of the log that it lacks; the log has `length` of them.

        Raise JournalError if the file cannot be written, or holds more than the log.
        """
        self._path = path
        self._broken = False
        try:
            self._file = path.open("ab+")
            count = _complete_lines(self._file)
            if count > length:
                raise JournalError(
                    f"The journal {path} has {count} lines, the data file only {length} entries: it belongs "
                    "to another one; name another file"
                )
            self._write(entry.accepted for entry in log if entry.sequence > count)
        except OSError as error:
            raise JournalError(f"The journal {path} cannot be written: {error.strerror}") from error

    def add(self, accepted: Sequence[Accepted]) -> None:
        """Add committed entries; if that fails it is logged, and the next start completes the journal."""
        if self._broken:
            return
        try:
            self._write(accepted)
        except OSError as error:
            # Later entries must not stand where these should: the file stays the beginning of the log.
            self._broken = True
            logger.error("the journal %s ends here until the next start: %s", self._path, error)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _write(self, log: Iterable[Accepted]) -> None:
        for accepted in log:
            self._file.write(f"{line_of(accepted)}\n".encode())
        self._file.flush()


def line_of(accepted: Accepted) -> str:
    """Return the content of a log entry as a line of a messages file."""
    return json_text(_line(accepted))


def _line(accepted: Accepted) -> dict[str, Any]:
    if not isinstance(accepted, AcceptedMessage):
        return {
            "time": accepted.time,
            "operation": accepted.operation,
            "request": json.loads(accepted.request),
        }
    line = {
        "time": accepted.time,
        "inputName": accepted.key.input_name,
        "messageId": accepted.key.message_id,
        "payload": json.loads(accepted.payload),
    }
    return line if accepted.timestamp is None else {**line, "timestamp": accepted.timestamp}


def _complete_lines(file: IO[bytes]) -> int:
    """Count the lines of a file, and cut off one that a crash left half written."""
    file.seek(0)
    count = end = 0
    for line in file:
        if not line.endswith(b"\n"):
            break
        count += 1
        end += len(line)
    file.truncate(end)
    file.seek(0, os.SEEK_END)
    return count
