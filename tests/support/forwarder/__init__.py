"""Helpers of the forwarder's tests: events of every source, targets, faults, and checks of what came out.

`function.py` is the entrance of example tests: the forwarder over real HTTP. Generated tests take a scenario
from `scenarios.py`, with the faults of `troubles.py`, run it on a target of `targets.py` and check `promises.py`;
`histories.py` does so over many invocations, `mutants.py` shows that the checks notice defects.
"""
