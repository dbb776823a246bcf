"""Cases of the field: an event, a configuration, and what has to become of each record.

`expected.json` has `messages` in the order of the event, each with the members that matter, and optionally
`outcomes` and `rejected` (`code` and `text`, in the order of the event).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from forwarder.commands.dry_run import Explanation, explain
from forwarder.config.config import parse_config
from forwarder.records import Message

FOLDER = Path(__file__).parents[2] / "conformance" / "field" / "forwarder"


@dataclass(frozen=True)
class Case:
    """Case in a folder."""

    folder: Path

    @cached_property
    def expected(self) -> Mapping[str, Any]:
        expected: dict[str, Any] = self._read("expected.json")
        return expected

    @cached_property
    def explanation(self) -> Explanation:
        return explain(self._read("event.json"), parse_config(self._read("config.json")))

    @property
    def outcomes(self) -> Sequence[str]:
        return [record.outcome for record in self.explanation.records]

    @property
    def messages(self) -> Sequence[Mapping[str, Any]]:
        """Return the messages that are sent, in the order of the event."""
        return [
            _message(message)
            for record in self.explanation.records
            for place, message in enumerate(record.routed.messages)
            if place not in record.repeated
        ]

    @property
    def rejected(self) -> Sequence[Mapping[str, Any]]:
        return [
            {
                "index": problem.index,
                "line": problem.line,
                "code": problem.reason.code,
                "text": problem.reason.text,
            }
            for record in self.explanation.records
            for problem in record.routed.problems
        ]

    def _read(self, name: str) -> Any:
        return json.loads((self.folder / name).read_text("utf-8"))


def cases() -> Sequence[Case]:
    """Return all cases that expect messages."""
    return [Case(file.parent) for file in sorted(FOLDER.glob("*/expected.json"))]


def _message(message: Message) -> Mapping[str, Any]:
    return {
        "messageId": message.id,
        "inputName": message.input,
        "key": message.key,
        "timestamp": message.timestamp,
        "payload": json.loads(message.payload),
    }
