"""Assertions as they hold now: which do, what is so instead, and since which decision one does not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ledger.application.streams import mentioned
from ledger.events.changes.assertion import AssertCount, Assertion, AssertRoot, OfADay
from ledger.events.envelope import Recorded
from ledger.events.registry import BY_NAME
from ledger.rules.assertions import Verdict, root_verdict, verdict
from ledger.state.structure import Structure
from ledger.timeline import day_of
from projections.answers.cessation import ceased, on_day
from projections.answers.grounds import DecisionRef
from projections.views.queries.record import positions_of_types
from projections.views.queries.rows import structure_of_rows
from projections.views.queries.spans import counted_rows
from projections.views.queries.standings import Standings
from projections.views.read_model import HistoryRow, Views

_TYPES = tuple(change.TYPE for change in BY_NAME.values() if issubclass(change, Assertion))


class Since(NamedTuple):
    """The decision with which an assertion ceased to hold; `event` is None where not one alone did it."""

    position: int
    recorded_at: str
    authority: str
    reference: str
    event: str | None

    @property
    def shown(self) -> SinceShown:
        """It as it is answered."""
        return SinceShown(self.position, self.recorded_at, self.event, DecisionRef(self.authority, self.reference))


class SinceShown(NamedTuple):
    """The decision with which an assertion ceased to hold, as it is answered."""

    position: int
    recorded_at: str
    event: str | None
    decision: DecisionRef


class AssertionShown(NamedTuple):
    """An assertion and whether it holds, as it is answered."""

    event: str
    decision: DecisionRef
    fact: Mapping[str, Any]  # the change that asserts it, as in a document
    says: str
    effective: str | None
    holds: bool | None
    found: str
    since: SinceShown | None


class Checked(NamedTuple):
    """An assertion as the record now has it, and whether it holds; `found` says what is so, a sentence.

    `holds` is None where that cannot be said, because it rests on something that may have ended.
    """

    recorded: Recorded
    said: Assertion
    effective: str | None  # as stated; None where it is about no day
    holds: bool | None
    found: str
    since: Since | None  # None while it holds, and where it cannot be told

    @property
    def shown(self) -> AssertionShown:
        """It as it is answered."""
        event, since = self.recorded.event, self.since
        return AssertionShown(
            event=event.id,
            decision=DecisionRef(event.decision.authority, event.decision.reference),
            fact={"change": self.said.NAME, **self.said.normal()},
            says=self.said.claim,
            effective=self.effective,
            holds=self.holds,
            found=self.found,
            since=None if since is None else since.shown,
        )


def checked(views: Views, known: int) -> list[Checked]:
    """Return every assertion that stands at position `known`, each asked by what was known then; in recording order.

    Empty where nothing was asserted. Those that were struck, rescinded or replaced are left out.
    """
    asking = _Asking(views, known)
    return [asking.checked(*standing) for standing in _standing(views, known)]


def _standing(views: Views, known: int) -> list[tuple[Recorded, Assertion, str | None]]:
    """Return the assertions that stand at a position, with what they say and the day that they state by then."""
    views.catch_up()
    positions = positions_of_types(views.file, tuple(_TYPES), known)
    standing = []
    for assertion in Standings(views, known).of(positions).values():
        change = assertion.standing.change
        if assertion.standing.status == "stands" and isinstance(change, Assertion):
            standing.append((assertion.recorded, change, assertion.standing.effective))
    return standing


class _Asking:
    """Assertions asked at one position; a structure that several need is made once."""

    def __init__(self, views: Views, known: int) -> None:
        self._views, self._known = views, known
        self._pinned: dict[str, int] = {}
        self._whole: dict[tuple[int, int], Structure] = {}

    def checked(self, recorded: Recorded, said: Assertion, effective: str | None) -> Checked:
        """Return whether one assertion holds."""
        if isinstance(said, AssertRoot):
            return Checked(recorded, said, effective, *self._root(said), None)
        assert isinstance(said, OfADay)  # there are no others
        known, day = self._known_to(said), day_of(effective or "")
        so = verdict(said, self._structure(said, day, known))
        since = None if so.holds or said.known is not None else self._since(recorded, said, day)
        return Checked(recorded, said, effective, *so, since)

    def _root(self, said: AssertRoot) -> Verdict:
        reached = said.position <= self._known
        return root_verdict(said, self._views.ledger.facts(self._known).root(said.position) if reached else None)

    def _known_to(self, said: OfADay) -> int:
        """Return the position at which an assertion is asked: where it is pinned, or here."""
        if said.known is None:
            return self._known
        if said.known not in self._pinned:
            self._pinned[said.known] = min(self._known, self._views.ledger.known(said.known).position)
        return self._pinned[said.known]

    def _structure(self, said: OfADay, day: int, known: int) -> Structure:
        """Return what an assertion rests on: the things that it names, or everything that is counted."""
        if not isinstance(said, AssertCount):
            rows = self._rows_of_things(said, day)
            return structure_of_rows(day, (row for row in rows if row.known_at(known)))
        if (day, known) not in self._whole:
            self._whole[day, known] = structure_of_rows(day, counted_rows(self._views.file, day, known, known))
        return self._whole[day, known]

    def _rows_of_things(self, said: OfADay, day: int) -> list[HistoryRow]:
        return on_day((row for id_, _ in said.references() for row in self._views.rows(id_)), day)

    def _since(self, recorded: Recorded, said: OfADay, day: int) -> Since | None:
        """Return the decision since which an assertion does not hold; None where it never held."""
        number, count = recorded.event.decision.part
        own = recorded.position - number + count
        counted = isinstance(said, AssertCount)
        rows = counted_rows(self._views.file, day, own, self._known) if counted else self._rows_of_things(said, day)
        end = ceased(said, rows, day, own, self._known)
        return None if end is None else self._decided_at(*end)

    def _decided_at(self, position: int, ids: set[str]) -> Since:
        """Return the decision that ends at a position, with its event if only one is about any of `ids`."""
        ledger = self._views.ledger
        last = ledger.need(position)
        decision = last.event.decision
        events = [part.event for part in ledger.events(position - decision.part[1], position)]
        if len(events) > 1:
            events = [event for event in events if mentioned(event.data) & ids]
        event = events[0].id if len(events) == 1 else None
        return Since(position, last.event.recorded_at, decision.authority, decision.reference, event)
