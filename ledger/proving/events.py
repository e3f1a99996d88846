"""Proofs of events: made from a ledger and a checkpoint of it, and what a proof says when it is checked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pydantic import ValidationError

from ledger.application.reader import Reader
from ledger.errors import LedgerError, ProofError
from ledger.events.envelope import Event, decode
from ledger.instants import shown_seconds
from ledger.integrity.checkpoints import SignedCheckpoint
from ledger.integrity.event_proofs import EventProof
from ledger.integrity.notes import Note
from ledger.integrity.policy import Policy
from ledger.integrity.proof import inclusion_proof
from ledger.integrity.signatures import Signed, checked
from ledger.integrity.vkeys import COSIGNATURE, TYPE_NAMES, VerifierKey
from ledger.plurals import counted
from ledger.proving.outcomes import ProvenEvent, Vouched, Voucher
from ledger.proving.signing import held_to


def proofs_of(ledger: Reader, positions: Iterable[int], signed: SignedCheckpoint) -> tuple[EventProof, ...]:
    """Prove that events stand at positions, under a checkpoint of the ledger.

    Raises `NotContinued` where the checkpoint is of another history, `ProofError` where it is of another ledger, or is
    older than one of the events.
    """
    held_to_origin(ledger, signed)
    return tuple(_proof(ledger, position, signed) for position in positions)


def held_to_origin(ledger: Reader, signed: SignedCheckpoint) -> None:
    """Raise `ProofError` where a checkpoint is of another ledger, `NotContinued` where it is of another history."""
    origin = signed.checkpoint.origin
    if origin != ledger.government.origin:
        raise ProofError(f"The checkpoint is of {origin}, and this ledger is {ledger.government.origin}.")
    held_to(ledger, signed.checkpoint)


def _proof(ledger: Reader, position: int, signed: SignedCheckpoint) -> EventProof:
    size = signed.checkpoint.size
    if not 0 < position <= size:
        raise ProofError(
            f"The checkpoint is of the first {counted(size, 'event')}, and p{position} came later. "
            "Make a newer one: `checkpoint`."
        )
    line = ledger.store.need(position).line
    proof = EventProof(line, position - 1, inclusion_proof(position - 1, size, ledger.store.read_node), signed)
    proof.check()
    return proof


def vouched(note: Note, keys: Sequence[VerifierKey], policy: Policy | None, origin: str, what: str) -> Vouched:
    """Return who of those that a reader knows vouches for a checkpoint of an origin.

    `keys` are the verifier keys that were given, beside those of the policy. Raises `ProofError` where a signature of a
    known key does not hold, or is of a log of another origin.
    """
    logs = [party.key for party in policy.logs] if policy else []
    witnesses = [party.key for party in policy.witnesses] if policy else []
    own = [key for key in keys if key.type != COSIGNATURE and key.name == origin]
    others = [key for key in keys if key not in own]
    held = checked(note, dict.fromkeys((*logs, *own, *witnesses, *others)), what)
    of_log = [one for one in held if one.key in logs or one.key in own]
    for one in of_log:
        if one.key.name != origin:
            raise ProofError(f"{what} is signed by {one.key.short}, and says that it is of {origin}.")
    cosigned = [one for one in held if one not in of_log and one.time]
    quorum = policy.met({one.key for one in cosigned}) if policy else None
    return Vouched(tuple(map(_voucher, of_log)), tuple(map(_voucher, cosigned)), quorum)


def _voucher(signed: Signed) -> Voucher:
    return Voucher(signed.key.short, TYPE_NAMES[signed.key.type], shown_seconds(signed.time) if signed.time else None)


def proven_event(proof: EventProof) -> ProvenEvent:
    """Return what a proof says of its event, after checking that it is in the tree of the checkpoint.

    Raises `ProofError` where it is not, and where the line is no event that this version knows.
    """
    proof.check()
    assert proof.line is not None  # or the check had raised
    position = proof.leaf + 1
    try:
        event = decode(proof.line)
    except (LedgerError, ValidationError, ValueError, KeyError, TypeError):
        raise ProofError(f"The line at p{position} is proven, and is no event that this version can read.") from None
    return _said(position, event)


def _said(position: int, event: Event) -> ProvenEvent:
    decision = event.decision
    part, parts = decision.part
    return ProvenEvent(
        position=position,
        id=event.id,
        type=event.type,
        sentence=event.data.sentence,
        authority=decision.authority,
        reference=decision.reference,
        part=part,
        parts=parts,
        legal_basis=decision.legal_basis,
        decided_on=decision.decided_on,
        effective=event.takes_effect,
        recorded_at=event.recorded_at,
        recorder=event.recorder.id,
    )
