"""A small government to decide in: given what was recorded, when a decision is made, then what the rules say.

A cluster `care` with segments `care/homes` and `care/work`, a cluster `places`, and a mission `sleep` that is
affiliated with `care/homes`; everything is so from 2026-01-01.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ledger.application import Ledger, Receipt
from ledger.errors import Refused
from ledger.events.envelope import Recorder
from ledger.rules.notice import Notice
from ledger.state.state import State
from ledger.state.structure import Structure
from ledger.timeline import day_of

START = datetime(2026, 3, 5, 10, tzinfo=UTC)
REGISTRY = Recorder(id="Registry", basis="configured")
AUTHORITY = "Council of Ministers"
Document = dict[str, Any]


def ticking(start: datetime = START, step: timedelta = timedelta(seconds=1)) -> Callable[[], datetime]:
    """A clock that gives start, start + step and so on."""
    ticks = iter(range(10_000_000))
    return lambda: start + next(ticks) * step


def constituted(place: Path | str, clock: Callable[[], datetime] | None = None, timezone: str = "UTC") -> Ledger:
    """A ledger in which nothing was decided yet, in a folder, or at an address on a server."""
    location = place / "illyria.ledger" if isinstance(place, Path) else place
    return Ledger.create(location, government="Illyria", timezone=timezone, recorder=REGISTRY, clock=clock or ticking())


def governed(place: Path | str, clock: Callable[[], datetime] | None = None) -> Ledger:
    """A ledger of the small government, in a folder, or at an address on a server."""
    ledger = constituted(place, clock)
    decide(
        ledger,
        {"change": "establish-cluster", "cluster": "care", "title": "Care"},
        {"change": "establish-cluster", "cluster": "places", "title": "Places"},
        {"change": "add-segment", "segment": "care/homes", "title": "Homes"},
        {"change": "add-segment", "segment": "care/work", "title": "Work"},
        {"change": "launch-mission", "mission": "sleep", "title": "Sleep well"},
        {"change": "add-mission", "mission": "sleep", "segments": ["care/homes"]},
        effective="2026-01-01",
        reference="opening",
    )
    return ledger


def document(*changes: Mapping[str, Any], effective: str | None = "2026-04-01", **header: Any) -> Document:
    """A decision document; its reference is made of what it says unless given."""
    found = {"authority": AUTHORITY, "reference": header.get("reference") or _reference(changes, effective)}
    if effective is not None:
        found["effective"] = effective
    return {**found, **header, "changes": list(changes)}


def _reference(changes: Iterable[Mapping[str, Any]], effective: str | None) -> str:
    return f"D {abs(hash(repr((list(changes), effective)))):x}"


def decide(ledger: Ledger, *changes: Mapping[str, Any], **header: Any) -> Receipt:
    """Record a decision, which must be let in."""
    return ledger.record(document(*changes, **header))


def judged(ledger: Ledger, *changes: Mapping[str, Any], **header: Any) -> list[Notice]:
    """What stands in the way of a decision: the same for a plan and for a record, which then records nothing."""
    asked, before = document(*changes, **header), ledger.head()
    plan = ledger.plan(asked)
    found = [*plan.refused, *plan.acceptances_needed]
    if found:
        with pytest.raises(Refused) as refusal:
            ledger.record(asked)
        assert [*refusal.value.refusals, *refusal.value.acceptances] == found
        assert ledger.head() == before
        for notice in found:
            assert notice.message.isprintable() and str(refusal.value).isprintable()
    return found


def rules(ledger: Ledger, *changes: Mapping[str, Any], **header: Any) -> list[str]:
    """The names of the rules that stand in the way of a decision."""
    return [notice.rule for notice in judged(ledger, *changes, **header)]


def structure(ledger: Ledger, effective: str, known: str | None = None) -> Structure:
    """The structure on a day, as the ledger knew it: folded anew from its lines."""
    position = ledger.known(known).position
    state = State(ledger.facts(position))
    state.load(dict.fromkeys(recorded.event.stream for recorded in ledger.events(0, position)))
    return state.at(day_of(effective))


def value(ledger: Ledger, id_: str, attribute: str, effective: str, known: str | None = None) -> Any:
    """One value on a day, as the ledger knew it; None where the thing is not live then."""
    thing = structure(ledger, effective, known).get(id_)
    return None if thing is None else thing.get(attribute)


def event_id(ledger: Ledger, receipt: Receipt, change: int = 1) -> str:
    """The id of the event that one change of a decision became."""
    recorded = ledger.at(receipt.positions[change - 1])
    assert recorded is not None
    return recorded.event.id
