"""The lock that lets one process alone write a data file."""

import fcntl
import os
from pathlib import Path

from iotevents.errors import StoreBusyError, StoreError


class FileLock:
    """Lock on `FILE.lock`, held until closed; the system releases it when the process ends, however it ends.

    SQLite's own locks last only for a transaction. They would let two servers take turns, each with its own
    memory of what was seen. Raises StoreBusyError if another process holds the lock.
    """

    def __init__(self, data_file: str) -> None:
        self.path = Path(f"{data_file}.lock")
        try:
            self._descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise StoreError(
                f"The data file {data_file} cannot be opened: {error.strerror} ({self.path})"
            ) from error
        self._take(data_file)

    def _take(self, data_file: str) -> None:
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            owner = os.pread(self._descriptor, 32, 0).decode(errors="replace").strip() or "unknown"
            os.close(self._descriptor)
            raise StoreBusyError(
                f"The data file {data_file} is in use by another server (process {owner}); "
                "stop that one, or name another file"
            ) from error
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, f"{os.getpid()}\n".encode(), 0)

    def close(self) -> None:
        """Release the lock. Its file stays: removing it could take it from under the next owner."""
        os.close(self._descriptor)
