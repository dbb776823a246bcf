"""The contract of every store: a few verbs."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from iotevents.messages import Accepted, MessageKey, StoredMessage

DUPLICATE_WINDOW = 300_000
"""Milliseconds in which a repeated message is recognised, from the time at which it was first accepted.

Source: https://docs.aws.amazon.com/iotevents/latest/apireference/API_iotevents-data_Message.html
"""


class Store(Protocol):
    """Keeps messages durably. A verb that cannot be done raises StoreError and has changed nothing."""

    @property
    def clock(self) -> int:
        """The time of the last commit in epoch milliseconds, 0 before the first."""

    def known(self, keys: Iterable[MessageKey], now: int) -> set[MessageKey]:
        """Those of the keys that were accepted less than DUPLICATE_WINDOW before `now`."""

    def commit(self, accepted: Sequence[Accepted], now: int) -> None:
        """Keep the messages and their keys, in this order and in one transaction; durable when this returns.

        `now` is epoch milliseconds and never below `clock`.
        """

    def messages(self, after: int = 0) -> Iterator[StoredMessage]:
        """The messages with a higher sequence number than `after`, in order."""

    def close(self) -> None:
        """Give the store free."""
