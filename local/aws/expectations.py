"""Expected results of a scenario in real sources, under the ids of SQS and Kinesis."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from local.demo.scenario import BAD_JSON, NO_ROUTE, OVERSIZE, Scenario

CODES = {BAD_JSON: "BadJson", NO_ROUTE: "NoRoute", OVERSIZE: "PayloadTooLarge"}
"""The reason code that each oddity has to be rejected with."""


@dataclass(frozen=True, slots=True)
class Broken:
    """Record that has to be rejected: its real id and the reason code."""

    record: str
    code: str


def broken(scenario: Scenario, real_ids: Mapping[str, str]) -> list[Broken]:
    """Return the broken records under their real ids; `real_ids` holds those by the scenario's."""
    return [Broken(real_ids[record], CODES[oddity]) for record, oddity in scenario.broken]


def renamed(scenario: Scenario, real_ids: Mapping[str, str]) -> Scenario:
    """Return the scenario with the real ids of its broken records."""
    return replace(scenario, broken=[(real_ids[record], oddity) for record, oddity in scenario.broken])


def without_stream(scenario: Scenario) -> Scenario:
    """Return the scenario without the rooms that send by Kinesis."""
    rooms = {record.key for shard in scenario.shards for record in shard}
    queued = {message.id for message in (*scenario.standard, *scenario.fifo)}
    return replace(
        scenario,
        shards=[],
        readings=[reading for reading in scenario.readings if reading.room not in rooms],
        broken=[(record, oddity) for record, oddity in scenario.broken if record in queued],
        ordered_rooms=scenario.ordered_rooms - rooms,
        gzipped=0,
        aggregated=0,
    )
