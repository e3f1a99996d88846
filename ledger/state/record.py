"""The record as it stands: corrections, strikes, rescissions and postponements, resolved.

A later event may speak of an earlier one: strike it, correct its fields, stand in its place, rescind or postpone
its decision; and may itself be struck or corrected. What an event says, and whether it stands, follows from
those that speak of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple, Protocol

from ledger.events.change import Change
from ledger.events.changes.record import OnRecord, PostponeDecision, RescindDecision
from ledger.events.envelope import Header
from ledger.state.entries import packed, unpacked
from ledger.state.standing import Act, Course, Standing, entered, is_act, replayed
from ledger.timeline import NOT_STATED, day_of

UNPACKED_MAX = 1_024  # facts that speak of others and stand as they are: some 3 MB


class Fact(NamedTuple):
    """What the fold needs to know of an event; `id` is `<stream>@<version>`."""

    position: int
    id: str
    change: Change
    effective: str | None
    decision: str  # the key of its decision
    corrects: str | None = None
    own_date: bool = False  # whether its effective date is its own, not its decision's
    basis: str | None = None  # inferred, where no source stated the date

    @property
    def stream(self) -> str:
        """The stream that it belongs to."""
        return self.id.rpartition("@")[0]

    @property
    def version(self) -> int:
        """Its place in its stream, from 1."""
        return int(self.id.rpartition("@")[2])


class Source(Protocol):
    """Where facts are found: a store, or a list in the tests."""

    def stream(self, name: str) -> Iterable[Fact]:
        """Return the facts of a stream in order; empty for one that does not exist."""
        ...

    def event(self, id_: str) -> Fact | None:
        """Return one fact by its event id, or None."""
        ...

    def decision(self, key: str) -> Iterable[Fact]:
        """Return the facts of a decision in order; empty for one that does not exist."""
        ...

    def header(self, key: str) -> Header | None:
        """Return the header of a decision as it was recorded, None where that is not at hand."""
        return None

    def authorities(self, reference: str) -> Sequence[str]:
        """Return who decided under a reference, in order; empty for nobody, and where that is not at hand."""
        return ()

    def references(self, begin: str) -> Sequence[str]:
        """Return references of decisions that begin so, in order; empty for none, and where that is not at hand."""
        return ()

    def taken_over(self) -> tuple[str, Sequence[str]]:
        """Return what an import took over: the name of the older register, and the keys of its decisions in order.

        Nothing of nothing where none did, and where that is not at hand.
        """
        return "", ()

    def streams(self) -> Iterable[str]:
        """Return the names of all streams."""
        ...

    def as_known(self, when: str) -> Source:
        """Return the source of what was known at `when`: a position (`p120`) or an instant."""
        ...

    def root(self, size: int) -> str | None:
        """Return the root of the tree of the first `size` events; None where there are not as many."""
        ...


def speaks_of(fact: Fact) -> str | None:
    """Return the event id or decision key of the earlier record that a fact speaks of, or None.

    A decision key begins with `[`, which no event id does.
    """
    return target_of(fact.change, fact.corrects)


def target_of(change: Change, corrects: str | None) -> str | None:
    """Return what `speaks_of` does of a fact with this change, which stands in for the event `corrects` if any."""
    if corrects is not None or not change.SPEAKS:
        return corrects
    if isinstance(change, OnRecord):
        return change.target if isinstance(change.target, str) else change.target.key
    assert isinstance(change, RescindDecision | PostponeDecision)  # no other change speaks of an earlier one
    return change.decision.key


def named_facts(
    target: str, event: Callable[[str], Fact | None], decision: Callable[[str], Iterable[Fact]]
) -> Iterable[Fact]:
    """Return the facts that an event id or decision key names, found by `event` and `decision`; empty for none."""
    if target.startswith("["):
        return decision(target)
    fact = event(target)
    return () if fact is None else (fact,)


class Record:
    """The facts that speak of others, by whom they speak of."""

    def __init__(self, find: Callable[[str], Fact | None], parent: Record | None = None) -> None:
        self._find, self._parent = find, parent
        self._about: dict[str, list[bytes]] = {}  # packed: of a long record there are many, and few are asked for
        self._acted_upon: set[str] = set()  # the keys of those that are decisions with an act upon them
        self._turns: _Turns = parent._turns if parent is not None else _Turns()
        self._known: dict[str, Standing] = {}  # of facts that something speaks of, since the last turn
        self._known_at = 0

    def register(self, fact: Fact) -> None:
        """Take note of a fact that speaks of another; nothing happens for one that does not."""
        target = speaks_of(fact)
        if target is not None:
            self._about.setdefault(target, []).append(packed(tuple(fact)))
            if is_act(fact.change):
                self._acted_upon.add(target)
            self._turns.count += 1

    def absorb(self, other: Record) -> None:
        """Take over what `other`, a fork of this record, learnt."""
        for target, facts in other._about.items():
            self._about.setdefault(target, []).extend(facts)
        self._acted_upon |= other._acted_upon
        self._turns.count += 1

    def about(self, fact: Fact) -> list[Fact]:
        """Return the facts that speak of this one or of its decision, in recording order."""
        found: list[Fact] = []
        record: Record | None = self
        while record is not None:
            if record._about:
                about = (*record._about.get(fact.id, ()), *record._about.get(fact.decision, ()))
                found += (later for later in map(_unpacked, about) if later.position > fact.position)
            record = record._parent
        return sorted(found, key=lambda later: later.position) if len(found) > 1 else found

    def standing(self, fact: Fact) -> Standing:
        """Return what a fact says now, and whether it stands."""
        if not self.about(fact):
            return Standing("stands", fact.change, fact.effective, self._order(fact), fact.basis)
        if self._known_at != self._turns.count:
            self._known, self._known_at = {}, self._turns.count
        if fact.id not in self._known:
            for other, about in self._speaking(fact):
                now, acts = self._entered(other, about)
                self._known[other.id] = replayed(now, acts, moves=not other.own_date).standing
        return self._known[fact.id]

    def _speaking(self, fact: Fact) -> list[tuple[Fact, list[Fact]]]:
        """Return a fact and all that speaks of it, directly or not, each with what speaks of it, the latest first.

        Each once, and without recursion: a strike may be struck, and that strike too, as often as one likes.
        """
        facts: dict[str, Fact] = {}
        speaking: dict[str, list[Fact]] = {}
        waiting = [fact]
        while waiting:
            other = waiting.pop()
            if other.id not in facts and other.id not in self._known:
                facts[other.id], speaking[other.id] = other, self.about(other)
                waiting += speaking[other.id]
        latest_first = sorted(facts.values(), key=lambda other: other.position, reverse=True)
        return [(other, speaking[other.id]) for other in latest_first]

    def turns(self, fact: Fact) -> Course:
        """Return how a fact stands, and how each standing act upon its decision finds it, in the order of the acts."""
        now, acts = self._entered(fact, self.about(fact))
        return replayed(now, acts, moves=not fact.own_date) if acts else Course(now, ())

    def found_by(self, act: Fact, day: int, fact: Fact) -> Standing:
        """Return how a fact stands when an act that takes effect on `day` comes to it."""
        now, acts = self._entered(fact, self.about(fact))
        earlier = [other for other in acts if other.turn < (day, act.position)]
        return replayed(now, earlier, moves=not fact.own_date).standing

    def _entered(self, fact: Fact, about: list[Fact]) -> tuple[Standing, list[Act]]:
        """Return how a fact stands after all entries about it, and the standing acts upon its decision.

        It is known, or asked without recursion, how each of those that speak `about` it stands.
        """
        now = Standing("stands", fact.change, fact.effective, self._order(fact), fact.basis)
        acts: list[Act] = []
        for later in about:
            theirs = self.standing(later)
            stands_in = later.corrects == fact.id
            if theirs.status != "stands" and not (theirs.status == "replaced" and stands_in):
                continue
            if is_act(later.change) and not stands_in:
                acts.append(Act(day_of(theirs.effective or NOT_STATED), later.position, theirs.change))
            else:
                moves = not fact.own_date or speaks_of(later) == fact.id
                now = entered(now, theirs.change, stands_in=stands_in, moves=moves)
        return now, acts

    def acts_upon(self, decision: str) -> list[Fact]:
        """Return the facts that rescind or postpone a decision, standing or not."""
        found = [] if self._parent is None else self._parent.acts_upon(decision)
        own = self._about[decision] if decision in self._acted_upon else ()
        return found + [fact for fact in map(_unpacked, own) if is_act(fact.change)]

    def decisions_acted_upon(self) -> set[str]:
        """Return the keys of the decisions that an act is upon."""
        return self._acted_upon | (set() if self._parent is None else self._parent.decisions_acted_upon())

    def has_object(self, act: Fact, decision: Iterable[Fact]) -> bool:
        """Return whether an act finds an event of its decision, at its turn, that was not struck or rescinded."""
        return any(
            turn.act.position == act.position and not turn.before.has_fallen
            for fact in decision
            for turn in self.turns(fact).turns
        )

    def entered(self, fact: Fact) -> Standing:
        """Return how a fact stands after all entries about it, before any act upon its decision."""
        now, _ = self._entered(fact, self.about(fact))
        return now

    def date_of_decision(self, fact: Fact, effective: str | None) -> str | None:
        """Return the own date of a fact's decision, `effective` in its header, as corrections and acts have it."""
        return self.turns(fact._replace(id="", effective=effective, corrects=None, own_date=False)).standing.effective

    def _order(self, fact: Fact) -> int:
        """Return the position in whose place a fact stands: its own, or that of what it corrects."""
        while fact.corrects is not None:
            earlier = self._find(fact.corrects)
            if earlier is None or earlier.position >= fact.position:
                break
            fact = earlier
        return fact.position

    def reach(self, fact: Fact, decision: Callable[[str], Iterable[Fact]]) -> Iterator[Fact]:
        """Yield, each once, every earlier fact whose standing may turn when `fact` begins or ceases to stand."""
        seen: set[str] = set()
        waiting = [fact]
        while waiting:
            later = waiting.pop()
            target = speaks_of(later)
            for earlier in () if target is None else named_facts(target, self._find, decision):
                if earlier.position < later.position and earlier.id not in seen:
                    seen.add(earlier.id)
                    waiting.append(earlier)
                    yield earlier


class _Turns:
    """How often a record, or any that it was forked from or into, took note of something."""

    def __init__(self) -> None:
        self.count = 0


@lru_cache(maxsize=UNPACKED_MAX)
def _unpacked(fact: bytes) -> Fact:
    return Fact._make(unpacked(fact))
