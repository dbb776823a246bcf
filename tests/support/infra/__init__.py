"""Helpers for tests of `infra`: settings as small documents; problems, templates and resources come out."""
