"""The word of witnesses on a ledger, as a checkpoint file holds it, and how old it is."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

from ledger.errors import ProofError
from ledger.files.inputs import read_whole
from ledger.instants import shown_seconds
from ledger.integrity.checkpoints import SignedCheckpoint
from ledger.integrity.notes import NOTE_BYTES_MAX
from ledger.integrity.policy import NONE, Policy
from ledger.integrity.signatures import checked
from ledger.proving.keys import read_policy

AHEAD = timedelta(days=1)  # that may be recorded after what witnesses cosigned, before somebody is asked
Name = str | os.PathLike[str]


def witnessed_at(signed: SignedCheckpoint, policy: Policy, what: str) -> int | None:
    """Return the time (seconds since 1970) at which the quorum of a policy had seen a checkpoint; None: it has not.

    That is the latest time such that the cosignatures of it and of later times make up the quorum. Raises `ProofError`
    where a signature of the policy does not hold.
    """
    held = checked(signed.note, policy.keys, what)
    for time in sorted({one.time for one in held if one.time}, reverse=True):
        if policy.met({one.key for one in held if one.time and one.time >= time}):
            return time
    return None


def ahead(origin: str, checkpoint: Name, policy: Name, now: datetime) -> str:
    """Return a sentence where what is recorded now is more than a day ahead of the word of witnesses; else nothing.

    `checkpoint` is the file of the last one that they cosigned, which may not be there yet. Raises `InputError` and
    `ProofError` for files that cannot be read, and for the checkpoint of another ledger than that of `origin`.
    """
    known, what = read_policy(policy), f'"{checkpoint}"'
    if known.quorum == NONE:
        return ""
    raw = read_whole(checkpoint, NOTE_BYTES_MAX, may_lack=True)
    if raw is None:
        return f"No witness has cosigned this ledger: {what} is not there."
    signed = SignedCheckpoint.parse(raw, what)
    if signed.checkpoint.origin != origin:
        raise ProofError(f"{what} is a checkpoint of {signed.checkpoint.origin}, and this ledger is {origin}.")
    time = witnessed_at(signed, known, what)
    if time is None:
        return f"Fewer witnesses cosigned {what} than the policy asks for."
    if now - datetime.fromtimestamp(min(time, int(now.timestamp())), UTC) <= AHEAD:
        return ""
    return f"Witnesses last cosigned this ledger at {shown_seconds(time)}, at size {signed.checkpoint.size}."
