"""The reader of a ledger's events: as their models, as facts for the fold, and held to what their bytes can prove."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ledger.application.reader import Reader
from ledger.application.source import StoreSource, recorded
from ledger.application.verification import Verification, verify_file
from ledger.clock import Clock
from ledger.errors import LedgerClosed
from ledger.events.envelope import Recorded
from ledger.events.ids import decision_key, event_id, stream_and_version
from ledger.names import GOVERNMENT
from ledger.state.day import structure_of_things
from ledger.state.state import State
from ledger.state.structure import ThingAt
from ledger.store.protocol import ReadStore


class EventReader(Reader):
    """What can be asked of an open ledger without judging anything."""

    def __init__(self, store: ReadStore, clock: Clock) -> None:
        """Raises `UnreadableEvent` where another version of the program recorded the first event."""
        super().__init__(store, clock)
        self.facts(1).fact(self.store.need(1))

    def government_at(self, day: int, position: int) -> ThingAt | None:
        """Return the government on a day as known at a position, with its name and settings; None before any record."""
        state = State(self.facts(position))
        state.load(())
        government = state.thing(GOVERNMENT)
        return None if government is None else structure_of_things(day, (government,)).get(GOVERNMENT)

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

    def id_at(self, position: int) -> str | None:
        """Return the id of the event at a position, or None; its line is not read for it."""
        row = self.store.at(position)
        return None if row is None else event_id(row.stream, row.version)

    def need(self, position: int) -> Recorded:
        """Return the event at a position that was read before; raises `LedgerDamaged` where it is gone."""
        return recorded(self.store.need(position))

    def among(self, positions: Iterable[int]) -> Iterator[Recorded]:
        """Yield the events at positions that were read before, each once and in order; raises `LedgerDamaged`."""
        return (recorded(row) for row in self.store.among(positions))

    def decision(self, authority: str, reference: str) -> tuple[Recorded, ...]:
        """Return the events of a decision in order; empty where it was not recorded."""
        return tuple(recorded(row) for row in self.store.decision(decision_key(authority, reference)))

    def verify(self, size: int | None = None, root: str | None = None) -> Verification:
        """Check everything that the stored bytes can prove; `size` and `root` come from an earlier receipt."""
        if self._closed:  # or it would be told as damage
            raise LedgerClosed(self.store.location)
        return verify_file(self.location, size, root)
