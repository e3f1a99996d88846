"""Proofs of events and checkpoints: what they read and hash, and whether a checkpoint costs what is new."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from random import Random
from time import perf_counter, process_time

from benchmarks.figures import Cost, Figure, limit, price
from benchmarks.session import Session
from ledger.application.reader import Reader, opened_reader
from ledger.integrity.checkpoints import Checkpoint, SignedCheckpoint
from ledger.integrity.notes import Note
from ledger.integrity.private_keys import PrivateKey, make_key
from ledger.integrity.proof import inclusion_proof, verify_inclusion
from ledger.integrity.tree import Frontier, leaf_hash
from ledger.proving.signing import signed_checkpoint

NEW = 1_000  # events since the last checkpoint
PROOFS = 1_000
ROUNDS = 5
_SECONDS_MAX = 0.001  # of one proof


def figures(session: Session) -> Iterator[Figure]:
    """Measure one proof of many, made and checked; and a checkpoint after some new events, beside hashing those."""
    for events in session.sizes:
        with opened_reader(session.ledger(events)) as ledger:
            size = ledger.head().position
            yield limit("a proof, made and checked", events, _proof(ledger, size), _SECONDS_MAX, measure="cpu")
            key, _ = make_key(ledger.government.origin)
            last = _signed(ledger, key, max(0, size - NEW))
            ours = _least(partial(signed_checkpoint, ledger, key, last), session.rounds(ROUNDS))
            bare = _least(partial(_hashed, ledger, size), session.rounds(ROUNDS))
            yield price("a checkpoint after 1,000 events", events, ours, "hashing 1,000 lines", bare, 3)


def _proof(ledger: Reader, size: int) -> Cost:
    """Return what one proof costs, on average over many leaves, with its line read, hashed and proven."""
    random, root = Random(size), ledger.store.root(size)
    leaves = [random.randrange(size) for _ in range(PROOFS)]
    lines = [ledger.store.need(leaf + 1).line for leaf in leaves]

    def prove() -> None:
        for leaf, line in zip(leaves, lines, strict=True):
            proof = inclusion_proof(leaf, size, ledger.store.read_node)
            verify_inclusion(leaf_hash(line), leaf, size, proof, root)

    return _least(prove, 2).each(PROOFS)


def _signed(ledger: Reader, key: PrivateKey, size: int) -> SignedCheckpoint:
    root = Frontier.of(size, ledger.store.read_node).root()
    text = Checkpoint(ledger.government.origin, size, root).text
    return SignedCheckpoint(Checkpoint.parse(text), Note(text, tuple(signer.sign(text) for signer in key.signers)))


def _hashed(ledger: Reader, size: int) -> None:
    for line in ledger.lines(max(0, size - NEW), size):
        leaf_hash(line)


def _least(work: Callable[[], object], rounds: int) -> Cost:
    """Return the least CPU and wall time of some rounds."""
    took = []
    for _ in range(rounds):
        cpu, wall = process_time(), perf_counter()
        work()
        took.append((process_time() - cpu, perf_counter() - wall))
    return Cost(min(cpu for cpu, _ in took), min(wall for _, wall in took))
