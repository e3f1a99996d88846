"""Trials: what recording decisions would do, judged one after the other, while nothing is recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from ledger.application.drafts import Drafting, Drawn
from ledger.application.judging import Judged, Judging
from ledger.application.repetition import recorded_before, supposed_before
from ledger.closing import Closing
from ledger.documents.decision import Decision
from ledger.rules.judge import Judgement
from ledger.rules.notice import Notice
from ledger.state.record import Fact, Source
from ledger.state.state import State
from ledger.state.thing import Thing
from ledger.store.protocol import Store


class Plan(NamedTuple):
    """What recording a decision would do; `before` and `after` are the states around it, `known` its facts before."""

    decision: Decision
    already_recorded: bool
    refused: tuple[Notice, ...]
    acceptances_needed: tuple[Notice, ...]
    notices: tuple[Notice, ...]
    before: State
    after: State
    facts: tuple[Fact, ...]
    known: Source

    @property
    def passes(self) -> bool:
        """Whether recording it would not be refused."""
        return not self.refused and not self.acceptances_needed


class Planner:
    """Plans of documents on a state in memory, which they leave as it is."""

    def __init__(self, store: Store, judging: Judging, drafting: Drafting, today: Callable[[], int]) -> None:
        self._store, self.judging, self._drafting, self._today = store, judging, drafting, today

    def plan(self, document: Mapping[str, Any], openings: Iterable[Drawn] = ()) -> Plan:
        """Return what recording a document would do; see `Ledger.plan`."""
        decision = self._drafting.decision(document, openings=openings)
        state, source = self.judging.state, self.judging.source
        if recorded_before(self._store, decision, self.judging) or supposed_before(self._store, source, decision):
            return Plan(decision, True, (), (), (), state, state, (), source)
        day = self._today()
        judged = self.judging.judge(decision, day)
        state, source = self.judging.state, self.judging.source  # on which it was judged
        self._drafting.drafts(judged)  # raises where its events would be too long
        judgement = judged.judgement
        return Plan(
            judged.decision,
            False,
            judgement.refused,
            judgement.acceptances_needed,
            judged.notices(day),
            state,
            judgement.after,
            judged.facts,
            source,
        )


class Trial(Closing):
    """Decisions judged as if those supposed before them were recorded; all is forgotten where its block ends.

    It begins at the head of the ledger, has a state of its own, and writes nothing.
    """

    def __init__(self, planner: Planner) -> None:
        self._running: Planner | None = planner

    @property
    def _planner(self) -> Planner:
        if self._running is None:
            raise ValueError("The trial has ended, and what it supposed is forgotten. Begin another.")
        return self._running

    def plan(self, document: Mapping[str, Any], openings: Iterable[Drawn] = ()) -> Plan:
        """Return what recording a document would do after all that is supposed; see `Ledger.plan`."""
        return self._planner.plan(document, openings)

    def suppose(self, plan: Plan) -> None:
        """Go on as if a plan's decision were recorded: the next plan is judged on what it leads to.

        Nothing happens for a decision that is recorded. Raises `ValueError` for a plan that was made elsewhere, or
        before something else was supposed.
        """
        judging = self._planner.judging
        position = judging.source.position
        if plan.known is not judging.source or any(fact.position <= position for fact in plan.facts):
            raise ValueError("A trial supposes what it planned itself, and planned last.")
        if plan.facts:
            judging.suppose(Judged(position, plan.decision, plan.facts, Judgement(plan.after, (), (), ()), {}))

    def things(self) -> Iterator[Thing]:
        """Yield the things of which all is known here, as they are after all that is supposed."""
        judging = self._planner.judging
        return (thing for thing in judging.state.things() if judging.knows(thing.id))

    def close(self) -> None:
        """Forget what is supposed; a second time does nothing."""
        self._running = None
