"""Verdicts on assertions: whether what is asserted is so, and what is so instead."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from ledger.errors import suggestion, with_article
from ledger.events.change import Change
from ledger.events.changes.assertion import (
    AssertAffiliation,
    AssertCount,
    Assertion,
    AssertLife,
    AssertRoot,
    AssertValue,
    OfADay,
    affiliated,
    counted,
    valued,
)
from ledger.events.registry import BY_NAME
from ledger.state.structure import Structure, ThingAt

_SHOWN = 10  # ids in one sentence


class Verdict(NamedTuple):
    """Whether an assertion holds, None where that cannot be said; `found` says what is so, a sentence."""

    holds: bool | None
    found: str


def verdict(said: OfADay, structure: Structure) -> Verdict:
    """Return whether what is asserted is so in a structure, which holds at least the things that it is about.

    It cannot be said where it rests on whether something that may have ended has: where a count lies between both
    ends or at one of them, and where what is said of a thing would be so of a live one and not of an ended one, or the
    other way round.
    """
    if isinstance(said, AssertCount):
        return _count(said, structure)
    if not structure.in_doubt:
        return _of_thing(said, structure)
    ended, live = _of_thing(said, structure), _of_thing(said, structure.at_most)
    return ended if ended.holds == live.holds else Verdict(None, " ".join(_doubts(said, structure)))


def _count(said: AssertCount, structure: Structure) -> Verdict:
    sure, found = list(_members(said, structure)), list(_members(said, structure.at_most))
    names = ", ".join(found[:_SHOWN]) + (f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else "")
    if len(sure) < len(found):
        so = _sentence(f"{len(sure)} to {counted(said, len(found))} live: {names}")
        return Verdict(None if len(sure) <= said.count <= len(found) else False, so)
    so = f"{counted(said, len(found))} live" + (f": {names}" if names else "")
    return Verdict(len(found) == said.count, _sentence(so))


def _doubts(said: OfADay, structure: Structure) -> Iterator[str]:
    """Yield which of the things that an assertion is about may have ended by its day."""
    for id_ in dict.fromkeys(id_ for id_, _ in said.references()):
        thing = structure.in_doubt.get(id_)
        if thing is not None:
            yield _sentence(f'{thing.kind} "{id_}" may have ended: on one of the days {thing.may_have_ended}')


def _of_thing(said: OfADay, structure: Structure) -> Verdict:
    judged: Verdict = _OF_A_THING[type(said)](said, structure)
    return judged


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


def _lives(id_: str, thing: ThingAt | None) -> str:
    return f'"{id_}" is not live' if thing is None else f'{thing.kind} "{id_}" is live'


def _life(said: AssertLife, structure: Structure) -> Verdict:
    thing = structure.get(said.thing)
    return Verdict((thing is not None) == (said.life == "live"), _sentence(_lives(said.thing, thing)))


def _affiliation(said: AssertAffiliation, structure: Structure) -> Verdict:
    mission = structure.get(said.mission)
    extent = "none" if mission is None else str(mission.get(f"segments:{said.segment}", "none"))
    so = _lives(said.mission, None) if mission is None else affiliated(said, extent)
    return Verdict(extent == said.extent, _sentence(so))


def _value(said: AssertValue, structure: Structure) -> Verdict:
    thing = structure.get(said.thing)
    if thing is None:
        return Verdict(False, _sentence(_lives(said.thing, None)))
    names = attributes_of(thing.kind)
    if said.attribute not in names and not said.attribute.startswith(("identifiers:", "settings:")):
        near = suggestion(said.attribute, names)
        return Verdict(False, f'{with_article(thing.kind).capitalize()} has no attribute "{said.attribute}".{near}')
    # A mission that was never paused nor resumed goes on as it was launched.
    held = thing.get(said.attribute, "active" if said.attribute == "status" else None)
    values = None if held is None else tuple(str(one) for one in held) if isinstance(held, tuple) else (str(held),)
    alike = values == said.value or (isinstance(held, tuple) and sorted(values or ()) == sorted(said.value or ()))
    return Verdict(alike, _sentence(valued(said.attribute, f'{thing.kind} "{thing.id}"', values)))


def attributes_of(kind: str) -> set[str]:
    """Return the names of the attributes without a key that a thing of a kind may have."""
    return {name for change in BY_NAME.values() if kind in change.kinds() for name in change.attributes()}


def _sentence(said: str) -> str:
    return f"{said[:1].upper()}{said[1:]}."


_OF_A_THING: dict[type[Change], Callable[..., Verdict]] = {
    AssertLife: _life,
    AssertValue: _value,
    AssertAffiliation: _affiliation,
}


def need_verdicts(changes: Iterable[type[Change]]) -> None:
    """Raise `TypeError` for the first assertion among changes that nothing here judges."""
    for change in changes:
        if issubclass(change, Assertion) and change not in (*_OF_A_THING, AssertCount, AssertRoot):
            raise TypeError(
                f"{change.__module__}.{change.__name__}: nothing tells whether it holds: add its verdict to {__name__}."
            )


need_verdicts(BY_NAME.values())
