"""DuckDB over one Parquet file."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.peers.absence import need
from benchmarks.peers.bitemporal import ASKED, FIELDS, Field, Found

_TYPES = "{" + ", ".join(f"'{name}': '{'VARCHAR' if name in ASKED[:-1] else 'INTEGER'}'" for name in FIELDS) + "}"
_STABBED = (
    f"SELECT {', '.join(ASKED)} FROM read_parquet(?) "
    "WHERE effective_from <= ? AND effective_to > ? AND known_from <= ? AND known_to > ?"
)


class Duck:
    """A connection with all that DuckDB chooses by itself; raises `PeerAbsent` where it is not installed."""

    def __init__(self, folder: Path) -> None:
        need("duckdb", "duckdb")
        self._db: Any = import_module("duckdb").connect()
        self._folder, self._path = folder, str(folder / "rows.parquet")

    def fill(self, rows: Iterable[tuple[Field, ...]]) -> None:
        """Put rows, of FIELDS, into the file."""
        text = self._folder / "rows.csv"
        with text.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file, quoting=csv.QUOTE_ALL).writerows(rows)
        read = f"read_csv('{text}', header = false, allow_quoted_nulls = false, columns = {_TYPES})"
        self._db.execute(f"COPY (SELECT * FROM {read}) TO '{self._path}' (FORMAT parquet)")
        text.unlink()

    def stab(self, day: int, known: int) -> Found:
        """Return what holds on a day as known at a position."""
        found: Found = self._db.execute(_STABBED, (self._path, day, day, known, known)).fetchall()
        return found

    def close(self) -> None:
        """Close the connection."""
        self._db.close()
