"""Snapshots in a zip: the zip opened with care, and the reader of CSV."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ledger.files.inputs import need_file, opened
from projections.snapshots.columns import Line
from projections.snapshots.copy import (
    DIGEST,
    PARTS_MAX,
    SNAPSHOT_BYTES_MAX,
    STREAMED_BYTES_MAX,
    STREAMED_CELLS_MAX,
    Budget,
    Copied,
    Copy,
    NotASnapshot,
    foreign,
)
from projections.snapshots.csv import PACKAGE

_READ_MAX = 2**20  # that a zip reads at once: its directory, which is in memory as a whole
_LINE_CHARS_MAX = 2**20  # of a line, in however many pieces it stands
_PACKAGE_BYTES_MAX = 2**20
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # others may ask for any amount of memory


class _Sparing(io.BufferedReader):
    """A file of which nobody reads much at once."""

    def read(self, size: int | None = -1, /) -> bytes:
        found = super().read(_READ_MAX + 1 if size is None or size < 0 else size) if (size or 0) <= _READ_MAX else b""
        if len(found) > _READ_MAX or (size or 0) > _READ_MAX:
            raise zipfile.BadZipFile("its directory is too large")
        return found


@contextmanager
def packed(path: Path, most: int) -> Iterator[zipfile.ZipFile]:
    """Give an open zip of few files, each there once, that unpack to so many bytes at most; raises `NotASnapshot`."""
    need_file(path, most)
    with _Sparing(opened(path).detach()) as sparing, zipfile.ZipFile(sparing) as archive:
        entries = archive.infolist()
        if len({entry.filename for entry in entries}) < len(entries):
            raise NotASnapshot(path, "a file stands twice in it")
        if len(entries) > PARTS_MAX:
            raise NotASnapshot(path, f"it has more than {PARTS_MAX} files")
        if any(entry.compress_type not in _METHODS for entry in entries):
            raise NotASnapshot(path, "it is packed in an unusual way")
        # What a file says of its size is the most that is read of it; what says too little is found to be damaged.
        Budget(path, most).take(sum(entry.file_size for entry in entries))
        yield archive


def unpacked(path: Path) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of each file of a zip; raises `NotASnapshot` as soon as it is too much."""
    budget = Budget(path)
    with packed(path, SNAPSHOT_BYTES_MAX) as archive:
        for entry in archive.infolist():
            with archive.open(entry) as file:
                content = bytearray()
                while piece := file.read(_READ_MAX // 2):
                    budget.take(len(piece))
                    content += piece
            yield entry.filename, bytes(content)


def read_csv(path: Path) -> Copy:
    """Read a snapshot from its zip of CSV files; raises `NotASnapshot`. The tables are read when they are asked for."""
    with foreign(path, "a zip of CSV files"), packed(path, STREAMED_BYTES_MAX) as archive:
        if archive.getinfo(PACKAGE).file_size > _PACKAGE_BYTES_MAX:
            raise NotASnapshot(path, f'its "{PACKAGE}" is longer than {_PACKAGE_BYTES_MAX >> 20} MB')
        package = json.loads(archive.read(PACKAGE).decode("utf-8-sig"), object_pairs_hook=once)
        context, digest = dict(package["context"]), str(package[DIGEST])
        names = [name for name in archive.namelist() if name != PACKAGE]
    return Copy(path, context, digest, {name.removesuffix(".csv"): _copied(path, name) for name in names})


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object of JSON; a name that stands in it twice would mean one thing here and another elsewhere."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _copied(path: Path, name: str) -> Copied:
    with foreign(path, "a zip of CSV files"):
        head = next(_rows(path, name))
    return Copied(tuple(head), CsvLines(path, name))


class CsvLines:
    """The lines of one table in a zip, each read when it is asked for."""

    def __init__(self, path: Path, name: str) -> None:
        self._path, self._name = path, name

    def __iter__(self) -> Iterator[Line]:
        with foreign(self._path, "a zip of CSV files"):
            rows = _rows(self._path, self._name)
            next(rows)
            budget = Budget(self._path, STREAMED_BYTES_MAX, STREAMED_CELLS_MAX)
            for row in rows:
                budget.take(0, 1 + len(row))
                yield tuple(cell.removeprefix("'") or None for cell in row)


def _rows(path: Path, name: str) -> Iterator[list[str]]:
    taken = 0

    def pieces() -> Iterator[str]:
        nonlocal taken
        while piece := text.readline(_LINE_CHARS_MAX):
            taken += len(piece)
            if taken >= _LINE_CHARS_MAX:
                raise NotASnapshot(path, "a line in it is longer than a million characters")
            yield piece

    with (
        packed(path, STREAMED_BYTES_MAX) as archive,
        archive.open(name) as file,
        io.TextIOWrapper(file, "utf-8-sig", newline="") as text,
    ):
        for row in csv.reader(pieces()):
            taken = 0
            yield row
