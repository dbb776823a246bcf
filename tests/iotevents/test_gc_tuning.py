"""A server is not stopped to look through all that it holds."""

import subprocess
import sys

from tests.support.iotevents.served import ENVIRONMENT

PROGRAM = """
import gc
from iotevents.server.gc_tuning import THRESHOLDS, collect_rarely

collect_rarely()
before = [one["collections"] for one in gc.get_stats()]
held = [({"count": n}, [n]) for n in range(THRESHOLDS[0] // 4)]
assert [one["collections"] for one in gc.get_stats()] == before, "all of it is looked through"

class Cycle:
    alive = 0
    def __init__(self):
        self.me = self
        Cycle.alive += 1
    def __del__(self):
        Cycle.alive -= 1

cycles = 3 * THRESHOLDS[0]
for _ in range(cycles):
    Cycle()
assert Cycle.alive < cycles, "cycles are never freed"
print("right")
"""


def test_collections_are_rare_and_free_cycles() -> None:
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout, done.stderr) == ("right\n", "")
