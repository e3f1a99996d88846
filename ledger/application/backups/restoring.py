"""The restoring of a backup: its bytes and its root are held to its manifest first, and it to what else is known."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from hashlib import file_digest
from pathlib import Path
from typing import NamedTuple

from ledger.application.backups.manifest import BackupManifest, read_manifest
from ledger.application.copying.moving import copy_ledger
from ledger.application.reader import opened_reader, stands_at
from ledger.application.seen.comparison import longest_of
from ledger.application.seen.sighting import Sighting
from ledger.application.verification import verify_file
from ledger.errors import LedgerDamaged, LedgerExists, StoreError, harmless
from ledger.files.inputs import opened
from ledger.integrity.tree import format_root
from ledger.plurals import counted
from ledger.store.choice.copying import copied, is_file
from ledger.store.protocol import Location


class BackupDamaged(LedgerDamaged):
    """A backup that is not what its manifest says; nothing was restored."""

    def __init__(self, path: object, what: str) -> None:
        StoreError.__init__(
            self, f'The backup "{harmless(str(path), 200)}" {what}. Nothing was restored. Take another backup.'
        )


class GivenOut(NamedTuple):
    """A size and root that were given out of a ledger, and by what it is known: a sighting, or a file."""

    size: int
    root: str
    source: str


class Missing(NamedTuple):
    """What a backup does not hold though it was given out: up to which size, with which root, and who says so."""

    tree_size: int
    root: str
    source: str


def receipts_of(ledger_id: str, sightings: Sequence[Sighting]) -> list[GivenOut]:
    """Return the sizes and roots that this reader saw of a ledger, ascending; empty where it was never seen."""
    longest = longest_of(ledger_id, sightings)
    if longest is None:
        return []
    told = f"you saw {counted(longest.size, 'event')} at {longest.place} on {longest.seen_at}"
    return [GivenOut(size, root, told) for size, root in longest.marks]


def checked_backup(path: Path) -> BackupManifest:
    """Return the manifest of a backup whose bytes, lines and root are as it says; nothing is changed.

    Raises `NotABackup` where it has no manifest, and `BackupDamaged` with what is wrong.
    """
    manifest = read_manifest(path)
    _need_bytes(path, manifest)
    log = path.with_name(f"{path.name}-wal")
    if log.exists() and log.stat().st_size:
        raise BackupDamaged(path, f'was recorded into since it was made: "{log.name}" stands beside it')
    found = verify_file(path, manifest.tree_size, manifest.root)
    if not found.ok or found.events != manifest.tree_size:
        raise BackupDamaged(path, f"does not hold the {counted(manifest.tree_size, 'event')} of its manifest")
    with opened_reader(path) as ledger:
        if ledger.government.ledger_id != manifest.ledger_id:
            there, said = ledger.government.ledger_id, manifest.ledger_id
            raise BackupDamaged(path, f"holds ledger {there}, and its manifest is of ledger {said}")
    return manifest


def missing_of(path: Path, manifest: BackupManifest, receipts: Iterable[GivenOut]) -> list[Missing]:
    """Return the last of the receipts from each source that go beyond a backup; empty where it holds all of them.

    Raises `BackupDamaged` where it has another root at the size of a receipt: it is another history.
    """
    beyond: dict[str, Missing] = {}
    with opened_reader(path) as ledger:
        for receipt in sorted(receipts):
            if receipt.size > manifest.tree_size:
                beyond[receipt.source] = Missing(receipt.size, receipt.root, receipt.source)
            elif (there := format_root(ledger.store.root(receipt.size))) != receipt.root:
                what = f"is another history: at size {receipt.size} its root is {there}, and {receipt.source}"
                raise BackupDamaged(path, f"{what}, root {receipt.root}")
    return list(beyond.values())


def restore_backup(path: Path, place: Location, begun: Callable[[], None] = lambda: None) -> None:
    """Make a ledger of a backup that was checked, at a place where nothing stands.

    A file is there whole or not at all; on a server `begun` is called once a beginning of it stands, which
    `copy_ledger` goes on from. Raises `LedgerExists`, `LedgerDamaged` or another `StoreError`.
    """
    need_free(place)
    if is_file(place):
        copied(path, place)
    else:
        copy_ledger(path, place, begun=begun)


def need_free(place: Location) -> None:
    """Raise `LedgerExists` where something stands already."""
    if stands_at(place):
        raise LedgerExists(place)


def _need_bytes(path: Path, manifest: BackupManifest) -> None:
    with opened(path) as file:
        size = os.fstat(file.fileno()).st_size
        there, said = counted(size, "byte"), counted(manifest.bytes, "byte")
        if size < manifest.bytes:
            raise BackupDamaged(path, f"is cut off: it has {there}, and its manifest says {said}")
        if size > manifest.bytes:
            raise BackupDamaged(path, f"has grown: it has {there}, and its manifest says {said}")
        if (found := file_digest(file, "sha256").hexdigest()) != manifest.sha256:
            raise BackupDamaged(path, f"was altered: its SHA-256 is {found}, and its manifest says {manifest.sha256}")
