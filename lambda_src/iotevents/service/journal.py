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
from iotevents.stores.records import AcceptedMessage, Entry, StoredEntry

logger = logging.getLogger(__name__)


class Journal:
    """A messages file that holds the whole log of a data file."""

    def __init__(self, path: Path, log: Iterable[StoredEntry], length: int) -> None:
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
            self._write(stored.entry for stored in log if stored.sequence > count)
        except OSError as error:
            raise JournalError(f"The journal {path} cannot be written: {error.strerror}") from error

    def add(self, entries: Sequence[Entry]) -> None:
        """Add committed entries; if that fails it is logged, and the next start completes the journal."""
        if self._broken:
            return
        try:
            self._write(entries)
        except OSError as error:
            # Later entries must not stand where these should: the file stays the beginning of the log.
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
    """Return an entry of the log as a line of a messages file."""
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
