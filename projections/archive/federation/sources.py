"""Sources of a federated answer: archives that were verified, and those that were left out, with the reason."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from ledger.errors import LedgerError
from ledger.plurals import counted
from ledger.store.verification.damage import Damage
from projections.archive.manifest import Manifest, need_manifest
from projections.archive.places import folder_of
from projections.archive.verification import root_damage, standing_damage, verify_archive


class ArchiveSource(NamedTuple):
    """An archive that verifies: where it lies, and its manifest."""

    folder: Path
    manifest: Manifest

    def paths(self, table: str) -> list[Path]:
        """Return the files of a table, as the manifest names them, in order of position."""
        return [self.folder / file.path for file in self.manifest.of_table(table)]


class LeftOut(NamedTuple):
    """An archive that takes no part in an answer, and why."""

    path: str
    why: str


class Sources(NamedTuple):
    """The archives that an answer stands on, in order of government, and those that were left out."""

    taken: tuple[ArchiveSource, ...]
    left_out: tuple[LeftOut, ...]


def sources(paths: Iterable[str | os.PathLike[str]], *, whole: bool = False) -> Sources:
    """Verify archives, and return those that hold and those that do not.

    Every file is held to the SHA-256 of the manifest, and the lines of the events to its root. With `whole`, every row
    is made again from the lines too. A second archive of one ledger is left out.
    """
    taken: dict[str, ArchiveSource] = {}
    left_out: list[LeftOut] = []
    for path in dict.fromkeys(os.fspath(path) for path in paths):
        why = ""
        try:
            source = ArchiveSource(folder_of(path), need_manifest(folder_of(path)))
            why = _why_not(path, source, whole)
        except LedgerError as error:
            why = str(error)
        if not why and source.manifest.ledger_id in taken:
            why = f"It is of the same ledger as {taken[source.manifest.ledger_id].folder}."
        if why:
            left_out.append(LeftOut(path, why))
        else:
            taken[source.manifest.ledger_id] = source
    return Sources(tuple(sorted(taken.values(), key=_order)), tuple(left_out))


def _order(source: ArchiveSource) -> tuple[str, str]:
    return source.manifest.government, source.manifest.ledger_id


def _why_not(path: str, source: ArchiveSource, whole: bool) -> str:
    """Return why an archive does not verify; empty where it does."""
    found = list(islice(_damage(path, source), 1_000))
    if not found and whole:
        found = list(verify_archive(path, None).damage)
    if not found:
        return ""
    first = found[0]
    places = counted(len(found), "place")
    return f"Damaged in {places}; {first.kind}: expected {first.expected}; found {first.found}"


def _damage(path: str, source: ArchiveSource) -> Iterator[Damage]:
    damaged = False
    for damage in standing_damage(path, source.manifest):
        damaged = True
        yield damage
    if not damaged:
        yield from root_damage(source.folder, source.manifest)
