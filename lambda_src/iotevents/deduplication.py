"""Deduplication: recognise a messageId that a detector has already accepted."""

from typing import Final, TypeAlias

DedupKey: TypeAlias = str
"""The identity of a message for a detector, from `dedup_key`."""

DEDUP_WINDOW_MS: Final = 300_000
"""Milliseconds from the first acceptance in which a repeated messageId is recognised, per detector and input.

Source: https://docs.aws.amazon.com/iotevents/latest/apireference/API_iotevents-data_Message.html,
https://docs.aws.amazon.com/iot/latest/developerguide/iotevents-rule-action.html ("by a detector")
"""


def dedup_key(model: str, value: str | None, input_name: str, message_id: str) -> DedupKey:
    """Join model, key value, input and messageId, none of which can have a slash. No model is ''."""
    return f"{model}/{value or ''}/{input_name}/{message_id}"


class RecentIds:
    """Accepted messages of the last DEDUP_WINDOW_MS, in two generations: the older is dropped as a whole."""

    def __init__(self) -> None:
        self._recent: dict[DedupKey, int] = {}
        self._older: dict[DedupKey, int] = {}
        self._turned = 0

    def is_new(self, key: DedupKey, now: int) -> bool:
        """Note an acceptance at `now`, which never runs backwards; return False if it is a repetition."""
        if now - self._turned >= DEDUP_WINDOW_MS:
            self._older, self._recent, self._turned = self._recent, {}, now
        first = self._recent.get(key)
        if first is None:
            first = self._older.get(key)
        if first is not None and now - first < DEDUP_WINDOW_MS:
            return False
        self._recent[key] = now
        return True

    def __len__(self) -> int:
        return len(self._recent) + len(self._older)
