"""Helpers for tests of the engine: cases, a reference implementation, generated models, mutants."""
