import gzip
import json
from collections import Counter

from local.demo.scenario import BAD_JSON, NO_ROUTE, OVERSIZE, make_scenario
from local.demo.telemetry import take
from local.lambda_runtime.kpl import MAGIC

SCENARIO = make_scenario(take(1200, rooms=12))


def test_scenario_is_the_same_again() -> None:
    assert make_scenario(take(1200, rooms=12)) == SCENARIO


def test_scenario_uses_every_source_and_form() -> None:
    assert len(SCENARIO.standard) == len(SCENARIO.fifo) == 400 + 16
    assert len(SCENARIO.shards) == 4
    assert SCENARIO.gzipped
    assert SCENARIO.aggregated
    assert SCENARIO.repeated
    assert {oddity for _, oddity in SCENARIO.broken} == {BAD_JSON, NO_ROUTE, OVERSIZE}


def test_standard_queue_holds_its_readings() -> None:
    broken = {record for record, _ in SCENARIO.broken}
    bodies = Counter(one.body for one in SCENARIO.standard if one.id not in broken)
    rooms = {f"room-{n}" for n in (1, 4, 7, 10)}
    wanted = [one.document for one in SCENARIO.readings if one.room in rooms]
    assert [json.loads(body) for body in bodies] == wanted
    assert max(bodies.values()) == 2


def test_fifo_groups_are_rooms() -> None:
    assert {one.group for one in SCENARIO.fifo} == {f"room-{n}" for n in (2, 5, 8, 11)}


def test_shards_hold_all_record_formats() -> None:
    single, aggregated, *_ = SCENARIO.shards
    assert json.loads(gzip.decompress(single[2].data))["room"] == "room-3"
    assert all(one.data.startswith(MAGIC) for one in aggregated)
    assert [one.sequence for one in single] == sorted(one.sequence for one in single)


def test_oversize_is_larger_than_the_limit() -> None:
    oversize = {record for record, oddity in SCENARIO.broken if oddity == OVERSIZE}
    sizes = [len(one.body.encode()) for one in SCENARIO.standard if one.id in oversize]
    assert min(sizes) > 1024
    assert max(len(one.body.encode()) for one in SCENARIO.standard if one.id not in oversize) <= 1024
