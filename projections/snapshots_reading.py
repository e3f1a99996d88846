"""Snapshots read back: which format a file has, and the readers of JSON and CSV."""

from __future__ import annotations

import csv
import io
import json
import os
import sys
from pathlib import Path
from typing import Any

from ledger.inputs import opened, read_whole
from projections.snapshots_copy import (
    DIGEST,
    SNAPSHOT_BYTES_MAX,
    Budget,
    Copied,
    Copy,
    NotASnapshot,
    foreign,
    packed,
    unpacked,
)
from projections.snapshots_parquet import SUFFIX
from projections.tables import ATTRIBUTE_COLUMNS, Cell, Line
from projections.values import as_json

PACKAGE = "datapackage.json"


def format_of(path: Path) -> str | None:
    """Return the format of the snapshot at a path, by what is in it; None where it is no snapshot (an export, say).

    Raises `InputError` where it cannot be read.
    """
    if os.path.isdir(path):
        return "parquet" if any(path.glob(f"*{SUFFIX}")) else None
    with opened(path) as file:
        begin = file.read(16)
    if begin == b"SQLite format 3\0":
        return "sqlite"
    if begin[:2] == b"PK":
        return _packed(path)
    return "json" if begin.lstrip()[:1] == b"{" and begin.split(b"{", 1)[1].lstrip(b"\r ")[:1] == b"\n" else None


def _packed(path: Path) -> str | None:
    with foreign(path, "a zip"), packed(path) as archive:
        names = set(archive.namelist())
    if PACKAGE in names:
        return "csv"
    return "xlsx" if "xl/workbook.xml" in names else None


def read_json(path: Path) -> Copy:
    """Read a snapshot from its JSON; raises `NotASnapshot`."""
    try:
        raw = read_whole(path, SNAPSHOT_BYTES_MAX) or b""
        Budget(path).take(len(raw), sum(map(raw.count, (b"[", b"{", b",", b":"))) // 2)
        document = json.loads(raw, object_pairs_hook=_once)
        json.dumps(document, ensure_ascii=False).encode()  # half a character is no text
    except (ValueError, RecursionError) as error:
        raise NotASnapshot(path, f"it is not JSON ({error})") from None
    if not isinstance(document, dict) or not isinstance(document.get("context"), dict):
        raise NotASnapshot(path, "it has no context")
    try:
        lines = [_attribute(thing, said) for thing in document["things"] for said in thing["attributes"]]
    except (KeyError, TypeError):
        raise NotASnapshot(path, 'its "things" are not as in a snapshot') from None
    found = {"attributes": Copied(tuple(name for name, _ in ATTRIBUTE_COLUMNS), lines)}
    return Copy(document["context"], str(document.get(DIGEST, "")), found, document)


def _attribute(thing: dict[str, Any], said: dict[str, Any]) -> Line:
    """Return what a JSON snapshot says of one attribute as a line of the table of attributes."""
    source = (said[name] for name in ("stated", "position", "event", "authority", "reference"))
    return (thing["kind"], thing["id"], said["name"], as_json(said["value"]), *source)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object of JSON; a name that stands in it twice would mean one thing here and another elsewhere."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def read_csv(path: Path) -> Copy:
    """Read a snapshot from its zip of CSV files; raises `NotASnapshot`."""
    with foreign(path, "a zip of CSV files"):
        files = {name: content.decode("utf-8-sig") for name, content in unpacked(path)}
        budget = Budget(path)
        package = json.loads(files.pop(PACKAGE), object_pairs_hook=_once)
        context, digest = dict(package["context"]), str(package[DIGEST])
        found = {name.removesuffix(".csv"): _copied(text, budget) for name, text in files.items()}
    return Copy(context, digest, found)


def _copied(text: str, budget: Budget) -> Copied:
    before = csv.field_size_limit(sys.maxsize)
    try:
        head, *lines = list(budget.lines(csv.reader(io.StringIO(text, newline=""))))
    finally:
        csv.field_size_limit(before)
    return Copied(tuple(head), [tuple(unguarded(cell) for cell in line) for line in lines])


def unguarded(cell: str) -> Cell:
    """Return what a cell of a CSV file stands for: one leading apostrophe taken off, None for an empty one."""
    return cell.removeprefix("'") or None
