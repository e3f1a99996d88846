"""Verification of proofs and checkpoints, offline and without the ledger: what is altered, and who vouches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from ledger.errors import ProofError
from ledger.integrity.checkpoints import SignedCheckpoint
from ledger.integrity.policy import Policy
from ledger.integrity.tree import format_root
from ledger.integrity.vkeys import VerifierKey
from ledger.plurals import counted
from ledger.proving.events import proven_event, vouched
from ledger.proving.files import Name, read_checkpoint, read_proofs
from ledger.proving.outcomes import ProofVerification, ProvenEvent, Vouched
from ledger.proving.tiles import TileFolder

NOBODY = "inclusion only, nobody vouches for this root: give the verifier key of the ledger with --vkey."
NOBODY_SIGNED = "Who made this checkpoint: no signature on it is of a key that was given."
TOO_FEW = "That enough witnesses saw this root: those that the policy asks for did not sign it."
NEWEST = "That this is the newest root of the ledger: only one that is kept elsewhere, or a witness, can tell."
TRUE = "That what was recorded is true, or that everything decided was recorded."


def verify_proofs(path: Name, keys: Sequence[VerifierKey], policy: Policy | None) -> ProofVerification:
    """Check a file of one proof or several: signatures, origin, witnesses, then that each event is in the tree.

    `keys` are those that the reader holds. Raises `InputError` where the file cannot be read; what is wrong in it is
    the fault of the outcome.
    """
    try:
        proofs = read_proofs(path)
        signed = proofs[0].signed
        if any(bytes(proof.signed) != bytes(signed) for proof in proofs):
            raise ProofError(f'"{path}" holds proofs of several checkpoints; those of a decision stand under one.')
        who = _vouched(path, signed, keys, policy)
        events = tuple(map(proven_event, proofs))
    except ProofError as error:
        return _failed(error)
    return _found(signed, who, events, (*_parts_missing(events), *_not_proven(who, NOBODY)))


def verify_checkpoint(path: Name, keys: Sequence[VerifierKey], policy: Policy | None) -> ProofVerification:
    """Check who vouches for a checkpoint; as `verify_proofs`, without events."""
    try:
        signed = read_checkpoint(path)
        who = _vouched(path, signed, keys, policy)
    except ProofError as error:
        return _failed(error)
    return _found(signed, who, (), _not_proven(who, NOBODY_SIGNED))


def verify_tiles(path: Name, keys: Sequence[VerifierKey], policy: Policy | None) -> ProofVerification:
    """Check a folder of tiles: every entry, every hash, and who vouches for the root that they lead to."""
    try:
        folder = TileFolder(Path(path))
        who = _vouched(path, folder.signed, keys, policy)
    except ProofError as error:
        return _failed(error)
    damage = tuple(folder.damage())
    found = _found(folder.signed, who, (), _not_proven(who, NOBODY_SIGNED))
    if not damage:
        return found
    places = counted(len(damage), "place")
    return found._replace(ok=False, proven=False, fault=f"The tiles are damaged in {places}.", damage=damage)


def _vouched(path: Name, signed: SignedCheckpoint, keys: Sequence[VerifierKey], policy: Policy | None) -> Vouched:
    return vouched(signed.note, keys, policy, signed.checkpoint.origin, f'"{path}"')


def _found(
    signed: SignedCheckpoint, who: Vouched, events: tuple[ProvenEvent, ...], not_proven: Sequence[str]
) -> ProofVerification:
    checkpoint = signed.checkpoint
    return ProofVerification(
        ok=True,
        proven=who.enough,
        fault=None,
        origin=checkpoint.origin,
        tree_size=checkpoint.size,
        root=format_root(checkpoint.root),
        signed_by=who.signed_by,
        witnessed_by=who.witnessed_by,
        quorum=who.quorum,
        damage=(),
        events=events,
        not_proven=(*not_proven, NEWEST, TRUE),
    )


def _failed(error: ProofError) -> ProofVerification:
    return ProofVerification(False, False, str(error), None, None, None, (), (), None, (), (), ())


def _not_proven(who: Vouched, nobody: str) -> tuple[str, ...]:
    return (*(() if who.signed_by else (nobody,)), *((TOO_FEW,) if who.quorum is False else ()))


def _parts_missing(events: Sequence[ProvenEvent]) -> Iterator[str]:
    """Yield which parts of a decision the file does not hold: it may say more than is seen here."""
    for (authority, reference), some in groupby(events, lambda event: (event.authority, event.reference)):
        found = list(some)
        lacking = sorted(set(range(1, found[0].parts + 1)) - {event.part for event in found})
        if lacking:
            yield (
                f"The whole of {reference} of {authority}: it has {counted(found[0].parts, 'event')}, of which "
                f"{counted(len(lacking), 'is', 'are')} not in this file."
            )
