import pytest
from forwarder.delivery.deadline import Deadline
from forwarder.errors import ConfigError


def deadline(left: float, *, call: float = 4, first: float = 60) -> Deadline:
    """One of an invocation that had `first` seconds and has `left`."""
    told = iter([first])
    return Deadline(lambda: next(told, left), call)


@pytest.mark.parametrize(("left", "may"), [(60, True), (5, True), (4.99, False), (0, False)])
def test_a_call_needs_its_own_time_and_a_second(left: float, may: bool) -> None:
    assert deadline(left).may_call() == may


def test_records_to_store_need_time_too_but_not_all() -> None:
    assert not deadline(5).may_call(batches_to_store=1)
    assert deadline(5.1).may_call(batches_to_store=1)
    assert deadline(20).may_call(batches_to_store=10_000), "a quarter of the invocation at most"
    assert not deadline(19.9).may_call(batches_to_store=10_000)


def test_waiting_ends_before_the_deadline() -> None:
    assert deadline(3).grace() == 2.5
    assert deadline(3).storing() == 2.8
    assert deadline(0.1).storing() == 0


def test_deadline_too_short_is_configuration_error() -> None:
    with pytest.raises(ConfigError, match=r"a call may take 4 s.*4\.9 s left"):
        deadline(4.9, first=4.9).check()
    deadline(5, first=5).check()


def test_time_used_for_reading_is_no_fault() -> None:
    deadline(4.9, first=5).check()


@pytest.mark.parametrize(("left", "may"), [(8, True), (6.51, True), (6.5, False), (1, False)])
def test_reading_has_half_of_the_time_for_calls(left: float, may: bool) -> None:
    assert deadline(left, first=8).may_read() == may


def test_too_short_an_invocation_reads_all() -> None:
    assert deadline(1, first=4.9).may_read()
