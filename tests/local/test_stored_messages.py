from contextlib import closing
from pathlib import Path

import pytest
from iotevents.errors import StoreError
from iotevents.messages import AcceptedMessage, MessageKey
from iotevents.stores.records import Changes
from iotevents.stores.sqlite import SqliteStore

from local.demo import verification
from local.demo.verification import Stored


def test_stored_is_in_the_order_of_acceptance(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "d")) as store:
        for number, id in enumerate(["b", "a", "c"]):
            message = AcceptedMessage(5, MessageKey("I", id), f'{{"n": {number}}}')
            store.commit(Changes(accepted=[message]), 5)
    assert verification.read_stored(tmp_path / "d") == [
        Stored(id, "I", {"n": n}) for n, id in enumerate(["b", "a", "c"])
    ]


def test_stored_of_no_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="There is no data file"):
        verification.read_stored(tmp_path / "d")
