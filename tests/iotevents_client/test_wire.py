"""What goes over the wire is what botocore 1.43.37, the last with the service, sent; see record_wire.py."""

import json
from typing import Any

import pytest
from iotevents_client import session as default_session

from tests.iotevents_client.conftest import Connect
from tests.support.iotevents_client.record_wire import RECORDED
from tests.support.iotevents_client.recorder import Recorder
from tests.support.iotevents_client.wire import CALLS, SERVICE, Call, digests, exchange

EXPECTED: dict[str, Any] = json.loads(RECORDED.read_text(encoding="utf-8"))


def _model() -> dict[str, Any]:
    model: dict[str, Any] = default_session()._session.get_service_data(SERVICE)
    return model


@pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call.operation}: {call.name}")
def test_wire_equals_recorded(connect: Connect, recorder: Recorder, call: Call) -> None:
    assert exchange(connect(), recorder, call) == EXPECTED["calls"][call.name]


def test_wire_covers_every_operation() -> None:
    assert {call.operation for call in CALLS} == set(_model()["operations"])
    assert len(_model()["operations"]) == 12


def test_model_facts_equal_recorded() -> None:
    assert digests(_model()) == EXPECTED["model"]


def test_model_documents_every_operation() -> None:
    assert all(operation["documentation"].endswith(".") for operation in _model()["operations"].values())
