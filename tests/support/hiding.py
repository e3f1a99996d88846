"""An index of a ledger file that hides events: as one is left by a page that went wrong, or by whoever wrote to it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path


def hide(path: Path, number: str, columns: str) -> str:
    """Put an index of some columns of the events in place of that of a number; return its name."""
    name = f"sqlite_autoindex_events_{number}"
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute(f"CREATE INDEX hiding ON events ({columns}")
        raw.execute("PRAGMA writable_schema = ON")
        place = "UPDATE sqlite_master SET rootpage = (SELECT rootpage FROM sqlite_master WHERE name = 'hiding')"
        raw.execute(f"{place} WHERE name = ?", (name,))
        raw.execute("DELETE FROM sqlite_master WHERE name = 'hiding'")
    return name
