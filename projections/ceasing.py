"""When an assertion ceased to hold: what was known of its day, decision by decision, from the newest back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from ledger.events.changes.assertion import AssertCount, OfADay
from ledger.rules.asserted import verdict
from ledger.state.effects import LIFE
from ledger.state.structure import Held, Structure, ThingAt
from ledger.timeline import day_of
from projections.values import as_json, from_json
from projections.views import WITHOUT_EFFECT, HistoryRow, Views

LOOKED_BACK = 500  # decisions that changed what is known of a day; one that is further back is not looked for


def structure_of(rows: Iterable[HistoryRow], day: int, known: int) -> Structure:
    """Return the structure that rows make on a day, as known at a position."""
    found: dict[str, tuple[str, dict[str, Held]]] = {}
    for row in rows:
        on_day = row.effective_from <= day < row.effective_to and row.known_from <= known < row.known_to
        if on_day and _counts(row):
            held = Held(row.value, row.set_by, day_of(row.stated), row.stated)
            found.setdefault(row.id, (row.kind, {}))[1][row.attribute] = held
    return Structure(day, {id_: ThingAt(kind, id_, held) for id_, (kind, held) in sorted(found.items())})


def counted_rows(views: Views, said: AssertCount, day: int, after: int, known: int) -> list[HistoryRow]:
    """Return the rows that a count on a day rests on, as known at any position from `after` to `known`."""
    kinds = (said.kind,) if said.within is None else ("segment", said.kind)
    names = ", ".join(f"r.{name}" for name in HistoryRow._fields)
    parts = "" if said.within is None else " OR r.attribute = 'cluster' OR r.attribute GLOB 'segments:*'"
    found = list(
        views.file.select(
            f"SELECT {names} FROM spans s JOIN rows r ON r.row = s.row "
            "WHERE s.effective_from <= ? AND s.effective_last >= ? AND s.known_from <= ? AND s.known_last >= ? "
            f"AND r.kind IN ({', '.join('?' * len(kinds))}) AND (r.attribute = '{LIFE}'{parts})",
            (day, day, known, after, *kinds),
        )
    )
    values = from_json(row[3] for row in found)
    return [HistoryRow._make((*row[:3], value, *row[4:])) for row, value in zip(found, values, strict=True)]


def ceased(
    said: OfADay, rows: Iterable[HistoryRow], day: int, asserted: int, known: int
) -> tuple[int, set[str]] | None:
    """Return the last position of the decision with which an assertion ceased to hold, and what it was about.

    `rows` are those of everything that the assertion rests on, `asserted` ends its own decision, `known` is where it
    is asked and does not hold. None where it held at none of the positions looked at.
    """
    on_day = [row for row in rows if row.effective_from <= day < row.effective_to and _counts(row)]
    turned: dict[int, set[str]] = {}
    for (end, id_, *_), times in _turns(on_day).items():
        if times and asserted < end <= known:
            turned.setdefault(end, set()).add(id_)
    for end in sorted(turned, reverse=True)[:LOOKED_BACK]:
        if verdict(said, structure_of(on_day, day, end - 1)).holds:
            return end, turned[end]
    return None


def _counts(row: HistoryRow) -> bool:
    return not row.attribute.startswith(WITHOUT_EFFECT)


def _turns(rows: Iterable[HistoryRow]) -> Counter[tuple[int, str, str, str]]:
    """Count what rows begin to say at a position, less what they cease to say: 0 where one takes over unchanged."""
    found: Counter[tuple[int, str, str, str]] = Counter()
    for row in rows:
        value = as_json(row.value)
        found[row.known_from, row.id, row.attribute, value] += 1
        found[row.known_to, row.id, row.attribute, value] -= 1
    return found
