"""Files of JSON or YAML, read as plain data; CloudFormation's short tags become their long form."""

import json
import re
from pathlib import Path
from typing import Any, Final

import yaml

SUFFIXES: Final = frozenset({".json", ".yaml", ".yml"})
MAX_NODES: Final = 1_000_000
MAX_DEPTH: Final = 100


class DocumentError(ValueError):
    """File that cannot be read as JSON or YAML; the text says why."""


def read_document(file: Path) -> Any:
    """Return the content of a file: objects, arrays, text, numbers, Booleans, null. Raise DocumentError.

    In YAML only `true` and `false` are Booleans (a state may be called `Off`), dates are text, and `!Sub x`
    is `{"Fn::Sub": x}`.
    Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
        document = json.loads(text) if file.suffix.lower() == ".json" else yaml.load(text, _Loader)
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        raise DocumentError(f"cannot be read: {error}") from error
    _check_size(document)
    return document


class _Loader(yaml.SafeLoader):
    """Loader of plain data only, with less guessing than YAML 1.1."""


_BOOLEAN: Final = "tag:yaml.org,2002:bool"
_GUESSED: Final = {_BOOLEAN, "tag:yaml.org,2002:timestamp"}
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in _GUESSED]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(_BOOLEAN, re.compile("true|True|TRUE|false|False|FALSE"), list("tTfF"))


def _long_form(loader: _Loader, name: str, node: yaml.Node) -> dict[str, Any]:
    value: Any = None
    match node:
        case yaml.ScalarNode():
            value = loader.construct_scalar(node)
        case yaml.SequenceNode():
            value = loader.construct_sequence(node, deep=True)
        case yaml.MappingNode():
            value = loader.construct_mapping(node, deep=True)
    return {name if name in ("Ref", "Condition") else f"Fn::{name}": value}


_Loader.add_multi_constructor("!", _long_form)


def _check_size(document: Any) -> None:
    """Bound the size: an alias of YAML may contain itself, or unfold to more than any memory."""
    level, count = [document], 0
    for _ in range(MAX_DEPTH):
        level = [child for parent in level for child in _children(parent)]
        count += len(level)
        if count > MAX_NODES:
            raise DocumentError(f"cannot be read: it unfolds to more than {MAX_NODES} values")
    if level:
        raise DocumentError(f"cannot be read: it is nested more than {MAX_DEPTH} levels deep")


def _children(value: Any) -> Any:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()
