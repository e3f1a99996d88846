"""The rows of the views as other databases keep them, and what is asked of them: all that holds at one point."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from projections.views.schema import IDLE

Field = str | int
Found = list[tuple[Field, ...]]
ASKED = ("id", "kind", "attribute", "value", "stated", "set_by")
FIELDS = (*ASKED, "effective_from", "effective_to", "known_from", "known_to")


def rows_of(views: Path) -> Iterator[tuple[Field, ...]]:
    """Yield the rows of a views file that can be in a structure, as FIELDS."""
    with closing(sqlite3.connect(views)) as db:
        yield from db.execute(f"SELECT {', '.join(FIELDS)} FROM rows WHERE NOT {IDLE}")
