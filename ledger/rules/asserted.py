"""Whether what is asserted is so, and what is so instead; refused is an assertion that does not hold when recorded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ledger.errors import suggestion
from ledger.events.changes.assertion import (
    AssertAffiliation,
    AssertCount,
    Assertion,
    AssertLife,
    AssertRoot,
    AssertValue,
    OfADay,
)
from ledger.events.changes.base import Change
from ledger.events.changes.record import Correct
from ledger.events.registry import BY_NAME
from ledger.events.types import GOVERNMENT
from ledger.rules.notice import Notice
from ledger.state.record import Fact, Source, Standing, speaks_of
from ledger.state.state import State
from ledger.state.structure import Structure, ThingAt
from ledger.timeline import day_of

_STREAMS = {  # of the things of a kind; those of the government are folded first in any case
    "cluster": ("cluster:",),
    "segment": ("cluster:",),
    "mission": ("mission:", "cluster:"),  # within a cluster they are counted by its segments
    "mandate": ("cluster:",),
    "signal": (),
}
_REVIEWED = {"reviewed_on", "review_conclusion", "next_review_on"}
_BESIDE = {"segment": {"cluster"}, "mission": {"status"}, "cluster": _REVIEWED, "government": _REVIEWED}
_EXTENTS = {"full": "in full", "partial": "in part"}
_SHOWN = 10  # ids in one sentence


class Verdict(NamedTuple):
    """Whether an assertion holds; `found` says what is so, a sentence."""

    holds: bool
    found: str


# What is asserted, and whether it is so


def claim(said: Assertion) -> str:
    """Return what is asserted, a sentence without its day and its full stop."""
    match said:
        case AssertCount():
            return f"{_counted(said, said.count)} live"
        case AssertLife():
            return f'"{said.thing}" is {"live" if said.life == "live" else "not live"}'
        case AssertValue():
            return _valued(said, f'"{said.thing}"', said.value)
        case AssertAffiliation():
            return _affiliated(said, said.extent)
        case AssertRoot():
            return f"the root at position {said.position} is {said.root}"
    raise TypeError(said.NAME)


def verdict(said: OfADay, structure: Structure) -> Verdict:
    """Return whether what is asserted is so in a structure, which holds at least the things that it is about."""
    match said:
        case AssertCount():
            found = list(_members(said, structure))
            names = ", ".join(found[:_SHOWN]) + (", ..." if len(found) > _SHOWN else "")
            so = f"{_counted(said, len(found))} live" + (f": {names}" if names else "")
            return Verdict(len(found) == said.count, _sentence(so))
        case AssertLife():
            thing = structure.get(said.thing)
            return Verdict((thing is not None) == (said.life == "live"), _sentence(_lives(said.thing, thing)))
        case AssertValue():
            return _value(said, structure.get(said.thing))
        case AssertAffiliation():
            mission = structure.get(said.mission)
            extent = "none" if mission is None else str(mission.get(f"segments:{said.segment}", "none"))
            so = _lives(said.mission, None) if mission is None else _affiliated(said, extent)
            return Verdict(extent == said.extent, _sentence(so))
    raise TypeError(said.NAME)


def root_verdict(said: AssertRoot, root: str | None) -> Verdict:
    """Return whether `root` is what is asserted; None: the log does not reach that far."""
    if root is None:
        return Verdict(False, f"The log does not reach position {said.position}.")
    return Verdict(root == said.root, f"The root at position {said.position} is {root}.")


def _members(said: AssertCount, structure: Structure) -> Iterator[str]:
    if said.within is None:
        yield from (thing.id for thing in structure.of_kind(said.kind))
    elif said.kind == "mandate":
        yield from (thing.id for thing in structure.of_kind("mandate") if thing.id.startswith(f"{said.within}/"))
    else:
        segments = structure.segments_of.get(said.within, [])
        if said.kind == "segment":
            yield from segments
        else:
            yield from sorted({id_ for segment in segments for id_ in structure.missions_of.get(segment, ())})


def _counted(said: AssertCount, count: int) -> str:
    within = "" if said.within is None else f' of cluster "{said.within}"'
    return f"{count or 'no'} {said.kind}{'' if count in (0, 1) else 's'}{within} {'is' if count in (0, 1) else 'are'}"


def _lives(id_: str, thing: ThingAt | None) -> str:
    return f'"{id_}" is not live' if thing is None else f'{thing.kind} "{id_}" is live'


def _affiliated(said: AssertAffiliation, extent: str) -> str:
    how = "not affiliated" if extent == "none" else f"affiliated {_EXTENTS[extent]}"
    return f'mission "{said.mission}" is {how} with "{said.segment}"'


def _value(said: AssertValue, thing: ThingAt | None) -> Verdict:
    if thing is None:
        return Verdict(False, _sentence(_lives(said.thing, None)))
    names = attributes_of(thing.kind)
    if said.attribute not in names and not said.attribute.startswith(("identifiers:", "settings:")):
        near = suggestion(said.attribute, names)
        return Verdict(False, f'A {thing.kind} has no attribute "{said.attribute}".{near}')
    # A mission that was never paused nor resumed goes on as it was launched.
    held = thing.get(said.attribute, "active" if said.attribute == "status" else None)
    values = None if held is None else tuple(str(one) for one in held) if isinstance(held, tuple) else (str(held),)
    alike = values == said.value or (isinstance(held, tuple) and sorted(values or ()) == sorted(said.value or ()))
    return Verdict(alike, _sentence(_valued(said, f'{thing.kind} "{thing.id}"', values)))


def _valued(said: AssertValue, name: str, values: Sequence[str] | None) -> str:
    if values is None:
        return f'{name} has no "{said.attribute}"'
    shown = ", ".join('"' + _short(value) + '"' for value in values)
    return f'"{said.attribute}" of {name} is {shown}'


def attributes_of(kind: str) -> set[str]:
    """Return the names of the plain attributes that a thing of a kind may have."""
    plain = {name for change in BY_NAME.values() if kind == change.KIND for name in change.SETS}
    return plain | _BESIDE.get(kind, set())


def _sentence(said: str) -> str:
    return f"{said[:1].upper()}{said[1:]}."


def _short(value: str) -> str:
    return value if len(value) <= 200 else value[:200] + "..."


# What is refused


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
            sentence = f"Asserted: {claim(said)}{day_and_known(said, stated)}. Found: {so.found}"
            found.append(Notice("assertion-does-not-hold", _about(said), sentence, fact.position))
    return found


def day_and_known(said: Assertion, stated: str | None) -> str:
    """Return the end of the sentence that an assertion is: its day, and its state of knowledge where it is pinned."""
    known = said.known if isinstance(said, OfADay) else None
    return (f" on {stated}" if stated else "") + (f", as known at {known}" if known else "")


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
            target = speaks_of(fact) or ""
            one = None if target.startswith("[") else source.event(target)
            for earlier in source.decision(target) if target.startswith("[") else [one] if one is not None else []:
                if isinstance(earlier.change, Assertion):
                    yield earlier, after.standing(earlier)


class _Asked:
    """Assertions asked of a state, or of what was known before; what one needs is folded and made once for all."""

    def __init__(self, after: State, source: Source) -> None:
        self._source = source
        self._states: dict[str | None, State] = {None: after}
        self._whole: dict[tuple[str | None, str, str], Structure] = {}

    def verdict(self, said: Assertion, stated: str) -> Verdict:
        """Return whether an assertion of a day as stated holds."""
        if isinstance(said, AssertRoot):
            return root_verdict(said, self._source.root(said.position))
        assert isinstance(said, OfADay)  # there are no others
        if not isinstance(said, AssertCount):
            state = self._state(said)
            things = [thing for id_, _ in said.references() if (thing := state.thing(id_)) is not None]
            return verdict(said, Structure.of_things(day_of(stated), things))
        key = (said.known, stated, said.kind)
        if key not in self._whole:
            self._whole[key] = self._state(said).at(day_of(stated))
        return verdict(said, self._whole[key])

    def _state(self, said: OfADay) -> State:
        """Return the state that an assertion is asked of, with the streams that it needs folded."""
        state = self._states.get(said.known)
        if state is None:
            state = self._states[said.known] = State(self._source.as_known(said.known or ""))
        if isinstance(said, AssertCount):
            prefixes = _STREAMS[said.kind]
            state.load([name for name in self._source.streams() if name.startswith(prefixes)] if prefixes else ())
        else:
            firsts = {id_.partition("/")[0] for id_, _ in said.references()}
            state.load(f"{kind}:{first}" for first in sorted(firsts) for kind in ("cluster", "mission"))
        return state
