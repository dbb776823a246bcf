"""Recordings as files: plain, compressed by gzip, or standard input."""

import gzip
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from iotevents.errors import DefinitionsError, Finding

STANDARD_INPUT = "-"


@dataclass(frozen=True, slots=True)
class Recording:
    """Recording that is open; `size` is that of the file in bytes, 0 if it is not known."""

    name: str
    size: int
    _source: BinaryIO
    _is_compressed: bool

    def texts(self, done: Callable[[int], None]) -> Iterator[str]:
        """Yield the lines; report to `done` how many bytes of the file were read for each.

        Bytes that are not UTF-8 become halves of surrogate pairs, which are not valid in any line. Raise
        DefinitionsError if the file is damaged.
        """
        lines = gzip.GzipFile(fileobj=self._source) if self._is_compressed else self._source
        position = 0
        try:
            for number, raw in enumerate(lines):
                text = raw.decode(errors="surrogateescape")
                yield text if number else text.removeprefix("\ufeff")
                read = self._source.tell() if self._is_compressed and self.size else position + len(raw)
                done(read - position)
                position = read
        except (OSError, EOFError, zlib.error) as error:
            raise DefinitionsError([Finding(self.name, "", f"cannot be read: {error}")]) from error


@contextmanager
def open_recording(name: str) -> Iterator[Recording]:
    """Open a recording by the name of its file, `-` for standard input; raise DefinitionsError."""
    if name == STANDARD_INPUT:
        yield Recording("standard input", 0, sys.stdin.buffer, False)
        return
    path = Path(name)
    try:
        file = path.open("rb")
    except OSError as error:
        raise DefinitionsError([Finding(name, "", f"cannot be read: {error.strerror}")]) from error
    with file:
        yield Recording(name, path.stat().st_size, file, path.suffix == ".gz")
