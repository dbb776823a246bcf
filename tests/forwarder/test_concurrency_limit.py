from forwarder.delivery.concurrency_limit import ConcurrencyLimiter


def clean(limiter: ConcurrencyLimiter, calls: int) -> int:
    for _ in range(calls):
        limiter.note(throttled=False, in_flight=0)
    return limiter.limit


def test_throttling_halves_down_to_one() -> None:
    limiter = ConcurrencyLimiter(8)
    seen = []
    for _ in range(4):
        limiter.note(throttled=True, in_flight=0)
        seen.append(limiter.limit)
    assert seen == [4, 2, 1, 1]


def test_calls_that_were_in_flight_together_halve_once() -> None:
    limiter = ConcurrencyLimiter(8)
    for others in range(7, -1, -1):
        limiter.note(throttled=True, in_flight=others)
    assert limiter.limit == 4
    limiter.note(throttled=True, in_flight=0)
    assert limiter.limit == 2


def test_each_clean_round_allows_one_more() -> None:
    limiter = ConcurrencyLimiter(4)
    limiter.note(throttled=True, in_flight=0)
    assert [clean(limiter, calls) for calls in (1, 1, 2, 1, 100)] == [2, 3, 3, 4, 4]


def test_throttling_begins_the_round_anew() -> None:
    limiter = ConcurrencyLimiter(4)
    limiter.note(throttled=True, in_flight=0)
    clean(limiter, 1)
    limiter.note(throttled=True, in_flight=0)
    assert limiter.limit == 1
