"""Rules for what outlives what it belongs to: missions their segments, segments and mandates their cluster.

Whatever makes it so is held: an end, a move, a strike or correction of a beginning. What stood so before on the
same day was accepted or flagged then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from ledger.names import GOVERNMENT, LIFE
from ledger.plurals import counted
from ledger.rules.notice import Notice
from ledger.rules.proposal import Proposal
from ledger.state.thing import Thing
from ledger.timeline import FOREVER, UNSTATED, iso

Bonds = dict[str, set[str]]  # what is belonged to -> what belongs to it, or ever did
Belongs = Callable[[str, Thing, int], bool]
_AFFILIATION = "segments:"


def segments_retired(outcome: Proposal) -> Iterator[Notice]:
    """Yield the segments that are not live on a day on which missions are affiliated with them."""
    bonds: Bonds = {}
    for id_, name in outcome.touched:
        if name.startswith(_AFFILIATION):
            bonds.setdefault(name.removeprefix(_AFFILIATION), set()).add(id_)
        elif name == LIFE:
            for segment in _ever(outcome, id_, lambda thing: thing.names(_AFFILIATION)):
                bonds.setdefault(segment.removeprefix(_AFFILIATION), set()).add(id_)
            bonds.setdefault(id_, set()).update(outcome.after.affiliated(id_))
    yield from _outlived(outcome, bonds, _affiliated, "segment-retired-with-missions", "mission")


def clusters_dissolved(outcome: Proposal) -> Iterator[Notice]:
    """Yield the clusters that are not live on a day on which segments or mandates of theirs are."""
    bonds: Bonds = {}
    for id_, name in outcome.touched:
        if name in ("cluster", LIFE):
            for cluster in _ever(outcome, id_, _clusters):
                bonds.setdefault(cluster, set()).add(id_)
        if name == LIFE:
            bonds.setdefault(id_, set()).update(outcome.after.members(id_))
    yield from _outlived(outcome, bonds, _part_of, "cluster-dissolved-with-live-parts", "live part")


def _ever(outcome: Proposal, id_: str, of: Callable[[Thing], Iterable[str]]) -> set[str]:
    things = (outcome.before.thing(id_), outcome.after.thing(id_))
    return {found for thing in things if thing is not None for found in of(thing)}


def _clusters(thing: Thing) -> Iterator[str]:
    yield from (str(entry.value) for entry in thing.attributes.get("cluster", ()))
    first, _, second = thing.id.partition("/")
    if thing.kind == "mandate" and second and first != GOVERNMENT:
        yield first


def _affiliated(segment: str, mission: Thing, day: int) -> bool:
    return mission.value(_AFFILIATION + segment, day) is not None


def _part_of(cluster: str, thing: Thing, day: int) -> bool:
    if thing.kind == "mandate":
        return thing.live_at(day) and thing.id.partition("/")[0] == cluster
    return bool(thing.value("cluster", day) == cluster)


def _outlived(outcome: Proposal, bonds: Bonds, belongs: Belongs, rule: str, noun: str) -> Iterator[Notice]:
    for whole in sorted(bonds):
        days = {part: _first_gap(outcome, whole, part, belongs) for part in sorted(bonds[whole])}
        left = [part for part, day in days.items() if day is not None]
        thing = outcome.after.thing(whole)
        if left and thing is not None:
            day = min(day for day in days.values() if day is not None)
            yield Notice(rule, whole, f"{_gone(outcome, thing, day)} with {listed(noun, left)}.")


def _first_gap(outcome: Proposal, whole: str, part: str, belongs: Belongs) -> int | None:
    """Return the first day on which a part belongs to what is not live, and on which that is new; None: never."""
    after, before = outcome.after.thing(whole), outcome.before.thing(whole)
    own, earlier = outcome.after.thing(part), outcome.before.thing(part)
    bond = "cluster" if belongs is _part_of else _AFFILIATION + whole
    if after is None or own is None or not (after.kind or (before is not None and before.kind)):
        return None  # nothing that was ever begun: another rule speaks of an id that is not known
    for day in sorted(_turning_days(after, bond) | _turning_days(own, bond) | _turning_days(earlier, bond)):
        if belongs(whole, own, day) and not after.live_at(day):
            was_so = earlier is not None and belongs(whole, earlier, day)
            if not was_so or before is None or before.live_at(day):
                return day
    return None


def _turning_days(thing: Thing | None, bond: str) -> set[int]:
    """Return the days on which a thing, or the attribute by which it belongs to another, may turn."""
    if thing is None:
        return set()
    lives = {day for life in thing.lives for day in (life.start, life.end) if day < FOREVER}
    return lives | {entry.day for entry in thing.attributes.get(bond, ())}


def _gone(outcome: Proposal, thing: Thing, day: int) -> str:
    before = outcome.before.thing(thing.id)
    kind = thing.kind or (before.kind if before is not None else "")
    name = f'{kind.capitalize()} "{thing.id}"'
    if any(life.end == day for life in thing.lives):
        return f"{name} ends on {iso(day)}"
    return f"{name} is not live {'at first' if day == UNSTATED else f'on {iso(day)}'},"


def listed(noun: str, ids: Sequence[str]) -> str:
    """Return how many there are, and the first five of them."""
    shown = ", ".join(ids[:5]) + (", ..." if len(ids) > 5 else "")
    return f"{counted(len(ids), noun)}: {shown}"
