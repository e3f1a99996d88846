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
import zipfile
from hashlib import sha256
from typing import Any

from projections.snapshots import Snapshot, published
from projections.tables import Cell, Table, tables

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "'")
EPOCH = (1980, 1, 1, 0, 0, 0)  # the first instant that a zip can name: the same bytes whenever it is made
_ESCAPED = (
    "Text that begins with one of = + - @ ' or with a tab or carriage return has one apostrophe in front of it, so "
    "that no spreadsheet takes it for a formula (OWASP, CSV injection). Take one leading apostrophe off to have it."
)


def csv_bytes(found: Snapshot) -> bytes:
    """Return a snapshot as a zip of CSV files and `datapackage.json`: the same bytes for the same snapshot.

    Nothing is compressed: what a compressor makes of a text differs between its versions and between machines.
    """
    files = csv_files(found)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, files[name])
    return made.getvalue()


def csv_files(found: Snapshot) -> dict[str, bytes]:
    """Return the files of the zip by name."""
    made = tables(found)
    files = {f"{table.name}.csv": _csv(table) for table in made}
    package = _package(found, made, files)
    files["datapackage.json"] = json.dumps(package, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"
    return files


def _csv(table: Table) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([name for name, _ in table.columns])
    writer.writerows([[guarded(cell) for cell in line] for line in table.lines])
    return text.getvalue().encode()


def guarded(cell: Cell) -> str:
    """Return a cell as text that no spreadsheet takes for a formula; empty for what is absent."""
    if cell is None or isinstance(cell, int):
        return "" if cell is None else str(cell)
    return f"'{cell}" if cell.startswith(DANGEROUS) else cell


def _package(found: Snapshot, made: list[Table], files: dict[str, bytes]) -> dict[str, Any]:
    about = found.context
    known = f"position {about['known_position']}"
    return {
        "profile": "tabular-data-package",
        "name": f"snapshot-{about['ledger_id']}-p{about['known_position']}",
        "title": f"{about['government']}: the structure on {about['effective']} as known at {known}",
        "description": _ESCAPED,
        "context": about,
        "content_sha256": found.content_sha256,
        **_published(found),
        "resources": [_resource(table, files[f"{table.name}.csv"]) for table in made],
    }


def _published(found: Snapshot) -> dict[str, Any]:
    """Return the licence and the publisher, as the settings have them; empty where they say nothing."""
    said = published(found.structure)
    licence, publisher = said.get("licence"), said.get("publisher")
    licences = {"licenses": [_licence(licence)]} if licence else {}
    return {**licences, **({"contributors": [{"title": publisher, "role": "publisher"}]} if publisher else {})}


def _licence(licence: str) -> dict[str, str]:
    """Return a licence by its address, or by a name of the characters that a package allows, with its title."""
    if licence.startswith(("https://", "http://")):
        return {"path": licence, "title": licence}
    return {"name": re.sub(r"[^-a-zA-Z0-9._]+", "-", licence).strip("-") or "other", "title": licence}


def _resource(table: Table, content: bytes) -> dict[str, Any]:
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "path": f"{table.name}.csv",
        "title": table.title,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{sha256(content).hexdigest()}",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True, "header": True},
        "schema": {
            "fields": [
                {"name": name, "type": "integer" if name == "position" else "string", "description": said}
                for name, said in table.columns
            ],
            "primaryKey": list(table.key),
        },
    }
