"""The formats of snapshots: which there are, and writing and reading any of them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from ledger.errors import InputError, UnknownName, harmless
from projections.snapshots import Snapshot, Writer, Written, write, write_json
from projections.snapshots_copy import Copy, NotASnapshot
from projections.snapshots_csv import write_csv
from projections.snapshots_folder import write_folder
from projections.snapshots_parquet import read_parquet, write_parquet
from projections.snapshots_reading import format_of, read_csv, read_json
from projections.snapshots_sqlite import read_sqlite, write_sqlite
from projections.snapshots_xlsx import read_xlsx, write_xlsx


class Format(NamedTuple):
    """How one format is written and read; a `folder` of files, or one file."""

    write: Writer
    read: Callable[[Path], Copy]
    folder: bool = False


# Libraries of extras are imported by the functions that need them, so that knowing the formats costs nothing.
FORMATS: dict[str, Format] = {
    "json": Format(write_json, read_json),
    "csv": Format(write_csv, read_csv),
    "xlsx": Format(write_xlsx, read_xlsx),
    "parquet": Format(write_parquet, read_parquet, folder=True),
    "sqlite": Format(write_sqlite, read_sqlite),
}


def save(found: Snapshot, path: str | os.PathLike[str], format_: str, location: str, *, force: bool = False) -> Written:
    """Write a snapshot in one of `FORMATS`, whole or not at all; `location` is that of the ledger.

    Raises `SnapshotExists` where something stands already, unless `force`; `MissingExtra` where a library is not
    installed; `UnknownName` for a format that does not exist; `InputError` for what the format cannot hold.
    """
    chosen = FORMATS.get(format_)
    if chosen is None:
        raise UnknownName("format", format_, FORMATS)
    into = write_folder if chosen.folder else write
    return into(found, path, format_, chosen.write, location, force=force)


def read(path: str | os.PathLike[str]) -> Copy:
    """Return the snapshot that is at a path, in whichever format; raises `NotASnapshot` and `InputError`."""
    place = Path(path)
    try:
        format_ = format_of(place)
        if format_ is None:
            raise NotASnapshot(place, "it is in none of the formats " + ", ".join(FORMATS))
        return FORMATS[format_].read(place)
    except OSError as error:
        raise InputError(f'"{harmless(str(place), 200)}" cannot be read ({error.strerror}).') from None
