"""Helpers for tests of the documentation: the pages, their code blocks and tables."""
