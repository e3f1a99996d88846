"""What stands of the record: corrections, strikes, rescissions and postponements, resolved.

A later event may speak of an earlier one: strike it, correct its fields, stand in its place, rescind or postpone
its decision; and may itself be struck or corrected. What an event says, and whether it stands, follows from
those that speak of it, asked in recording order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any, Literal, NamedTuple, Protocol

from pydantic import ValidationError

from ledger.events.changes.base import Change
from ledger.events.changes.record import Correct, OnRecord, PostponeDecision, RescindDecision, Strike

Status = Literal["stands", "struck", "replaced", "rescinded"]


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


class Standing(NamedTuple):
    """What an event says as the record now has it."""

    status: Status
    change: Change
    effective: str | None
    order: int


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
    one = event(target)
    return () if one is None else (one,)


class Record:
    """The facts that speak of others, by whom they speak of."""

    def __init__(self, find: Callable[[str], Fact | None], parent: Record | None = None) -> None:
        self._find, self._parent = find, parent
        self._about: dict[str, list[Fact]] = {}
        self._turns: _Turns = parent._turns if parent is not None else _Turns()
        self._known: dict[str, Standing] = {}  # of facts that something speaks of, since the last turn
        self._known_at = 0

    def register(self, fact: Fact) -> None:
        """Take note of a fact that speaks of another; nothing happens for one that does not."""
        target = speaks_of(fact)
        if target is not None:
            self._about.setdefault(target, []).append(fact)
            self._turns.count += 1

    def absorb(self, other: Record) -> None:
        """Take over what `other`, a fork of this record, learnt."""
        for target, facts in other._about.items():
            self._about.setdefault(target, []).extend(facts)
        self._turns.count += 1

    def about(self, fact: Fact) -> list[Fact]:
        """Return the facts that speak of this one or of its decision, in recording order."""
        found: list[Fact] = []
        record: Record | None = self
        while record is not None:
            if record._about:
                about = (*record._about.get(fact.id, ()), *record._about.get(fact.decision, ()))
                found += (later for later in about if later.position > fact.position)
            record = record._parent
        return sorted(found, key=lambda later: later.position) if len(found) > 1 else found

    def standing(self, fact: Fact) -> Standing:
        """Return what a fact says now, and whether it stands."""
        if not self.about(fact):
            return Standing("stands", fact.change, fact.effective, self._order(fact))
        if self._known_at != self._turns.count:
            self._known, self._known_at = {}, self._turns.count
        if fact.id not in self._known:
            for one, about in self._speaking(fact):
                self._known[one.id] = self._standing(one, about)
        return self._known[fact.id]

    def _speaking(self, fact: Fact) -> list[tuple[Fact, list[Fact]]]:
        """Return a fact and all that speaks of it, directly or not, each with what speaks of it, the latest first.

        Each once, and without recursion: a strike may be struck, and that strike too, as often as one likes.
        """
        found: dict[str, tuple[Fact, list[Fact]]] = {}
        waiting = [fact]
        while waiting:
            one = waiting.pop()
            if one.id not in found and one.id not in self._known:
                found[one.id] = (one, self.about(one))
                waiting += found[one.id][1]
        return sorted(found.values(), key=lambda one: one[0].position, reverse=True)

    def _standing(self, fact: Fact, about: list[Fact]) -> Standing:
        """Return how a fact stands, where it is known how each of those that speak of it does."""
        status: Status = "stands"
        change, effective = fact.change, fact.effective
        for later in about:
            theirs = self._known[later.id]
            if theirs.status == "stands" or (theirs.status == "replaced" and later.corrects == fact.id):
                status, change, effective = _spoken(status, change, effective, later, theirs.change, fact.id)
        return Standing(status, change, effective, self._order(fact))

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
            one = waiting.pop()
            target = speaks_of(one)
            for earlier in () if target is None else named_facts(target, self._find, decision):
                if earlier.position < one.position and earlier.id not in seen:
                    seen.add(earlier.id)
                    waiting.append(earlier)
                    yield earlier


class _Turns:
    """How often a record, or any that it was forked from or into, took note of something."""

    def __init__(self) -> None:
        self.count = 0


def _spoken(
    status: Status, change: Change, effective: str | None, later: Fact, said: Change, spoken_of: str
) -> tuple[Status, Change, str | None]:
    """Return a fact's status, change and effective date after one later fact has spoken of it."""
    if later.corrects == spoken_of:
        return ("replaced" if status == "stands" else status), change, effective
    if isinstance(said, Strike):
        return "struck", change, effective
    if isinstance(said, RescindDecision):
        # Like a strike it outweighs `replaced`: what a rescinded stand-in had replaced stands again.
        return ("struck" if status == "struck" else "rescinded"), change, effective
    if isinstance(said, PostponeDecision):
        return status, change, said.new_effective if effective is not None else None
    if isinstance(said, Correct):
        # The rules refuse what cannot be; the fold never fails, and goes on with what was said before.
        with suppress(ValidationError):
            change = corrected(change, said.data) if said.data else change
        if said.new_effective is not None and effective is not None:
            effective = said.new_effective
    return status, change, effective


def corrected(change: Change, data: dict[str, Any]) -> Change:
    """Return `change` with the fields of `data` in place of its own.

    Raises `pydantic.ValidationError` where that is no change of its kind; recorded corrections were checked.
    """
    return type(change).model_validate({**change.normal(), **data})
