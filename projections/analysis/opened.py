"""An open ledger as an analyst asks it: at points of both times, and nothing is ever written to it."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from os import PathLike
from typing import get_args

from ledger.application.events import EventReader
from ledger.application.moments import Known
from ledger.application.reader import opened_reader
from ledger.closing import Closing
from ledger.errors import UnknownName
from ledger.timeline import first_day_of
from projections.agility.query import FigureShown, Found, begins, figures, named
from projections.agility.reading import record_at
from projections.agility.windows import By, first_day, last_day, windows
from projections.analysis.rows import AnswerRows
from projections.answers.history import TimelineEntry, history
from projections.answers.notices import settings_at
from projections.answers.restatement import KINDS, THEN, RestatedCount, named_counts, restated
from projections.answers.structure import StructureShown, shown
from projections.differences.explained import Difference, Point, differences
from projections.snapshots.question import Snapshot, snapshot
from projections.views.context import Context, context
from projections.views.read_model import Views
from projections.withheld import told

NOW = "now"


def open_ledger(location: str | PathLike[str], views: str | PathLike[str] | None = None) -> OpenLedger:
    """Open the ledger at `location`, a path or an address, to be read and no more.

    `views` is the folder of the derived tables; without it they lie where the program keeps them. Raises `StoreError`
    where there is no ledger.
    """
    reader = opened_reader(location)
    try:
        return OpenLedger(Views(EventReader(reader.store, reader.clock), views))
    except BaseException:
        reader.close()
        raise


class OpenLedger(Closing):
    """A ledger that is read; close it, or use it in a `with` block."""

    def __init__(self, views: Views) -> None:
        self.views = views

    def at(self, effective: str | None = None, known: str | None = None) -> PointOfBothTimes:
        """Return the ledger at a point of both times.

        `effective` is a date (`2026`, `2026-05`, `2026-05-31`), today where it is left out. `known` is an instant, a
        date or a position (`p120`), all that is known where it is left out. Raises `MalformedDate` or `InputError`.
        """
        ledger = self.views.ledger
        day = ledger.today() if effective is None else first_day_of(effective)
        return PointOfBothTimes(self.views, day, ledger.known(known))

    def close(self) -> None:
        """Close the ledger and its views; a second time does nothing."""
        self.views.close()
        self.views.ledger.close()


class PointOfBothTimes:
    """A ledger on a day as known at a position; every answer is of that point."""

    def __init__(self, views: Views, day: int, known: Known) -> None:
        self.views, self.day, self.known = views, day, known

    @property
    def context(self) -> Context:
        """Whose ledger it is, the point of both times, and the size and root that hold the answers to it."""
        return context(self.views, self.day, self.known)

    def structure(self) -> StructureShown:
        """Return what is live on the day, as `show` tells it; names that were deleted are withheld."""
        names = self.views.ledger.personal
        return told(shown(self.views.structure(self.day, self.known.position), names), names)

    def differences(self, since: PointOfBothTimes) -> AnswerRows[Difference]:
        """Return what turns the structure of an earlier point into this one, as `diff` tells it."""
        points = (Point(one.day, one.known.position) for one in (since, self))
        return AnswerRows(differences(self.views, *points), Difference)

    def history(self, id_: str) -> AnswerRows[TimelineEntry]:
        """Return every event about a thing, by effective day; raises `InputError` for an id that nothing names."""
        found = history(self.views, id_, self.known.position)
        return AnswerRows(told(found, self.views.ledger.personal), TimelineEntry)

    def metrics(
        self,
        *names: str,
        cluster: str | None = None,
        first: str | None = None,
        last: str | None = None,
        by: By | None = None,
    ) -> AnswerRows[Found]:
        """Return figures of agility, all of them where none is named, of the government or of one cluster.

        `first` and `last` are dates, both included: from the first record, and up to the day, where they are left out.
        `by` cuts that into years, fiscal years, quarters or months. Raises `UnknownName`, `MalformedDate`, and
        `InputError` for a last day before the first.
        """
        record = record_at(self.views, self.known.position, self.day)
        of, wanted = named(record, ([cluster] if cluster else []) + list(names))
        to = self.day if last is None else last_day(last)
        since = begins(record, of, to) if first is None else first_day(first)
        over = windows(since, to, _need(by), record.settings["fiscal_year_begins"])
        return AnswerRows(list(figures(record, wanted, over, [of])), FigureShown, as_stated=attrgetter("shown"))

    def series(
        self,
        kind: str,
        first: str,
        last: str | None = None,
        by: By = "month",
        structures: Sequence[str] = (THEN, NOW),
    ) -> AnswerRows[RestatedCount]:
        """Return how many things of a kind (`mission`, `segment`) each cluster had, as `restate` tells it.

        They are counted on the first day and on the first of each month, quarter or year after it, under each of the
        structures: that of the counted day (`then`), of this point's day (`now`), or of a date. Raises `UnknownName`,
        `MalformedDate` and `InputError`.
        """
        if kind not in KINDS:
            raise UnknownName("kind", kind, KINDS)
        to = self.day if last is None else last_day(last)
        settings = settings_at(self.views, self.day, self.known.position)
        days = [one.start for one in windows(first_day(first), to, _need(by), settings["fiscal_year_begins"])]
        names = list(dict.fromkeys(structures))
        under = [None if name == THEN else self.day if name == NOW else first_day_of(name) for name in names]
        found = restated(self.views, kind, days, under, self.known.position)
        return AnswerRows(named_counts(self.views, found, names), RestatedCount, keys=names)

    def snapshot(self) -> Snapshot:
        """Return the whole structure, every attribute with its event and decision, to be read thing by thing."""
        return snapshot(self.views, self.day, self.known)


def _need(by: By | None) -> By | None:
    if by is not None and by not in get_args(By):
        raise UnknownName("period", by, get_args(By))
    return by
