"""The structure as indented text, for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeGuard

from commands.terminal.text import one_line
from commands.terminal.values import dated, shown
from ledger.plurals import plural
from projections.answers.counts import Count
from projections.answers.structure import ClusterShown, End, OneThing, StructureShown
from projections.answers.thing import Draw, LeaderShown, LedgerKey, Relation
from projections.differences.sentences import clauses
from projections.fields import named
from projections.withheld import WITHHELD

_PASSED_OVER = ("id", "title", "since", "cluster", "clusters", "extents")
_PARTS = ("segments", "missions", "mandates")
_NOTHING: tuple[object, ...] = (None, [], {})
_SAID_APART = ("id", "kind", "end", "title", *_PARTS)


def outline(structure: StructureShown) -> str:
    """Return the whole structure, each cluster with its parts; empty where nothing is live."""
    lines: list[str] = []
    for cluster in structure.clusters:
        lines += [*_cluster(cluster), ""]
    government = structure.government
    beside: list[tuple[str, Sequence[object]]] = [
        ("Missions of no cluster", [mission for mission in structure.missions if not mission.clusters]),
        ("Segments of no live cluster", structure.stray_segments),
        ("Mandates of no live cluster", structure.stray_mandates),
        ("Mandates of the government", () if government is None else government.mandates),
        ("Leaders of the government", () if government is None else government.leaders),
        ("Signals", structure.signals),
        ("Other things", structure.others or ()),
        ("In doubt: they may have ended by this day", structure.in_doubt),
    ]
    for head, things in beside:
        if things:
            lines += [head, *(f"  {_line(thing)}" for thing in things), ""]
    if structure.in_doubt:
        lines += [f"So there are {', '.join(_counts(structure.counts))}.", ""]
    return "\n".join(lines) + "\n" if lines else ""


def _counts(counts: Mapping[str, Count]) -> Iterator[str]:
    """Yield how many of each kind there are; where some may have ended, at both ends."""
    for kind, count in counts.items():
        yield f"{count.words} {plural(count.most, kind)}"


def _cluster(cluster: ClusterShown) -> Iterator[str]:
    members = _members(cluster)
    yield _name(members)
    yield from (f"  {line}" for line in _stated(members))
    parts: tuple[Sequence[object], ...] = (cluster.segments, cluster.missions, cluster.mandates)
    for head, things in zip(_PARTS, parts, strict=True):
        if things:
            yield f"  {head}"
            yield from (f"    {_line(thing)}" for thing in things)


def outline_of_thing(thing: OneThing, lives: Sequence[str] = ()) -> str:
    """Return one thing, a field a line; `lives` are lines that tell its lives."""
    members = _members(thing)
    lines = [f"{thing.kind} {_name(members)}", *(f"  {line}" for line in (*lives, *_stated(members)))]
    if thing.end is not None:
        lines.insert(1, f"  {one_line(_end(thing.end))}")
    for head in _PARTS:
        parts = members.get(head)
        if parts and named(parts[0]) is not None:
            lines += [f"  {head}", *(f"    {_line(part)}" for part in parts)]
        elif parts:
            lines.append(f"  {head}: {shown(parts)}")
    return "\n".join(lines) + "\n"


def _end(end: End) -> str:
    """Return how something ended, in one sentence."""
    sentence = f"has ended: {dated(end.effective)}"
    sentence += f", {end.reason}" if end.reason else ""
    sentence += f", succeeded by {', '.join(end.successors)}" if end.successors else ""
    sentence += f", by {end.decision.reference} of {end.decision.authority} ({end.event})"
    return f"{sentence}: {end.outcome}" if end.outcome else f"{sentence}."


def _members(thing: object) -> Mapping[str, Any]:
    """Return the fields of a thing by name: which attributes these are depends on what was decided of it."""
    return named(thing) or {}


def _name(members: Mapping[str, Any]) -> str:
    title = members.get("title")
    return one_line(f"{members['id']}: {title}" if title else str(members["id"]))


def _stated(members: Mapping[str, Any]) -> Iterator[str]:
    """Yield the fields that have something to say; a list of things as lines of their own."""
    for name, value in members.items():
        if name in _SAID_APART or value in _NOTHING:
            continue
        head = name.replace("_", " ")
        if _is_things(value):
            yield head
            yield from (f"  {_line(one)}" for one in value)
        else:
            yield one_line(f"{head}: {_value(name, value)}")


def _is_things(value: object) -> TypeGuard[list[object]]:
    return isinstance(value, list) and all(
        named(one) is not None and not isinstance(one, LeaderShown | Relation | Draw | LedgerKey) for one in value
    )


def _line(thing: object) -> str:
    """Return a thing on one line."""
    if isinstance(thing, LeaderShown):
        return one_line(_leader(thing))
    members = _members(thing)
    told = clauses(f"{name.replace('_', ' ')} {_value(name, value)}" for name, value in _told(members))
    if "id" not in members:
        return one_line(told)
    return one_line(_name(members) + (f" ({told})" if told else ""))


def _told(members: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in members.items():
        if name not in _PASSED_OVER and value not in _NOTHING:
            yield name, value


def _value(name: str, value: Any) -> str:
    """Return a value in words: what a reader of one line needs of it."""
    if name == "since":
        return dated(value)
    if isinstance(value, LeaderShown):
        return _leader(value)
    if isinstance(value, Relation):
        return f"{value.other} ({value.relation})" if value.relation is not None else value.other
    if isinstance(value, LedgerKey):
        return _key(value)
    if isinstance(value, Draw):
        return f"{value.field} of {value.cluster}"
    if isinstance(value, list) and all(named(one) is not None for one in value):
        return ", ".join(_value("", one) for one in value)
    members = named(value)
    if members is not None:
        return ", ".join(f"{key.replace('_', ' ')} {_value('', one)}" for key, one in members.items())
    return shown(value)


def _key(key: LedgerKey) -> str:
    retired = f"retired since {key.retired_since}" if key.retired_since else None
    told = ", ".join(filter(None, (key.type, retired)))
    return f"{key.id} ({told})" if told else key.id


def _leader(leader: LeaderShown) -> str:
    holder = WITHHELD if leader.holder is None and leader.commitment else leader.holder
    return f"{leader.office}: {holder}" if holder else leader.office
