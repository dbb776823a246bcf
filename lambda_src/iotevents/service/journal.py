"""The journal: the log of a data file as a messages file, line by line as it grows.

It can be replayed. What it lacks of the log when the server starts, as after a crash, is added then.
"""

import json
import logging
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO, Any

from iotevents.errors import JournalError
from iotevents.json_text import json_text
from iotevents.stores.records import AcceptedMessage, Entry, StoredEntry

logger = logging.getLogger(__name__)


class Journal:
    """A messages file that holds the whole log of a data file."""

    def __init__(self, path: Path, log: Iterable[StoredEntry], length: int) -> None:
        """Open or make the file, and add what it lacks of the log, which has `length` entries.

        Raises JournalError if it cannot be written, or holds more than the log.
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
            self._write(one.entry for one in log if one.sequence > count)
        except OSError as error:
            raise JournalError(f"The journal {path} cannot be written: {error.strerror}") from error

    def add(self, entries: Sequence[Entry]) -> None:
        """Add what was committed; if that fails it is told, and the next start completes the journal."""
        if self._broken:
            return
        try:
            self._write(entries)
        except OSError as error:
            # What comes later must not stand where this should: the file stays the beginning of the log.
            self._broken = True
            logger.error("the journal %s ends here until the next start: %s", self._path, error)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _write(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            self._file.write(f"{line_of(entry)}\n".encode())
        self._file.flush()


def line_of(entry: Entry) -> str:
    """A line of a messages file."""
    return json_text(_line(entry))


def _line(entry: Entry) -> dict[str, Any]:
    if not isinstance(entry, AcceptedMessage):
        return {"time": entry.time, "operation": entry.operation, "request": json.loads(entry.request)}
    line = {
        "time": entry.time,
        "inputName": entry.key.input_name,
        "messageId": entry.key.message_id,
        "payload": json.loads(entry.text),
    }
    return line if entry.timestamp is None else {**line, "timestamp": entry.timestamp}


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
