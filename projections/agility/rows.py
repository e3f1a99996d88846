"""Rows known at one position, over all effective days: read a family at a time, so that few are in memory together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, Protocol

from ledger.lots import lots
from ledger.names import IN_DOUBT, LIFE
from projections.views.file import ViewsFile
from projections.views.queries.agility import ends_of_rows, rows_of_families
from projections.views.queries.rows import VALUES_AT_ONCE
from projections.views.spool import Spool
from projections.views.values import from_json

# What metrics are made of; these families are read in one pass, any other by itself where it is asked for.
_OF_METRICS = frozenset(
    (LIFE, IN_DOUBT, "cluster", "within", "segments", "missions", "title", "sectors", "lead", "draws", "horizon_on")
    + ("concerns", "observed_on", "assessments", "of", "due_on", "answer", "reviewed_on", "next_review_on", "mission")
    + ("definition_version", "baseline", "target", "direction", "settings", "scales")
)


class Holding(NamedTuple):
    """A value that an attribute of a thing held on the days start <= day < end.

    Of a thing that ended on one of several days, `end` is that by which it surely had; figures of what is live rest on
    the days before `sure_to`.
    """

    kind: str
    id: str
    attribute: str
    value: Any
    start: int
    end: int
    set_by: int  # position of the event that set it
    ended_by: int  # position of the event that ended it; 0 where it has no end
    in_doubt: int = 0  # the day from which it is in doubt whether it still holds; 0 where it never is

    @property
    def sure_to(self) -> int:
        """The day from which it no longer surely holds."""
        return self.in_doubt or self.end

    @property
    def key(self) -> str:
        """What follows the colon of a keyed attribute; empty for a plain one."""
        return self.attribute.partition(":")[2]


class HeldRows(Protocol):
    """Rows known at one position; those of days in doubt are told by the rows that they prolong."""

    def read(self, family: str, kind: str | None = None) -> Iterator[Holding]:
        """Yield the rows of an attribute (`segments` gives every `segments:...`), of one kind of thing or of all.

        Those of one kind are in order of thing, attribute and start.
        """

    def ends(self) -> Iterator[tuple[str, int, int, int, int]]:
        """Yield (id, start, end, set_by, ended_by) of every row there is, those of one thing together."""


class RowsInMemory(list[Holding]):
    """Rows that are in memory."""

    def read(self, family: str, kind: str | None = None) -> Iterator[Holding]:
        """Yield those of an attribute, in order of thing, attribute and start."""
        found = (row for row in self if row.attribute.partition(":")[0] == family and kind in (None, row.kind))
        return iter(sorted(found, key=_place))

    def ends(self) -> Iterator[tuple[str, int, int, int, int]]:
        """Yield the ends of every row, those of one thing together."""
        return ((row.id, row.start, row.end, row.set_by, row.ended_by) for row in sorted(self, key=lambda row: row.id))


def _place(row: Holding) -> tuple[str, str, int]:
    return row.id, row.attribute, row.start


class RowsOfViews:
    """Rows of a views file that holds all that is known at a position, put aside by family and kind."""

    def __init__(self, file: ViewsFile, known: int) -> None:
        self._file, self._known = file, known
        self._aside: dict[str, dict[str, Spool[tuple[Any, ...]]]] = {}
        self._take(_OF_METRICS)
        self._begun, self._ended = _doubts(self._read(IN_DOUBT, None))
        self._ends = Spool(ends_of_rows(file, known))

    def _take(self, families: Iterable[str]) -> None:
        found: dict[str, dict[str, Spool[tuple[Any, ...]]]] = {family: {} for family in families}
        spools: dict[tuple[str, str], Spool[tuple[Any, ...]]] = {}
        for lot in rows_of_families(self._file, found, self._known):
            for row in lot:
                spool = spools.get(row[:2])
                if spool is None:
                    family, kind = row[:2]
                    spool = spools[family, kind] = found[family][kind] = Spool()
                spool.add(row[2:])
        self._aside |= found

    def read(self, family: str, kind: str | None = None) -> Iterator[Holding]:
        """Yield the rows of an attribute, of each kind in order of thing, attribute and start."""
        rows = self._read(family, kind)
        return self._doubted(rows) if self._begun else rows

    def _read(self, family: str, kind: str | None) -> Iterator[Holding]:
        if family not in self._aside:
            self._take([family])
        by_kind = self._aside[family]
        for of_kind in sorted(by_kind) if kind is None else [kind]:
            for lot in lots(by_kind.get(of_kind, ()), VALUES_AT_ONCE):
                values = from_json(row[2] for row in lot)
                for (id_, attribute, _, *rest), value in zip(lot, values, strict=True):
                    yield Holding(of_kind, id_, attribute, value, *rest)

    def _doubted(self, rows: Iterable[Holding]) -> Iterator[Holding]:
        """Yield rows up to the days by which they have surely ended, with the day from which each is in doubt."""
        for row in rows:
            since = self._ended.get((row.id, row.end), 0)
            if row.attribute == LIFE and (row.id, row.end) in self._begun:
                yield row._replace(end=self._begun[row.id, row.end], in_doubt=row.end)
            elif row.attribute != IN_DOUBT:
                yield row._replace(in_doubt=since) if row.start < since else row

    def ends(self) -> Iterator[tuple[str, int, int, int, int]]:
        """Yield the ends of every row, those of one thing together."""
        for id_, attribute, start, end, set_by, ended_by in self._ends:
            if attribute == IN_DOUBT:
                continue
            until = self._begun.get((id_, end), end) if attribute == LIFE else end
            yield id_, start, until, set_by, ended_by


_Doubts = Mapping[tuple[str, int], int]


def _doubts(rows: Iterable[Holding]) -> tuple[_Doubts, _Doubts]:
    """Return, by id and first day of what is in doubt, the day by which it has ended; and the other way round."""
    found = list(rows)
    return {(row.id, row.start): row.end for row in found}, {(row.id, row.end): row.start for row in found}
