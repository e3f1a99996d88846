"""Rows of the views for an archive: what was opened or closed between two positions, each a line of tabs.

No value of the views holds a tab or the end of a line: JSON escapes them, and no name has any.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from typing import Any

from ledger.timeline import FOREVER, UNSTATED
from projections.views.file import ViewsFile
from projections.views.schema import IDLE

Lots = Generator[list[tuple[Any, ...]], None, None]

# A closed end, or nothing where it is open or lies beyond what is asked for; a day, or nothing for one before all.
_KNOWN_TO = "CASE WHEN {0}known_to <= ?2 THEN {0}known_to ELSE '' END"
_ROW = (
    "kind",
    "id",
    "attribute",
    "value",
    "stated",
    f"CASE effective_from WHEN {UNSTATED} THEN '' ELSE effective_from END",
    f"CASE effective_to WHEN {FOREVER} THEN '' ELSE effective_to END",
    "known_from",
    _KNOWN_TO.format(""),
    "set_by",
    "CASE ended_by WHEN 0 THEN '' ELSE ended_by END",
    f"NOT {IDLE}",
)
ROW_COLUMNS = (
    "kind", "id", "attribute", "value", "stated", "effective_from", "effective_to", "known_from", "known_to",
    "set_by", "ended_by", "has_effect",
)  # fmt: skip
_DECISION = (
    "d.first",
    "d.last",
    "d.known_from",
    _KNOWN_TO.format("d."),
    "k.authority",
    "k.reference",
    "k.recorded_at",
    "d.recorded_day",
    "d.decided_on",
    "d.decided_day",
    "d.has_document",
    "d.responds_to",
    "d.review_day",
    "d.effects",
    "d.stands",
)
DECISION_COLUMNS = tuple("known_to" if "CASE" in one else one.partition(".")[2] for one in _DECISION)


def rows_between(file: ViewsFile, after: int, upto: int) -> Lots:
    """Yield the rows that were opened after one position and up to another, and those that were closed there.

    With each that was closed come all that were opened with it, so that it can be numbered among them.
    """
    with_closed = "known_from IN (SELECT known_from FROM rows WHERE known_to > ?1 AND known_to <= ?2)"
    return file.lots(
        f"SELECT {_line(_ROW)} FROM rows WHERE known_from <= ?2 AND (known_from > ?1 OR {with_closed})", (after, upto)
    )


def decisions_between(file: ViewsFile, after: int, upto: int) -> Lots:
    """Yield the decisions as they came to be known after one position and up to another, and those overtaken there."""
    return file.lots(
        f"SELECT {_line(_DECISION)} FROM decided d JOIN decisions k ON k.first = d.first "
        "WHERE d.known_from <= ?2 AND (d.known_from > ?1 OR (d.known_to > ?1 AND d.known_to <= ?2))",
        (after, upto),
    )


def events_between(file: ViewsFile, after: int, upto: int) -> Iterator[tuple[int, int, int | None]]:
    """Yield (position, first position of the decision, effective day) of the events after one position, in order."""
    for lot in file.lots(
        "SELECT position, decision, effective FROM events WHERE position > ? AND position <= ? ORDER BY position",
        (after, upto),
    ):
        yield from lot


def ends_between(file: ViewsFile, after: int, upto: int) -> Iterator[tuple[int, str]]:
    """Yield the last position of each decision after one position and up to another, and when it was recorded."""
    for lot in file.lots(
        "SELECT last, recorded_at FROM decisions WHERE first > ? AND last <= ? ORDER BY first", (after, upto)
    ):
        yield from lot


def _line(columns: Sequence[str]) -> str:
    """Return the SQL of columns between tabs; what is NULL is empty."""
    return " || char(9) || ".join(f"coalesce({column}, '')" for column in columns)
