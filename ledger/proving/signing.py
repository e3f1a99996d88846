"""Checkpoints of a ledger, signed only where they continue what the same key signed before."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ledger.application.reader import Reader
from ledger.errors import ProofError
from ledger.errors.store import NotContinued
from ledger.files.inputs import read_whole
from ledger.files.outputs import new_file
from ledger.integrity.checkpoints import Checkpoint, SignedCheckpoint
from ledger.integrity.encoding import encoded
from ledger.integrity.notes import NOTE_BYTES_MAX, Note
from ledger.integrity.private_keys import PrivateKey
from ledger.integrity.signatures import checked
from ledger.integrity.tree import EMPTY_ROOT, Frontier, leaf_hash
from ledger.witness.client import WitnessAddress, cosigned

_SUFFIX = ".signed"
_OWNER_ONLY = 0o600


class LastSigned:
    """The last checkpoint that a key signed, in a file beside the key."""

    def __init__(self, key_file: Path) -> None:
        self.key_file = key_file
        self.path = key_file.with_name(key_file.name + _SUFFIX)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let nobody else sign with this key until the block is done."""
        with self.key_file.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def read(self, key: PrivateKey) -> SignedCheckpoint | None:
        """Return the last checkpoint, None before the first; raises `ProofError` where the key did not sign it."""
        raw = read_whole(self.path, NOTE_BYTES_MAX, may_lack=True)
        if raw is None:
            return None
        signed = SignedCheckpoint.parse(raw, f'"{self.path}"')
        if len(checked(signed.note, key.vkeys, f'"{self.path}"')) != len(key.vkeys):
            raise ProofError(
                f'"{self.path}" is not what {key.name} signed last: a signature is missing. Put back the true file; '
                "without it nothing is signed, or two histories could be."
            )
        return signed

    def write(self, signed: SignedCheckpoint) -> None:
        """Keep a checkpoint as the last one, durably; raises `OutputFailed`."""
        with new_file(self.path, force=True, mode=_OWNER_ONLY) as file:
            file.write(bytes(signed))


def signed_checkpoint(
    ledger: Reader,
    key: PrivateKey,
    last: SignedCheckpoint | None,
    progress: Callable[[int], None] | None = None,
) -> SignedCheckpoint:
    """Sign size and root of a ledger, after hashing again every line since the last checkpoint that the key signed.

    `progress` is called with the number of events hashed so far. Raises `ProofError` where the key is not of this
    ledger's origin, and `NotContinued` where the ledger does not begin with what was signed, or its bytes do not lead
    to the root that it says.
    """
    origin = ledger.government.origin
    if key.name != origin:
        raise ProofError(
            f"The key signs for {key.name}, and this ledger is {origin}. Take the key that was made for it."
        )
    head = ledger.head().position
    frontier = _begun(ledger, head, last)
    start = frontier.size
    for line in ledger.lines(start, head):
        frontier.append(leaf_hash(line))
        if progress is not None:
            progress(frontier.size - start)
    if (frontier.size, frontier.root()) != (head, ledger.store.root(head)):
        raise NotContinued(ledger.location, head, encoded(ledger.store.root(head)), encoded(frontier.root()))
    if last is not None and last.checkpoint.size == head:
        return last  # it says all that there is to say
    text = Checkpoint(origin, head, frontier.root()).text
    note = Note(text, tuple(signer.sign(text) for signer in key.signers))
    return SignedCheckpoint(Checkpoint.parse(text), note)


def cosigned_checkpoint(
    ledger: Reader, signed: SignedCheckpoint, asked: Sequence[WitnessAddress]
) -> tuple[SignedCheckpoint, list[str]]:
    """Have a ledger's checkpoint cosigned; return it with what was signed, and a sentence for each that did not."""
    return cosigned(signed, asked, ledger.store.read_node)


def _begun(ledger: Reader, head: int, last: SignedCheckpoint | None) -> Frontier:
    """Return the edge of the tree at the last checkpoint, held to its root."""
    if last is None:
        return Frontier()
    before = last.checkpoint
    if before.origin != ledger.government.origin:
        raise ProofError(f"The key signed for {before.origin} before, and signs for nothing else.")
    held_to(ledger, before)
    frontier = Frontier.of(before.size, ledger.store.read_node)
    if frontier.root() != before.root:  # the stored nodes are not those of the root that was just read
        raise NotContinued(ledger.location, before.size, encoded(before.root), encoded(frontier.root()))
    return frontier


def held_to(ledger: Reader, checkpoint: Checkpoint) -> None:
    """Raise `NotContinued` unless a ledger begins with what a checkpoint says."""
    if checkpoint.size > ledger.head().position:
        raise NotContinued(ledger.location, checkpoint.size, encoded(checkpoint.root), None)
    there = ledger.store.root(checkpoint.size) if checkpoint.size else EMPTY_ROOT
    if there != checkpoint.root:
        raise NotContinued(ledger.location, checkpoint.size, encoded(checkpoint.root), encoded(there))
