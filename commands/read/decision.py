"""Decisions where a thing could be asked for: `show`, `why` and `history` take a reference as well as an id."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from commands.session import Session
from commands.terminal.output import Answer, Row
from commands.terminal.text import one_line
from commands.terminal.values import days_of, shown, to_the_second
from ledger.errors import InputError, harmless
from ledger.lags import Lag
from ledger.plurals import counted
from projections.answers.grounds import DecisionRef
from projections.audit.decision import DecisionShown, decision_shown, find_decision
from projections.withheld import told

NOT_STATED = "not stated"


class DecisionEntry(NamedTuple):
    """An event of a decision, or one that speaks of it later, as `history` tells it."""

    position: int
    event: str
    effective: str | None
    recorded_at: str
    status: str
    says: str
    decision: DecisionRef


def decision_named(session: Session, reference: str, authority: str | None, known: int) -> DecisionShown | None:
    """Return the decision that a reference names, as known at a position; None where there is none.

    Raises `InputError` where several authorities have one, and it is not said of which, or where the one that is said
    has none.
    """
    views = session.views()
    name = find_decision(views, reference, known, authority)
    if name is None and authority is not None:
        raise InputError(f'"{harmless(authority)}" has no decision "{harmless(reference)}" that is known at p{known}.')
    return None if name is None else told(decision_shown(views, name, known), session.reader().personal)


def answer_of(decision: DecisionShown) -> Answer:
    """Return a decision as an answer: for people, a field a line."""
    return Answer({"decision": decision}, [decision], text=(f"{one_line(line)}\n" for line in _lines(decision)))


def history_of(decision: DecisionShown) -> Answer:
    """Return what a decision recorded, and what later spoke of it, in the order of the record."""
    name = DecisionRef(decision.authority, decision.reference)
    own = [
        DecisionEntry(one.position, one.event, one.effective, decision.recorded_at, one.status, one.says, name)
        for one in decision.events
    ]
    later = [
        DecisionEntry(one.position, one.event, None, one.recorded_at, one.status, one.says, one.decision)
        for one in decision.later
    ]
    entries = [*own, *later]
    return Answer({"decision": name, "entries": entries}, entries, table=map(_row, entries))


def _row(entry: DecisionEntry) -> Row:
    return {
        "effective": entry.effective,
        "recorded_at": to_the_second(entry.recorded_at),
        "event": f"p{entry.position}",
        "decision": entry.decision.reference,
        "status": entry.status,
        "what": entry.says,
    }


def _lines(decision: DecisionShown) -> Iterator[str]:
    yield f"decision {decision.reference} of {decision.authority}"
    yield from (f"  {name}: {value}" for name, value in _fields(decision).items() if value)
    yield "  documents" if decision.documents else "  documents: none named"
    for document in decision.documents:
        where = (document.title, document.url, document.file, document.sha256 or "not hashed")
        yield f"    {', '.join(str(one) for one in where if one)}"
    yield "  changes"
    for event in decision.events:
        yield f"    p{event.position}, {event.effective or NOT_STATED}, {event.status}: {event.says}"
        if event.effective != event.effective_as_recorded:
            yield f"      As recorded: effective {event.effective_as_recorded}"
        if event.said:
            yield f"      As recorded: {event.said}"
    if decision.overrides:
        yield "  overrides"
        yield from (f"    {one.rule} for {one.thing}: {one.reason}" for one in decision.overrides)
    if decision.later:
        yield "  later"
        for one in decision.later:
            by = f"{one.decision.reference} of {one.decision.authority}"
            yield f"    p{one.position}, {to_the_second(one.recorded_at)}, {by}: {one.says}"


def _fields(decision: DecisionShown) -> Mapping[str, str]:
    first, last = decision.events[0].position, decision.events[-1].position
    places = f"p{first}" if first == last else f"p{first} to p{last}"
    adopted = decision.adopted_by
    return {
        "status": decision.status,
        "power": decision.legal_basis or NOT_STATED,
        "delegated by": decision.delegated_by or "",
        "adopted by": "" if adopted is None else adopted.body,
        "decided": decision.decided_on or NOT_STATED,
        "effective": decision.effective or "",
        "recorded": f"{to_the_second(decision.recorded_at)} by {decision.recorder.id}, {places}",
        "lag": "" if decision.late_days is None else _lag(decision, decision.late_days),
        "why": shown(decision.rationale) or NOT_STATED,
        "responds to": ", ".join(decision.responds_to),
        "expected": "" if decision.expected is None else _expected(decision),
        "illustrative": "yes" if decision.illustrative else "",
    }


def _days(lag: Lag) -> str:
    return counted(lag.least, "day") if lag.least == lag.most else f"{days_of(lag)} days"


def _lag(decision: DecisionShown, lag: Lag) -> str:
    """Return how long before or after its decision, or its effect where no day of that is stated, it was recorded."""
    since = "took effect" if decision.decided_on is None else "was decided"
    if lag.most < 0:
        return f"recorded {_days(Lag(-lag.most, -lag.least))} before it {since}"
    return f"recorded {_days(lag)} after it {since}"


def _expected(decision: DecisionShown) -> str:
    expected = decision.expected
    assert expected is not None  # asked for where it is stated
    cost = f"cost {expected.cost.amount} {expected.cost.currency}" if expected.cost else ""
    review = f"review on {expected.review_on}" if expected.review_on else ""
    return "; ".join(one for one in (cost, expected.benefit or "", review) if one)
