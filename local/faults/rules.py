"""Rules: which calls and which messages fail."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from local.faults.calls import SentMessage
from local.faults.kinds import Fault

Chosen = str | Callable[[SentMessage], bool] | None
"""Messages: the one with this id, those for which this holds, or all."""


@dataclass(slots=True)
class Rule:
    """Selection of calls by message and by number, at most `times` times (None: without limit)."""

    message: Chosen
    calls: Collection[int] | None
    times: int | None

    def takes(self, number: int, messages: Iterable[SentMessage]) -> bool:
        """Return whether the rule fits, and count the time if it does."""
        if self.times == 0 or (self.calls is not None and number not in self.calls):
            return False
        if self.message is not None and not any(map(self._chosen, messages)):
            return False
        if self.times is not None:
            self.times -= 1
        return True

    def _chosen(self, sent: SentMessage) -> bool:
        return self.message(sent) if callable(self.message) else self.message in (None, sent.message_id)


@dataclass(slots=True)
class CallRule(Rule):
    """Rule that makes calls meet a fault."""

    fault: Fault


@dataclass(slots=True)
class EntryRule(Rule):
    """Rule that answers messages with an error entry."""

    entry: dict[str, Any]
    stored: bool

    def entry_for(self, message_id: str | None) -> dict[str, Any]:
        """Return the error entry; a rule's id of None leaves the id out, "" stands for the message's own."""
        listed_id = self.entry["messageId"]
        rest = {
            name: value for name, value in self.entry.items() if name != "messageId" and value is not None
        }
        return rest if listed_id is None else {"messageId": listed_id or message_id, **rest}
