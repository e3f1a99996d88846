"""The formats of snapshots: which there are, and writing and reading any of them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, NamedTuple

from ledger.errors import InputError, UnknownName, harmless
from ledger.files.making import private_folder
from ledger.files.outputs import new_file, new_folder
from projections.snapshots.copy import Copy, NotASnapshot, groups
from projections.snapshots.csv import write_csv
from projections.snapshots.packages import read_csv
from projections.snapshots.parquet import read_parquet, write_parquet
from projections.snapshots.question import Snapshot, Written, command_again
from projections.snapshots.reading import format_of, need_few, read_json, write_json
from projections.snapshots.sqlite import read_sqlite, write_sqlite
from projections.snapshots.tables import LAYOUTS
from projections.snapshots.xlsx import need_plain_parts, read_xlsx, write_xlsx


class Format(NamedTuple):
    """How one format is read and written: to one file, or into an empty folder.

    `need_readable` raises `NotASnapshot` for what was written and is more than is read.
    """

    read: Callable[[Path], Copy]
    need_readable: Callable[[Path], None]
    write: Callable[[Snapshot, BinaryIO], None] | None = None
    into: Callable[[Snapshot, Path], None] | None = None


def _read_through(read: Callable[[Path], Copy]) -> Callable[[Path], None]:
    """Return what reads every table of a snapshot once, to see that it can be."""

    def need_readable(path: Path) -> None:
        copy = read(path)
        for layout in LAYOUTS:
            for _ in groups(path, layout, copy.tables[layout.name]):
                pass

    return need_readable


# Libraries of extras are imported by the functions that need them, so that knowing the formats costs nothing.
FORMATS: dict[str, Format] = {
    "json": Format(read_json, need_few, write_json),
    "csv": Format(read_csv, _read_through(read_csv), write_csv),
    "xlsx": Format(read_xlsx, need_plain_parts, write_xlsx),
    "parquet": Format(read_parquet, _read_through(read_parquet), into=write_parquet),
    "sqlite": Format(read_sqlite, _read_through(read_sqlite), write_sqlite),
}
_LARGE = ("csv", "parquet", "sqlite")


class TooLargeToVerify(InputError):
    """A snapshot that is not written, because nobody could verify it."""

    def __init__(self, format_: str, what: str) -> None:
        other = (
            "`export` writes the whole ledger, however large it is."
            if format_ in _LARGE
            else f"Choose another format: {', '.join(_LARGE)}."
        )
        super().__init__(
            f"A snapshot in the format {format_} could not be verified, so none was written: {what}. {other}"
        )


def save(found: Snapshot, path: str | os.PathLike[str], format_: str, location: str, *, force: bool = False) -> Written:
    """Write a snapshot in one of `FORMATS`, whole or not at all; `location` is that of the ledger.

    Raises `OutputExists` where something stands already, unless `force`; `MissingExtra` where a library is not
    installed; `UnknownName` for a format that does not exist; `TooLargeToVerify` for what is more than is read back;
    `InputError` for what the format cannot hold or what is never overwritten; `OutputFailed` where the disk or the
    folder does not take it.
    """
    form = _format(format_)
    try:
        if form.into is not None:
            with new_folder(path, f".{format_}", force=force) as folder:
                form.into(found, folder)
                form.need_readable(folder)
        elif form.write is not None:
            with new_file(path, force=force) as file:
                try:
                    form.write(found, file)
                    file.flush()
                    form.need_readable(file.path)
                except OSError as error:
                    raise file.failure(error) from error
    except NotASnapshot as error:
        raise TooLargeToVerify(format_, error.what) from None
    command = command_again(found.context, path, format_, location)
    return Written(os.fspath(path), format_, found.size, found.content_sha256, command)


def pour(found: Snapshot, format_: str, location: str, out: BinaryIO) -> Written:
    """Write a snapshot of one file into a stream, such as standard output; raises as `save` does.

    Raises `InputError` for a format of several files. Nothing is written of what could not be verified.
    """
    if _format(format_).write is None:
        raise InputError(f"A snapshot in the format {format_} is a folder of files. Give the path of a new folder.")
    with private_folder() as folder:
        path = folder / "snapshot"
        written = save(found, path, format_, location)
        with open(path, "rb") as file:
            shutil.copyfileobj(file, out)
    return written._replace(path="standard output", command=command_again(found.context, "-", format_, location))


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
