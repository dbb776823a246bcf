import pytest
from forwarder.delivery.retries import CAP, Retries

from tests.support.forwarder.tasks import make_task


def delays(attempts: int) -> list[float]:
    """Of a hundred retries: seconds until each is due."""
    made = []
    for _ in range(100):
        retries = Retries(0.05)
        retries.add([make_task(0, attempts=attempts)], now=100)
        made.append(retries.patience(100))
    return made


@pytest.mark.parametrize(("attempts", "bound"), [(1, 0.05), (2, 0.1), (5, 0.8), (30, CAP)])
def test_delay_is_spread_over_a_bound_that_doubles(attempts: int, bound: float) -> None:
    made = delays(attempts)
    assert 0 <= min(made) < bound / 4
    assert bound * 3 / 4 < max(made) <= bound


def test_what_failed_together_is_due_together() -> None:
    retries = Retries(0.05)
    retries.add([make_task(0, attempts=1), make_task(1, attempts=1)], now=0)
    assert [one.order for one in retries.due(0.05)] == [0, 1]
    assert not retries


def test_nothing_is_due_before_its_time() -> None:
    retries = Retries(0)
    retries.add([make_task(0, attempts=1)], now=10)
    assert list(retries.due(9.99)) == []
    assert retries.patience(9) == pytest.approx(1)
    assert Retries().patience(0) == float("inf")
