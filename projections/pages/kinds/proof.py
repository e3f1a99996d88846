"""Proof: the fingerprint of all that is known at the point, who vouches for it, and the way from one entry to it."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Sequence
from typing import NamedTuple

from ledger.application.reader import Reader
from ledger.errors import InputError, ProofError
from ledger.errors.store import NotContinued
from ledger.integrity.tree import leaf_hash
from ledger.proving.inclusion import way_to_root
from ledger.proving.published import PublishedKey, published_keys
from projections.pages.question import PageQuestion
from projections.pages.vouched import CheckpointAtHand, CheckpointShown
from projections.views.queries.record import decision_at
from projections.views.read_model import Views

PARTS_MAX = 500  # of a decision whose proof is given out by a page; the command line proves longer ones
_IN_ADDRESS_MAX = 48_000  # bytes of a proof that fits behind the # of an address in every browser


class EntryInTree(NamedTuple):
    """An entry, the hash of its line, and the hashes that lead from it to the fingerprint (RFC 9162, 2.1.3)."""

    position: int
    leaf: str
    hashes: Sequence[str]
    line: str
    decision: int  # the position of the first entry of its decision


class EntryProof(NamedTuple):
    """What there is of a proof of the entry, or of its decision, under the checkpoint at hand."""

    entry: bool  # whether the entry is among those of the checkpoint
    decision: bool  # whether all of its decision is
    in_address: str  # the proof of the entry, as the verifier takes it behind the # of its address; or nothing


class ProofPage(NamedTuple):
    """Size and root at the point, who vouches for them, and an entry in the tree where one is asked for."""

    origin: str
    checkpoint: CheckpointShown | None
    fault: str  # why the checkpoint at hand is not told: "other" history, "unread"; else nothing
    keys: Sequence[PublishedKey]
    entry: EntryInTree | None
    proof: EntryProof | None


def proof(question: PageQuestion) -> ProofPage:
    """Return what the page of proof tells; raises `InputError` for an entry that is not known at the point."""
    ledger = question.views.ledger
    asked = question.asked.get("entry", "").strip().removeprefix("p")
    entry = _entry(question, asked) if asked else None
    checkpoint, fault = _checkpoint(question.checkpoint, ledger)
    return ProofPage(
        origin=ledger.government.origin,
        checkpoint=checkpoint,
        fault=fault,
        keys=published_keys(ledger, question.known),
        entry=entry,
        proof=None if checkpoint is None or entry is None else _proof(question, checkpoint, entry),
    )


def checkpoint_file(views: Views, at_hand: CheckpointAtHand) -> bytes:
    """Return the checkpoint at hand as a file; raises `InputError` where it is none of this ledger any more."""
    try:
        return at_hand.text(views.ledger)
    except ProofError as error:
        raise InputError(str(error)) from None


def entry_proof(views: Views, at_hand: CheckpointAtHand, position: int) -> bytes:
    """Return the proof of one entry as a file; raises `InputError` for an entry that the checkpoint does not have."""
    return _proven(views.ledger, at_hand, [position])


def decision_proof(views: Views, at_hand: CheckpointAtHand, position: int) -> bytes:
    """Return the proofs of all entries of the decision that has the entry at `position`, as one file.

    Raises `InputError` for no such entry, one that came after the checkpoint, and more than `PARTS_MAX` entries.
    """
    views.catch_up()
    place = decision_at(views.file, position)
    if place is None:
        raise InputError(f"There is no entry {position}.")
    if place.last - place.first >= PARTS_MAX:
        raise InputError(f"A decision of more than {PARTS_MAX} entries is proven by the command `prove`.")
    return _proven(views.ledger, at_hand, range(place.first, place.last + 1))


def _proven(ledger: Reader, at_hand: CheckpointAtHand, positions: Sequence[int]) -> bytes:
    try:
        return at_hand.proof(ledger, positions)
    except ProofError as error:
        raise InputError(str(error)) from None


def _checkpoint(at_hand: CheckpointAtHand | None, ledger: Reader) -> tuple[CheckpointShown | None, str]:
    try:
        return None if at_hand is None else at_hand.read(ledger), ""
    except NotContinued:
        return None, "other"
    except (InputError, ProofError):  # what is wrong, and with which file, is for whoever put it there
        return None, "unread"


def _entry(question: PageQuestion, text: str) -> EntryInTree:
    position = int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
    if not 0 < position <= question.known:
        raise InputError(f"An entry is a number from 1 to {question.known} here.")
    ledger = question.views.ledger
    [row] = ledger.rows_among([position])
    hashes = way_to_root(ledger, position, question.known)
    question.views.catch_up()
    place = decision_at(question.views.file, position)
    first = position if place is None else place.first
    return EntryInTree(position, leaf_hash(row.line).hex(), [one.hex() for one in hashes], row.line.decode(), first)


def _proof(question: PageQuestion, checkpoint: CheckpointShown, entry: EntryInTree) -> EntryProof:
    assert question.checkpoint is not None  # or it had not been read
    if entry.position > checkpoint.size:
        return EntryProof(entry=False, decision=False, in_address="")
    place = decision_at(question.views.file, entry.position)
    whole = place is not None and place.last <= checkpoint.size and place.last - place.first < PARTS_MAX
    try:
        raw = question.checkpoint.proof(question.views.ledger, [entry.position])
    except (InputError, ProofError, NotContinued):  # another file was put there since
        return EntryProof(entry=False, decision=False, in_address="")
    return EntryProof(True, whole, urlsafe_b64encode(raw).decode().rstrip("=") if len(raw) <= _IN_ADDRESS_MAX else "")
