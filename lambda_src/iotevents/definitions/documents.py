"""Files of JSON or YAML, read as plain data; CloudFormation's short tags become their long form."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

SUFFIXES: Final = frozenset({".json", ".yaml", ".yml"})
MAX_NODES: Final = 1_000_000
MAX_DEPTH: Final = 100


class DocumentError(ValueError):
    """File that cannot be read as JSON or YAML; the text says why."""


@dataclass(frozen=True, slots=True)
class Document:
    """Content of a file: objects, arrays, text, numbers, Booleans, null.

    `repeated` has the paths of members that stand twice in their object; the last of them counts.
    """

    content: Any
    repeated: tuple[str, ...] = ()


def read_document(file: Path) -> Any:
    """Return the content of a file; raise DocumentError."""
    return parse_document(file).content


def parse_document(file: Path) -> Document:
    """Return the content of a file, with its repeated members. Raise DocumentError.

    In YAML only `true` and `false` are Booleans (a state may be called `Off`), dates are text, and `!Sub x`
    is `{"Fn::Sub": x}`.
    Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
        document = _json(text) if file.suffix.lower() == ".json" else _yaml(text)
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        raise DocumentError(f"cannot be read: {error}") from error
    _check_size(document.content)
    return document


class _Repeating(dict[str, Any]):
    """JSON object with the names of members that stand in it twice."""

    names: frozenset[str]


def _json(text: str) -> Document:
    repeating: list[_Repeating] = []

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(pairs)
        if len(value) == len(pairs):
            return value
        names = [name for name, _ in pairs]
        value = _Repeating(value)
        value.names = frozenset(name for name in names if names.count(name) > 1)
        repeating.append(value)
        return value

    content = json.loads(text, object_pairs_hook=members)
    return Document(content, tuple(_repeated(content, "")) if repeating else ())


def _repeated(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value, _Repeating):
            yield from (_member(path, name) for name in sorted(value.names))
        for name, below in value.items():
            yield from _repeated(below, _member(path, name))
    elif isinstance(value, list):
        for index, below in enumerate(value):
            yield from _repeated(below, f"{path}[{index}]")


def _member(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _yaml(text: str) -> Document:
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return Document(None)
        repeated = tuple(_repeated_nodes(node, "", set()))
        return Document(loader.construct_document(node), repeated)
    finally:
        loader.dispose()


def _repeated_nodes(node: yaml.Node, path: str, seen: set[int]) -> Iterator[str]:
    """Yield the paths of keys that stand twice in a mapping; what an alias repeats is visited once."""
    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        for index, below in enumerate(node.value):
            yield from _repeated_nodes(below, f"{path}[{index}]", seen)
    elif isinstance(node, yaml.MappingNode):
        names: set[str] = set()
        for key, below in node.value:
            name = str(key.value)
            if isinstance(key, yaml.ScalarNode) and name in names and key.tag != _MERGE:
                yield _member(path, name)
            names.add(name)
            yield from _repeated_nodes(below, _member(path, name), seen)


class _Loader(yaml.SafeLoader):
    """Loader of plain data only, with less guessing than YAML 1.1."""


_MERGE: Final = "tag:yaml.org,2002:merge"
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
