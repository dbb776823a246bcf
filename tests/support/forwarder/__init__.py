"""Helpers of the forwarder's tests: events of every source, targets, faults, and checks of the outcome.

`function.py` is the entrance of example tests: the forwarder over real HTTP. Generated tests take a scenario
of `scenarios.py` with the faults of `troubles.py`, run it against a target of `targets.py` and check what
`promises.py` lists; `histories.py` runs many invocations, `mutants.py` shows that the checks notice defects.
"""
