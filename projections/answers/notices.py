"""Notices at one point of both times: everything that an auditor should look at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from ledger.events.changes.record import PostponeDecision
from ledger.events.changes.settings import AdoptSettings
from ledger.events.envelope import Event
from ledger.lots import lots
from ledger.names import GOVERNMENT
from ledger.rules import flagged
from ledger.rules.flagged import DecisionFacts
from ledger.rules.notice import Notice
from ledger.rules.refused.acts import brought_forward
from ledger.state.record import speaks_of
from ledger.state.standing import is_act
from ledger.state.structure import Structure
from ledger.timeline import day_of
from projections.views.queries.events import At, Places
from projections.views.queries.mentions import speaking_of_type
from projections.views.queries.neighbours import structure_among
from projections.views.queries.record import decisions_at
from projections.views.queries.rows import HistoryRow
from projections.views.queries.standings import Standings
from projections.views.read_model import Views

_AT_ONCE = 1_000  # events looked up together
SEVERITIES = ("error", "warning", "information")


def notices(views: Views, day: int, known: int, severity: str | None = None) -> list[Notice]:
    """Return every notice on `day` as known at position `known`, of one severity or of all, as `flags` yields them."""
    return [one for one in flags(views, day, known) if severity is None or one.severity == severity]


def flags(views: Views, day: int, known: int) -> Iterator[Notice]:
    """Yield every notice on `day` as known at position `known`, in the order of the rules, a few in memory.

    Decisions of which nothing stands by then are left out, and of what has no effect, what was to have it by `day`.
    """
    structure = views.structure(day, known)
    decisions = StandingDecisions(views, known)
    question = flagged.Situation(structure, decisions, settings_of(structure), _taken_back(views, known))
    idle = chain(_without_effect(views, day, known), _brought_forward(views, day, known))
    yield from flagged.flags(question, idle)


class StandingDecisions:
    """The decisions of which something stands at a position, in recording order, each read when it is asked for."""

    def __init__(self, views: Views, known: int) -> None:
        """Take views; they are filled to `known`."""
        views.catch_up()
        self._file, self._known = views.file, known

    def __iter__(self) -> Iterator[DecisionFacts]:
        return (decided.facts for _, decided in decisions_at(self._file, self._known) if decided.stands)


def _taken_back(views: Views, known: int) -> Iterator[DecisionFacts]:
    """Yield the decisions of which nothing stands at a position, and that were not struck as a whole."""
    for some in lots(decisions_at(views.file, known, fallen=True), _AT_ONCE):
        standings = Standings(views, known)
        for first, decided in some:
            told = standings.of(range(first, decided.facts.position + 1)).values()
            if any(one.standing.status != "struck" for one in told):
                yield decided.facts


def settings_at(views: Views, day: int, known: int) -> dict[str, int]:
    """Return the settings in force on a day as known at a position, defaults included."""
    views.catch_up()
    return settings_of(structure_among(views.file, (GOVERNMENT,), day, known))


def settings_of(structure: Structure) -> dict[str, int]:
    """Return the settings in force on the day of a structure, defaults included."""
    government = structure.get(GOVERNMENT)
    adopted = government.keyed("settings") if government is not None else {}
    return AdoptSettings.in_force(adopted)


def _without_effect(views: Views, day: int, known: int) -> Iterator[Notice]:
    """Yield a notice for each event that was to take effect by `day` and is without effect."""
    for rows in lots(views.idle(known, day), _AT_ONCE):
        events = {recorded.position: recorded.event for recorded in views.ledger.among(row.set_by for row in rows)}
        yield from (_idle(row, events[row.set_by]) for row in rows)


def _idle(row: HistoryRow, event: Event) -> Notice:
    sentence = event.data.sentence.rstrip(".")
    if is_act(event.data):
        problem = f'"{sentence}" is without effect: on {row.stated} the decision that it names no longer stands.'
    else:
        what = f'{row.kind or "thing"} "{row.id}"'
        problem = f'"{sentence}" is without effect: on {row.stated} the {what} is not as it would need to be.'
    return Notice("without-effect", row.id, problem, row.set_by, event.decision.reference)


def _brought_forward(views: Views, day: int, known: int) -> Iterator[Notice]:
    """Yield a notice for each standing act, effective by `day`, that gives a decision an earlier date than it had."""
    for acts in lots(speaking_of_type(views.file, PostponeDecision.TYPE, known), _AT_ONCE):
        standings = Standings(views, known)  # it keeps what it reads
        for act in standings.of(acts).values():
            fact = act.fact._replace(change=act.standing.change, effective=act.standing.effective)
            if act.standing.status != "stands" or day_of(fact.effective or "..") > day:
                continue
            standings.of(part.position for part in standings.source.decision(speaks_of(fact) or ""))
            yield from brought_forward(standings.record, standings.source, fact)


def of_authority(views: Views, notices: Iterable[Notice], authority: str) -> Iterator[Notice]:
    """Yield those of some notices behind which a decision of an authority stands, in their order, a few in memory."""
    for some in lots(notices, _AT_ONCE):
        places = Places(views.file)
        places.look_up(notice.position for notice in some if notice.position)
        yield from (one for one in some if one.position and places.at(one.position).authority == authority)


class NoticeShown(NamedTuple):
    """A notice with the id of the event and the decision behind it, None where there is none."""

    rule: str
    severity: str
    id: str
    message: str
    expected: str
    found: str
    event: str | None
    decision: str | None


def sourced(views: Views, notices: Iterable[Notice]) -> Iterator[NoticeShown]:
    """Yield notices with what is behind each, in their order."""
    for some in lots(notices, _AT_ONCE):
        places = Places(views.file)
        places.look_up(notice.position for notice in some if notice.position)
        yield from (_sourced(notice, places.at(notice.position) if notice.position else None) for notice in some)


def _sourced(notice: Notice, behind: At | None) -> NoticeShown:
    return NoticeShown(
        rule=notice.rule,
        severity=notice.severity,
        id=notice.id,
        message=notice.message,
        expected=notice.expected,
        found=notice.found,
        event=None if behind is None else behind.id,
        decision=notice.decision or (None if behind is None else behind.reference),
    )
