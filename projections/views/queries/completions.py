"""Beginnings of what a person types, and what there is in the views that begins so: ids, references, authorities.

The views are looked at as they are found, behind or not. They are never filled, and what waits for them waits briefly.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

from projections.views.file import ViewsFile, folder_of_views
from projections.views.schema import KNOWN_FOREVER

ANSWERS_MAX = 200
_LOOKED_AT_MAX = 20_000  # ids, or decisions from the newest back, that may be of another kind
_LAST = "\U0010ffff"  # after whatever follows a beginning
# From one id to the next by the index, however many rows each has.
_IDS = f"""
WITH RECURSIVE found(id, number) AS (
    SELECT min(id), 1 FROM rows WHERE id >= ?1 AND id < ?2
    UNION ALL
    SELECT (SELECT min(id) FROM rows WHERE id > found.id AND id < ?2), number + 1 FROM found
    WHERE found.id IS NOT NULL AND number < {_LOOKED_AT_MAX}
), of_kind(id, kind) AS (
    SELECT id, (SELECT kind FROM rows WHERE rows.id = found.id LIMIT 1) FROM found WHERE id IS NOT NULL
)
SELECT id, kind, (
    SELECT value FROM rows WHERE rows.id = of_kind.id AND attribute = 'title' AND known_to = {KNOWN_FOREVER}
    ORDER BY effective_from DESC LIMIT 1
) FROM of_kind WHERE ?3 = '[]' OR kind IN (SELECT value FROM json_each(?3)) LIMIT {ANSWERS_MAX}
"""
_REFERENCES = """
SELECT DISTINCT reference FROM decisions WHERE reference >= ? AND reference < ? ORDER BY reference LIMIT ?
"""
_AUTHORITIES = """
SELECT DISTINCT authority FROM (SELECT authority FROM decisions ORDER BY first DESC LIMIT ?)
WHERE authority >= ? AND authority < ? ORDER BY authority LIMIT ?
"""
_EVENTS = "SELECT id FROM (SELECT id FROM events ORDER BY position DESC LIMIT ?) WHERE id >= ? AND id < ? LIMIT ?"
_VERSIONS = """
SELECT DISTINCT attribute FROM rows WHERE id = 'government' AND attribute >= ? AND attribute < ? ORDER BY attribute
LIMIT ?
"""


class Offered(NamedTuple):
    """Something that begins as it was typed, and what it is, in a word or its title."""

    text: str
    about: str = ""


class GlancedFile(ViewsFile):
    """A views file that is looked at in passing."""

    busy_seconds = 0.2


def glanced(ledger_id: str) -> GlancedFile | None:
    """Return the views file of a ledger as it is found; None where there is none. Raises `ViewsError`."""
    path: Path = folder_of_views() / f"{ledger_id}.views"
    return GlancedFile(path, ledger_id, as_found=True) if path.is_file() else None


def ids(file: ViewsFile, begin: str, kinds: Collection[str] = ()) -> list[Offered]:
    """Return the ids of things of some kinds (none: of any) that begin so, at most `ANSWERS_MAX`, in order."""
    rows = file.select(_IDS, (begin, begin + _LAST, json.dumps(sorted(kinds))))
    return [Offered(id_, kind if title is None else str(json.loads(title))) for id_, kind, title in rows]


def references(file: ViewsFile, begin: str) -> list[Offered]:
    """Return the references of decisions that begin so, at most `ANSWERS_MAX`, in order."""
    return [Offered(text, "decision") for (text,) in file.select(_REFERENCES, (begin, begin + _LAST, ANSWERS_MAX))]


def authorities(file: ViewsFile, begin: str) -> list[Offered]:
    """Return the authorities of the newest decisions that begin so, at most `ANSWERS_MAX`, in order."""
    rows = file.select(_AUTHORITIES, (_LOOKED_AT_MAX, begin, begin + _LAST, ANSWERS_MAX))
    return [Offered(text) for (text,) in rows]


def events(file: ViewsFile, begin: str) -> list[Offered]:
    """Return the ids of the newest events that begin so, at most `ANSWERS_MAX`, the newest first."""
    rows = file.select(_EVENTS, (_LOOKED_AT_MAX, begin, begin + _LAST, ANSWERS_MAX))
    return [Offered(text, "event") for (text,) in rows]


def scales(file: ViewsFile, begin: str) -> list[Offered]:
    """Return the versions of scales that begin so, `NAME/VERSION`, at most `ANSWERS_MAX`, in order."""
    before = "scales:"
    rows = file.select(_VERSIONS, (before + begin, before + begin + _LAST, ANSWERS_MAX))
    return [Offered(name.removeprefix(before), "scale") for (name,) in rows]
