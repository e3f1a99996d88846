"""Streams that a decision concerns: those it writes, those of what it names, those that speak of what it ends."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ledger.application.source import StoreSource, recorded
from ledger.documents.decision import Decision
from ledger.events.change import Change, streams_of
from ledger.events.changes.record import Correct
from ledger.events.types import PART
from ledger.names import AFFILIATION, GOVERNMENT
from ledger.state.record import Fact, named_facts, speaks_of, target_of
from ledger.state.state import State
from ledger.state.thing import Thing
from ledger.store.protocol import Store

LOOKS_MAX = 10  # for the nearest known id, of one decision
Lookup = Callable[[str], set[str]]
_ID = re.compile(rf"{PART}(?:/{PART})?", re.ASCII)


def named(change: Change) -> set[str]:
    """Return the ids of all things that a change names, or puts into an event as it corrects it."""
    return mentioned(change) | put_in(change) if type(change) is Correct else mentioned(change)


def mentioned(change: Change) -> set[str]:
    """Return the ids of all things that a change names."""
    return {change.subject, *change.begun(), *(id_ for id_, _ in change.references())}


def put_in(change: Change) -> set[str]:
    """Return what a correction may put into an event as an id: whatever in its fields looks like one."""
    return {*_ids(change.data), *_ids(change.decision)} if type(change) is Correct else set()


def _ids(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if _ID.fullmatch(value):
            yield value
    elif isinstance(value, dict | list):
        for inner in (*value, *value.values()) if isinstance(value, dict) else value:
            yield from _ids(inner)


def targets(target: str | None, source: StoreSource) -> Iterator[Fact]:
    """Yield the facts that an event id or decision key names, those that they speak of in turn, and so on."""
    seen: set[str | None] = {None}
    waiting = [target]
    while waiting:
        target = waiting.pop()
        if target not in seen:
            seen.add(target)
            for fact in named_facts(target or "", source.event, source.decision):
                yield fact
                waiting.append(speaks_of(fact))


def turned_back(thing: Thing | None) -> Iterator[str]:
    """Yield the ids of what a thing ever belonged to: it may belong there again."""
    if thing is not None:
        yield from (name.removeprefix(AFFILIATION) for name in thing.names(AFFILIATION))
        for name in ("cluster", "mission"):
            yield from (str(entry.value) for entry in thing.attributes.get(name, ()))


class Streams:
    """The way back from a thing to the streams that speak of it, told by a view or read from the log."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lookup: Lookup | None = None
        self._speaking = defaultdict[str, set[str]](set)  # what was appended since the lookup was filled
        self._position = 0
        self._filled = 0  # up to where the lookup knows the log

    def use(self, lookup: Lookup, position: int) -> None:
        """Ask `lookup` from now on, which knows the log up to `position`; the rest is read."""
        self._lookup, self._position, self._filled = lookup, position, position
        self._speaking.clear()

    def use_none(self) -> None:
        """Ask nobody from now on: the log is read."""
        self._lookup = None
        self.restart()

    def apart(self) -> Streams:
        """Return streams that are told by the same view, and know nothing of what was appended since."""
        streams = Streams(self._store)
        if self._lookup is not None:
            streams.use(self._lookup, self._filled)
        return streams

    def restart(self) -> None:
        """Forget what was read; a view goes on telling what it knew."""
        self._speaking.clear()
        self._position = self._filled

    def note(self, facts: Iterable[Fact]) -> None:
        """Take in facts just appended, if everything before them is known here."""
        for fact in facts:
            if self._position == fact.position - 1 and (self._lookup is not None or self._position > 0):
                self._take(fact.position, fact.stream, fact.change)

    def speaking_of(self, id_: str, upto: int) -> set[str]:
        """Return the streams with events at or before `upto` that name a thing (some may be later)."""
        for row in self._store.lines(self._position, upto) if self._position < upto else ():
            self._take(row.position, row.stream, recorded(row).event.data)
        known = self._lookup(id_) if self._lookup is not None else set()
        return known | self._speaking.get(id_, set())

    def _take(self, position: int, stream: str, change: Change) -> None:
        self._position = position
        for id_ in named(change):
            self._speaking[id_].add(stream)

    def needed(self, decision: Decision, source: StoreSource) -> list[str]:
        """Return the streams whose fold the rules read for a decision."""
        names: list[str] = []
        for cited in decision.header.responds_to or ():
            names += streams_of(cited)
        for change, corrects in ((intent.change, intent.corrects) for intent in decision.changes):
            names.append(change.stream())
            for id_ in named(change):
                names += streams_of(id_)
            if change.LIFE == "ends":
                names += self.speaking_of(change.subject, source.position)
            for target in targets(target_of(change, corrects), source):
                names += self._of_target(target, source)
        return names

    def belonged_to(self, decision: Decision, source: StoreSource, state: State) -> Iterator[str]:
        """Yield the streams of what a thing belonged to, where it lives again or what moved it no longer stands.

        `state` holds what is needed otherwise.
        """
        for change, corrects in ((intent.change, intent.corrects) for intent in decision.changes):
            turned = [target.change.subject for target in targets(target_of(change, corrects), source)]
            for id_ in (*turned, change.subject) if change.LIFE == "resumes" else turned:
                for whole in turned_back(state.thing(id_)):
                    yield from streams_of(whole)

    def _of_target(self, fact: Fact, source: StoreSource) -> Iterator[str]:
        yield fact.stream
        for id_ in named(fact.change):
            yield from streams_of(id_)
        if fact.change.LIFE is not None:
            yield from self.speaking_of(fact.change.subject, source.position)

    def known_ids(self, state: State, decision: Decision) -> Iterable[str]:
        """Return the ids among which one misspelt in a decision is looked for, its own too, read only when asked."""
        return _KnownIds(self._store, state, decision)


def _begun(change: Change) -> Iterator[str]:
    """Yield the ids of what a change begins."""
    if change.LIFE == "begins":
        yield change.subject
    yield from change.begun()


class _KnownIds:
    """Every id that is recorded, and what a decision begins, for so many looks as a person takes: each is long."""

    def __init__(self, store: Store, state: State, decision: Decision) -> None:
        self._store, self._state, self._decision, self._looks = store, state, decision, 0

    def __iter__(self) -> Iterator[str]:
        self._looks += 1
        if self._looks > LOOKS_MAX:
            return
        for intent in self._decision.changes:
            yield from _begun(intent.change)
        yield from (thing.id for thing in self._state.things() if thing.kind)
        for stream in self._store.streams():
            yield stream.partition(":")[2] or GOVERNMENT
