"""The writing of an archive: what is new since the last time, each file whole or not at all, the manifest last."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path

from ledger.application import Known
from ledger.errors import InputError, OutputFailed
from ledger.errors.outputs import OutputExists
from ledger.errors.store import NotContinued
from ledger.files.outputs import flush, new_file
from ledger.instants import stamp
from ledger.integrity.checkpoints import SignedCheckpoint
from ledger.proving.events import held_to_origin
from projections.archive.bag.sealing import seal
from projections.archive.manifest import (
    FORMAT,
    ArchivedFile,
    Manifest,
    NotAnArchive,
    read_manifest,
    strays,
    write_manifest,
)
from projections.archive.parts import ArchivePart
from projections.archive.places import MANIFEST
from projections.archive.staging import Staging
from projections.archive.tables import TABLES, ArchiveTable
from projections.columnar import of_the_disk, quoted
from projections.views.read_model import Views

_GROUP_ROWS = 122_880  # of a row group: the default of the library, and what its readers like


@dataclass(frozen=True)
class ArchiveMade:
    """An archive after a run: where it stands, how many files and bytes it has, and how many files are new."""

    path: str
    government: str
    ledger_id: str
    position: int
    root: str
    files: int
    bytes: int
    written: int
    signed: bool


def write_archive(
    views: Views,
    folder: Path,
    signed: SignedCheckpoint | None = None,
    progress: Callable[[int], None] | None = None,
    *,
    bag: Path | None = None,
) -> ArchiveMade:
    """Bring an archive up to the head of a ledger, or to a checkpoint; a file that stands is never written again.

    `progress` is told the position reached. `bag` is the bag whose payload the folder is: it is sealed then.
    Raises `OutputExists` for a folder of something else, `NotAnArchive` for an
    archive of another ledger or one that lacks files, `NotContinued` where the ledger does not continue it,
    `MissingExtra`, and `OutputFailed` where the disk or the folder does not take it.
    """
    if signed is not None:
        held_to_origin(views.ledger, signed)
    known = views.ledger.known() if signed is None else views.ledger.known_at(signed.checkpoint.size)
    _need_folder(folder)
    with _alone(folder):
        before = read_manifest(folder)
        _need_continued(views, folder, before, known)
        for stray in strays(folder, before):
            stray.unlink()
        new = _written(views, folder, before.position if before else 0, known.position, progress)
        manifest = _manifest(views, before, known, signed, new)
        if manifest != before:
            write_manifest(folder, manifest)
        if bag is not None:
            seal(bag, manifest)
    return _made(bag or folder, manifest, len(new))


def _need_folder(folder: Path) -> None:
    """Make the folder; raises `OutputExists` for one that holds something else than an archive, or part of one."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        found = {entry.name for entry in os.scandir(folder) if not entry.name.startswith(".cluster-ledger-")}
    except FileExistsError:
        raise OutputExists(folder) from None
    except OSError as error:
        raise OutputFailed(folder, error) from None
    if MANIFEST not in found and found - set(TABLES):
        raise OutputExists(folder)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other runs out of a folder; raises `InputError` where one is at work there."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InputError(f'Another program is writing to the archive "{folder}". Try again later.') from None
        except OSError:  # a file system without locks
            pass
        yield
    finally:
        os.close(handle)


def _need_continued(views: Views, folder: Path, before: Manifest | None, known: Known) -> None:
    """Raise where a folder holds an archive that the ledger does not continue, or one of which files are gone."""
    if before is None:
        return
    ledger = views.ledger
    if before.ledger_id != ledger.government.ledger_id:
        raise NotAnArchive(folder, f"it is of the ledger {before.ledger_id}, {before.government}")
    if before.position > known.position:
        raise NotContinued(ledger.location, before.position, before.root, None)
    there = ledger.known_at(before.position).root
    if there != before.root:
        raise NotContinued(ledger.location, before.position, before.root, there)
    for file in before.files:
        path = folder / file.path
        if not path.is_file() or path.stat().st_size != file.bytes:
            raise NotAnArchive(folder, f"{file.path} is gone or cut; nothing was added. `verify` tells what is wrong")


def _written(
    views: Views, folder: Path, after: int, upto: int, progress: Callable[[int], None] | None
) -> list[ArchivedFile]:
    """Write the files of every table between two positions, and return what the manifest says of them."""
    new: list[ArchivedFile] = []
    if after < upto:
        with Staging(views, after, upto) as staging:
            for part in staging.parts:
                staging.stage(part)
                root = views.ledger.known_at(part.last).root
                new += [_file(staging, folder, table, part, root) for table in TABLES.values()]
                if progress is not None:
                    progress(part.last)
    return new


def _file(staging: Staging, folder: Path, table: ArchiveTable, part: ArchivePart, root: str) -> ArchivedFile:
    """Write the file of one table of a part."""
    ledger_id = staging.views.ledger.government.ledger_id
    path = part.path(table.name, ledger_id)
    place = folder / path
    _make_folders(folder, place.parent)
    about = about_of(table.name, part, ledger_id, root)
    metadata = ", ".join(f"{name}: {quoted(said)}" for name, said in about.items())
    form = f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {_GROUP_ROWS}, USE_TMP_FILE false"
    with new_file(place, force=True) as file:
        try:
            with of_the_disk():
                to = f"TO {quoted(str(file.path))} ({form}, KV_METADATA {{{metadata}}})"
                ((rows,),) = staging.db.execute(f"COPY ({staging.select(table, part)}) {to}").fetchall()
                with file.path.open("rb") as made:
                    digest, size = file_digest(made, "sha256").hexdigest(), os.fstat(made.fileno()).st_size
        except OSError as error:
            raise file.failure(error) from error
    return ArchivedFile(
        table=table.name,
        recorded=part.year,
        first=part.first,
        last=part.last,
        root=root,
        path=path,
        rows=rows,
        bytes=size,
        sha256=f"sha256:{digest}",
    )


def about_of(table: str, part: ArchivePart, ledger_id: str, root: str) -> dict[str, str]:
    """Return what a file says of itself in its metadata: one that was taken out of its folder still says what it is."""
    return {
        "format": str(FORMAT),
        "ledger_id": ledger_id,
        "archive_table": table,
        "first": str(part.first),
        "last": str(part.last),
        "root": root,
    }


def _make_folders(folder: Path, wanted: Path) -> None:
    """Make the folders down to one, each confirmed by the disk."""
    if not wanted.is_dir():
        _make_folders(folder, wanted.parent)
        try:
            wanted.mkdir(exist_ok=True)
            flush(wanted.parent)
        except OSError as error:
            raise OutputFailed(wanted, error) from None


def _manifest(
    views: Views, before: Manifest | None, known: Known, signed: SignedCheckpoint | None, new: list[ArchivedFile]
) -> Manifest:
    ledger = views.ledger
    kept = before.checkpoint if before is not None and before.position == known.position else None
    return Manifest(
        format=FORMAT,
        ledger_id=ledger.government.ledger_id,
        government=ledger.government.name,
        origin=ledger.government.origin,
        timezone=ledger.government.timezone,
        position=known.position,
        root=known.root,
        known_at=None if known.at is None else stamp(known.at),
        checkpoint=bytes(signed).decode() if signed is not None else kept,
        files=(*(before.files if before else ()), *new),
    )


def _made(folder: Path, manifest: Manifest, written: int) -> ArchiveMade:
    return ArchiveMade(
        path=str(folder),
        government=manifest.government,
        ledger_id=manifest.ledger_id,
        position=manifest.position,
        root=manifest.root,
        files=len(manifest.files),
        bytes=sum(file.bytes for file in manifest.files),
        written=written,
        signed=manifest.checkpoint is not None,
    )
