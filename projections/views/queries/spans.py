"""Questions about rows by their days and positions: what began or ended in a span, what holds at a point."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from ledger.lots import lots
from ledger.names import IN_DOUBT, LIFE
from ledger.timeline import FOREVER, UNSTATED
from projections.views.file import ViewsFile
from projections.views.queries.rows import VALUES_AT_ONCE, HistoryRow, history_rows
from projections.views.schema import IDLE, WITHOUT_EFFECT
from projections.views.values import as_json, from_json

# The rows that begin or end on a day low < day <= high, as known at a position; the last line lets SQLite use the
# index of the rows that end.
_REAL = f"NOT {IDLE} AND known_from <= ?3 AND known_to > ?3"
_BEGUN = f"FROM rows WHERE effective_from > ?1 AND effective_from <= ?2 AND {_REAL}"
_ENDED = f"FROM rows WHERE effective_to > ?1 AND effective_to <= ?2 AND {_REAL} AND effective_to < {FOREVER}"

REFERENCES_MAX = 200  # among which a misspelt one is looked for


class KnownRow(NamedTuple):
    """A value that an attribute held on some days, as known at one position."""

    kind: str
    id: str
    attribute: str
    value: Any
    effective_from: int
    effective_to: int
    set_by: int
    ended_by: int


def real(rows: Iterable[HistoryRow]) -> list[HistoryRow]:
    """Return rows but for those of what is without effect."""
    return [row for row in rows if not row.attribute.startswith(WITHOUT_EFFECT)]


def ids_turning(file: ViewsFile, after: int, last: int, known: int) -> list[str]:
    """Return the ids of what begins or ends after one day, up to another, as known at a position; in order."""
    rows = file.select(f"SELECT id {_BEGUN} UNION SELECT id {_ENDED} ORDER BY 1", (after, last, known))
    return [str(id_) for (id_,) in rows]


def first_turn(file: ViewsFile, after: int, last: int, known: int) -> int | None:
    """Return the first day after one, up to another, on which something begins or ends, as known then; or None."""
    return _edge(file, "min", "", (after, last, known))


def last_turn(file: ViewsFile, after: int, last: int, known: int) -> int | None:
    """Return the last such day."""
    return _edge(file, "max", "DESC", (after, last, known))


def _edge(file: ViewsFile, which: str, order: str, span: tuple[int, int, int]) -> int | None:
    ((day,),) = file.select(
        f"SELECT {which}(day) FROM ("
        f"SELECT * FROM (SELECT effective_from AS day {_BEGUN} ORDER BY effective_from {order} LIMIT 1) UNION ALL "
        f"SELECT * FROM (SELECT effective_to {_ENDED} ORDER BY effective_to {order} LIMIT 1))",
        span,
    )
    return None if day is None else int(day)


def known_ids(file: ViewsFile, known: int) -> list[str]:
    """Return every id of which something is known at a position."""
    return [str(id_) for (id_,) in file.select("SELECT DISTINCT id FROM rows WHERE known_from <= ?", (known,))]


def known_references(file: ViewsFile, begin: str, known: int) -> list[str]:
    """Return references of decisions known at a position that begin so, in order, at most `REFERENCES_MAX`."""
    query = """
        SELECT DISTINCT reference FROM decisions WHERE reference >= ? AND reference < ? AND first <= ?
        ORDER BY reference LIMIT ?
    """
    return [str(one) for (one,) in file.select(query, (begin, begin + "\U0010ffff", known, REFERENCES_MAX))]


def known_rows(file: ViewsFile, known: int) -> Iterator[KnownRow]:
    """Yield every row known at a position, but for those of what is without effect."""
    columns = "kind, id, attribute, value, effective_from, effective_to, set_by, ended_by"
    rows = file.select(
        f"SELECT {columns} FROM rows WHERE known_from <= ? AND known_to > ? AND NOT {IDLE}", (known, known)
    )
    for part in lots(rows, VALUES_AT_ONCE):
        values = from_json(row[3] for row in part)
        yield from (KnownRow._make((*row[:3], value, *row[4:])) for row, value in zip(part, values, strict=True))


def leaving(file: ViewsFile, segments: Sequence[str], cluster: str, known: int) -> list[int]:
    """Return the positions of the events by which segments left a cluster, as known up to a position, in order."""
    rows = file.select(
        "SELECT DISTINCT r.ended_by FROM json_each(?) j JOIN rows r ON r.id = j.value AND r.attribute = 'cluster' "
        "WHERE r.value = ? AND r.known_from <= ? AND r.ended_by BETWEEN 1 AND ? ORDER BY 1",
        (json.dumps(segments), as_json(cluster), known, known),
    )
    return [int(position) for (position,) in rows]


def next_beginnings(file: ViewsFile, day: int, known: int) -> tuple[int, dict[str, int]] | None:
    """Return the first day after `day` on which a life begins, as known, and how many of each kind; None: none does."""
    held = "attribute = 'life' AND effective_from > ?1 AND known_from <= ?2 AND known_to > ?2"
    rows = list(
        file.select(
            f"SELECT kind, COUNT(DISTINCT id), effective_from FROM rows WHERE {held} AND effective_from = "
            f"(SELECT MIN(effective_from) FROM rows WHERE {held}) GROUP BY kind ORDER BY kind",
            (day, known),
        )
    )
    return (int(rows[0][2]), {str(kind): int(count) for kind, count, _ in rows}) if rows else None


def counted_rows(file: ViewsFile, day: int, after: int, known: int) -> list[HistoryRow]:
    """Return the rows that counts on a day rest on, as known at any position from `after` to `known`."""
    names = ", ".join(f"r.{name}" for name in HistoryRow._fields)
    rows = file.select(
        f"SELECT {names} FROM spans s JOIN rows r ON r.row = s.row "
        "WHERE s.effective_from <= ? AND s.effective_last >= ? AND s.known_from <= ? AND s.known_last >= ? "
        f"AND (r.attribute IN ('{LIFE}', '{IN_DOUBT}', 'cluster') OR r.attribute GLOB 'segments:*')",
        (day, day, known, after),
    )
    return list(history_rows(rows))


def idle_among(file: ViewsFile, events: Iterable[tuple[str, int]], known: int) -> set[int]:
    """Return the positions of those of some events, each with the id of its subject, that are without effect."""
    pairs = json.dumps([(subject, f"{WITHOUT_EFFECT}{position}") for subject, position in events])
    rows = file.select(
        "SELECT r.set_by FROM json_each(?) j JOIN rows r ON r.id = json_extract(j.value, '$[0]') "
        "AND r.attribute = json_extract(j.value, '$[1]') WHERE r.known_from <= ? AND r.known_to > ?",
        (pairs, known, known),
    )
    return {int(position) for (position,) in rows}


def turning_days(file: ViewsFile, known: int) -> list[int]:
    """Return the days on which anything begins or ends, as known at a position, in order; it reads every row."""
    span = (UNSTATED, FOREVER, known)
    rows = file.select(f"SELECT effective_from {_BEGUN} UNION SELECT effective_to {_ENDED} ORDER BY 1", span)
    return [int(day) for (day,) in rows]


def turning_events(file: ViewsFile, after: int, known: int, most: int) -> list[tuple[int, int]]:
    """Return (day, position) of the events by which something begins or ends after a day, as known at a position.

    In order of both, at most `most` of them.
    """
    rows = file.select(
        f"SELECT effective_from, set_by {_BEGUN} UNION SELECT effective_to, ended_by {_ENDED} AND ended_by > 0 "
        "ORDER BY 1, 2 LIMIT ?4",
        (after, FOREVER, known, most),
    )
    return [(int(day), int(position)) for day, position in rows]
