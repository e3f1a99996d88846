"""Twins: ids and references that look alike, and a key that two things have."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Protocol, TypeVar

from ledger.events.skeleton import skeleton
from ledger.rules.notice import Notice
from ledger.state.structure import Structure, ThingAt

_K = TypeVar("_K")
_T = TypeVar("_T")


class Deciding(Protocol):
    """What a decision is called by, and the position of its last event."""

    @property
    def authority(self) -> str:
        """Who decided."""
        ...

    @property
    def reference(self) -> str:
        """Its reference."""
        ...

    @property
    def position(self) -> int:
        """The position of its last event."""
        ...


def shared_keys(structure: Structure) -> Iterator[Notice]:
    """Yield the things that have the key, in a scheme, of an earlier one; a key without a value is none."""
    keyed = [
        ((scheme, value), thing)
        for thing in _in_order(structure)
        for scheme, value in thing.keyed("identifiers").items()
        if value
    ]
    for (scheme, value), first, other in _twins(keyed):
        found = f'"{other.id}" has the {scheme} "{value}", which is that of "{first.id}" too.'
        held = other.attributes[f"identifiers:{scheme}"]
        yield Notice("identifier-used-twice", other.id, found, held.set_by)


def alike_ids(structure: Structure) -> Iterator[Notice]:
    """Yield the things whose id looks like that of an earlier one."""
    things: list[tuple[str, ThingAt]] = [(skeleton(thing.id), thing) for thing in _in_order(structure)]
    for _, first, other in _twins(things):
        found = f'The id "{other.id}" looks like "{first.id}".'
        yield Notice("look-alike", other.id, found, other.since.set_by)


class NamesOfDecisions:
    """The authorities and references of decisions, each as a number, so that few are in memory whole."""

    def __init__(self) -> None:
        self._hashes = array("q")

    def add(self, decision: Deciding) -> None:
        """Take note of one more decision."""
        self._hashes.append(hash(_look(decision)))

    def alike(self, decisions: Iterable[Deciding]) -> Iterator[Notice]:
        """Yield those that look like an earlier one; `decisions` are all that were added, in the same order.

        They are read again only where two have one number, as two that look alike do.
        """
        ranked = sorted(self._hashes)
        shared = {one for one, other in pairwise(ranked) if one == other}
        if not shared:
            return
        among = (one for number, one in zip(self._hashes, decisions, strict=True) if number in shared)
        for _, first, other in _twins((_look(one), one) for one in among):
            name = f'"{first.reference}" of {first.authority}'
            found = f'Decision "{other.reference}" of {other.authority} looks like {name}.'
            yield Notice("look-alike", other.reference, found, other.position, other.reference)


def _look(decision: Deciding) -> tuple[str, str]:
    return skeleton(decision.authority), skeleton(decision.reference)


def _in_order(structure: Structure) -> list[ThingAt]:
    return sorted(structure.things.values(), key=lambda thing: (thing.since.set_by, thing.id))


def _twins(found: Iterable[tuple[_K, _T]]) -> Iterator[tuple[_K, _T, _T]]:
    """Yield what stands under a key that stood before: the key, what stood there first, and this."""
    first: dict[_K, _T] = {}
    for key, one in found:
        if key in first:
            yield key, first[key], one
        first.setdefault(key, one)
