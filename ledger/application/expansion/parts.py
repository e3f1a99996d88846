"""Parts of a cluster on a day, and the changes by which they go to another one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ledger.events.change import Change
from ledger.events.changes.mandate import AssignMandate, IssueMandate, RevokeMandate
from ledger.events.types import ID_CHARS
from ledger.names import AFFILIATION
from ledger.state.state import State
from ledger.state.thing import Thing


class Came(NamedTuple):
    """What a composed change came to: its changes, and what is to be said of them, as parts of a sentence."""

    changes: list[Change]
    said: list[str]


class Unclear(Exception):
    """A composed change that cannot be expanded: the thing that stands in the way, a sentence, and the rule behind."""

    def __init__(self, id_: str, found: str, rule: str = "parts-unclear") -> None:
        self.id, self.found, self.rule = id_, found, rule
        super().__init__(found)


def listed_some(ids: Iterable[str]) -> str:
    """Return the first five ids of a list as words; "none" for none."""
    found = list(ids)
    return ", ".join(found[:5]) + (", ..." if len(found) > 5 else "") or "none"


def segments_of(state: State, cluster: str, day: int) -> list[str]:
    """Return the segments that live in a cluster on a day, in order of id."""
    return [thing.id for thing in _members(state, cluster) if thing.value("cluster", day) == cluster]


def mandates_of(state: State, cluster: str, day: int) -> list[Thing]:
    """Return the mandates of a cluster that live on a day, in order of id."""
    return [thing for thing in _members(state, cluster) if thing.kind == "mandate" and thing.live_at(day)]


def _members(state: State, cluster: str) -> Iterator[Thing]:
    for id_ in sorted(state.members(cluster)):
        thing = state.thing(id_)
        if thing is not None:
            yield thing


def nested_in(state: State, cluster: str, day: int) -> list[Thing]:
    """Return the clusters that are a part of a cluster on a day, in order of id."""
    name = f"within:{cluster}"
    found = [thing for thing in state.things() if name in thing.attributes and thing.value(name, day) is not None]
    return sorted(found, key=lambda thing: thing.id)


def affiliations(mission: Thing, day: int) -> list[str]:
    """Return the segments that a mission is affiliated with on a day, in order of id."""
    return [name.removeprefix(AFFILIATION) for name in mission.names(AFFILIATION) if mission.value(name, day)]


def reissued(state: State, mandate: Thing, cluster: str, day: int, taken: set[str]) -> tuple[str, list[Change]]:
    """Return the id under which a mandate goes on in another cluster, and the changes that say so.

    It is issued there with its text and instrument, assigned to what it was assigned to and is live, and the one
    before is revoked: the id of a mandate begins with its cluster. `taken` are ids that are given already.
    """
    new = _free(state, mandate.id, cluster, taken)
    taken.add(new)
    text, instrument = mandate.value("text", day), mandate.value("instrument", day)
    changes: list[Change] = [IssueMandate(mandate=new, text=text, instrument=instrument)]
    assigned = {name: _live(state, mandate.value(name, day) or (), day) for name in ("segments", "missions")}
    if any(assigned.values()):
        changes.append(AssignMandate(mandate=new, **{name: ids for name, ids in assigned.items() if ids}))
    changes.append(RevokeMandate(mandate=mandate.id, outcome=f"It goes on as {new}."))
    return new, changes


def _live(state: State, ids: Sequence[str], day: int) -> tuple[str, ...]:
    state.need(ids)
    return tuple(id_ for id_ in ids if (thing := state.thing(id_)) is not None and thing.live_at(day))


def _free(state: State, id_: str, cluster: str, taken: set[str]) -> str:
    """Return an id for what goes on in another cluster: the same second part, or one that no thing ever had."""
    first, _, second = id_.partition("/")
    number, part = 1, second
    while f"{cluster}/{part}" in taken or _ever(state, f"{cluster}/{part}"):
        ending = f"-{first}" if number == 1 else f"-{number}"
        part = second[: ID_CHARS - len(ending)].rstrip("-") + ending
        number += 1
    return f"{cluster}/{part}"


def _ever(state: State, id_: str) -> bool:
    state.need((id_,))
    thing = state.thing(id_)
    return thing is not None and bool(thing.kind)
