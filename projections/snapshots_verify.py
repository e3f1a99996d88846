"""Whether a snapshot file is whole and unaltered, and what the ledger says at the point that it names."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from ledger.errors import InputError
from ledger.events.canonical import digest
from ledger.store.verify import Damage
from ledger.timeline import day_of
from projections.snapshots import Snapshot, as_document, snapshot
from projections.snapshots_csv import csv_files
from projections.views import Views

NOT_A_SNAPSHOT = '"{}" is not a snapshot: it holds neither the JSON nor the zip of CSV files that a snapshot is.'
_BYTES_MAX = 2**31  # of one file in a zip: a few bytes could unfold to a full disk


def verify_snapshot(path: Path, views: Views | None = None) -> Iterator[Damage]:
    """Yield what is wrong with a snapshot file; nothing where its content has the digest that it states.

    With `views`, the snapshot is also made again from their ledger and compared, its size and root included.
    Raises `InputError` for a file that is no snapshot.
    """
    about, found = _read(path)
    yield from found
    if views is None:
        return
    position, day = about.get("known_position"), about.get("effective")
    if about.get("ledger_id") != views.ledger.government.ledger_id:
        yield Damage(None, "snapshot: ledger", views.ledger.government.ledger_id, str(about.get("ledger_id")))
    elif not isinstance(position, int) or not isinstance(day, str) or position > views.ledger.head().position:
        yield Damage(None, "snapshot: known", f"at most position {views.ledger.head().position}", str(position))
    else:
        again = snapshot(views, day_of(day), views.ledger.known(f"p{position}"))
        yield from _held_against(path, about, again)


def _read(path: Path) -> tuple[dict[str, Any], list[Damage]]:
    """Return the context of a snapshot, and what its own digests say against it."""
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                return _of_zip(archive)
        document = json.loads(path.read_bytes())
        content = {"context": dict(document["context"]), "things": document["things"]}
        return content["context"], _unequal("snapshot: content", str(document["content_sha256"]), digest(content))
    except (ValueError, KeyError, TypeError, zipfile.BadZipFile, NotImplementedError):
        raise InputError(NOT_A_SNAPSHOT.format(path)) from None


def _of_zip(archive: zipfile.ZipFile) -> tuple[dict[str, Any], list[Damage]]:
    package = json.loads(_member(archive, "datapackage.json"))
    found: list[Damage] = []
    for resource in package["resources"]:
        name = resource["path"]
        present = name in archive.namelist()
        is_so = f"sha256:{sha256(_member(archive, name)).hexdigest()}" if present else "nothing"
        found += _unequal(f"snapshot: {name}", resource["hash"], is_so)
    return dict(package["context"]), found


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    if archive.getinfo(name).file_size > _BYTES_MAX:
        raise ValueError(f"{name} is too large")
    return archive.read(name)


def _held_against(path: Path, about: dict[str, Any], again: Snapshot) -> Iterator[Damage]:
    """Yield where a snapshot file is not what the ledger makes at its point."""
    yield from _unequal("snapshot: root", str(again.context["root"]), str(about.get("root")))
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            files, names = csv_files(again), set(archive.namelist())
            for name in sorted({*files, *names}):
                expected = sha256(files[name]).hexdigest() if name in files else "nothing"
                is_so = sha256(_member(archive, name)).hexdigest() if name in names else "nothing"
                yield from _unequal(f"snapshot: {name}", expected, is_so)
        return
    document = json.loads(path.read_bytes())
    expected_document = json.loads(json.dumps(as_document(again)))
    for name in sorted({*document, *expected_document}):
        if document.get(name) != expected_document.get(name):
            yield Damage(None, f"snapshot: {name}", "what the ledger holds", "something else")


def _unequal(kind: str, expected: str, found: str) -> list[Damage]:
    return [] if expected == found else [Damage(None, kind, expected, found)]
