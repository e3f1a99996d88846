"""The making of a backup: a copy of the ledger at one moment, checked whole before it takes its name."""

from __future__ import annotations

import os
from hashlib import file_digest
from pathlib import Path

from ledger import clock as clocks
from ledger.application.backups.manifest import (
    FORMAT,
    BackupManifest,
    NotABackup,
    beside,
    program,
    read_manifest,
    written,
)
from ledger.application.reader import opened_reader
from ledger.application.verification import verify_file
from ledger.errors import InputError, LedgerDamaged, LedgerExists
from ledger.files.inputs import opened
from ledger.files.outputs import new_file
from ledger.instants import stamp
from ledger.plurals import counted
from ledger.store.address import address_of
from ledger.store.choice.copying import copied
from ledger.store.protocol import Location


def place_of_backup(location: Location, output: str, clock: clocks.Clock = clocks.now) -> Path:
    """Return the file that a backup goes to: `output`, or in a folder one that is named for the ledger and the time."""
    if not output:
        raise InputError("The path of the backup is empty. Give a file, or a folder.")
    path = Path(output)
    if not (output.endswith(os.sep) or path.is_dir()):
        return path
    address = address_of(location)
    name = Path(location).stem if address is None else address.schema
    return path / f"{name}-{clock():%Y%m%dT%H%M%S.%fZ}.ledger"


def make_backup(location: Location, place: Path, clock: clocks.Clock = clocks.now) -> BackupManifest:
    """Copy the ledger at a location to a file where nothing stands, whoever records meanwhile, and say what it is.

    The copy is examined whole, as `verify` does, before it takes its name, and its manifest stands before it does: so
    a backup that has its name is whole, whenever the program was stopped. A manifest without its backup is of one that
    was, and gives way. Raises `LedgerExists`, `LedgerDamaged`, `OutputFailed` or another `LedgerError`.
    """
    made: list[BackupManifest] = []

    def finish(aside: Path) -> None:
        found = _manifest(location, aside, place, clock)
        _need_room(place)
        with new_file(beside(place), force=True) as file:
            file.write(written(found))
        made.append(found)

    try:
        copied(location, place, finish)
    except BaseException:
        if made and not os.path.lexists(place):
            beside(place).unlink(missing_ok=True)
        raise
    return made[0]


def _need_room(place: Path) -> None:
    """Raise where something else than the manifest of a stopped backup stands in the place of the manifest."""
    if os.path.lexists(beside(place)):
        try:
            read_manifest(place)
        except NotABackup:
            raise LedgerExists(beside(place)) from None


def _manifest(location: Location, aside: Path, place: Path, clock: clocks.Clock) -> BackupManifest:
    checked = verify_file(aside)
    if not checked.ok:
        count = counted(len(checked.damage), "damage")
        raise LedgerDamaged(location, f"its copy has {count}, so no backup was made")
    with opened_reader(aside) as copy:
        government, known = copy.government, copy.known()
    with opened(aside) as file:
        digest, size = file_digest(file, "sha256").hexdigest(), os.fstat(file.fileno()).st_size
    now = stamp(clock())
    return BackupManifest(
        format=FORMAT,
        ledger_id=government.ledger_id,
        government=government.name,
        origin=government.origin,
        tree_size=checked.events,
        root=checked.root,
        recorded_at=now if known.at is None else stamp(known.at),
        made_at=now,
        program=program(),
        file=place.name,
        bytes=size,
        sha256=digest,
    )
