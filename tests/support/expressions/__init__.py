"""Helpers for tests of the expression language: generators, a printer, an oracle, mutants."""
