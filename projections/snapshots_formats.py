"""The formats of snapshots: which there are, and writing and reading any of them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from ledger.errors import InputError, UnknownName, harmless
from ledger.files import new_file, new_folder
from projections.snapshots import Snapshot, Written, command_again, json_bytes
from projections.snapshots_copy import Copy, NotASnapshot
from projections.snapshots_csv import csv_bytes
from projections.snapshots_parquet import read_parquet, write_parquet
from projections.snapshots_reading import format_of, read_csv, read_json
from projections.snapshots_sqlite import read_sqlite, sqlite_bytes
from projections.snapshots_xlsx import read_xlsx, xlsx_bytes


class Format(NamedTuple):
    """How one format is made and read: as the bytes of one file, or written into an empty folder."""

    read: Callable[[Path], Copy]
    made: Callable[[Snapshot], bytes] | None = None
    into: Callable[[Snapshot, Path], None] | None = None


# Libraries of extras are imported by the functions that need them, so that knowing the formats costs nothing.
FORMATS: dict[str, Format] = {
    "json": Format(read_json, json_bytes),
    "csv": Format(read_csv, csv_bytes),
    "xlsx": Format(read_xlsx, xlsx_bytes),
    "parquet": Format(read_parquet, into=write_parquet),
    "sqlite": Format(read_sqlite, sqlite_bytes),
}


def as_bytes(found: Snapshot, format_: str) -> bytes:
    """Return a snapshot as the bytes of one file; raises `InputError` for a format of several, else as `save` does."""
    made = _format(format_).made
    if made is None:
        raise InputError(f"A snapshot in the format {format_} is a folder of files. Give the path of a new folder.")
    return made(found)


def save(found: Snapshot, path: str | os.PathLike[str], format_: str, location: str, *, force: bool = False) -> Written:
    """Write a snapshot in one of `FORMATS`, whole or not at all; `location` is that of the ledger.

    Raises `OutputExists` where something stands already, unless `force`; `MissingExtra` where a library is not
    installed; `UnknownName` for a format that does not exist; `InputError` for what the format cannot hold or what
    is never overwritten; `OutputFailed` where the disk or the folder does not take it.
    """
    into = _format(format_).into
    if into is not None:
        with new_folder(path, f".{format_}", force=force) as folder:
            into(found, folder)
    else:
        content = as_bytes(found, format_)
        with new_file(path, force=force) as file:
            file.write(content)
    command = command_again(found.context, path, format_, location)
    return Written(os.fspath(path), format_, len(found.things), found.content_sha256, command)


def _format(name: str) -> Format:
    if name not in FORMATS:
        raise UnknownName("format", name, FORMATS)
    return FORMATS[name]


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
