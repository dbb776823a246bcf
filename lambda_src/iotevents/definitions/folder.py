"""The definitions folder: which of its files are read, and what else lies there.

FIFOs, devices and sockets are never opened: reading them might wait for ever.
"""

import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from iotevents.definitions.documents import SUFFIXES
from iotevents.definitions.other_formats import other_format

MAX_NAMES: Final = 10
_SPECIAL: Final = {
    stat.S_IFIFO: "FIFO",
    stat.S_IFSOCK: "socket",
    stat.S_IFCHR: "device",
    stat.S_IFBLK: "device",
}


@dataclass(frozen=True, slots=True)
class Folder:
    """Folder with the files that are read, in the order of their names, and special files that are not."""

    files: tuple[Path, ...]
    special: tuple[Path, ...]
    others: tuple[Path, ...]

    def description(self) -> str:
        """Return what lies in the folder, for people."""
        entries = sorted([*self.special, *self.others, *self.files])
        if not entries:
            return "it is empty"
        names = [describe(path) for path in entries[:MAX_NAMES]]
        more = len(entries) - len(names)
        return f"it holds {', '.join(names)}" + (f" and {more} more" if more else "")


def list_folder(folder: Path) -> Folder:
    """Return what lies in a folder; raise OSError."""
    files: list[Path] = []
    special: list[Path] = []
    others: list[Path] = []
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() not in SUFFIXES:
            others.append(path)
        elif special_kind(path) is not None:
            special.append(path)
        else:
            (others if path.is_dir() else files).append(path)
    return Folder(tuple(files), tuple(special), tuple(others))


def special_kind(path: Path) -> str | None:
    """Return the kind of a FIFO, device or socket; None for files, folders and what does not exist."""
    try:
        return _SPECIAL.get(stat.S_IFMT(path.stat().st_mode))
    except OSError:
        return None


def describe(path: Path) -> str:
    """Return the name of a file with its kind: `main.tf (Terraform, not read)`."""
    if path.is_dir():
        return f"{path.name}/"
    kind = special_kind(path)
    if kind is not None:
        return f"{path.name} ({kind}, not opened)"
    tool = other_format(path.name)
    return f"{path.name} ({tool}, not read)" if tool else path.name
