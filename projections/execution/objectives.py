"""An objective as known, with its targets, its definitions and everything that was ever measured of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from ledger.errors import UnknownName
from ledger.names import LIFE
from ledger.timeline import FOREVER, day_of
from projections.agility.record import Holding, KnownRecord
from projections.agility.spans import owners, parts
from projections.withheld import told


class Measured(NamedTuple):
    """One measurement as known: day, value, the definition that it was made by, and its source as told to all."""

    day: int
    value: str
    definition: int
    source: str | None


class Target(NamedTuple):
    """A value to be reached, from a day until another: at most the day on which it is due, if stated."""

    start: int
    end: int
    value: str


class Objective(NamedTuple):
    """An objective as known, with everything that was ever measured of it, in order of day."""

    id: str
    indicator: str
    unit: str | None
    direction: str | None
    baseline: str | None
    start: int
    targets: tuple[Target, ...]
    due_on: int | None
    definitions: tuple[tuple[int, int], ...]  # from, version
    measured: tuple[Measured, ...]

    @property
    def is_complete(self) -> bool:
        """Whether all is stated by which a measurement is read."""
        return None not in (self.unit, self.direction, self.baseline, self.due_on) and bool(self.targets)

    @property
    def breaks(self) -> list[tuple[int, int]]:
        """The days from which another definition is in force, with its version."""
        return [(day, version) for day, version in self.definitions if version > 1]


def objectives(record: KnownRecord, day: int, of: str | None = None) -> list[Objective]:
    """Return the objectives of the government, a cluster, a mission, or one alone, that had begun by `day`.

    Measurements observed after `day` are left out. Raises `UnknownName` for an `of` that is none of these.
    """
    return list(each_objective(record, day, of))


def each_objective(record: KnownRecord, day: int, of: str | None = None) -> Iterator[Objective]:
    """Yield what `objectives` returns, in order of id: what was measured of one at a time is in memory."""
    every = {row.id: row.start for row in record.lives("objective")}
    if of is None or of in every:
        wanted = every if of is None else {of: every[of]}
    elif record.of(of, LIFE, "cluster"):
        wanted = {id_: every[id_] for id_ in parts(record, "objective", of)}
    elif record.of(of, LIFE, "mission"):
        wanted = {id_: start for id_, start in every.items() if _mission_of(record, id_, day) == of}
    else:
        known = [*every, *(row.id for kind in ("cluster", "mission") for row in record.lives(kind))]
        raise UnknownName("cluster, mission or objective", of, known)
    ids = sorted(id_ for id_, start in wanted.items() if start <= day)
    for id_, said in _measurements(record, ids):
        yield _objective(record, id_, day, said)


def _measurements(record: KnownRecord, ids: Iterable[str]) -> Iterator[tuple[str, list[Holding]]]:
    """Yield each of sorted ids with its rows of measurements, in one reading of all of them."""
    groups = groupby(record.read("measurements", "objective"), key=lambda row: row.id)
    at, rows = next(groups, (None, iter(())))
    for id_ in ids:
        while at is not None and at < id_:
            at, rows = next(groups, (None, iter(())))
        yield id_, list(rows) if at == id_ else []


def _mission_of(record: KnownRecord, id_: str, day: int) -> str:
    """Return the mission that an objective belongs to on a day, or last belonged to by then."""
    return [owner for owner, start, _ in owners(record, id_) if start <= day][-1]


def _objective(record: KnownRecord, id_: str, day: int, measurements: Iterable[Holding]) -> Objective:
    def last(attribute: str) -> Any:
        rows = [row for row in record.of(id_, attribute) if row.start <= day]
        return rows[-1].value if rows else None

    due, due_on = record.of(id_, "due_on"), last("due_on")
    start = min(row.start for row in record.of(id_, LIFE, "objective"))
    said = {row.key: row.value for row in measurements}  # the last word of each source
    measured = [
        Measured(day_of(one["observed_on"]), one["value"], one["definition_version"], told(one.get("source")))
        for one in said.values()
    ]
    measured.sort(key=lambda one: (one.day, one.value, one.definition, one.source or ""))
    return Objective(
        id_, str(last("indicator")), last("unit"), last("direction"), last("baseline"), start,
        tuple(_targets(record.of(id_, "target"), due, day)), None if due_on is None else day_of(due_on),
        tuple((row.start, row.value) for row in record.of(id_, "definition_version") if row.start <= day),
        tuple(one for one in measured if one.day <= day),
    )  # fmt: skip


def _targets(rows: Sequence[Holding], due: Sequence[Holding], day: int) -> Iterator[Target]:
    for row in rows:
        if row.start > day:
            continue
        by = max((day_of(one.value) for one in due if one.start < row.end and row.start < one.end), default=day)
        end = by if row.end >= FOREVER or row.end > day else min(row.end, by)
        yield Target(row.start, max(end, row.start + 1), row.value)
