"""The least that an answer must do, as a process: `python -m benchmarks.floors rows VIEWS`, or `hashes LEDGER`."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from hashlib import sha256

_ROWS = (
    "SELECT kind, id, attribute, value, effective_from, effective_to, set_by, ended_by FROM rows",
    "SELECT first, last, recorded_day, decided_day, has_document, responds_to, review_day FROM decided",
    "SELECT first, authority, reference FROM decisions",
    "SELECT position, type, decision FROM events",
)


def rows(path: str) -> None:
    """Read the rows that metrics are made of, and make nothing of them."""
    with closing(sqlite3.connect(path)) as db:
        for sql in _ROWS:
            for _ in db.execute(sql):
                pass


def hashes(path: str) -> None:
    """Read every stored line, and hash it once."""
    with closing(sqlite3.connect(path)) as db:
        for (line,) in db.execute("SELECT line FROM events ORDER BY position"):
            sha256(line).digest()


if __name__ == "__main__":
    {"rows": rows, "hashes": hashes}[sys.argv[1]](sys.argv[2])
