"""The reading of a snapshot: which format it has, and snapshots as JSON, written and read."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from ledger.files.inputs import TooLarge, opened, read_whole
from projections.fields import fields, items
from projections.snapshots.columns import names
from projections.snapshots.copy import (
    DIGEST,
    SNAPSHOT_BYTES_MAX,
    STREAMED_BYTES_MAX,
    Budget,
    Copied,
    Copy,
    NotASnapshot,
    foreign,
)
from projections.snapshots.csv import PACKAGE
from projections.snapshots.packages import once, packed
from projections.snapshots.parquet import SUFFIX
from projections.snapshots.question import Snapshot, as_document
from projections.snapshots.tables import ATTRIBUTE_COLUMNS, attribute_lines


def format_of(path: Path) -> str | None:
    """Return the format of the snapshot at a path, by what is in it; None where it is no snapshot (an export, say).

    Raises `InputError` where it cannot be read, `NotASnapshot` for a zip or a Parquet file that is none.
    """
    if os.path.isdir(path):
        return "parquet" if any(path.glob(f"*{SUFFIX}")) else None
    with opened(path) as file:
        begin = file.read(16)
    if begin == b"SQLite format 3\0":
        return "sqlite"
    if begin[:2] == b"PK":
        return _packed(path)
    if begin[:4] == b"PAR1":
        raise NotASnapshot(path, "it is one table, and a snapshot in parquet is the folder that all its tables are in")
    return "json" if begin.lstrip()[:1] == b"{" and begin.split(b"{", 1)[1].lstrip(b"\r ")[:1] == b"\n" else None


def _packed(path: Path) -> str:
    with foreign(path, "a zip"), packed(path, STREAMED_BYTES_MAX) as archive:
        names = set(archive.namelist())
    if PACKAGE in names:
        return "csv"
    if "xl/workbook.xml" in names:
        return "xlsx"
    raise NotASnapshot(path, "it is a zip, and has neither the parts of the format csv nor those of xlsx")


def read_json(path: Path) -> Copy:
    """Read a snapshot from its JSON; raises `NotASnapshot`."""
    try:
        raw = read_whole(path, SNAPSHOT_BYTES_MAX) or b""
        _need_room(path, raw)
        document = json.loads(raw, object_pairs_hook=once)
        json.dumps(document, ensure_ascii=False).encode()  # half a character is no text
    except (ValueError, RecursionError) as error:
        raise NotASnapshot(path, f"it is not JSON ({error})") from None
    if not isinstance(document, dict) or not isinstance(document.get("context"), dict):
        raise NotASnapshot(path, "it has no context")
    try:
        lines = [
            line
            for thing in document["things"]
            for said in thing["attributes"]
            for line in attribute_lines(thing["kind"], thing["id"], said)
        ]
    except (KeyError, TypeError, ValueError, AttributeError):
        raise NotASnapshot(path, 'its "things" are not as in a snapshot') from None
    found = {"attributes": Copied(names(ATTRIBUTE_COLUMNS), lines)}
    return Copy(path, document["context"], str(document.get(DIGEST, "")), found, document)


_CELLS_AN_ATTRIBUTE = 8  # the least that an attribute comes to, by the count of `_need_room`


def write_json(found: Snapshot, file: BinaryIO) -> None:
    """Write a snapshot as JSON text: the same bytes for the same snapshot.

    Raises `NotASnapshot`, before much is in memory, for more than is read back.
    """
    budget = Budget("it")
    for one in found.dossiers:
        budget.take(0, _CELLS_AN_ATTRIBUTE * len(one.attributes))
    members = sorted(as_document(found).items())
    for place, (name, value) in enumerate(members):
        file.write(f"{',' if place else '{'}\n {json.dumps(name)}: ".encode())
        listed = items(value)
        for text in [_within(value, 1)] if listed is None else _list(listed):
            file.write(text.encode())
    file.write(b"\n}\n")


def _list(values: Iterable[Any]) -> Iterator[str]:
    before = "["
    for value in values:
        yield f"{before}\n  {_within(value, 2)}"
        before = ","
    yield "[]" if before == "[" else "\n ]"


def _within(value: Any, depth: int) -> str:
    """Return the JSON of a value that stands so deep in another; no text in it has a line break of its own."""
    text = json.dumps(fields(value), ensure_ascii=False, indent=1, sort_keys=True)
    return text.replace("\n", "\n" + depth * " ")


def need_few(path: Path) -> None:
    """Raise `NotASnapshot` for JSON that is longer, or holds more names and values, than is read as a whole."""
    try:
        _need_room(path, read_whole(path, SNAPSHOT_BYTES_MAX) or b"")
    except TooLarge:
        raise NotASnapshot(path, f"it is longer than {SNAPSHOT_BYTES_MAX >> 20} MB") from None


def _need_room(path: Path, raw: bytes) -> None:
    Budget(path).take(len(raw), sum(map(raw.count, (b"[", b"{", b",", b":"))) // 2)
