"""A decision of a window as a report tells it: who, by what power, when, on which papers, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ledger.events.changes.government import ConstituteGovernment
from ledger.events.changes.register import TakeOverRegister
from ledger.events.envelope import Header
from ledger.events.references import Adoption
from ledger.lags import lags_of
from ledger.timeline import day_of, iso
from projections.views.queries.mentions import spoken_between
from projections.views.queries.standings import Standings, Told
from projections.views.queries.windows import DecisionInWindow, decisions_within
from projections.views.read_model import Views
from projections.withheld import worded

_EVENTS_AT_ONCE = 1_000  # whose standings are in memory together
SAID_MAX, TOUCHES_MAX = 12, 12  # changes of a decision, and later entries about it, that are told in words
OPENING = (ConstituteGovernment.TYPE, TakeOverRegister.TYPE)  # what only makes the ledger is no decision


class Paper(NamedTuple):
    """A document that a decision names."""

    title: str
    sha256: str | None
    url: str | None


class OverriddenRule(NamedTuple):
    """A rule that a decision goes against, for one thing, with its reason."""

    rule: str
    on: str
    because: str


class Touch(NamedTuple):
    """A later entry that speaks of a decision: of which decision it is, what it says, and whether that still stands."""

    reference: str
    sentence: str
    stands: bool


class ReportedDecision(NamedTuple):
    """A decision as known; `late` are the days at the least and the most, from its day or else from its effect.

    `state` says what became of it: stands, struck, rescinded, replaced. `said` are its changes in words, the first
    `SAID_MAX` of `changes`. `review_on` is the day by which it promised to be looked back on.
    """

    first: int
    last: int
    reference: str
    authority: str
    delegated_by: str | None
    adopted_by: str | None
    power: str | None
    decided_on: str | None
    effective: tuple[str, ...]
    recorded_at: str
    recorded_on: str
    recorder: str
    late: tuple[int, int] | None
    in_effect: bool
    rationale: str | None
    papers: tuple[Paper, ...]
    overrides: tuple[OverriddenRule, ...]
    responds_to: tuple[str, ...]
    review_on: str | None
    illustrative: bool
    state: str
    said: tuple[str, ...]
    touched_by: tuple[Touch, ...]

    @property
    def changes(self) -> int:
        """The number of its changes."""
        return self.last - self.first + 1

    def is_late(self, over: int) -> bool:
        """Return whether it was recorded more than so many days late, whatever days its dates mean."""
        return self.late is not None and self.late[0] > over


def reported(views: Views, known: int, first_day: int, last_day: int) -> Iterator[ReportedDecision]:
    """Yield the decisions with a day in the window, both ends included, as known at a position, in recording order.

    A decision is of the window where it was taken, takes effect or was recorded in it.
    """
    views.catch_up()
    found = decisions_within(views.file, known, first_day, last_day, OPENING)
    some: list[DecisionInWindow] = []
    for one in found:
        some.append(one)
        if sum(min(each.last - each.first, SAID_MAX) + 1 for each in some) >= _EVENTS_AT_ONCE:
            yield from _told(views, known, some)
            some = []
    yield from _told(views, known, some)


def _told(views: Views, known: int, some: Sequence[DecisionInWindow]) -> Iterator[ReportedDecision]:
    standings = Standings(views, known)  # it keeps what it reads
    standings.of(at for one in some for at in range(one.first, min(one.last, one.first + SAID_MAX - 1) + 1))
    for one in some:
        yield _decision(standings, one)


def _decision(standings: Standings, one: DecisionInWindow) -> ReportedDecision:
    spoken = spoken_between(standings.views.file, one.first, one.last, standings.known)
    shown = [*range(one.first, min(one.last, one.first + SAID_MAX - 1) + 1)]
    told = standings.of([*shown, *spoken[:SAID_MAX]])
    header, event = standings.header(one.first), told[one.first].recorded.event
    effective = tuple(date.stated for date in one.effects) or _as_recorded(told.values())
    measured = [date.measured for date in one.effects]
    lags = lags_of(header.decided_on, min((days for days in measured if days), default=None), one.recorded_day).late
    return ReportedDecision(
        first=one.first,
        last=one.last,
        reference=header.reference,
        authority=header.authority,
        delegated_by=header.delegated_by,
        adopted_by=None if header.adopted_by is None else adoption(header.adopted_by),
        power=header.legal_basis,
        decided_on=header.decided_on,
        effective=effective,
        recorded_at=one.recorded_at,
        recorded_on=str(iso(one.recorded_day)),
        recorder=event.recorder.id,
        late=None if lags is None else (lags.least, lags.most),
        in_effect=one.in_effect,
        rationale=worded(header.rationale) if header.rationale else None,
        papers=tuple(Paper(worded(paper.title), paper.sha256, paper.url) for paper in header.documents or ()),
        overrides=tuple(OverriddenRule(*accepted) for accepted in _accepted(header)),
        responds_to=tuple(header.responds_to or ()),
        review_on=header.expected.review_on if header.expected else None,
        illustrative=bool(header.illustrative),
        state=_state(one, [told[at] for at in spoken[:SAID_MAX]]),
        said=tuple(_said(told[at]) for at in shown),
        touched_by=tuple(_touches(standings, one, spoken)),
    )


def _accepted(header: Header) -> Iterator[tuple[str, str, str]]:
    return ((one.rule, one.on, one.because) for one in header.accept or ())


def adoption(adopted: Adoption) -> str:
    """Return the body that adopted a decision, with its quorum and votes as far as they are on record."""
    counted = {} if adopted.votes is None else adopted.votes.model_dump(exclude_none=True)
    votes = [f"{number} {how.replace('_', ' ')}" for how, number in counted.items()]
    quorum = [] if adopted.quorum is None else [f"quorum {adopted.quorum}"]
    return adopted.body + (f" ({', '.join([*votes, *quorum])})" if votes or quorum else "")


def _as_recorded(told: Iterable[Told]) -> tuple[str, ...]:
    """Return the dates that events had, of which none stands."""
    dates = {one.recorded.event.takes_effect for one in told}
    return tuple(sorted((date for date in dates if date is not None), key=day_of))


def _state(one: DecisionInWindow, spoken: Sequence[Told]) -> str:
    """Return what became of a decision: that it stands, or how it fell; of one that fell in part, that too."""
    fallen = [told.standing.status for told in spoken if told.standing.status != "stands"]
    if not fallen:
        return "stands"
    return f"{'in part ' if one.stands else ''}{fallen[-1]}"


def _said(told: Told) -> str:
    """Return what an event says as it stands now, and what became of it where it does not."""
    sentence = told.standing.change.sentence
    return sentence if told.standing.status == "stands" else f"{sentence} ({told.standing.status})"


def _touches(standings: Standings, one: DecisionInWindow, spoken: Sequence[int]) -> Iterator[Touch]:
    """Yield the later entries of other decisions that speak of a decision, in order of recording."""
    later = sorted({speech.later for speech in standings.speaking_of(spoken)} - {*range(one.first, one.last + 1)})
    for told in standings.of(later[:TOUCHES_MAX]).values():
        reference = told.recorded.event.decision.reference
        yield Touch(reference, told.standing.change.sentence, told.standing.status == "stands")
