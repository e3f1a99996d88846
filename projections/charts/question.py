"""A point of both times, and what every chart and report of it reads: each read once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from ledger.application import Known
from ledger.state.structure import Structure
from projections.agility.reading import record_at
from projections.agility.record import KnownRecord
from projections.views.context import Context, context
from projections.views.queries.neighbours import structure_of_kinds
from projections.views.read_model import Views


def year_before(day: int) -> int:
    """Return the same day a year before, of 29 February the 28th; the first day that there is where there is none."""
    now = date.fromordinal(day)
    if now.year == 1:
        return 1
    return now.replace(year=now.year - 1, day=28 if (now.month, now.day) == (2, 29) else now.day).toordinal()


class _Titled(NamedTuple):
    """A title that a thing had: those that had begun by the day are greater, then those that began later."""

    begun: bool
    start: int
    title: str


@dataclass(frozen=True)
class Question:
    """What is asked of `views`: what was so on `day`, as it was known."""

    views: Views
    day: int
    known: Known

    @cached_property
    def context(self) -> Context:
        """The context that every answer carries."""
        return context(self.views, self.day, self.known)

    @cached_property
    def record(self) -> KnownRecord:
        """Everything known then, over all effective days."""
        return record_at(self.views, self.known.position, self.day)

    @cached_property
    def structure(self) -> Structure:
        """The structure on the day."""
        return self.views.structure(self.day, self.known.position)

    def of_kinds(self, *kinds: str) -> Structure:
        """Return the structure on the day, of the things of some kinds alone."""
        self.views.catch_up()
        return structure_of_kinds(self.views.file, kinds, self.day, self.known.position)

    def titles(self, kind: str) -> dict[str, str]:
        """Return the title of every thing of a kind there ever was: on the day, else the last one before or after."""
        last: dict[str, _Titled] = {}
        for row in self.record.family("title", kind):
            titled = _Titled(row.start <= self.day, row.start, str(row.value))
            last[row.id] = max(last.get(row.id, titled), titled)
        lives = {row.id for row in self.record.lives(kind)}
        return {id_: last[id_].title if id_ in last else id_ for id_ in sorted(lives)}
