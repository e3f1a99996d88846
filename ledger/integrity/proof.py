"""Proofs over the Merkle tree (RFC 9162): inclusion (2.1.3), that a line is in it; consistency (2.1.4), that it grew.

Making a proof costs O(log n) reads of stored nodes; checking one needs nothing but the proof, so an
auditor can do it offline and without trusting the office that made it.
"""

from __future__ import annotations

from collections.abc import Sequence

from ledger.errors import ProofError
from ledger.integrity.tree import HASH_BYTES, ReadNode, node_hash, range_root
from ledger.plurals import counted


def _split(size: int) -> int:
    """Return the largest power of two smaller than `size` (size > 1): where RFC 9162 cuts a tree."""
    return 1 << ((size - 1).bit_length() - 1)


def inclusion_proof(index: int, size: int, read: ReadNode) -> tuple[bytes, ...]:
    """Prove that leaf `index` (0-based) is in the tree of `size` leaves (RFC 9162, 2.1.3.1).

    Returns the sibling hashes from the leaf upwards; empty for the only leaf of a tree. Raises ProofError
    unless 0 <= index < size.
    """
    if not 0 <= index < size:
        raise ProofError(f"A tree of {counted(size, 'leaf', 'leaves')} has no leaf {index}.")
    start, stop, path = 0, size, []
    while stop - start > 1:
        middle = start + _split(stop - start)
        if index < middle:
            path.append(range_root(middle, stop, read))
            stop = middle
        else:
            path.append(range_root(start, middle, read))
            start = middle
    return tuple(reversed(path))


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Check that a leaf hash is leaf `index` of the tree of `size` leaves with this root (RFC 9162, 2.1.3.2).

    Returns nothing when it is; raises ProofError, saying which condition failed, when it is not.
    """
    if not 0 <= index < size:
        raise ProofError(f"A tree of {counted(size, 'leaf', 'leaves')} has no leaf {index}.")
    _need_hashes(proof, leaf=leaf)
    node, last, made = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise ProofError(
                f"The inclusion proof is too long: {counted(len(proof), 'hash', 'hashes')} for leaf {index} of {size}."
            )
        if node & 1 or node == last:
            made = node_hash(sibling, made)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            made = node_hash(made, sibling)
        node, last = node >> 1, last >> 1
    if last:
        raise ProofError(
            f"The inclusion proof is too short: {counted(len(proof), 'hash', 'hashes')} for leaf {index} of {size}."
        )
    if made != root:
        raise ProofError(
            f"Leaf {index} is not in the tree of {counted(size, 'leaf', 'leaves')} and root "
            f"{root.hex()}: the proof leads to {made.hex()}."
        )


def consistency_proof(first: int, second: int, read: ReadNode) -> tuple[bytes, ...]:
    """Prove that the tree of `first` leaves is the beginning of the tree of `second` (RFC 9162, 2.1.4.1).

    Returns an empty proof when the sizes are equal. Raises ProofError unless 0 < first <= second.
    """
    _need_sizes(first, second)
    start, stop, path = 0, second, []
    while stop != first:
        middle = start + _split(stop - start)
        if first <= middle:
            path.append(range_root(middle, stop, read))
            stop = middle
        else:
            path.append(range_root(start, middle, read))
            start = middle
    # The old tree itself is left out when it is a node of the new one: the verifier holds its root.
    if start:
        path.append(range_root(start, stop, read))
    return tuple(reversed(path))


def verify_consistency(first: int, second: int, proof: Sequence[bytes], first_root: bytes, second_root: bytes) -> None:
    """Check that the tree of `first` leaves and its root begin the tree of `second` (RFC 9162, 2.1.4.2).

    Returns nothing when they do; raises ProofError, saying which condition failed, when they do not.
    Every tree begins with the empty one, so a first size of 0 proves nothing and is refused.
    """
    _need_sizes(first, second)
    _need_hashes(proof)
    if first == second:
        _same_size(first, proof, first_root, second_root)
        return
    if not proof:
        raise ProofError(f"The consistency proof from {first} to {second} leaves is empty.")
    _climb(first, second, proof, first_root, second_root)


def _climb(first: int, second: int, proof: Sequence[bytes], first_root: bytes, second_root: bytes) -> None:
    """Rebuild both roots from the proof, from the last common node upwards."""
    path = [first_root, *proof] if first & (first - 1) == 0 else list(proof)
    node, last = first - 1, second - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise ProofError(
                f"The consistency proof from {first} to {second} leaves is too long: "
                f"{counted(len(proof), 'hash', 'hashes')}."
            )
        if node & 1 or node == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        node, last = node >> 1, last >> 1
    if last:
        raise ProofError(
            f"The consistency proof from {first} to {second} leaves is too short: "
            f"{counted(len(proof), 'hash', 'hashes')}."
        )
    if old != first_root:
        raise ProofError(
            f"The tree of {second} leaves does not begin with the {first} leaves of root "
            f"{first_root.hex()}: the proof leads to {old.hex()}."
        )
    if new != second_root:
        raise ProofError(
            f"The tree of {second} leaves does not have root {second_root.hex()}: the proof leads to {new.hex()}."
        )


def _same_size(size: int, proof: Sequence[bytes], first_root: bytes, second_root: bytes) -> None:
    """Two trees of one size are consistent when they are the same tree, and need no proof."""
    if proof:
        raise ProofError(
            f"Both trees have {counted(size, 'leaf', 'leaves')}, so the proof must be empty; it has "
            f"{counted(len(proof), 'hash', 'hashes')}."
        )
    if first_root != second_root:
        raise ProofError(
            f"Two trees of {counted(size, 'leaf', 'leaves')} have different roots: {first_root.hex()} "
            f"and {second_root.hex()}."
        )


def _need_sizes(first: int, second: int) -> None:
    """Refuse sizes about which nothing can be proven."""
    if first < 1:
        raise ProofError(f"Consistency with a tree of {first} leaves proves nothing: begin with at least 1.")
    if first > second:
        raise ProofError(f"A tree of {second} leaves cannot begin with {first} leaves.")


def _need_hashes(proof: Sequence[bytes], **named: bytes) -> None:
    """Refuse a hash that is not one SHA-256 long, naming it; a root is only ever compared."""
    named |= {f"proof[{place}]": part for place, part in enumerate(proof)}
    for name, value in named.items():
        if len(value) != HASH_BYTES:
            raise ProofError(f"A hash has {HASH_BYTES} bytes; {name} has {len(value)}.")
