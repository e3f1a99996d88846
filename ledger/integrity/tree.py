"""The Merkle tree of RFC 6962 and RFC 9162: hashes, the growing edge, and roots of any size.

Nodes are named (level, index): level 0 holds the leaves, and node (level, index) covers the leaves
from index * 2**level up to (index + 1) * 2**level. Only complete nodes have a name; the ragged right
edge of a tree is folded when a root is asked for, so that a node once known never changes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256

from ledger.errors import ProofError

ReadNode = Callable[[int, int], bytes]

EMPTY_ROOT = sha256(b"").digest()
HASH_BYTES = 32
_ROOT = re.compile(r"sha256:([0-9a-f]{64})", re.ASCII)


def leaf_hash(line: bytes) -> bytes:
    """Hash one stored line as a leaf: SHA-256 of 0x00 and the line (RFC 9162, 2.1.1)."""
    return sha256(b"\x00" + line).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two nodes as their parent: SHA-256 of 0x01, left and right (RFC 9162, 2.1.1)."""
    return sha256(b"\x01" + left + right).digest()


def format_root(root: bytes) -> str:
    """Write a root as people and files carry it: "sha256:" and 64 lowercase hexadecimal digits."""
    return f"sha256:{root.hex()}"


def parse_root(text: str) -> bytes:
    """Read a root written by format_root; raises ProofError for any other spelling."""
    match = _ROOT.fullmatch(text)
    if match is None:
        raise ProofError(f'A root is "sha256:" and 64 lowercase hexadecimal digits; "{text}" is not one.')
    return bytes.fromhex(match[1])


def completing_leaf(level: int, index: int) -> int:
    """Return the index of the leaf that completes a node: the last of those that it covers."""
    return ((index + 1) << level) - 1


def completed_by(leaf: int) -> int:
    """Return the number of nodes that a leaf completes, itself included: one for each level from 0 up."""
    return (leaf ^ (leaf + 1)).bit_length()


def complete_nodes(start: int, stop: int) -> Iterator[tuple[int, int]]:
    """Name the complete nodes that cover the leaves start <= i < stop, from left to right.

    The range must be one that RFC 9162 splits a tree into: start is a multiple of a power of two not
    smaller than the length. An empty range gives nothing.
    """
    while start < stop:
        level = (stop - start).bit_length() - 1
        yield level, start >> level
        start += 1 << level


def fold(hashes: list[bytes]) -> bytes:
    """Fold complete nodes, largest first, into the root over them all; none gives EMPTY_ROOT."""
    if not hashes:
        return EMPTY_ROOT
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = node_hash(left, root)
    return root


def range_root(start: int, stop: int, read: ReadNode) -> bytes:
    """Return the root over the leaves start <= i < stop in O(log n) reads (bounds as complete_nodes)."""
    return fold([read(level, index) for level, index in complete_nodes(start, stop)])


def root_of(size: int, read: ReadNode) -> bytes:
    """Return the root of the first `size` leaves in O(log n) reads; size 0 gives EMPTY_ROOT."""
    return range_root(0, size, read)


class Frontier:
    """The right edge of a growing tree: all that is needed to append leaves and to give the root."""

    __slots__ = ("_edge", "size")

    def __init__(self) -> None:
        self.size = 0
        self._edge: list[bytes] = []

    @classmethod
    def of(cls, size: int, read: ReadNode) -> Frontier:
        """Take up the edge of a tree of `size` leaves from its complete nodes, in O(log n) reads."""
        frontier = cls()
        frontier.size = size
        frontier._edge = [read(level, index) for level, index in complete_nodes(0, size)]
        return frontier

    def append(self, leaf: bytes) -> tuple[bytes, ...]:
        """Add one leaf hash; returns the hash of every node that it completes, by level: the leaf first."""
        index, edge = self.size, self._edge
        nodes = [leaf]
        while index & 1:
            leaf = node_hash(edge.pop(), leaf)
            index >>= 1
            nodes.append(leaf)
        edge.append(leaf)
        self.size += 1
        return tuple(nodes)

    def grown(self, leaf: bytes) -> bytes:
        """Add one leaf hash; returns the nodes that it completes, joined as they are stored."""
        index, edge, nodes = self.size, self._edge, leaf
        while index & 1:
            leaf = node_hash(edge.pop(), leaf)
            index >>= 1
            nodes += leaf
        edge.append(leaf)
        self.size += 1
        return nodes

    def extend(self, leaves: Iterable[bytes]) -> Iterator[bytes]:
        """Add leaf hashes in order; yields for each the nodes that it completes, joined as they are stored."""
        return map(self.grown, leaves)

    def peaks(self) -> Iterator[tuple[int, int, bytes]]:
        """Yield level, index and hash of each node of the edge, from left to right."""
        for (level, index), node in zip(complete_nodes(0, self.size), self._edge, strict=True):
            yield level, index, node

    def root(self) -> bytes:
        """Return the root of all leaves appended so far; EMPTY_ROOT before the first."""
        return fold(self._edge)

    def copy(self) -> Frontier:
        """Return an independent frontier at the same size, so that an append can be tried and dropped."""
        other = Frontier()
        other.size, other._edge = self.size, self._edge.copy()
        return other
