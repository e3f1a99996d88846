"""The age of what is kept elsewhere: the last backup, the last checkpoint, and the word of witnesses on it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from commands.keep.health.finding import Finding
from commands.session import Session
from ledger import clock
from ledger.application.backups.last import last_backup
from ledger.application.reader import Reader
from ledger.application.seen.file import folder_of_state
from ledger.instants import instant_of, stamp
from ledger.plurals import counted
from ledger.proving.files import read_checkpoint
from ledger.proving.keys import read_policy
from ledger.proving.witnessed import witnessed_at


class Ages(NamedTuple):
    """How old a monitor lets things be; None where it does not ask."""

    backup: timedelta | None = None
    checkpoint: timedelta | None = None
    cosignature: timedelta | None = None


def aged(session: Session, ledger: Reader, most: Ages) -> Iterator[Finding]:
    """Yield how old the last backup, checkpoint and cosignature are, and what to do where one is older than asked."""
    size = ledger.head().position
    yield _backup(ledger.government.ledger_id, size, most.backup)
    place, policy = session.configuration.checkpoint, session.configuration.policy
    if place is None or not os.path.isfile(place):
        lacks = "none is configured" if place is None else f"{place} is not there"
        yield _untold("checkpoint", lacks, most.checkpoint, "Name the file of the last one as `checkpoint` in the")
        yield _untold("cosignature", lacks, most.cosignature, "Name the file of the last checkpoint in the")
        return
    signed = read_checkpoint(place)
    made = datetime.fromtimestamp(os.stat(place).st_mtime, UTC)
    found = f"size {signed.checkpoint.size}{_after(size, signed.checkpoint.size)}"
    yield _aged("checkpoint", f"{place}: {found}", made, most.checkpoint, "Sign one: cluster-ledger checkpoint.")
    if policy is None:
        yield _untold("cosignature", "no policy is configured", most.cosignature, "Name it as `policy` in the")
        return
    time = witnessed_at(signed, read_policy(policy), f'"{place}"')
    if time is None:
        to_do = "Ask witnesses: cluster-ledger checkpoint --witness URL." if most.cosignature else ""
        yield Finding("cosignature", "fewer witnesses cosigned than the policy asks for", to_do)
        return
    at = datetime.fromtimestamp(min(time, 253402300799), UTC)
    yield _aged("cosignature", found, at, most.cosignature, "Ask witnesses: cluster-ledger checkpoint --witness URL.")


def _backup(ledger_id: str, size: int, most: timedelta | None) -> Finding:
    last = last_backup(folder_of_state(), ledger_id)
    if last is None:
        to_do = "Make one as this user: cluster-ledger backup -o FOLDER." if most else ""
        return Finding("backup", "none that this user made is known", to_do, untold=bool(most))
    found = f"{last.path}: size {last.tree_size}{_after(size, last.tree_size)}"
    return _aged("backup", found, instant_of(last.made_at), most, "Make one: cluster-ledger backup -o FOLDER.")


def _after(size: int, held: int) -> str:
    return f", {counted(size - held, 'event')} since" if size > held else ""


def _aged(what: str, found: str, made: datetime, most: timedelta | None, to_do: str) -> Finding:
    now = clock.now()
    said = f"{found}, of {stamp(made)}"
    if made > now:
        return Finding(what, f"{said}, which is after now", "Set the clock of this machine.")
    return Finding(what, said, to_do if most is not None and now - made > most else "")


def _untold(what: str, found: str, most: timedelta | None, to_do: str) -> Finding:
    return Finding(what, found, f"{to_do} configuration." if most else "", untold=bool(most))
