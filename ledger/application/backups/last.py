"""The last backup of each ledger that this user made, kept in the folder of what was seen, where a monitor asks."""

from __future__ import annotations

import os
from pathlib import Path

from msgspec import DecodeError, Struct
from msgspec.json import Decoder

from ledger.application.backups.manifest import BackupManifest
from ledger.application.seen.file import changed
from ledger.errors import InputError, LedgerError
from ledger.files.inputs import read_whole
from ledger.instants import instant_of

NAME = "backups.json"
_BYTES_MAX = 4 << 20


class LastBackup(Struct, frozen=True, forbid_unknown_fields=True):
    """A backup that was made: where it was put, when, and how far it goes."""

    path: str
    made_at: str
    tree_size: int
    root: str


_decode = Decoder(dict[str, LastBackup]).decode


def last_backup(folder: Path, ledger_id: str) -> LastBackup | None:
    """Return the last backup of a ledger that is remembered in a folder; None where none is, or it cannot be read."""
    return _read(folder).get(ledger_id)


def remember(folder: Path, manifest: BackupManifest, path: Path) -> None:
    """Remember a backup as the last of its ledger, in place of the one before; raises `LedgerError` or `OSError`."""
    shown = os.fsencode(os.path.realpath(path)).decode("utf-8", "backslashreplace")
    entry = LastBackup(shown, manifest.made_at, manifest.tree_size, manifest.root)
    changed(folder / NAME, lambda: _read(folder), lambda kept: {**kept, manifest.ledger_id: entry})


def _read(folder: Path) -> dict[str, LastBackup]:
    try:
        raw = read_whole(folder / NAME, _BYTES_MAX, may_lack=True)
        found = {} if raw is None else _decode(raw)
        for entry in found.values():
            instant_of(entry.made_at)
        return found
    except (LedgerError, InputError, DecodeError, ValueError, RecursionError):
        return {}
