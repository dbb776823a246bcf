"""What is forgotten, and what is not."""

from iotevents.stores.dedup_index import DedupIndex

A, B, C = "abc"


def test_sweep_forgets_what_is_old() -> None:
    seen = DedupIndex()
    seen.add([A, B], 10)
    seen.add([C], 11)
    seen.sweep(10)
    assert (len(seen), seen.since([A, B, C], 0)) == (1, frozenset({C}))


def test_sweep_is_bounded() -> None:
    seen = DedupIndex()
    for one in (A, B, C):
        seen.add([one], 10)
    seen.sweep(10)
    assert seen.since([A, B, C], 0) == {C}


def test_sweep_keeps_a_key_that_came_again() -> None:
    seen = DedupIndex()
    seen.add([A], 10)
    seen.add([A], 400)
    seen.sweep(100)
    assert seen.since([A], 100) == {A}
    seen.sweep(400)
    assert len(seen) == 0
