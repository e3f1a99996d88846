"""Surroundings of a thing: so much of the structure of one day as an answer about it tells, and nothing else.

An answer about one thing is the same from them as from the whole structure, and costs no more when that grows.
"""

from __future__ import annotations

from collections.abc import Iterable

from ledger.errors import InputError, harmless, nothing_called
from ledger.names import GOVERNMENT, LIFE
from ledger.state.structure import Structure, ThingAt
from ledger.timeline import iso
from projections.views.filled import FilledViews
from projections.views.queries.neighbours import parts_of, referring_to, structure_among
from projections.views.queries.rows import HistoryRow
from projections.views.queries.spans import known_ids, known_references

_BEGINNING = 2  # characters that a reference shares with one that is proposed in its place


class Surroundings:
    """Things on `day` as known at position `known`, read as they are needed."""

    def __init__(self, views: FilledViews, day: int, known: int) -> None:
        """Take views that are caught up."""
        self._file, self._day, self._known = views.file, day, known
        self._read: set[str] = set()
        self._things: dict[str, ThingAt] = {}

    @property
    def structure(self) -> Structure:
        """The structure of all that was read."""
        return Structure.of_days(self._day, self._things)

    def of_thing(self, thing: ThingAt) -> Structure:
        """Return the structure in which `one_thing` shows a thing as in the whole one; `thing` may have ended."""
        self._take([thing.id, *self._belonging_to([thing.id])])
        if thing.kind == "mission":
            self._take(thing.keyed("segments"))
        elif thing.kind == "segment":
            self._take(self._naming([thing.id], "segments"))
        elif thing.kind == "cluster":
            self._take(self._naming([thing.id], "cluster"))
            self._take(self._naming(self.structure.segments_of.get(thing.id, ()), "segments"))
        return self.structure

    def of_cluster(self, id_: str) -> Structure:
        """Return the structure in which a cluster has the matrix that it has in the whole one."""
        self._take([id_, GOVERNMENT, *self._belonging_to([id_]), *self._naming([id_], "cluster")])
        segments = [one.id for one in self.structure.at_most.of_kind("segment") if one.get("cluster") == id_]
        self._take(self._naming(segments, "segments", "relations"))
        most = self.structure.at_most
        missions = [one for one in most.of_kind("mission") if not set(segments).isdisjoint(one.keyed("segments"))]
        offering = {key.partition("/")[0] for one in missions for key in one.keyed("draws")}
        self._take([*offering, *self._naming({id_, *offering}, "draws")])
        self._take(segment for one in missions for segment in one.keyed("segments"))
        self._take(self._belonging_to([one.id for one in missions]))
        for mandate in most.of_kind("mandate"):
            self._take((*mandate.get("segments", ()), *mandate.get("missions", ())))
        return self.structure

    def thing(self, id_: str) -> ThingAt | None:
        """Return one thing that is live or may be; None for another."""
        self._take([id_])
        return self._things.get(id_)

    def _take(self, ids: Iterable[str]) -> None:
        """Read those of some things that were not read yet, all at once."""
        new = set(ids) - self._read
        if new:
            self._read |= new
            self._things.update(structure_among(self._file, new, self._day, self._known).possible)

    def _belonging_to(self, ids: Iterable[str]) -> list[str]:
        """Return what may be a part of some things: by its id, or as an objective that was moved to a mission."""
        return [*parts_of(self._file, ids), *self._naming(ids, "mission")]

    def _naming(self, ids: Iterable[str], *attributes: str) -> list[str]:
        return referring_to(self._file, ids, *attributes)


def surroundings(views: FilledViews, id_: str, day: int, known: int) -> Structure:
    """Return so much of the structure on `day`, as known at position `known`, as `one_thing` tells of a thing.

    Empty where it is not live.
    """
    views.catch_up()
    with views.file.reading():  # held once for all that is asked of it
        found = Surroundings(views, day, known)
        thing = found.thing(id_)
        return found.structure if thing is None else found.of_thing(thing)


def not_there(views: FilledViews, day: int, id_: str, known: int) -> InputError:
    """Return the error for an id of nothing that is live on a day, as known at a position, with the nearest id."""
    ids = known_ids(views.file, known)
    if id_ in ids:
        return not_live(views, day, id_, known)
    references = known_references(views.file, id_[:_BEGINNING], known)
    return InputError(nothing_called("", id_, [*ids, *references]))


def not_live(views: FilledViews, day: int, id_: str, known: int) -> InputError:
    """Return the error for something recorded that does not live on a day, as known at a position: when it does."""
    lives = [_span(row) for row in views.rows_at(id_, (LIFE,), known)]
    spans = f"It is live {', and '.join(lives)}." if lives else "Nothing that stands began it."
    on = iso(day) or "the last of days"
    return InputError(f'"{harmless(id_)}" is not live on {on}, as known at p{known}. {spans}')


def _span(row: HistoryRow) -> str:
    until = iso(row.effective_to)
    return f"from {row.stated}" + (f" until {until}" if until else " on")
