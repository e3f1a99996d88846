"""Which streams a decision concerns: those it writes, those of what it names, those that speak of what it ends."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress

from pydantic import ValidationError

from ledger.application.source import StoreSource, recorded
from ledger.decisions import Decision
from ledger.events.changes.base import Change
from ledger.events.changes.record import Correct
from ledger.events.types import GOVERNMENT
from ledger.state.record import Fact, corrected, speaks_of
from ledger.state.state import State
from ledger.store.sqlite import SQLiteStore

Lookup = Callable[[str], set[str]]


def streams_of(id_: str) -> tuple[str, ...]:
    """Return the streams that the events of a thing may stand on, beside the government's."""
    first = id_.partition("/")[0]
    return () if first == GOVERNMENT else (f"cluster:{first}", f"mission:{first}")


def mentioned(change: Change) -> set[str]:
    """Return the ids of all things that a change names."""
    return {change.subject, *change.begun(), *(id_ for id_, _ in change.references())}


def _newly_named(change: Change, source: StoreSource) -> set[str]:
    """Return the ids that an event names once a correction has put other fields into it."""
    if not isinstance(change, Correct) or not change.data or not isinstance(change.target, str):
        return set()
    target = source.event(change.target)
    with suppress(ValidationError):  # which the rules refuse
        return set() if target is None else mentioned(corrected(target.change, change.data))
    return set()


class Streams:
    """The way back from a thing to the streams that speak of it, told by a view or read from the log."""

    def __init__(self, store: SQLiteStore) -> None:
        self._store = store
        self._lookup: Lookup | None = None
        self._speaking: dict[str, set[str]] = {}  # what was appended since the lookup was filled
        self._position = 0

    def use(self, lookup: Lookup, position: int) -> None:
        """Ask `lookup` from now on, which knows the log up to `position`; the rest is read."""
        self._lookup, self._speaking, self._position = lookup, {}, position

    def restart(self) -> None:
        """Forget what was read; a view goes on telling what it knew."""
        if self._lookup is None:
            self._speaking, self._position = {}, 0

    def note(self, facts: Iterable[Fact]) -> None:
        """Take in facts just appended, if everything before them is known here."""
        for fact in facts:
            if self._position == fact.position - 1 and (self._lookup is not None or self._position > 0):
                self._take(fact.position, fact.stream, fact.change)

    def speaking_of(self, id_: str, upto: int) -> set[str]:
        """Return the streams with events at or before `upto` that name a thing (some may be later)."""
        for row in self._store.lines(self._position, upto):
            self._take(row.position, row.stream, recorded(row).event.data)
        told = self._lookup(id_) if self._lookup is not None else set()
        return told | self._speaking.get(id_, set())

    def _take(self, position: int, stream: str, change: Change) -> None:
        self._position = position
        for id_ in mentioned(change):
            self._speaking.setdefault(id_, set()).add(stream)

    def needed(self, decision: Decision, source: StoreSource) -> Iterator[str]:
        """Yield the streams whose fold the rules read for a decision."""
        for cited in decision.header.responds_to or ():
            yield from streams_of(cited)
        for intent in decision.changes:
            change = intent.change
            yield change.stream()
            for id_ in mentioned(change):
                yield from streams_of(id_)
            if change.LIFE == "ends":
                yield from self.speaking_of(change.subject, source.position)
            fact = Fact(source.position + 1, f"{change.stream()}@0", change, intent.effective, "", intent.corrects)
            yield from self._of_targets(speaks_of(fact), source)
            for id_ in _newly_named(change, source):
                yield from streams_of(id_)

    def _of_targets(self, target: str | None, source: StoreSource) -> Iterator[str]:
        if target is None:
            return
        one = None if target.startswith("[") else source.event(target)
        for fact in source.decision(target) if target.startswith("[") else [one] if one else []:
            yield fact.stream
            for id_ in mentioned(fact.change):
                yield from streams_of(id_)
            if fact.change.LIFE is not None:
                yield from self.speaking_of(fact.change.subject, source.position)
            yield from self._of_targets(speaks_of(fact), source)

    def known_ids(self, state: State) -> Iterable[str]:
        """Return the ids among which a misspelt one is looked for, read only when asked."""
        return _KnownIds(self._store, state)


class _KnownIds:
    def __init__(self, store: SQLiteStore, state: State) -> None:
        self._store, self._state = store, state

    def __iter__(self) -> Iterator[str]:
        yield from (thing.id for thing in self._state.things() if thing.life)
        for (stream,) in self._store.query("SELECT DISTINCT stream FROM events"):
            yield str(stream).partition(":")[2] or GOVERNMENT
