"""A bare SQLite loop, the floor of whatever commits durably."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path


class BareFile:
    """One table of lines, one insert and one commit at a time: no program that commits durably is quicker."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute("CREATE TABLE lines (position INTEGER PRIMARY KEY, line BLOB NOT NULL)")

    def commit_each(self, lines: Iterable[bytes]) -> None:
        """Insert and commit line after line."""
        execute = self._db.execute
        for line in lines:
            execute("BEGIN IMMEDIATE")
            execute("INSERT INTO lines (line) VALUES (?)", (line,))
            execute("COMMIT")

    def close(self) -> None:
        """Close the file."""
        self._db.close()
