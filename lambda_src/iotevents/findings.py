"""What is wrong with a definition, and where."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: the file, the path in its document (empty: the whole), the text for people."""

    file: str
    path: str
    text: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.file, self.path, self.text) if part)
