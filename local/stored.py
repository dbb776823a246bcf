"""The demo's view of what the endpoint stored: read from its data file, not from what anybody reports."""

import json
from pathlib import Path

from iotevents.stores.sqlite import read_messages

from local.books import Stored


def read(path: Path) -> list[Stored]:
    """Return the messages of a data file in the order of acceptance; raises StoreError."""
    return [
        Stored(one.key.message_id, one.key.input_name, json.loads(one.payload)) for one in read_messages(path)
    ]
