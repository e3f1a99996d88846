"""Refusals of assertions: one that does not hold when it is recorded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ledger.events.change import STREAMS, Change
from ledger.events.changes.assertion import AssertCount, Assertion, AssertRoot, OfADay
from ledger.events.changes.record import Correct
from ledger.names import GOVERNMENT
from ledger.rules.assertions import Verdict, root_verdict, verdict
from ledger.rules.notice import Notice
from ledger.state.day import structure_of_things
from ledger.state.record import Fact, Source, named_facts, speaks_of
from ledger.state.standing import Standing
from ledger.state.state import State
from ledger.state.structure import Structure
from ledger.timeline import day_of


def broken(after: State, source: Source, facts: Sequence[Fact]) -> list[Notice]:
    """Return why assertions of a decision cannot be recorded, judged on the state that the whole of it leads to.

    An earlier assertion that it corrects must hold as corrected, too. Empty if all hold.
    """
    asked = _Asked(after, source)
    found = []
    for fact, standing in _asserting(after, source, facts):
        said, stated = standing.change, standing.effective
        if not isinstance(said, Assertion) or standing.status != "stands":
            continue
        so = asked.verdict(said, stated or "")
        if not so.holds:
            told = "" if so.holds is False else "That cannot be said. "
            sentence = f"{told}Asserted: {said.claim_on(stated)}. Found: {so.found}"
            found.append(Notice("assertion-does-not-hold", _about(said), sentence, fact.position))
    return found


def looks_back(said: Change) -> bool:
    """Return whether what a change says is judged on what the store holds already, and not on the state alone."""
    return isinstance(said, AssertRoot) or (isinstance(said, OfADay) and said.known is not None)


def _about(said: Assertion) -> str:
    return next(
        (id_ for id_, _ in said.references()), f"p{said.position}" if isinstance(said, AssertRoot) else GOVERNMENT
    )


def _asserting(after: State, source: Source, facts: Iterable[Fact]) -> Iterator[tuple[Fact, Standing]]:
    """Yield the assertions among facts, and the earlier ones that they correct, each as it now stands."""
    for fact in facts:
        if isinstance(fact.change, Assertion):
            yield fact, after.standing(fact)
        elif isinstance(fact.change, Correct):
            for earlier in named_facts(speaks_of(fact) or "", source.event, source.decision):
                if isinstance(earlier.change, Assertion):
                    yield earlier, after.standing(earlier)


class _Asked:
    """Assertions asked of a state, or of what was known before; what one needs is folded and made once for all."""

    def __init__(self, after: State, source: Source) -> None:
        self._source = source
        self._states: dict[str | None, State] = {None: after}
        self._whole: dict[tuple[str | None, str, str, bool], Structure] = {}

    def verdict(self, said: Assertion, stated: str) -> Verdict:
        """Return whether an assertion of a day as stated holds."""
        if isinstance(said, AssertRoot):
            return root_verdict(said, self._source.root(said.position))
        assert isinstance(said, OfADay)  # there are no others
        if not isinstance(said, AssertCount):
            state = self._state(said)
            things = [thing for id_, _ in said.references() if (thing := state.thing(id_)) is not None]
            return verdict(said, structure_of_things(day_of(stated), things))
        key = (said.known, stated, said.kind, said.within is None)
        if key not in self._whole:
            self._whole[key] = self._state(said).at(day_of(stated))
        return verdict(said, self._whole[key])

    def _state(self, said: OfADay) -> State:
        """Return the state that an assertion is asked of, with the streams that it needs folded."""
        state = self._states.get(said.known)
        if state is None:
            state = self._states[said.known] = State(self._source.as_known(said.known or ""))
        if isinstance(said, AssertCount):
            kinds = {STREAMS.get(said.kind), "cluster" if said.within else None}
            state.load([name for name in self._source.streams() if name.partition(":")[0] in kinds])
        else:
            state.need([id_ for id_, _ in said.references()])
        return state
