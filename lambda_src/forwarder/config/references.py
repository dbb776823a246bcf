"""References of a JMESPath expression: the members of the record document that it reads.

Only names at the root are members of the document. Behind a `.` or a pipe, inside a projection, a filter or
an expression reference (`&`) a name is a member of another value.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Node = Mapping[str, Any]
"""A node of jmespath's tree: `type`, `value`, `children`."""

_CHAINS = {"subexpression", "index_expression", "pipe"}
_PROJECTIONS = {"projection", "value_projection", "filter_projection"}


@dataclass(frozen=True, slots=True)
class References:
    """Members of the document that the value of an expression can depend on."""

    names: frozenset[str]
    whole: bool
    """Whether the expression reads the document as one value (`@`, `*`): then it can depend on any member."""
    at_root: frozenset[str]
    """Those of the names that stand at the root themselves, not behind an `@`."""


def find_references(tree: Node) -> References:
    """Return what an expression reads of the document that it is evaluated on."""
    walk = _Walk()
    escapes = walk.follow(tree, is_document=True, is_root=True)
    return References(frozenset(walk.names), escapes or walk.whole, frozenset(walk.at_root))


def children_of(node: Node) -> list[Node]:
    """Return the nodes below a node; the children of a slice are numbers, not nodes."""
    return [] if node["type"] == "slice" else list(node.get("children", ()))


class _Walk:
    """Walk through a tree that collects what is read of the document."""

    __slots__ = ("at_root", "names", "whole")

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.at_root: set[str] = set()
        self.whole = False

    def follow(self, node: Node, *, is_document: bool, is_root: bool) -> bool:
        """Collect what a node reads; return whether the node's value is the document itself.

        `is_document` says whether the node is evaluated on the document, `is_root` whether without an `@`
        before it.
        """
        kind, children = node["type"], children_of(node)
        if not is_document or kind == "expref":
            return False
        if kind in ("current", "identity"):
            return True
        if kind == "field":
            self._add(node["value"], is_root=is_root)
            return False
        if kind in _CHAINS:
            return self._follow_chain(children, is_root=is_root)
        escapes = [
            self.follow(child, is_document=True, is_root=is_root)
            for child in children[: _reach(kind, children)]
        ]
        self.whole |= True in escapes
        return False

    def _follow_chain(self, children: Sequence[Node], *, is_root: bool) -> bool:
        """Collect what a chain reads: each of its nodes is evaluated on the value of the one before."""
        is_document = True
        for child in children:
            is_document = self.follow(child, is_document=is_document, is_root=is_root)
            is_root = False
        return is_document

    def _add(self, name: str, *, is_root: bool) -> None:
        self.names.add(name)
        if is_root:
            self.at_root.add(name)


def _reach(kind: str, children: Sequence[Node]) -> int:
    """Return how many of the children see the document: of a projection only the base."""
    return 1 if kind in _PROJECTIONS else len(children)
