"""A decision as an auditor reads it: who, by what power and why, what it changed, overrode, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from ledger.errors import InputError, harmless
from ledger.events.envelope import Header, Recorder
from ledger.events.references import Adoption, Document, Expected
from ledger.lags import Lag, lag, measurable
from ledger.zones import zone
from projections.answers.grounds import DecisionRef
from projections.answers.history import Status, status_of
from projections.views.queries.decisions import day_recorded
from projections.views.queries.record import named_by
from projections.views.queries.standings import Standings, Told
from projections.views.read_model import Views


class DecidedEvent(NamedTuple):
    """An event of a decision as it now stands; `said` is its sentence as recorded, where that is another."""

    position: int
    event: str
    effective: str | None
    effective_as_recorded: str | None
    status: Status
    because_of: list[str]
    says: str
    said: str | None


class LaterEntry(NamedTuple):
    """An event of a later decision that speaks of one, or of an event of it."""

    position: int
    event: str
    recorded_at: str
    status: Status
    says: str
    decision: DecisionRef


class Overridden(NamedTuple):
    """A rule that a decision went against by name."""

    rule: str
    thing: str
    reason: str


class DecisionShown(NamedTuple):
    """A decision as known at a position, with what corrections put in the place of its fields; None: not stated.

    `late_days` counts from the day it was decided to its record, or where that is not stated from its own effect.
    """

    authority: str
    reference: str
    status: str
    delegated_by: str | None
    adopted_by: Adoption | None
    decided_on: str | None
    effective: str | None
    legal_basis: str | None
    rationale: object
    documents: Sequence[Document]
    responds_to: Sequence[str]
    expected: Expected | None
    recorded_at: str
    recorder: Recorder
    late_days: Lag | None
    overrides: list[Overridden]
    events: list[DecidedEvent]
    later: list[LaterEntry]
    illustrative: bool


def find_decision(views: Views, reference: str, known: int, authority: str | None = None) -> DecisionRef | None:
    """Return the decision with a reference that is known at a position; None where there is none.

    Raises `InputError` where several authorities have one, and it is not said of which.
    """
    views.catch_up()
    authorities = [one for one, _ in named_by(views.file, reference, known) if authority in (None, one)]
    if len(authorities) > 1:
        names = " and ".join(f'"{harmless(one)}"' for one in authorities)
        raise InputError(f'{names} each have a decision "{harmless(reference)}". Say which is meant by --authority.')
    return DecisionRef(authorities[0], reference) if authorities else None


def decision_shown(views: Views, name: DecisionRef, known: int) -> DecisionShown:
    """Return a decision that is known at a position, as it was known then; texts may be commitments."""
    views.catch_up()
    with views.file.reading():  # held once for all that is asked of it
        recorded = views.ledger.decision(*name)
        positions = [one.position for one in recorded]
        standings = Standings(views, known)
        told = list(standings.of(positions).values())
        idle = standings.without_effect([one for one in told if one.standing.status == "stands"])
        spoken = sorted({later for _, later in standings.speaking_of(positions)} - set(positions))
        later = list(standings.of(spoken).values())
        lost = standings.without_effect([one for one in later if one.standing.status == "stands"])
        events = [_event(one, one.fact.position in idle) for one in told]
        entries = [_later(one, one.fact.position in lost) for one in later]
        return _shown(standings, told[0], events, entries)


def _shown(standings: Standings, first: Told, events: list[DecidedEvent], later: list[LaterEntry]) -> DecisionShown:
    header, event = standings.header(first.fact.position), first.recorded.event
    return DecisionShown(
        authority=header.authority,
        reference=header.reference,
        status=_status([one.status for one in events]),
        delegated_by=header.delegated_by,
        adopted_by=header.adopted_by,
        decided_on=header.decided_on,
        effective=header.effective,
        legal_basis=header.legal_basis,
        rationale=header.normal().get("rationale"),
        documents=tuple(header.documents or ()),
        responds_to=tuple(header.responds_to or ()),
        expected=header.expected,
        recorded_at=event.recorded_at,
        recorder=event.recorder,
        late_days=_late(standings, header, event.recorded_at),
        overrides=[Overridden(one.rule, one.on, one.because) for one in header.accept or ()],
        events=events,
        later=later,
        illustrative=bool(header.illustrative),
    )


def _status(statuses: Sequence[Status]) -> str:
    """Return how the events of a decision stand, in words: as one, or in part."""
    found = list(dict.fromkeys(statuses))
    return found[0] if len(found) == 1 else f"in part {', in part '.join(found)}"


def _late(standings: Standings, header: Header, recorded_at: str) -> Lag | None:
    day = day_recorded(recorded_at, zone(standings.views.ledger.government.timezone))
    return lag(measurable(header.decided_on), day) or lag(measurable(header.effective), day)


def _event(one: Told, idle: bool) -> DecidedEvent:
    says, said = one.standing.change.sentence, one.fact.change.sentence
    return DecidedEvent(
        position=one.fact.position,
        event=one.fact.id,
        effective=one.standing.effective,
        effective_as_recorded=one.fact.effective,
        status=status_of(one, idle),
        because_of=[later.id for later in one.because_of],
        says=says,
        said=said if said != says else None,
    )


def _later(one: Told, idle: bool) -> LaterEntry:
    event: Any = one.recorded.event
    name = DecisionRef(event.decision.authority, event.decision.reference)
    sentence = one.standing.change.sentence
    return LaterEntry(one.fact.position, one.fact.id, event.recorded_at, status_of(one, idle), sentence, name)
