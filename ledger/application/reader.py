"""The reader of a ledger: its events, its decisions, what it knew when, and whether its bytes hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ledger import clock as clocks
from ledger.application import moments as times
from ledger.application.source import StoreSource, recorded
from ledger.application.verification import Verification, verify
from ledger.closing import Closing
from ledger.errors import LedgerClosed, LedgerDamaged
from ledger.events.changes.government import ConstituteGovernment
from ledger.events.envelope import Recorded
from ledger.events.ids import stream_and_version
from ledger.events.references import decision_key
from ledger.names import GOVERNMENT
from ledger.state.state import State
from ledger.state.structure import Structure, ThingAt
from ledger.store.protocol import Location, Store
from ledger.store.types import Head, Sealed


class Government(NamedTuple):
    """Whose ledger it is."""

    name: str
    origin: str
    timezone: str
    ledger_id: str


class Reader(Closing):
    """What can be asked of an open ledger without judging anything."""

    def __init__(self, store: Store, clock: clocks.Clock) -> None:
        self.store, self.clock = store, clock
        self.government = _government(store)
        self._closed = False

    @property
    def location(self) -> Location:
        """Where it lies."""
        return self.store.location

    def head(self) -> Head:
        """Return position and record time of the last event."""
        return self.store.head()

    def today(self) -> int:
        """Return today in the government's time zone, as a day."""
        return clocks.today(self.government.timezone, self.clock).toordinal()

    def known(self, text: str | None = None) -> times.Known:
        """Return what `text` (an instant, a date, a position `p120`) names; None: all that is known."""
        return times.resolve(self.store, text, self.government.timezone)

    def known_before(self, text: str) -> times.Known:
        """Return what was known just before an instant, a date or a position; raises `InputError`."""
        return times.resolve_before(self.store, text, self.government.timezone)

    def known_at(self, position: int) -> times.Known:
        """Return what was known at a position that ends a decision, or at 0."""
        return times.known_at(self.store, position)

    def government_at(self, day: int, position: int) -> ThingAt | None:
        """Return the government on a day as known at a position, with its name and settings; None before any record."""
        state = State(self.facts(position))
        state.load(())
        government = state.thing(GOVERNMENT)
        return None if government is None else Structure.of_things(day, (government,)).get(GOVERNMENT)

    def events(self, after: int = 0, upto: int | None = None) -> Iterator[Recorded]:
        """Yield the events after < position <= upto in order; to the head where `upto` is None."""
        return (recorded(row) for row in self.store.lines(after, upto))

    def decisions(self, after: int = 0, upto: int | None = None) -> Iterator[tuple[Recorded, ...]]:
        """Yield whole decisions in order, each as its events; `after` ends a decision."""
        parts: list[Recorded] = []
        for part in self.events(after, upto):
            parts.append(part)
            number, count = part.event.decision.part
            if number == count:
                yield tuple(parts)
                parts = []

    def lines(self, after: int = 0, upto: int | None = None) -> Iterator[bytes]:
        """Yield the stored lines after < position <= upto in order."""
        return (row.line for row in self.store.lines(after, upto))

    def rows(self, after: int = 0, upto: int | None = None) -> Iterator[Sealed]:
        """Yield the events after < position <= upto in order, as they are stored."""
        return self.store.lines(after, upto)

    def facts(self, upto: int | None = None) -> StoreSource:
        """Return the source of all facts known at position `upto`, at the head where None."""
        return StoreSource(self.store, self.head().position if upto is None else upto)

    def event(self, id_: str) -> Recorded | None:
        """Return an event by its id `<stream>@<version>`, or None."""
        stream, version = stream_and_version(id_)
        row = None if version is None else self.store.event(stream, version)
        return None if row is None else recorded(row)

    def at(self, position: int) -> Recorded | None:
        """Return the event at a position, or None."""
        row = self.store.at(position)
        return None if row is None else recorded(row)

    def need(self, position: int) -> Recorded:
        """Return the event at a position that was read before; raises `LedgerDamaged` where it is gone."""
        return recorded(self.store.need(position))

    def among(self, positions: Iterable[int]) -> Iterator[Recorded]:
        """Yield the events at positions that were read before, each once and in order; raises `LedgerDamaged`."""
        return (recorded(row) for row in self.store.among(positions))

    def decision(self, authority: str, reference: str) -> tuple[Recorded, ...]:
        """Return the events of a decision in order; empty where it was not recorded."""
        return tuple(recorded(row) for row in self.store.decision(decision_key(authority, reference)))

    def personal(self, commitment: str) -> str | None:
        """Return the personal value that a commitment stands for; None where it was deleted."""
        salt_and_value = self.store.personal(commitment)
        return None if salt_and_value is None else salt_and_value[1]

    def verify(self, size: int | None = None, root: str | None = None) -> Verification:
        """Check everything that the stored bytes can prove; `size` and `root` come from an earlier receipt."""
        if self._closed:  # or it would be told as damage
            raise LedgerClosed(self.store.location)
        return verify(self.store, size, root)

    def close(self) -> None:
        """Close the store; a second time does nothing."""
        self._closed = True
        self.store.close()


def _government(store: Store) -> Government:
    row = store.at(1)
    change = recorded(row).event.data if row is not None else None
    if not isinstance(change, ConstituteGovernment):
        raise LedgerDamaged(store.location, "its first event does not say whose ledger it is")
    return Government(change.name, change.origin, change.timezone, change.ledger_id)
