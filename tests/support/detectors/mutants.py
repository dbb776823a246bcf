"""Mistakes that one could make in the engine, by what is wrong then."""

from tests.support.detectors import (
    mutants_of_actions,
    mutants_of_messages,
    mutants_of_payloads,
    mutants_of_states,
)
from tests.support.detectors.mutations import Mutation

MUTANTS: dict[str, Mutation] = {
    **mutants_of_states.MUTANTS,
    **mutants_of_actions.MUTANTS,
    **mutants_of_payloads.MUTANTS,
    **mutants_of_messages.MUTANTS,
}
