"""Reading a JSON object by a table of its keys."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from forwarder.config.validators import Check, WrongValue, text
from forwarder.errors import ConfigError

REQUIRED = object()
"""The default of a key that must be there."""


SCHEMA_KEY = "$schema"
"""The key of a document under which editors find its JSON Schema."""


@dataclass(frozen=True, slots=True)
class Key:
    """Key of the document: the field that it fills, the check of its value, its default."""

    field: str
    check: Check
    default: Any = None


def read(
    document: Mapping[str, Any], keys: Mapping[str, Key], prefix: str, problems: list[str]
) -> dict[str, Any]:
    """Return the value of every field, checked or default; append what is wrong to `problems`."""
    problems += [f"{prefix}{name}: {_unknown(name, keys)}" for name in document if name not in keys]
    values = {key.field: key.default for key in keys.values()}
    for name, key in keys.items():
        path = prefix + name
        try:
            if name in document:
                values[key.field] = key.check(document[name], path)
            elif key.default is REQUIRED:
                problems.append(f"{path}: missing")
        except WrongValue as error:
            problems.append(f"{path}: {error}")
        except ConfigError as error:
            problems += error.problems
    return values


def read_document(
    document: Mapping[str, Any], keys: Mapping[str, Key], problems: list[str]
) -> dict[str, Any]:
    """Return the value of every field of a whole document, which may name its JSON Schema for editors."""
    if SCHEMA_KEY in document:
        try:
            text(document[SCHEMA_KEY], SCHEMA_KEY)
        except WrongValue as error:
            problems.append(f"{SCHEMA_KEY}: {error}")
    return read({name: value for name, value in document.items() if name != SCHEMA_KEY}, keys, "", problems)


def unrepeated(pairs: Sequence[tuple[str, Any]], repeated: list[str]) -> dict[str, Any]:
    """Return the object of JSON's pairs; append to `repeated` a problem for each name that stands twice."""
    document = dict(pairs)
    names = [name for name, _ in pairs]
    repeated.extend(f"{name}: stands twice in one object" for name in document if names.count(name) > 1)
    return document


def _unknown(name: str, keys: Mapping[str, Key]) -> str:
    by_lower = {key.lower().replace("_", ""): key for key in keys}
    near = difflib.get_close_matches(name.lower().replace("_", ""), by_lower, n=1)
    hint = f"did you mean {by_lower[near[0]]}?" if near else "there are " + ", ".join(keys)
    return f"unknown key; {hint}"
