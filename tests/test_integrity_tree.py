"""The tree gives the roots and proofs of the naive recursive definition, whatever its size."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import ProofError
from ledger.integrity.proof import (
    consistency_proof,
    inclusion_proof,
    verify_consistency,
    verify_inclusion,
)
from ledger.integrity.tree import EMPTY_ROOT, Frontier, format_root, leaf_hash, parse_root, root_of

# The eight leaves of RFC 6962's reference implementation and the roots of their first 0 to 8.
REFERENCE_LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
REFERENCE_ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


class Tree:
    """A tree in memory that remembers every node and counts the reads."""

    def __init__(self, lines: list[bytes]) -> None:
        self.nodes: dict[tuple[int, int], bytes] = {}
        self.frontier, self.reads = Frontier(), 0
        for line in lines:
            leaf = self.frontier.size
            for level, value in enumerate(self.frontier.append(leaf_hash(line))):
                self.nodes[level, leaf >> level] = value

    def read(self, level: int, index: int) -> bytes:
        self.reads += 1
        return self.nodes[level, index]


def naive_root(lines: list[bytes]) -> bytes:
    """The definition of RFC 9162, 2.1.1, word for word."""
    if not lines:
        return sha256(b"").digest()
    if len(lines) == 1:
        return sha256(b"\x00" + lines[0]).digest()
    cut = 1
    while cut * 2 < len(lines):
        cut *= 2
    return sha256(b"\x01" + naive_root(lines[:cut]) + naive_root(lines[cut:])).digest()


def numbered(count: int) -> list[bytes]:
    return [b"line %d" % place for place in range(count)]


@pytest.mark.parametrize("size", range(9))
def test_the_reference_leaves_have_the_published_roots(size: int) -> None:
    """RFC 6962's own roots, from nothing to eight leaves."""
    tree = Tree(REFERENCE_LEAVES)
    assert root_of(size, tree.read).hex() == REFERENCE_ROOTS[size]
    assert Tree(REFERENCE_LEAVES[:size]).frontier.root().hex() == REFERENCE_ROOTS[size]


@given(st.lists(st.binary(max_size=8), max_size=70))
def test_every_root_on_the_way_is_that_of_the_definition(lines: list[bytes]) -> None:
    """Frontier, stored nodes and definition agree at every size."""
    tree = Tree(lines)
    for size in range(len(lines) + 1):
        assert root_of(size, tree.read) == Frontier.of(size, tree.read).root() == naive_root(lines[:size])


@given(st.data())
def test_every_leaf_can_be_proven_in_every_tree_that_holds_it(data: st.DataObject) -> None:
    """What inclusion_proof makes, verify_inclusion accepts."""
    size = data.draw(st.integers(1, 70))
    index = data.draw(st.integers(0, size - 1))
    lines = numbered(75)
    proof = inclusion_proof(index, size, Tree(lines).read)
    verify_inclusion(leaf_hash(lines[index]), index, size, proof, naive_root(lines[:size]))


@given(st.data())
def test_every_tree_is_proven_to_begin_every_later_one(data: st.DataObject) -> None:
    """What consistency_proof makes, verify_consistency accepts; another past, it refuses."""
    second = data.draw(st.integers(1, 70))
    first = data.draw(st.integers(1, second))
    lines = numbered(75)
    proof = consistency_proof(first, second, Tree(lines).read)
    verify_consistency(first, second, proof, naive_root(lines[:first]), naive_root(lines[:second]))
    other = [b"rewritten", *lines[1:]]
    with pytest.raises(ProofError):
        verify_consistency(first, second, proof, naive_root(other[:first]), naive_root(lines[:second]))


def naive_path(leaf: int, start: int, stop: int, roots: dict[tuple[int, int], bytes]) -> list[bytes]:
    """The definition of RFC 9162, 2.1.3.1, word for word."""
    if stop - start == 1:
        return []
    middle = start + split(stop - start)
    if leaf < middle:
        return [*naive_path(leaf, start, middle, roots), roots[middle, stop]]
    return [*naive_path(leaf, middle, stop, roots), roots[start, middle]]


def naive_continuation(
    first: int, start: int, stop: int, roots: dict[tuple[int, int], bytes], *, whole: bool
) -> list[bytes]:
    """The definition of RFC 9162, 2.1.4.1, word for word."""
    if first == stop:
        return [] if whole else [roots[start, stop]]
    middle = start + split(stop - start)
    if first <= middle:
        return [*naive_continuation(first, start, middle, roots, whole=whole), roots[middle, stop]]
    return [*naive_continuation(first, middle, stop, roots, whole=False), roots[start, middle]]


def split(size: int) -> int:
    """The largest power of two below a size."""
    cut = 1
    while cut * 2 < size:
        cut *= 2
    return cut


def roots_of(lines: list[bytes], size: int, found: dict[tuple[int, int], bytes]) -> None:
    """Put the root of every part that the tree of a size is split into to those that were found."""

    def root(start: int, stop: int) -> bytes:
        if (start, stop) not in found:
            if stop - start == 1:
                found[start, stop] = sha256(b"\x00" + lines[start]).digest()
            else:
                middle = start + split(stop - start)
                found[start, stop] = sha256(b"\x01" + root(start, middle) + root(middle, stop)).digest()
        return found[start, stop]

    root(0, size)


def test_the_definition_agrees_for_all_sizes_to_300_and_all_proofs_among_them() -> None:
    lines, roots = numbered(300), {}
    tree = Tree(lines)
    for size in range(1, 301):
        roots_of(lines, size, roots)
        for leaf in range(size):
            proof = inclusion_proof(leaf, size, tree.read)
            assert list(proof) == naive_path(leaf, 0, size, roots)
            verify_inclusion(leaf_hash(lines[leaf]), leaf, size, proof, roots[0, size])
            older = consistency_proof(leaf + 1, size, tree.read)
            assert list(older) == naive_continuation(leaf + 1, 0, size, roots, whole=True)
            verify_consistency(leaf + 1, size, older, roots[0, leaf + 1], roots[0, size])


def test_a_proof_reads_few_nodes() -> None:
    """A proof in 5,000 leaves costs its logarithm, not its length."""
    tree = Tree(numbered(5000))
    for index in (0, 1, 2500, 4095, 4096, 4998, 4999):
        tree.reads = 0
        inclusion_proof(index, 4999 if index < 4999 else 5000, tree.read)
        consistency_proof(index + 1, 5000, tree.read)
        root_of(5000, tree.read)
        assert tree.reads <= 6 * 13


def test_a_taken_up_frontier_goes_on_as_the_old_one() -> None:
    """A process that reopens the ledger appends the same nodes as the one that closed it."""
    lines = numbered(40)
    whole = Tree(lines)
    for size in range(40):
        again = Frontier.of(size, whole.read)
        kept = again.copy()
        for place in range(size, 40):
            for level, value in enumerate(again.append(leaf_hash(lines[place]))):
                assert whole.nodes[level, place >> level] == value
        assert again.root() == whole.frontier.root()
        assert (kept.size, kept.root()) == (size, naive_root(lines[:size]))


def test_many_leaves_at_once_complete_the_nodes_that_they_complete_one_by_one() -> None:
    leaves = [leaf_hash(line) for line in numbered(70)]
    for size in (0, 1, 2, 7, 33):
        one_by_one, at_once = Frontier(), Frontier()
        assert b"".join(at_once.extend(leaves[:size])) == b"".join(
            node for leaf in leaves[:size] for node in one_by_one.append(leaf)
        )
        assert list(at_once.extend(leaves[size:])) == [b"".join(one_by_one.append(leaf)) for leaf in leaves[size:]]
        assert (at_once.size, at_once.root()) == (one_by_one.size, one_by_one.root()) == (70, naive_root(numbered(70)))


def test_a_root_is_written_and_read_in_one_spelling_only() -> None:
    """A root has one text, so that two people compare the same thing."""
    assert format_root(EMPTY_ROOT) == f"sha256:{REFERENCE_ROOTS[0]}"
    assert parse_root(format_root(EMPTY_ROOT)) == EMPTY_ROOT
    for text in (
        "",
        REFERENCE_ROOTS[0],
        f"sha256:{REFERENCE_ROOTS[0].upper()}",
        f"sha256:{REFERENCE_ROOTS[0]}\n",
        f"sha256:{REFERENCE_ROOTS[0][:-1]}",
        f"SHA256:{REFERENCE_ROOTS[0]}",
    ):
        with pytest.raises(ProofError, match="is not one"):
            parse_root(text)


def test_what_cannot_be_proven_is_refused_in_its_own_words() -> None:
    """Each refusal names the condition that failed."""
    read = Tree(numbered(3)).read
    root = root_of(3, read)
    leaf = leaf_hash(b"line 0")
    proof = inclusion_proof(0, 3, read)
    said = set()
    for wrong in (
        lambda: inclusion_proof(3, 3, read),
        lambda: verify_inclusion(leaf, -1, 3, proof, root),
        lambda: verify_inclusion(b"", 0, 3, proof, root),
        lambda: verify_inclusion(leaf, 0, 3, proof[:1], root),
        lambda: verify_inclusion(leaf, 0, 3, (*proof, leaf), root),
        lambda: verify_inclusion(root, 0, 3, proof, root),
        lambda: consistency_proof(0, 3, read),
        lambda: consistency_proof(4, 3, read),
        lambda: verify_consistency(2, 3, [], leaf, root),
        lambda: verify_consistency(3, 3, [leaf], root, root),
        lambda: verify_consistency(3, 3, [], leaf, root),
        lambda: verify_consistency(2, 3, [root, root], leaf, root),
        lambda: verify_consistency(2, 4, [root, root], leaf, root),
        lambda: verify_consistency(1, 4, [root], leaf, root),
    ):
        with pytest.raises(ProofError) as refused:
            wrong()
        said.add(str(refused.value))
    assert len(said) == 14
