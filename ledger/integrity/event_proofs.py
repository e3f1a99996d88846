"""Proofs of single events as files: the line, where it stands, its siblings, a checkpoint (C2SP tlog-proof, v1).

A file holds one proof or several, one after another: those of all parts of a decision. Each is whole by itself, so that
any reader of tlog-proof checks it alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ledger.errors import ProofError
from ledger.integrity.checkpoints import SignedCheckpoint
from ledger.integrity.encoding import decoded, decoded_hash, encoded, number
from ledger.integrity.proof import verify_inclusion
from ledger.integrity.tree import leaf_hash
from ledger.plurals import counted

HEADER = "c2sp.org/tlog-proof@v1"
PROOF_BYTES_MAX = 16_000_000
_HASHES_MAX = 64  # siblings of a leaf in the largest tree there is


class EventProof(NamedTuple):
    """A proof that an event is in a log: `line` is the event as it is stored, None where the file does not hold it."""

    line: bytes | None
    leaf: int  # position - 1
    hashes: tuple[bytes, ...]
    signed: SignedCheckpoint

    def __bytes__(self) -> bytes:
        """Return the proof as a file holds it."""
        extra = [] if self.line is None else [f"extra {encoded(self.line)}"]
        lines = [HEADER, *extra, f"index {self.leaf}", *(encoded(hash_) for hash_ in self.hashes), "", ""]
        return "\n".join(lines).encode() + bytes(self.signed)

    def check(self, line: bytes | None = None) -> None:
        """Check that the event is in the tree of the checkpoint, whoever vouches for that.

        `line` takes the place of the one in the proof. Raises `ProofError`, saying which condition failed.
        """
        held = self.line if line is None else line
        if held is None:
            raise ProofError("The proof does not hold the line of its event; give the line.")
        checkpoint = self.signed.checkpoint
        verify_inclusion(leaf_hash(held), self.leaf, checkpoint.size, self.hashes, checkpoint.root)


def parse_proofs(raw: bytes, what: str = "The proof") -> tuple[EventProof, ...]:
    """Read a file of at most 16 MB with one proof or several, none of which is checked; raises `ProofError`."""
    if len(raw) > PROOF_BYTES_MAX:
        raise ProofError(f"{what} has more than {PROOF_BYTES_MAX:,} bytes.")
    begin = HEADER.encode() + b"\n"
    if not raw.startswith(begin):
        raise ProofError(f'{what}, line 1: a proof begins with "{HEADER}".')
    parts = raw.split(b"\n" + begin)
    proofs, first = [], 1
    for place, part in enumerate(parts):
        whole = (part if place == 0 else begin + part) + (b"\n" if place < len(parts) - 1 else b"")
        proofs.append(_one(whole, what, first))
        first += whole.count(b"\n")
    return tuple(proofs)


def _one(raw: bytes, what: str, first: int) -> EventProof:
    """Read one proof, whose first line is line `first` of its file."""
    head, blank, note = raw.partition(b"\n\n")
    if not blank:
        raise ProofError(f"{what}, line {first}: no blank line between the proof and its checkpoint.")
    try:
        lines = head.decode("ascii").split("\n")[1:]
    except UnicodeDecodeError:
        raise ProofError(f"{what}, line {first}: a byte that is not ASCII stands before the checkpoint.") from None
    at, line = first + 1, None
    if lines and lines[0].startswith("extra "):
        line = decoded(lines.pop(0).removeprefix("extra "), f"{what}, line {at}: extra")
        at += 1
    if not lines or not lines[0].startswith("index "):
        raise ProofError(f'{what}, line {at}: "index N" is missing.')
    index = number(lines.pop(0).removeprefix("index "), f"{what}, line {at}: the index")
    hashes = _hashes(lines, what, at + 1)
    signed = SignedCheckpoint.parse(note, f"{what}: its checkpoint")
    if index >= signed.checkpoint.size:
        raise ProofError(
            f"{what}, line {at}: a log of {counted(signed.checkpoint.size, 'event')} has no event of index {index}."
        )
    return EventProof(line, index, hashes, signed)


def _hashes(lines: Sequence[str], what: str, first: int) -> tuple[bytes, ...]:
    if len(lines) > _HASHES_MAX:
        raise ProofError(f"{what} has {counted(len(lines), 'hash', 'hashes')}; no event has more than {_HASHES_MAX}.")
    return tuple(decoded_hash(line, f"{what}, line {place}: the hash") for place, line in enumerate(lines, first))
