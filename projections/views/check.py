"""The check of views: held against a fresh replay, against the pure fold, against their index."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from itertools import islice, zip_longest
from typing import Any

from ledger.application import EventReader
from ledger.events.change import streams_of
from ledger.names import GOVERNMENT, LIFE
from ledger.state.state import State
from ledger.state.thing import Thing
from ledger.store.verification.damage import Damage
from projections.views.file import ViewsFile
from projections.views.schema import CONTENTS, IDLE, KNOWN_FOREVER
from projections.views.spans import idle_rows, rows_of
from projections.views.values import as_json

STREAMS_AT_ONCE = 200  # folded together when the views are held against the fold
_ORDERS = {
    "rows": "id, attribute, effective_from, known_from",
    "decisions": "first",
    "decided": "first, known_from",
    "events": "position",
    "mentioned": "id, position",
    "mentions": "id, stream, thing",
    "streams": "stream",
    "referring": "id, attribute, by_id",
    "spoken": "position, later",
    "personal": "position, commitment",
}
_KEYS = {
    "rows": (1, 2, 5, 7),
    "decisions": (0,),
    "decided": (0, 1),
    "events": (0,),
    "mentioned": (0, 1),
    "mentions": (0, 1, 2),
    "streams": (0,),
    "referring": (0, 1, 2),
    "spoken": (0, 1),
    "personal": (0, 1),
}
_RANKS: dict[type, int] = {str: 2, bytes: 3}


def compared(found: ViewsFile, fresh: ViewsFile) -> Iterator[Damage]:
    """Yield where the contents of a file differ from those of one that was filled afresh, both private, by table."""
    for table, columns in CONTENTS.items():
        select = f"SELECT {columns} FROM {table}"
        with closing(found.lots(select)) as mine, closing(fresh.lots(select)) as theirs:
            same = all(lot == other for lot, other in zip_longest(mine, theirs))
        if not same:  # or in another order
            select += f" ORDER BY {_ORDERS[table]}"
            yield from _merged(table, _KEYS[table], found.select(select), fresh.select(select))


def _merged(
    table: str, key: tuple[int, ...], found: Iterator[tuple[Any, ...]], fresh: Iterator[tuple[Any, ...]]
) -> Iterator[Damage]:
    """Yield the differences of two runs of rows that are sorted by `key`."""
    mine, theirs = next(found, None), next(fresh, None)
    while mine is not None or theirs is not None:
        if mine == theirs:
            mine, theirs = next(found, None), next(fresh, None)
            continue
        here = None if mine is None else tuple(mine[place] for place in key)
        there = None if theirs is None else tuple(theirs[place] for place in key)
        if here == there:
            yield _damage(table, theirs, mine)
            mine, theirs = next(found, None), next(fresh, None)
        elif there is None or (here is not None and _order(here) < _order(there)):
            yield _damage(table, None, mine)
            mine = next(found, None)
        else:
            yield _damage(table, theirs, None)
            theirs = next(fresh, None)


def _order(key: tuple[Any, ...]) -> list[tuple[int, Any]]:
    """Return what sorts as SQLite sorts a key, whatever stands in it: nothing, numbers, texts, bytes."""
    return [(0, 0) if one is None else (_RANKS.get(type(one), 1), one) for one in key]


def _damage(table: str, expected: tuple[Any, ...] | None, found: tuple[Any, ...] | None) -> Damage:
    position = _position(table, expected or found or ())
    return Damage(position, f"views: {table}", _shown(expected), _shown(found))


def _position(table: str, row: tuple[Any, ...]) -> int | None:
    places = {"rows": 9, "decisions": 0, "decided": 0, "events": 0, "mentioned": 1, "spoken": 1, "personal": 0}
    return _known(row[places[table]]) if table in places and row else None


def _known(position: Any) -> int | None:
    """Return a position that a row gives, None where it gives none."""
    return position if type(position) is int and position > 0 else None


def _shown(row: tuple[Any, ...] | None) -> str:
    return "nothing" if row is None else ", ".join(str(value) for value in row)


def held_against_the_fold(file: ViewsFile, ledger: EventReader, position: int) -> Iterator[Damage]:
    """Yield where the rows that hold now differ from a fold of the whole ledger up to `position`, stream by stream."""
    streams = [stream for (stream,) in file.select("SELECT DISTINCT stream FROM mentions ORDER BY stream")]
    own = {stream.partition(":")[2] for stream in streams if stream != GOVERNMENT}
    rest = iter(sorted(own))
    checked = 0
    part = list(islice(rest, STREAMS_AT_ONCE))
    first = True
    while part or first:
        state = State(ledger.facts(position))
        state.load(stream for id_ in part for stream in streams_of(id_))
        if first:
            state.load(state.acted_upon())  # whether an act upon their decisions is void stands with the government
        ids = set(part)
        for thing in state.things():
            base = thing.id.partition("/")[0]
            if base in ids or (first and base not in own):
                expected = _rows_now(thing)
                checked += len(expected)
                yield from _held(file, thing, expected)
        first, part = False, list(islice(rest, STREAMS_AT_ONCE))
    ((count,),) = file.select("SELECT count(*) FROM rows WHERE known_to = ?", (KNOWN_FOREVER,))
    if count != checked:
        yield Damage(None, "views: rows that hold now", str(checked), str(count))


def _rows_now(thing: Thing) -> set[tuple[Any, ...]]:
    rows = [row for name in (LIFE, *thing.attributes) for row in rows_of(thing, name)] + idle_rows(thing)
    return {(thing.kind, *row[:3], as_json(row.value), *row[4:]) for row in rows}


def _held(file: ViewsFile, thing: Thing, expected: set[tuple[Any, ...]]) -> Iterator[Damage]:
    found = set(
        file.select(
            "SELECT kind, attribute, effective_from, effective_to, value, stated, set_by, ended_by FROM rows "
            "WHERE id = ? AND known_to = ?",
            (thing.id, KNOWN_FOREVER),
        )
    )
    for row in sorted(expected ^ found, key=str):
        mine, theirs = (_shown(row), "nothing") if row in expected else ("nothing", _shown(row))
        yield Damage(_known(row[6]), f"views: {thing.id} against the fold", mine, theirs)


def indexed_rightly(file: ViewsFile) -> Iterator[Damage]:
    """Yield the rows that the index for questions at a day and a position holds wrongly, or not, or too many."""
    wrong = file.select(
        "SELECT r.row, r.set_by, r.id, r.attribute FROM rows r LEFT JOIN spans s ON s.row = r.row "
        f"WHERE NOT {IDLE} AND (s.row IS NULL OR "
        "(s.effective_from, s.effective_last, s.known_from, s.known_last) "
        "<> (r.effective_from, r.effective_to - 1, r.known_from, r.known_to - 1))"
    )
    for row, set_by, id_, attribute in wrong:
        yield Damage(
            _known(set_by), "views: index", f"row {row} ({id_}, {attribute}) at its place", "another place, or none"
        )
    extra = "SELECT row FROM spans EXCEPT SELECT row FROM rows"
    for (row,) in file.select(extra):
        yield Damage(None, "views: index", "nothing", f"row {row}, which is not there")
