"""What the system does with messages; knows no HTTP and no clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from iotevents.inputs import Input
from iotevents.messages import Accepted, Message, MessageKey
from iotevents.payloads import PayloadError, read_payload
from iotevents.stores.store import Store

MAX_PAYLOAD_BYTES = 1024
"""Of one message, decoded. Source: https://docs.aws.amazon.com/general/latest/gr/iot-events.html"""


@dataclass(frozen=True, slots=True)
class UnknownInput:
    """A message was refused: nobody defined its input."""

    input_name: str


@dataclass(frozen=True, slots=True)
class BadPayload:
    """A message was refused: its payload is not one that inputs take."""

    reason: str


Refusal = UnknownInput | BadPayload


class Service:
    """Takes messages for the inputs that are defined, into a store."""

    def __init__(
        self, store: Store, inputs: Mapping[str, Input], *, max_payload_bytes: int = MAX_PAYLOAD_BYTES
    ) -> None:
        self.max_payload_bytes = max_payload_bytes
        self._store = store
        self._inputs = inputs

    def put_messages(self, messages: Sequence[Message], now: int) -> list[Refusal | None]:
        """Store the messages that are good and new, in one commit; give for each its refusal, or None.

        None also stands for a message that was already accepted in the last 300 s: it changes nothing.
        `now` is epoch milliseconds; it is taken to be no earlier than the last commit.
        Raises StoreError if the store fails: then none of the messages was taken.
        """
        now = max(now, self._store.clock)
        checked = [self._check(message) for message in messages]
        accepted = self._new([one for one in checked if isinstance(one, Accepted)], now)
        if accepted:
            self._store.commit(accepted, now)
        return [None if isinstance(one, Accepted) else one for one in checked]

    def _check(self, message: Message) -> Accepted | Refusal:
        if message.key.input_name not in self._inputs:
            return UnknownInput(message.key.input_name)
        try:
            text, document = read_payload(message.payload, self.max_payload_bytes)
        except PayloadError as error:
            return BadPayload(str(error))
        return Accepted(message.key, text, document, message.timestamp)

    def _new(self, accepted: Sequence[Accepted], now: int) -> list[Accepted]:
        """Without what the store knows; of equal keys the first stays."""
        first: dict[MessageKey, Accepted] = {}
        for one in accepted:
            first.setdefault(one.key, one)
        known = self._store.known(first, now)
        return [one for key, one in first.items() if key not in known]
