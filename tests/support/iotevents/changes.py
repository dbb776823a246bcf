"""Changes for a store, and short questions to it."""

from typing import Any

from iotevents.engine.detector import Detector, DetectorId
from iotevents.messages import AcceptedMessage, MessageKey
from iotevents.stores.records import (
    ABSENT,
    Changes,
    DetectorChange,
    OutboxAction,
    StoredDetector,
    change_detector,
)
from iotevents.stores.store import Store

T = 1_700_000_000_000


def key(message_id: str, input_name: str = "I") -> MessageKey:
    return MessageKey(input_name, message_id)


def accepted(*ids: str) -> Changes:
    """Messages with these ids: what the log has of them, and that they were seen."""
    entries = [AcceptedMessage(T, key(one), f'{{"id":"{one}"}}', T - 5) for one in ids]
    return Changes(seen=ids, accepted=entries)


def ids(store: Store, after: int = 0) -> list[str]:
    """Return the ids of the messages of the log."""
    return [
        one.accepted.key.message_id
        for one in store.entries(after)
        if isinstance(one.accepted, AcceptedMessage)
    ]


def known(store: Store, keys: list[str], now: int) -> set[str]:
    """Return the keys that were seen in the window before a time."""
    return set(store.load((), keys, now).seen)


def detector(key_value: str | None = "k", state: str = "s", **more: Any) -> Detector:
    members: dict[str, Any] = {"variables": {}, "timers": {}, "periods": {}, "inputs": {}, "version": 1}
    members |= {"incarnation": "0", "created": T, "updated": T}
    return Detector(key_value, state, **(members | more))


def change(
    one: Detector | None,
    *,
    detector_id: DetectorId | None = None,
    stored: StoredDetector = ABSENT,
    version: str = "1",
    incarnation: int = 0,
) -> DetectorChange:
    """Return a change to a detector of the model `m`, which is new if nothing else is said."""
    place = detector_id or DetectorId("m", one.key if one else "k")
    return change_detector(place, stored, model_version=version, incarnation=incarnation, detector=one)


def kept(store: Store, key_value: str | None = "k", model: str = "m") -> StoredDetector:
    """Return the stored detector."""
    detector_id = DetectorId(model, key_value)
    return store.load([detector_id], (), T).detectors[detector_id]


def action(id: str, *, failure: str | None = None, internal: bool = False, time: int = T) -> OutboxAction:
    return OutboxAction(
        id, time, DetectorId("m", "k"), "sns", "e", '{"targetArn":"a"}', "{}", failure, internal
    )
