"""The index that a view keeps of a log: which events say something of a thing, name it, or speak of other events."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Protocol

from ledger.application.streams import named
from ledger.errors import LedgerError
from ledger.state.effects import things_of
from ledger.state.record import Fact, speaks_of


class IndexGone(LedgerError):
    """An index cannot be asked any more; what is asked of it is found in the log."""

    def __init__(self) -> None:
        super().__init__("The index of the ledger cannot be asked any more.")


class Index(Protocol):
    """An index of the events up to `position`, which ends a decision; each method raises `IndexGone`.

    What it tells is complete, and may be more than is asked for.
    """

    position: int

    def saying(self, ids: Collection[str]) -> Iterable[int]:
        """Return the positions of the events that say something of a thing, or make another event say it."""
        ...

    def versions(self, streams: Collection[str]) -> dict[str, int]:
        """Return the version of the last event of each of some streams, by its name, counted along the log."""
        ...

    def is_recorded(self, authority: str, reference: str) -> bool:
        """Return whether a decision under a reference is recorded, of an authority as `comparable` gives it."""
        ...

    def naming(self, id_: str) -> set[str]:
        """Return the ids of the things of which an event names another thing, or makes another event name it."""
        ...

    def speaking_of(self, positions: Collection[int]) -> Iterable[int]:
        """Return the positions of the events by which those at `positions` may turn."""
        ...


class ContinuedIndex:
    """An index, and the same of the facts that were noted since."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self.facts: dict[int, Fact] = {}  # that were noted, by position
        self._saying = defaultdict[str, list[int]](list)
        self._naming = defaultdict[str, set[str]](set)
        self._speaking = defaultdict[int, list[int]](list)
        self._versions: dict[str, int] = {}
        self._decided: set[str] = set()  # the keys of their decisions

    def note(self, fact: Fact, reached: Iterable[Fact]) -> None:
        """Take in the next fact, with those that may turn by it."""
        self.facts[fact.position] = fact
        self._versions[fact.stream] = fact.version
        self._decided.add(fact.decision)
        names, subjects = named(fact.change), {fact.change.subject}
        says = things_of(fact.change)
        if speaks_of(fact) is not None:
            says = says | names  # what it puts into another event may be a thing that this begins
            for earlier in reached:
                self._speaking[earlier.position].append(fact.position)
                subjects.add(earlier.change.subject)
        for id_ in says:
            self._saying[id_].append(fact.position)
        for id_ in names:
            self._naming[id_] |= subjects

    def saying(self, ids: Collection[str]) -> set[int]:
        """Return the positions of the events that say something of a thing, or make another event say it."""
        return {*self._index.saying(ids), *(one for id_ in ids for one in self._saying.get(id_, ()))}

    def versions(self, streams: Collection[str]) -> dict[str, int]:
        """Return the version of the last event of each of some streams, by its name, counted along the log."""
        self._versions |= self._index.versions([stream for stream in streams if stream not in self._versions])
        return {stream: self._versions[stream] for stream in streams if stream in self._versions}

    def is_recorded(self, key: str) -> bool:
        """Return whether a decision of a key is recorded."""
        return key in self._decided or self._index.is_recorded(*json.loads(key))

    def naming(self, id_: str) -> set[str]:
        """Return the ids of the things of which an event names another thing, or makes another event name it."""
        return self._index.naming(id_) | self._naming.get(id_, set())

    def speaking_of(self, positions: Collection[int]) -> set[int]:
        """Return the positions of the events by which those at `positions` may turn."""
        later = {one for position in positions for one in self._speaking.get(position, ())}
        return later.union(self._index.speaking_of(positions)) if positions else later
