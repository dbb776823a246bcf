import json
from calendar import timegm
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from forwarder.timestamps import END, FIRST, read_timestamp
from hypothesis import given
from hypothesis import strategies as st

CASES = json.loads((Path(__file__).parent / "data" / "timestamps.json").read_text())


@pytest.mark.parametrize(("value", "result"), [(c["given"], c["result"]) for c in CASES if "given" in c])
def test_timestamp_case(value: Any, result: int | None) -> None:
    assert read_timestamp(value) == result


@given(st.text() | st.integers() | st.floats() | st.text("0123456789-:TZW.,+ "))
def test_any_value_gives_a_legal_time_or_none(value: Any) -> None:
    found = read_timestamp(value)
    assert found is None or (type(found) is int and FIRST <= found < END)


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 12, 31), timezones=st.just(UTC)))
def test_any_date_is_read_to_the_millisecond(time: datetime) -> None:
    seconds = timegm(time.utctimetuple())
    assert read_timestamp(time.isoformat()) == seconds * 1000 + time.microsecond // 1000
