"""The comparison of a snapshot's tables or values with those that the ledger gives: each difference by its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import chain, islice, zip_longest
from pathlib import Path
from typing import Any

from ledger.errors import harmless
from ledger.store.verification.damage import Damage
from projections.snapshots.columns import Cell, Column, Line, is_same, names
from projections.snapshots.copy import Copied, Copy, Group, groups, is_in_order, put_in_order
from projections.snapshots.tables import LAYOUTS, Layout
from projections.views.dossiers import Dossier
from projections.views.values import as_json

DAMAGE_MAX = 1_000  # that are told of one snapshot: what is more is another file
SHOWN_CHARS = 120  # of two long values, from shortly before the place where they part
Named = dict[str, Cell]  # a line, by the names of its columns


def compared_tables(ours: Iterable[Dossier], layouts: Sequence[Layout], copy: Copy) -> list[Damage]:
    """Return every table, line and cell that differs, thing by thing, told up to `DAMAGE_MAX`.

    The order of tables, columns and lines says nothing: tables that are not in order of id are put in order, if need
    be. Raises `NotASnapshot` where they are too large for that.
    """
    sides = [_Side(layout, copy.path, copy.tables[layout.name]) for layout in layouts if layout.name in copy.tables]
    damage = [
        *_columns_and_tables(layouts, copy),
        *first_of(_merged(ours, [one for one in sides if one.is_comparable])),
    ]
    disordered = [one for one in sides if damage and one.is_comparable and not is_in_order(one.groups())]
    if not disordered:
        return damage
    for one in disordered:
        one.put_in_order()
    return [*_columns_and_tables(layouts, copy), *first_of(_merged(ours, [one for one in sides if one.is_comparable]))]


def first_of(damage: Iterator[Damage]) -> Iterator[Damage]:
    """Yield the first of the differences; whoever has that many reads no further."""
    yield from islice(damage, DAMAGE_MAX)
    if next(damage, None) is not None:
        yield Damage(None, "file", f"fewer than {DAMAGE_MAX:,} differences", "more; the rest was not read")


def _columns_and_tables(layouts: Sequence[Layout], copy: Copy) -> Iterator[Damage]:
    for layout in layouts:
        copied = copy.tables.get(layout.name)
        if copied is None:
            yield Damage(None, "table", f"a table {layout.name}", "none")
        elif not _same_columns(layout, copied):
            ours, theirs = ", ".join(names(layout.columns)), harmless(", ".join(copied.columns), 1_000)
            yield Damage(None, "columns", f"{layout.name}: {ours}", f"{layout.name}: {theirs}")
    if layouts is LAYOUTS:
        for name in sorted(copy.tables.keys() - {layout.name for layout in layouts}):
            yield Damage(None, "table", "no other table", name)


def _same_columns(layout: Layout, copied: Copied) -> bool:
    return sorted(names(layout.columns)) == sorted(copied.columns)


class _Side:
    """One table of a copy, read along with what it is held against."""

    def __init__(self, layout: Layout, path: Path, copied: Copied) -> None:
        self.layout, self._path, self._copied = layout, path, copied
        self.is_comparable = _same_columns(layout, copied)

    def groups(self) -> Iterator[Group]:
        return groups(self._path, self.layout, self._copied)

    def put_in_order(self) -> None:
        self._copied = put_in_order(self._path, self.layout, self._copied)

    def begin(self) -> None:
        self._groups = self.groups()
        self._ahead = next(self._groups, None)

    def upto(self, dossier: Dossier | None) -> Iterator[Damage]:
        """Yield what differs in the lines up to those of one thing, or up to the end."""
        id_ = None if dossier is None else dossier.thing.id
        while self._ahead is not None and (id_ is None or self._ahead.id < id_):
            yield from self._differing([], self._ahead.lines)
            self._ahead = next(self._groups, None)
        if dossier is None:
            return
        ours, theirs = list(self.layout.lines(dossier)), []
        if self._ahead is not None and self._ahead.id == id_:
            theirs = self._ahead.lines
            self._ahead = next(self._groups, None)
        if ours != theirs:  # mostly they are the same as they stand
            yield from self._differing(ours, theirs)

    def _differing(self, ours: list[Line], theirs: list[Line]) -> Iterator[Damage]:
        table, columns = self.layout, names(self.layout.columns)
        expected = {_key(table, line): line for line in (_named(columns, line) for line in ours)}
        found: dict[tuple[Cell, ...], Named] = {}
        for line in (_named(self._copied.columns, line) for line in theirs):
            key = _key(table, line)
            if key in found:
                yield Damage(None, "line", f"{_place(table, key)} once", "a second line of the same name")
            found[key] = line
        for key in dict.fromkeys((*expected, *found)):
            yield from _line(table, _place(table, key), expected.get(key), found.get(key))


def _merged(ours: Iterable[Dossier], sides: list[_Side]) -> Iterator[Damage]:
    """Yield what differs thing by thing; both sides are read once, and one thing of each is in memory."""
    for side in sides:
        side.begin()
    for dossier in chain(ours, (None,)):
        for side in sides:
            yield from side.upto(dossier)


def _key(table: Layout, line: Named) -> tuple[Cell, ...]:
    return tuple(line.get(column) for column in table.key)


def _place(table: Layout, key: tuple[Cell, ...]) -> str:
    return f"{table.name}: {' '.join(str(part) for part in key if part is not None)}"


def _named(columns: tuple[str, ...], line: Line) -> Named:
    """Return a line by column; what lies beyond the columns counts, an empty cell is an absent one."""
    named = {column: None if cell == "" else cell for column, cell in zip_longest(columns, line[: len(columns)])}
    beyond = [cell for cell in line[len(columns) :] if cell not in (None, "")]
    return named | {"beyond the columns": beyond[0]} if beyond else named


def _line(table: Layout, place: str, ours: Named | None, theirs: Named | None) -> Iterator[Damage]:
    if ours == theirs:
        return
    position = ours.get("position") if ours is not None else None
    at = position if isinstance(position, int) else None
    if ours is None:
        yield Damage(None, "line", "no such line", place)
    elif theirs is None:
        yield Damage(at, "line", place, "no such line")
    else:
        columns = {column.name: column for column in table.columns}
        for name in dict.fromkeys((*ours, *theirs)):
            if not is_same(columns.get(name, Column(name, "")), ours.get(name), theirs.get(name)):
                yield from _differing(at, "cell", f"{place}: {name}", ours.get(name), theirs.get(name))


def compared_values(place: str, ours: Any, theirs: Any) -> Iterator[Damage]:
    """Yield every place at which two JSON values differ; of lists of things with an id, by that id."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for name in dict.fromkeys((*ours, *theirs)):
            yield from compared_values(f"{place} {name}", ours.get(name), theirs.get(name))
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for number, (our, their) in enumerate(zip(ours, theirs, strict=True), 1):
            id_ = our.get("id") if isinstance(our, dict) else None
            yield from compared_values(f"{place} {id_ or number}", our, their)
    else:
        yield from _differing(None, "value", place, ours, theirs)


def _differing(position: int | None, kind: str, place: str, ours: Any, theirs: Any) -> Iterator[Damage]:
    expected, found = _shown(ours), _shown(theirs)
    if expected != found:
        start = max(0, next((n for n, (a, b) in enumerate(zip(expected, found, strict=False)) if a != b), 0) - 20)
        yield Damage(position, kind, f"{place}: {_cut(expected, start)}", f"{place}: {_cut(found, start)}")


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bytes):
        return as_json(value.hex())
    return str(value) if isinstance(value, Decimal | float) else as_json(value)


def _cut(text: str, start: int) -> str:
    if len(text) <= SHOWN_CHARS:
        return text
    cut = text[start : start + SHOWN_CHARS]
    return f"{'...' if start else ''}{cut}{'...' if start + SHOWN_CHARS < len(text) else ''}"
