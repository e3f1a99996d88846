"""The fold: events in recording order become things (aggregates), as known at a position (transaction time).

The rules judge with it, the views are filled by it, the tests compare it with a naive one. It reads what it needs:
a stream is folded when something on it is first asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Set
from functools import partial
from sys import intern

from ledger.events.change import streams_of
from ledger.names import ACT, GOVERNMENT, LIFE
from ledger.state.day import structure_of_things
from ledger.state.edits import Edit
from ledger.state.effects import Effect, effects, things_of
from ledger.state.record import Fact, Record, Source, speaks_of
from ledger.state.standing import Standing, is_act
from ledger.state.structure import Structure
from ledger.state.thing import Thing
from ledger.timeline import Entry, day_of

# (thing, attribute), in the order in which they were touched, and what was done to each
Touched = dict[tuple[str, str], list[Edit]]
Gather = Callable[[Iterable[str]], None]


class StreamNeeded(Exception):
    """A state that is gathered was asked for whole streams."""


class State:
    """Every thing in effective time, as known at one position; a fork judges what is not recorded yet."""

    def __init__(
        self, source: Source, *, parent: State | None = None, whole: bool = False, gather: Gather | None = None
    ) -> None:
        """Begin with nothing folded; a `whole` one is told of every fact from the first on, and asks for no stream.

        One that is gathered holds single things, which `gather` brings by `take`, and folds no stream.
        """
        self._source, self._parent, self._whole = source, parent, whole
        self._gather: Gather | None = gather if parent is None else parent._gather
        self._taken: set[str] = set() if parent is None else parent._taken
        self._things: dict[str, Thing] = {}
        self._drafts: dict[str, Fact] = {}  # of a fork: facts that the source does not hold yet
        self._drafted: dict[str, list[Fact]] = {}  # the same by the key of their decision
        self._loaded: set[str] = set()
        self._affiliated: dict[str, set[str]] = {}  # segment -> missions ever affiliated with it
        self._members: dict[str, set[str]] = {}  # cluster -> segments and mandates ever of it
        # Not by a method of this state: a fork for every decision would be garbage that only a search finds.
        find = partial(_find, self._drafts, source)
        self.record: Record = Record(find, parent.record if parent else None)
        self.entries = 0  # how much it holds, for those who bound its memory

    def fork(self) -> State:
        """Return a state that begins as this one and can be changed without changing it."""
        return State(self._source, parent=self)

    def absorb(self, fork: State) -> None:
        """Take over what a fork of this state became, once its facts are recorded."""
        self._things.update(fork._things)
        self.record.absorb(fork.record)
        for index, theirs in ((self._affiliated, fork._affiliated), (self._members, fork._members)):
            for key, values in theirs.items():
                index.setdefault(key, set()).update(values)
        self.entries += fork.entries

    @property
    def weight(self) -> int:
        """Some bytes that it holds in memory, as far as they grow with what is folded; each thing is looked at."""
        return sum(thing.weight for thing in self._things.values())

    # Reading

    def thing(self, id_: str) -> Thing | None:
        """Return the thing with this id, or None where no loaded event speaks of it."""
        state: State | None = self
        while state is not None:
            found = state._things.get(id_)
            if found is not None:
                return found
            state = state._parent
        return None

    def things(self) -> Iterator[Thing]:
        """Yield every loaded thing."""
        if self._parent is not None:
            yield from (thing for thing in self._parent.things() if thing.id not in self._things)
        yield from self._things.values()

    def affiliated(self, segment: str) -> set[str]:
        """Return the missions that were ever affiliated with a segment, as far as they are loaded."""
        return self._affiliated.get(segment, set()) | (self._parent.affiliated(segment) if self._parent else set())

    def members(self, cluster: str) -> set[str]:
        """Return the segments and mandates that were ever a cluster's, as far as they are loaded."""
        return self._members.get(cluster, set()) | (self._parent.members(cluster) if self._parent else set())

    def at(self, day: int) -> Structure:
        """Return the structure on `day`: every loaded thing that is live then."""
        return structure_of_things(day, self.things())

    def standing(self, fact: Fact) -> Standing:
        """Return what a fact says as the record now has it."""
        return self.record.standing(fact)

    # Folding

    def need(self, ids: Iterable[str]) -> None:
        """Have all that is said of things folded."""
        if self._gather is not None:
            self._gather(ids)
        else:
            self.load(stream for id_ in ids for stream in streams_of(id_))

    def load(self, streams: Iterable[str]) -> None:
        """Fold the streams that are not yet folded, the government's first: it may speak of every other.

        Raises `StreamNeeded` in a state that is gathered.
        """
        if self._gather is not None:
            raise StreamNeeded
        if self._parent is not None:
            self._parent.load(streams)
            return
        if self._whole:
            return
        for name in (GOVERNMENT, *streams):
            if name not in self._loaded:
                self._loaded.add(name)
                self.apply(self._source.stream(name))

    def holds(self, stream: str) -> bool:
        """Return whether a stream is folded, as far as it is about what the state holds."""
        if self._parent is not None:
            return self._parent.holds(stream)
        return self._whole or self._gather is not None or stream in self._loaded

    def has(self, id_: str) -> bool:
        """Return whether all that is said of a thing is folded; of one that is gathered."""
        return id_ in self._taken

    def take(self, ids: Iterable[str], facts: Iterable[Fact]) -> None:
        """Hold things from now on, of which these are all facts, in order, that say or ever said anything.

        All that speaks of these facts is in the record.
        """
        new = set(ids)
        self._taken |= new
        for fact in facts:
            for id_ in things_of(fact.change) & new:
                self._writable(id_)
            self._say(fact, self.standing(fact), new, {})

    def weigh(self, acts: Iterable[Fact]) -> None:
        """Note which of some acts in the record, upon decisions whose course is in it too, are void."""
        for act in acts:
            self._weigh_acts(act, [], {})

    def apply(self, facts: Iterable[Fact]) -> Touched:
        """Fold facts in recording order; return which attributes of which things they touched, and how.

        Facts of streams that are not folded are left for when their stream is asked for.
        """
        touched: Touched = {}
        for fact in facts:
            if not self.holds(fact.stream):
                continue
            if self._parent is not None:
                self._drafts[fact.id] = fact
            reached = self._reached(fact)
            before = [(earlier, self.standing(earlier)) for earlier in reached if self.holds(earlier.stream)]
            self.record.register(fact)
            for earlier, stood in before:
                self._swap(earlier, stood, self.standing(earlier), touched)
            self._swap(fact, None, self.standing(fact), touched)
            self._weigh_acts(fact, reached, touched)
        return touched

    def _reached(self, fact: Fact) -> list[Fact]:
        """Return the earlier facts that may turn by what a fact says of them, folded or not; empty for most facts."""
        if speaks_of(fact) is None:
            return []
        return list(self.record.reach(fact, self._of_decision))

    def _weigh_acts(self, fact: Fact, reached: list[Fact], touched: Touched) -> None:
        """Note which acts, upon the decisions that a fact may have turned, are upon what does not stand."""
        acts = [one for one in (fact, *reached) if is_act(one.change)]
        if not acts and not reached:
            return
        keys = dict.fromkeys([one.decision for one in reached] + [speaks_of(act) or "" for act in acts])
        for key in keys:
            upon = self.record.acts_upon(key)
            decision = list(self._of_decision(key)) if upon else []
            for act in upon:
                self._note_void(act, self._void(act, decision), touched)

    def acted_upon(self) -> set[str]:
        """Return the streams of the events upon whose decisions acts are: folded, they say which acts are void."""
        return {fact.stream for key in self.record.decisions_acted_upon() for fact in self._of_decision(key)}

    def _void(self, act: Fact, decision: list[Fact]) -> Entry | None:
        """Return an entry for a standing act that is upon nothing that stands at its turn; None for any other."""
        now = self.standing(act)
        if now.status != "stands" or now.effective is None or self.record.has_object(act, decision):
            return None
        return Entry(day_of(now.effective), now.order, act.position, now.effective, None)

    def _note_void(self, act: Fact, entry: Entry | None, touched: Touched) -> None:
        thing = self.thing(act.change.subject)
        before = thing.void.get(act.position) if thing else None
        if before == entry:
            return
        void = self._writable(act.change.subject).void
        edits = touched.setdefault((act.change.subject, f"{ACT}{act.position}"), [])
        if before is not None:
            edits.append(Edit(False, void.pop(act.position)))
        if entry is not None:
            void[act.position] = entry
            edits.append(Edit(True, entry))

    def _swap(self, fact: Fact, before: Standing | None, after: Standing, touched: Touched) -> None:
        """Put what a fact says now in place of what it said before."""
        if before == after:
            return
        for effect, entry in () if before is None else _said(before, fact.position):
            if self._gather is not None and effect.thing not in self._taken:
                continue
            thing = self._writable(effect.thing)
            others = thing.unsay(effect.attribute, fact.position)
            _touch(touched, thing, effect.attribute, others).append(Edit(False, entry))
            self.entries -= 1
        self._say(fact, after, None if self._gather is None else self._taken, touched)

    def _say(self, fact: Fact, now: Standing, of: Set[str] | None, touched: Touched) -> None:
        """Put what a fact says now to the things that it says it of, or to some of them (None: all)."""
        for effect, entry in _said(now, fact.position):
            if of is not None and effect.thing not in of:
                continue
            thing = self._writable(effect.thing)
            others = thing.say(effect.attribute, entry)
            _touch(touched, thing, effect.attribute, others).append(Edit(True, entry))
            self._index(effect)
            self.entries += 1

    def _writable(self, id_: str) -> Thing:
        """Return a thing, made or copied so that it may be changed here."""
        thing = self._things.get(id_)
        if thing is None:
            earlier = self.thing(id_)
            thing = self._things[id_] = Thing(id_) if earlier is None else earlier.copy()
        return thing

    def _index(self, effect: Effect) -> None:
        """Keep the two ways back: from a segment to its missions, from a cluster to its parts."""
        if effect.attribute.startswith("segments:"):
            self._affiliated.setdefault(effect.attribute[9:], set()).add(effect.thing)
        elif effect.attribute == "cluster":
            self._members.setdefault(effect.value, set()).add(effect.thing)
        elif effect.attribute == LIFE and effect.kind == "mandate":
            self._members.setdefault(effect.thing.partition("/")[0], set()).add(effect.thing)

    def _of_decision(self, key: str) -> Iterable[Fact]:
        return self._drafted.get(key) or self._source.decision(key)


def _find(drafts: dict[str, Fact], source: Source, id_: str) -> Fact | None:
    return drafts.get(id_) or source.event(id_)


def _touch(touched: Touched, thing: Thing, attribute: str, others: Iterable[str]) -> list[Edit]:
    """Note an attribute, and others that may turn with it; return what was done to it."""
    edits = touched.setdefault((thing.id, attribute), [])
    for other in others:
        touched.setdefault((thing.id, other), [])
    return edits


def _said(standing: Standing, position: int) -> Iterator[tuple[Effect, Entry]]:
    """Yield what an event at a position says, each with its entry; nothing where it does not stand."""
    if standing.status == "stands" and standing.effective is not None:
        stated, order = intern(standing.effective), standing.order
        day = day_of(stated)
        for effect in effects(standing.change, stated):
            yield effect, Entry(day, order, position, stated, effect.value, effect.kind)
