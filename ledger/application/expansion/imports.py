"""Imports that are struck, as a strike of each decision that was taken over and of which something stands."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from ledger.application.expansion.parts import Came, Unclear, listed_some
from ledger.documents.composed import StrikeEntries
from ledger.documents.decision import MAX_CHANGES
from ledger.errors import MalformedDocument, harmless
from ledger.events.change import Change
from ledger.events.changes.record import Strike
from ledger.events.ids import provisional_id
from ledger.events.references import DecisionName
from ledger.names import GOVERNMENT
from ledger.plurals import counted, plural
from ledger.state.record import Fact, Source
from ledger.state.state import State

_SINGLY = "Strike decisions by themselves, or import the right register into a ledger of its own."


def strikes_of(change: StrikeEntries, source: Source) -> Iterator[Strike]:
    """Yield a strike of each decision that an import took over, the latest first, whether it stands or not.

    So each is struck as it stood when nothing had been recorded after it: what an entry of the older register had
    struck or replaced stands again by then. Nothing for an import that is not known. Raises `MalformedDocument` for
    more decisions than one can strike.
    """
    register, keys = source.taken_over()
    if register != change.import_:
        return
    if len(keys) > MAX_CHANGES:
        many = (
            f"the import took over {counted(len(keys), 'decision')}, and one decision strikes {MAX_CHANGES:,} at most"
        )
        raise MalformedDocument("The document", f"{many}. {_SINGLY}")
    for key in reversed(keys):
        authority, reference = json.loads(key)
        yield Strike(target=DecisionName(authority=authority, reference=reference), because=change.because)


def struck(state: State, source: Source, change: StrikeEntries, position: int) -> Came:
    """Return what the strike of an import comes to, after `position`; raises `Unclear` where nothing is to be struck.

    Of decisions of which nothing stands, since a later one struck, replaced or rescinded all of it, none is struck.
    """
    record = state.fork().record
    found: list[Change] = []
    idle: list[str] = []
    events = 0
    for place, strike in enumerate(strikes_of(change, source), position + 1):
        name = _name(strike)
        facts = list(source.decision(name.key))
        how = [record.standing(fact).status for fact in facts]
        if "stands" not in how:
            idle.append(f"{name.reference} ({how[0]})")
            continue
        record.register(Fact(place, provisional_id(GOVERNMENT, place), strike, None, ""))
        found.append(strike)
        events += len(facts)
    if not found:
        raise _nothing(change, source, idle)
    return Came(found, list(_said(change, found, events, idle)))


def _name(strike: Change) -> DecisionName:
    assert isinstance(strike, Strike) and isinstance(strike.target, DecisionName)  # as `strikes_of` makes them
    return strike.target


def _said(change: StrikeEntries, found: Sequence[Change], events: int, idle: Sequence[str]) -> Iterator[str]:
    last, first = (_name(strike).reference for strike in (found[0], found[-1]))
    span = f"from {first} to {last}" if len(found) > 1 else first
    many = f"{counted(len(found), 'decision')} with {counted(events, 'event')}"
    yield f"{change.NAME} import {change.import_}: {many} {plural(len(found), 'is', 'are')} struck ({span})"
    if idle:
        yield f"of {counted(len(idle), 'decision')} nothing stands any more: {listed_some(idle)}"


def _nothing(change: StrikeEntries, source: Source, idle: Sequence[str]) -> Unclear:
    register, asked = harmless(source.taken_over()[0]), harmless(change.import_ or "")
    if idle:
        found = f'Nothing that was taken over from "{asked}" stands any more.'
        return Unclear(asked, found, "target-not-standing")
    known = f' It took over "{register}".' if register else " It was not made by an import."
    return Unclear(asked, f'This ledger took over no register "{asked}".{known}', "unknown-target")
