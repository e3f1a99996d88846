"""Facts from a store, as known at a position."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, islice

from pydantic import ValidationError

from ledger.application.facts import fact_of, header_of
from ledger.clock import Clock, now
from ledger.documents.decision import Decision
from ledger.errors import UnknownEventType, UnreadableEvent
from ledger.events.changes.register import TakeOverRegister
from ledger.events.envelope import Header, Recorded, decode
from ledger.events.ids import event_id, stream_and_version
from ledger.events.trusted import TrustedLine, trusted
from ledger.instants import parse_instant
from ledger.integrity.tree import format_root
from ledger.state.record import Fact, Source
from ledger.store.protocol import ReadStore
from ledger.store.types import Sealed

EVENTS_KEPT = 4_096  # of up to 64 KB
DECISIONS_BYTES_KEPT = 8 * 1024 * 1024  # of the lines of decisions; one that is longer, of up to 64 MB, is kept alone
REFERENCES_MAX = 200  # among which a misspelt one is looked for


def recorded(sealed: Sealed) -> Recorded:
    """Return the event that a stored row holds, at its place; raises `UnknownEventType` or `UnreadableEvent`."""
    try:
        return Recorded(sealed.position, decode(sealed.line, sealed.type))
    except UnknownEventType as error:
        raise UnknownEventType(error.type, sealed.position) from None
    except ValidationError:
        raise UnreadableEvent(sealed.type, sealed.position) from None


class StoreSource(Source):
    """The facts of a store up to `position`; it also counts the events of the streams that were read."""

    def __init__(self, store: ReadStore, position: int, clock: Clock = now) -> None:
        """`clock` gives the time now: what is at hand is recorded at the earliest then."""
        self._store, self.position, self._clock = store, position, clock
        self._versions: dict[str, int] = {}
        self._kept = lru_cache(maxsize=EVENTS_KEPT)(self._read)
        self._decisions: dict[str, list[Fact]] = {}  # that were read, by key: a decision may speak of thousands
        self._decisions_bytes = 0
        self._pending: dict[str, Fact] = {}  # judged, and not in the store: supposed, or the batch of an import
        self._pending_in_order: list[Fact] = []  # the same by position, which is dense
        self._pending_of: dict[str, list[Fact]] = {}  # the same by the key of their decision
        self._pending_on: dict[str, list[Fact]] = {}  # the same by their stream
        self._at_hand: dict[str, Decision] = {}  # their decisions by key

    @property
    def stored(self) -> int:
        """The last position that the store is asked for: what is at hand stands after it, whatever others record."""
        return self._pending_in_order[0].position - 1 if self._pending_in_order else self.position

    def stream(self, name: str) -> Iterator[Fact]:
        """Return the facts of a stream in order."""
        rows, pending = self._store.stream(name, self.stored), self._pending_on.get(name, ())
        self._versions[name] = len(rows) + len(pending)
        return chain((_fact(row) for row in rows), pending)

    def event(self, id_: str) -> Fact | None:
        """Return one fact by its event id, or None where it is not known at the position."""
        try:
            fact = self._pending.get(id_) or self._kept(id_)
        except LookupError:
            return None
        return fact if fact.position <= self.stored or fact.id in self._pending else None

    def decision(self, key: str) -> Iterable[Fact]:
        """Return the facts of a decision in order; empty where it is not known at the position."""
        try:
            if key in self._pending_of:
                return [fact for fact in self._pending_of[key] if fact.position <= self.position]
            return [fact for fact in self._decided(key) if fact.position <= self.stored]
        except LookupError:
            return ()

    def named(self, target: str) -> list[Fact]:
        """Return the facts that an event id or decision key names, whether known at the position or only later."""
        try:
            if target.startswith("["):
                return self._pending_of.get(target) or self._decided(target)
            return [self._pending.get(target) or self._kept(target)]
        except LookupError:
            return []

    def id_at(self, position: int) -> str | None:
        """Return the id of the event at a position, whether it is known or not; None where there is none."""
        first = self._pending_in_order[0].position if self._pending_in_order else position + 1
        if 0 <= position - first < len(self._pending_in_order):
            return self._pending_in_order[position - first].id
        row = self._store.at(position)
        return None if row is None else event_id(row.stream, row.version)

    def header(self, key: str) -> Header | None:
        """Return the header of a decision as it was recorded, or will be; None where it is not known."""
        if key in self._at_hand:
            return self._at_hand[key].header
        rows = [row for row in self._store.decision(key)[:1] if row.position <= self.stored]
        return header_of(recorded(rows[0]).event.decision) if rows else None

    def authorities(self, reference: str) -> list[str]:
        """Return who decided under a reference, in order: the whole log is looked through."""
        keys = dict.fromkeys(row.decision for row in self._store.lines(0, self.stored))
        headers = (self.header(key) for key in (*keys, *self._at_hand) if json.loads(key)[1] == reference)
        return [header.authority for header in headers if header is not None]

    def references(self, begin: str) -> list[str]:
        """Return references that begin so, in order, at most `REFERENCES_MAX`: the whole log is looked through."""
        keys = dict.fromkeys(row.decision for row in self._store.lines(0, self.stored))
        found = (str(json.loads(key)[1]) for key in (*keys, *self._at_hand))
        return list(islice(dict.fromkeys(one for one in found if one.startswith(begin)), REFERENCES_MAX))

    def taken_over(self) -> tuple[str, list[str]]:
        """Return what an import took over: the name of the older register, and the keys of its decisions in order.

        Nothing of nothing where none did. The log is read up to where the import ended.
        """
        opening = self._store.at(1)
        register = None if opening is None else _register(opening)
        if register is None:
            return "", []
        keys: list[str] = []
        for row in self._store.lines(1, self.stored):
            if row.type == TakeOverRegister.TYPE:
                break
            if row.part == 1 and _register(row) == register:
                keys.append(row.decision)
        return register, keys

    def streams(self) -> list[str]:
        """Return the names of all streams, also of those that began after the position."""
        return list(dict.fromkeys((*self._store.streams(), *self._pending_on)))

    def as_known(self, when: str) -> StoreSource:
        """Return the source of what was known at a position (`p120`) or an instant; of all that is, if later."""
        ended = self._ended(when)
        pending = [decision for decision in self._at_hand if self._pending_of[decision][-1].position <= ended]
        source = StoreSource(self._store, min(ended, self.stored), self._clock)
        for key in pending:
            source.hold(self._pending_of[key], self._at_hand[key])
            source.position = self._pending_of[key][-1].position
        return source

    def _ended(self, when: str) -> int:
        """Return the last position that was known at a position or an instant, where what is at hand is recorded."""
        if when.startswith("p"):
            asked = int(when[1:])
            return self._store.decision_end(asked) if asked <= self.stored else asked
        instant = parse_instant(when, "The time")
        if self._at_hand and instant >= self._clock():
            return self.position
        return min(self._store.position_at(instant), self.stored)

    def root(self, size: int) -> str | None:
        """Return the root of the tree of the first `size` events; None where there are not as many."""
        held = min(self.stored, self._store.head().position)
        return format_root(self._store.root(size)) if size <= held else None

    def spoken(self, stream: str) -> Iterator[Fact]:
        """Yield every fact of a stream, those at hand included."""
        yield from (_fact(row) for row in self._store.stream(stream, self.stored))
        yield from self._pending_on.get(stream, ())

    def fact(self, row: Sealed) -> Fact:
        """Return the fact that a stored row holds."""
        return _fact(row)

    def version(self, stream: str) -> int:
        """Return the number of events of a stream."""
        if stream not in self._versions:
            stored = self._store.length(stream, self.stored)
            self._versions[stream] = stored + len(self._pending_on.get(stream, ()))
        return self._versions[stream]

    def at_hand(self, key: str) -> Decision | None:
        """Return a decision that is held, and not yet in the store; None for any other."""
        return self._at_hand.get(key)

    def hold(self, facts: Sequence[Fact], decision: Decision) -> None:
        """Keep a decision at hand until `release`: it is judged, and the store has it with its batch, or never."""
        self._at_hand[decision.header.key], self._pending_of[decision.header.key] = decision, list(facts)
        self._pending_in_order += facts
        for fact in facts:
            self._pending[fact.id] = fact
            self._pending_on.setdefault(fact.stream, []).append(fact)

    def held(self) -> list[tuple[Decision, list[Fact]]]:
        """Return the decisions at hand in order, each with its facts."""
        return [(decision, self._pending_of[key]) for key, decision in self._at_hand.items()]

    def release(self) -> None:
        """Let the facts go that the store has by now."""
        self._pending.clear()
        self._pending_in_order.clear()
        self._pending_of.clear()
        self._pending_on.clear()
        self._at_hand.clear()

    def advance(self, facts: Iterable[Fact]) -> None:
        """Move the position past `facts`, which were appended in this order."""
        for fact in facts:
            self.position = fact.position
            if fact.stream in self._versions:
                self._versions[fact.stream] = fact.version

    def _read(self, id_: str) -> Fact:
        stream, version = stream_and_version(id_)
        row = None if version is None else self._store.event(stream, version)
        if row is None:
            raise LookupError(id_)  # not kept: what is not there now may be recorded next
        return _fact(row)

    def _decided(self, key: str) -> list[Fact]:
        found = self._decisions.get(key)
        if found is None:
            rows = self._store.decision(key)
            if not rows:
                raise LookupError(key)  # not kept: what is not there now may be recorded next
            size = sum(len(row.line) for row in rows)
            if self._decisions_bytes + size > DECISIONS_BYTES_KEPT:
                self._decisions.clear()
                self._decisions_bytes = 0
            self._decisions_bytes += size
            found = self._decisions[key] = [_fact(row) for row in rows]
        return found


def _register(row: Sealed) -> str | None:
    """Return the name of the older register that a row was taken over from; None for one that was recorded here."""
    migrated = json.loads(row.line).get("migrated")
    return None if migrated is None else str(migrated["source"])


def fact_said(row: Sealed, said: TrustedLine) -> Fact:
    """Return the fact that a stored row holds, whose line says this."""
    id_ = event_id(row.stream, row.version)
    return Fact(row.position, id_, said.change, said.effective, row.decision, said.corrects, said.own_date, said.basis)


def _fact(row: Sealed) -> Fact:
    said = trusted(row.line, row.type)
    return fact_of(recorded(row), row.decision) if said is None else fact_said(row, said)
