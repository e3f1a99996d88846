"""The verification of an archive: its files against its manifest, every row against the ledger or its own lines."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ledger.application import EventReader, Verification
from ledger.application.copying.lines import copy_of_lines
from ledger.application.reader import opened_reader
from ledger.application.verification import NOT_PROVEN, NOT_PROVEN_WHOLE
from ledger.errors import ProofError
from ledger.files.making import temporary_folder
from ledger.integrity.checkpoints import SignedCheckpoint
from ledger.integrity.tree import Frontier, format_root, leaf_hash
from ledger.store.verification.damage import Damage
from projections.archive.bag.checking import bag_damage
from projections.archive.comparison import compared, listed
from projections.archive.manifest import Manifest, need_manifest
from projections.archive.parts import ArchivePart
from projections.archive.places import folder_of, is_bag
from projections.archive.staging import EXTRA, MEMORY, WHAT, Staging
from projections.columnar import SETTINGS, engine, literal
from projections.exports.lines import verify_lines
from projections.views.read_model import Views

DAMAGE_MAX = 1_000  # that are told of one archive
ALONE = "That the archive is what its ledger says: there is none at hand. Name it with --ledger, or give --against."
LEDGER = "That the ledger itself is undamaged: verify it without a file."
_AT_ONCE = 1_000  # lines

Progress = Callable[[int], None]


def verify_archive(path: str | os.PathLike[str], views: Views | None, progress: Progress | None = None) -> Verification:
    """Hold an archive to its manifest, and every row of it to a ledger; each file and row that differs is named.

    Without `views` its lines are verified as those of an export are, and every other row is held to what they say.
    `events` and `root` are those of the manifest. `progress` is told the position reached. Raises `NotAnArchive` for a
    folder without a manifest that can be read, and `MissingExtra`.
    """
    manifest = need_manifest(folder_of(path))
    found = islice(_damage(path, manifest, views, progress), DAMAGE_MAX)
    damage = tuple(found)
    not_proven = (LEDGER,) if views is not None else (ALONE, NOT_PROVEN_WHOLE, *NOT_PROVEN)
    return Verification(not damage, damage, manifest.position, manifest.root, not_proven)


def standing_damage(path: str | os.PathLike[str], manifest: Manifest) -> Iterator[Damage]:
    """Yield where the files of an archive are not those of its manifest, its checkpoint, or the bag that it lies in."""
    yield from listed(folder_of(path), manifest)
    yield from checkpoint_damage(manifest)
    if is_bag(path):
        yield from bag_damage(Path(path), manifest)


def _damage(
    path: str | os.PathLike[str], manifest: Manifest, views: Views | None, progress: Progress | None
) -> Iterator[Damage]:
    folder = folder_of(path)
    of_files = list(islice(standing_damage(path, manifest), DAMAGE_MAX))
    yield from of_files
    if views is not None:
        yield from _held_to(views, folder, manifest, progress)
        return
    broken = {damage.kind for damage in of_files}
    if any(file.path in broken or not (folder / file.path).is_file() for file in manifest.of_table("events")):
        yield Damage(
            None, "rows", "events from which all else follows", "files of events that are damaged; not compared"
        )
        return
    of_lines = list(root_damage(folder, manifest, whole=True))
    yield from of_lines
    if not of_lines:
        with _rebuilt(folder, manifest) as own:
            yield from _held_to(own, folder, manifest, progress)


def root_damage(folder: Path, manifest: Manifest, *, whole: bool = False) -> Iterator[Damage]:
    """Yield where the lines of an archive do not lead to the root that it states; `whole`: or are not sound events."""
    lines = archived_lines(folder, manifest)
    try:
        if whole:
            yield from verify_lines(lines, manifest.position, manifest.root).damage
            return
        frontier = Frontier()
        for line in lines:
            frontier.append(leaf_hash(line))
    except _unreadable() as error:
        yield Damage(None, "events", "Parquet files that can be read", str(error).splitlines()[0])
        return
    found = (format_root(frontier.root()), frontier.size)
    if found != (manifest.root, manifest.position):
        yield Damage(None, "root", f"{manifest.root} at size {manifest.position}", "{} at size {}".format(*found))


def _unreadable() -> type[Exception]:
    import duckdb

    found: type[Exception] = duckdb.Error
    return found


def checkpoint_damage(manifest: Manifest) -> Iterator[Damage]:
    """Yield where the checkpoint that an archive carries is not of its ledger, position and root."""
    if manifest.checkpoint is None:
        return
    try:
        checkpoint = SignedCheckpoint.parse(manifest.checkpoint.encode(), "The checkpoint of the manifest").checkpoint
    except ProofError as error:
        yield Damage(None, "checkpoint", "a checkpoint", str(error))
        return
    stated = (manifest.origin, manifest.position, manifest.root)
    said = (checkpoint.origin, checkpoint.size, format_root(checkpoint.root))
    if said != stated:
        yield Damage(
            None, "checkpoint", "{} at size {}, root {}".format(*stated), "{} at size {}, root {}".format(*said)
        )


def _held_to(views: Views, folder: Path, manifest: Manifest, progress: Progress | None) -> Iterator[Damage]:
    """Yield where an archive says something else than a ledger does."""
    ledger = views.ledger
    ours = ledger.government
    for name, expected, found in (
        ("ledger_id", ours.ledger_id, manifest.ledger_id),
        ("government", ours.name, manifest.government),
        ("origin", ours.origin, manifest.origin),
        ("timezone", ours.timezone, manifest.timezone),
    ):
        if expected != found:
            yield Damage(None, f"manifest, {name}", expected, found)
            if name == "ledger_id":
                return
    head = ledger.head().position
    if manifest.position > head:
        yield Damage(None, "manifest, position", f"at most {head}, where the ledger ends", str(manifest.position))
        return
    there = ledger.known(f"p{manifest.position}")
    if (there.position, there.root) != (manifest.position, manifest.root):
        wanted = f"{there.root} at position {there.position}"
        yield Damage(None, "manifest, root", wanted, f"{manifest.root} at position {manifest.position}")
        if there.position != manifest.position:
            return
    with Staging(views, 0, manifest.position) as staging:
        for part in dict.fromkeys(file.part for file in manifest.files):
            yield from _part(staging, folder, manifest, part)
            if progress is not None:
                progress(part.last)


def _part(staging: Staging, folder: Path, manifest: Manifest, part: ArchivePart) -> Iterator[Damage]:
    """Yield where the files of one part differ from what the ledger has at their positions."""
    ledger = staging.views.ledger
    if not 0 < part.first <= part.last <= manifest.position:
        return  # told by then: it leaves a gap
    staging.stage(part)
    known = ledger.known(f"p{part.last}")
    for file in manifest.files:
        if file.part == part:
            if (known.position, known.root) != (file.last, file.root):
                yield Damage(file.last, f"manifest, {file.path}", f"the root {known.root}", file.root)
            yield from compared(staging, folder, manifest, file)


def archived_lines(folder: Path, manifest: Manifest) -> Iterator[bytes]:
    """Yield the stored lines of an archive in order of position, as its manifest names their files."""
    with TemporaryDirectory(prefix="cluster-ledger-archive-", dir=temporary_folder()) as aside:
        settings = {**SETTINGS, "memory_limit": MEMORY, "temp_directory": aside}
        with engine(settings, WHAT, EXTRA) as db:
            for file in manifest.of_table("events"):
                yield from _lines(db, folder / file.path)


def _lines(db: Any, path: Path) -> Iterator[bytes]:
    db.execute(
        "SELECT CAST(line AS VARCHAR) FROM read_parquet(?, hive_partitioning = false) ORDER BY position",
        [literal(path)],
    )
    while lot := db.fetchmany(_AT_ONCE):
        yield from (b"" if line is None else line.encode() for (line,) in lot)


@contextmanager
def _rebuilt(folder: Path, manifest: Manifest) -> Iterator[Views]:
    """Give the views of a ledger that the lines of an archive make, in a folder of temporary files."""
    with ExitStack() as stack:
        aside = Path(stack.enter_context(TemporaryDirectory(prefix="cluster-ledger-archive-", dir=temporary_folder())))
        copy_of_lines(archived_lines(folder, manifest), aside / "rebuilt.ledger")
        reader = stack.enter_context(opened_reader(aside / "rebuilt.ledger"))
        yield stack.enter_context(Views(EventReader(reader.store, reader.clock), aside))
