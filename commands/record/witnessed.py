"""The word of witnesses, asked for where a decision would be recorded more than a day after they gave it."""

from __future__ import annotations

from commands.session import Session
from ledger.application import Ledger
from ledger.errors import InputError

_SO = "What is recorded now is more than a day ahead of them. `cluster-ledger checkpoint --policy FILE` asks them."


def ahead_of_witnesses(session: Session, ledger: Ledger) -> str:
    """Return what to say before a decision is recorded; empty where nothing is configured, or they are up to date.

    Raises `InputError` where a checkpoint is configured without a policy, and as `ledger.proving.witnessed.ahead`.
    """
    checkpoint, policy = session.configuration.checkpoint, session.configuration.policy
    if checkpoint is None:
        return ""
    if policy is None:
        raise InputError('A "checkpoint" is configured without a "policy", which says whose word on it counts.')
    from ledger.proving.witnessed import ahead

    said = ahead(ledger.government.origin, checkpoint, policy, ledger.clock())
    return f"{said} {_SO}" if said else ""
