"""Refusals of numbers that are skipped: of a series that is not, or without the year that they need."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.errors import nothing_called
from ledger.events.changes.settings import DeclareSeries, SkipNumbers
from ledger.names import GOVERNMENT
from ledger.rules.notice import Notice
from ledger.state.record import Fact
from ledger.state.state import State
from ledger.timeline import day_of


def refused_numbers(state: State, fact: Fact) -> Iterator[Notice]:
    """Yield why numbers cannot be skipped on the day from which they are; nothing for other changes."""
    change = fact.change
    if not isinstance(change, SkipNumbers):
        return
    declared = _declared(state, day_of(fact.effective or ""))
    series = declared.get(change.series)
    if series is None:
        found = f"{nothing_called('series', change.series, declared, 'on that day')} Declare it first."
        yield Notice("unknown-series", change.series, found)
    elif series.is_yearly and change.year is None:
        found = f'Numbers of series "{change.series}" begin anew each year. Say the year of those that are skipped.'
        yield Notice("unknown-series", change.series, found)
    elif change.year is not None and not series.is_yearly:
        found = f'Numbers of series "{change.series}" do not begin anew each year. Leave the year out.'
        yield Notice("unknown-series", change.series, found)


def _declared(state: State, day: int) -> dict[str, DeclareSeries]:
    """Return the series declared by a day, by id."""
    government = state.thing(GOVERNMENT)
    names = government.names("series:") if government else []
    held = {name.partition(":")[2]: government.value(name, day) for name in names if government}
    return {id_: DeclareSeries.of(id_, value) for id_, value in held.items() if value is not None}
