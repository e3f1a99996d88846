"""Checks of files of proof, in words: who vouches for what, and what that does not prove."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from commands.failures import FOUND, UNPROVEN
from commands.terminal.output import Answer

if TYPE_CHECKING:
    from ledger.integrity.policy import Policy
    from ledger.integrity.vkeys import VerifierKey
    from ledger.proving.outcomes import ProofVerification, ProvenEvent, Voucher


def trusted(vkeys: Sequence[str], policy_file: str | None) -> tuple[tuple[VerifierKey, ...], Policy | None]:
    """Return the keys and the policy that a reader gave; raises `ProofError` for what is none."""
    from ledger.proving.keys import read_policy, verifier_keys

    return verifier_keys(vkeys), None if policy_file is None else read_policy(policy_file)


def proof_answer(found: ProofVerification, name: str) -> tuple[Answer, int]:
    """Return the answer for a file of proof, and the exit code that goes with it."""
    code = 0 if found.proven else UNPROVEN if found.ok else FOUND
    return Answer(found, found.events, text=(f"{line}\n" for line in _lines(found, name))), code


def _lines(found: ProofVerification, name: str) -> Iterator[str]:
    if not found.ok:
        yield f"{name}: NOT PROVEN. {found.fault}"
        for damage in found.damage:
            place = "in the folder" if damage.position is None else f"p{damage.position}"
            yield f"  {place}: expected {damage.expected}; found {damage.found}"
        return
    if found.proven:
        yield f"{name}: proven."
    else:
        yield f"{name}: nothing is wrong, and nothing is proven."
    yield f"  ledger      {found.origin}"
    yield f"  size        {found.tree_size}"
    yield f"  root        {found.root}"
    yield f"  signed by   {_who(found.signed_by)}"
    if found.witnessed_by or found.quorum is not None:
        yield f"  witnessed   {_who(found.witnessed_by)}"
    for event in found.events:
        yield from _event(event)
    yield "Not proven:"
    yield from (f"  {sentence}" for sentence in found.not_proven)


def _event(event: ProvenEvent) -> Iterator[str]:
    yield ""
    yield f"p{event.position}  {event.sentence}"
    yield f"  decided     {event.authority}, {event.reference}, part {event.part} of {event.parts}"
    yield f"  decided on  {event.decided_on or 'not stated'}"
    yield f"  power       {event.legal_basis or 'not stated'}"
    yield f"  effective   {event.effective or 'on no day'}"
    yield f"  recorded    {event.recorded_at}, by {event.recorder}"


def _who(vouchers: Sequence[Voucher]) -> str:
    said = [f"{one.key} ({one.algorithm}{f', {one.at}' if one.at else ''})" for one in vouchers]
    return ", ".join(said) or "nobody that you know"
