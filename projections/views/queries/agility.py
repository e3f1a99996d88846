"""Questions of the figures of agility: rows, decisions and events known at one position, each read once."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from projections.views.file import ViewsFile
from projections.views.schema import IDLE

_KNOWN = f"known_from <= ?1 AND known_to > ?1 AND NOT {IDLE}"
_FAMILY = "CASE instr(attribute, ':') WHEN 0 THEN attribute ELSE substr(attribute, 1, instr(attribute, ':') - 1) END"
_FEW_KIB = 8 * 1024
# The sign keeps SQLite from going through the index, row by row: to sort what was read is twice as quick.
_BY_THING = "ORDER BY +id, attribute, effective_from"


class DecidedRow(NamedTuple):
    """A decision as known at a position; `effects` is a column of the table, `responds_to` ids between spaces."""

    first: int
    last: int
    recorded_day: int
    decided_day: int | None
    decided_on: str | None
    effects: str
    responds_to: str
    stands: bool


def rows_of_families(file: ViewsFile, families: Collection[str], known: int) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the rows of attributes known at a position, some at a time, by thing, attribute and first day.

    A family is an attribute, or all that begin with its name and a colon. A row is family, kind, id, attribute, value
    as JSON text, first day, day after the last, and the positions of the events that set it and ended it (0: none did).
    """
    return file.lots(
        f"SELECT {_FAMILY}, kind, id, attribute, value, effective_from, effective_to, set_by, ended_by FROM rows "
        f"WHERE {_KNOWN} AND {_FAMILY} IN (SELECT value FROM json_each(?2)) {_BY_THING}",
        (known, json.dumps(sorted(families))),
    )


def ends_of_rows(file: ViewsFile, known: int) -> Iterator[tuple[Any, ...]]:
    """Return id, attribute, first day, day after the last, and both events of every row known at a position.

    Those of one thing are together.
    """
    return file.select(
        f"SELECT id, attribute, effective_from, effective_to, set_by, ended_by FROM rows WHERE {_KNOWN} ORDER BY +id",
        (known,),
    )


def decided_rows(file: ViewsFile, known: int) -> Iterator[DecidedRow]:
    """Return the decisions known at a position, in recording order."""
    rows = file.select(
        f"SELECT {', '.join(DecidedRow._fields)} FROM decided WHERE known_from <= ? AND known_to > ? ORDER BY first",
        (known, known),
    )
    return map(DecidedRow._make, rows)


def event_rows(file: ViewsFile, known: int) -> Iterator[tuple[Any, ...]]:
    """Return (type, first position of the decision) of the events at the positions 1 to `known`, in order."""
    return file.select("SELECT type, decision FROM events WHERE position <= ? ORDER BY position", (known,))


@contextmanager
def sparing(file: ViewsFile) -> Iterator[None]:
    """Let SQLite keep few pages of a file within: what is read through once is not looked at again."""
    ((before,),) = file.select("PRAGMA cache_size")
    list(file.select(f"PRAGMA cache_size = -{_FEW_KIB}"))
    try:
        yield
    finally:
        list(file.select(f"PRAGMA cache_size = {int(before)}"))
