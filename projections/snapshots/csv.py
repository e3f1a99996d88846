"""A snapshot as a zip of CSV files (RFC 4180) with a Frictionless data package that says what is in them.

A spreadsheet takes text that begins with = + - @, a tab or a carriage return for a formula. Such text gets an
apostrophe in front, as OWASP advises against CSV injection, and so does text that begins with an apostrophe:
whoever reads the values takes one leading apostrophe off and has them exactly.
"""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from hashlib import sha256
from itertools import chain
from tempfile import TemporaryFile
from typing import Any, BinaryIO, NamedTuple

from ledger.files.making import temporary_folder
from ledger.lots import lots
from projections.snapshots.columns import Cell, Line, Type, names
from projections.snapshots.question import Snapshot
from projections.snapshots.tables import SnapshotTable, tables
from projections.views.spool import AT_ONCE

PACKAGE = "datapackage.json"
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "'")
_TYPES: dict[Type, str] = {"text": "string", "whole": "integer", "number": "number", "date": "date"}  # of Frictionless
EPOCH = (1980, 1, 1, 0, 0, 0)  # the first instant that a zip can name: the same bytes whenever it is made
_ESCAPED = (
    "Text that begins with one of = + - @ ' or with a tab or carriage return has one apostrophe in front of it, so "
    "that no spreadsheet takes it for a formula (OWASP, CSV injection). Take one leading apostrophe off to have it."
)


class _Written(NamedTuple):
    """A file of the zip before it is in there: its content, put aside, with its length and digest."""

    content: BinaryIO
    size: int
    sha256: str


def write_csv(found: Snapshot, file: BinaryIO) -> None:
    """Write a snapshot as a zip of CSV files and `datapackage.json`: the same bytes for the same snapshot.

    Nothing is compressed: what a compressor makes of a text differs between its versions and between machines.
    """
    made = tables(found)
    with ExitStack() as stack:
        files = {f"{table.name}.csv": _aside(stack, _csv(table)) for table in made}
        package = json.dumps(_package(found, made, files), ensure_ascii=False, indent=1, sort_keys=True)
        files[PACKAGE] = _aside(stack, (package, "\n"))
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            for name in sorted(files):
                entry = zipfile.ZipInfo(name, EPOCH)
                entry.create_system, entry.external_attr, entry.file_size = 3, 0o644 << 16, files[name].size
                with archive.open(entry, "w") as into:
                    shutil.copyfileobj(files[name].content, into)


def _aside(stack: ExitStack, texts: Iterable[str]) -> _Written:
    """Put texts aside until the stack is closed."""
    content, size, hashed = stack.enter_context(TemporaryFile(dir=temporary_folder())), 0, sha256()  # noqa: SIM115  # the stack is a context manager
    for text in texts:
        encoded = text.encode()
        size += content.write(encoded)
        hashed.update(encoded)
    content.seek(0)
    return _Written(content, size, hashed.hexdigest())


def _csv(table: SnapshotTable) -> Iterator[str]:
    """Yield the text of a table, many lines at a time."""
    bare = [column.type != "text" for column in table.columns]  # what has another type is no formula
    lines = chain((names(table.columns),), (_texts(bare, line) for line in table.lines))
    for some in lots(lines, AT_ONCE):
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\r\n").writerows(some)
        yield text.getvalue()


def _texts(bare: list[bool], line: Line) -> list[str]:
    return [str(cell) if plain and cell is not None else guarded(cell) for plain, cell in zip(bare, line, strict=True)]


def guarded(cell: Cell) -> str:
    """Return a cell as text that no spreadsheet takes for a formula; empty for what is absent."""
    if not isinstance(cell, str):
        return "" if cell is None else str(cell)
    return f"'{cell}" if cell.startswith(DANGEROUS) else cell


def _package(found: Snapshot, made: list[SnapshotTable], files: dict[str, _Written]) -> dict[str, Any]:
    about = found.context
    known = f"position {about['known_position']}"
    return {
        "profile": "tabular-data-package",
        "name": f"snapshot-{about['ledger_id']}-p{about['known_position']}",
        "title": f"{about['government']}: the structure on {about['effective']} as known at {known}",
        "description": _ESCAPED,
        "context": about,
        "content_sha256": found.content_sha256,
        **_published(about),
        "resources": [_resource(table, files[f"{table.name}.csv"]) for table in made],
    }


def _published(about: dict[str, Any]) -> dict[str, Any]:
    """Return the licence and the publisher, as the context has them; empty where it says nothing."""
    licence, publisher = about.get("licence"), about.get("publisher")
    licences = {"licenses": [_licence(licence)]} if licence else {}
    return {**licences, **({"contributors": [{"title": publisher, "role": "publisher"}]} if publisher else {})}


def _licence(licence: str) -> dict[str, str]:
    """Return a licence by its address, or by a name of the characters that a package allows, with its title."""
    if licence.startswith(("https://", "http://")):
        return {"path": licence, "title": licence}
    return {"name": re.sub(r"[^-a-zA-Z0-9._]+", "-", licence).strip("-") or "other", "title": licence}


def _resource(table: SnapshotTable, content: _Written) -> dict[str, Any]:
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "path": f"{table.name}.csv",
        "title": table.title,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": content.size,
        "hash": f"sha256:{content.sha256}",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True, "header": True},
        "schema": {
            "fields": [
                {"name": column.name, "type": _TYPES[column.type], "description": column.said}
                for column in table.columns
            ],
            "primaryKey": list(table.key),
        },
    }
