"""The structure as indented text, for people."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from commands.terminal.text import one_line
from commands.terminal.values import dated, shown
from projections.answers.counts import Count
from projections.withheld import WITHHELD

Fields = Mapping[str, Any]
_PASSED_OVER = ("id", "title", "since", "cluster", "clusters", "extents")
_SAID_APART = ("id", "kind", "end", "lives", "title", "segments", "missions", "mandates")


def outline(payload: Fields) -> str:
    """Return the whole structure, each cluster with its parts."""
    lines: list[str] = []
    for cluster in payload["clusters"]:
        lines += [*_cluster(cluster), ""]
    stray = [mission for mission in payload["missions"] if not mission["clusters"]]
    for head, things in (
        ("Missions of no cluster", stray),
        ("Segments of no live cluster", payload["stray_segments"]),
        ("Mandates of no live cluster", payload["stray_mandates"]),
        ("Mandates of the government", (payload["government"] or {}).get("mandates", ())),
        ("Leaders of the government", (payload["government"] or {}).get("leaders", ())),
        ("Signals", payload["signals"]),
        ("Other things", payload.get("others", ())),
        ("In doubt: they may have ended by this day", payload["in_doubt"]),
    ):
        if things:
            lines += [head, *(f"  {_line(thing)}" for thing in things), ""]
    if payload["in_doubt"]:
        lines += [f"So there are {', '.join(_counts(payload['counts']))}.", ""]
    return "\n".join(lines) + "\n" if lines else "Nothing is live.\n"


def _counts(counts: Fields) -> Iterator[str]:
    """Yield how many of each kind there are; where some may have ended, at both ends."""
    for kind, one in counts.items():
        count = Count(one["least"], one["most"])
        yield f"{count.words} {kind if count.most == 1 else f'{kind}s'}"


def _cluster(cluster: Fields) -> Iterator[str]:
    yield _name(cluster)
    yield from (f"  {line}" for line in _said(cluster))
    for head in ("segments", "missions", "mandates"):
        if cluster[head]:
            yield f"  {head}"
            yield from (f"    {_line(thing)}" for thing in cluster[head])


def outline_of_thing(payload: Fields, lives: Sequence[str] = ()) -> str:
    """Return one thing, a field a line; `lives` are lines that tell its lives."""
    lines = [f"{payload['kind']} {_name(payload)}", *(f"  {line}" for line in (*lives, *_said(payload)))]
    if "end" in payload:
        lines.insert(1, f"  {one_line(_end(payload['end']))}")
    for head in ("segments", "missions", "mandates"):
        found = payload.get(head)
        if found and isinstance(found[0], Mapping):
            lines += [f"  {head}", *(f"    {_line(thing)}" for thing in found)]
        elif found:
            lines.append(f"  {head}: {shown(found)}")
    return "\n".join(lines) + "\n"


def _end(end: Fields) -> str:
    """Return how something ended, in one sentence."""
    decision = end["decision"]
    said = f"has ended: {dated(end['effective'])}"
    said += f", {end['reason']}" if end["reason"] else ""
    said += f", succeeded by {', '.join(end['successors'])}" if end["successors"] else ""
    said += f", by {decision['reference']} of {decision['authority']} ({end['event']})"
    return f"{said}: {end['outcome']}" if end["outcome"] else f"{said}."


def _name(thing: Fields) -> str:
    title = thing.get("title")
    return one_line(f"{thing['id']}: {title}" if title else str(thing["id"]))


def _said(thing: Fields) -> Iterator[str]:
    """Yield the fields that have something to say; a list of things as lines of their own."""
    for name, value in thing.items():
        if name in _SAID_APART or value in (None, [], {}):
            continue
        head = name.replace("_", " ")
        if name not in _IN_WORDS and _is_things(value):
            yield head
            yield from (f"  {_line(one)}" for one in value)
        else:
            yield one_line(f"{head}: {_value(name, value)}")


def _is_things(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, Mapping) for one in value)


def _line(thing: Fields) -> str:
    """Return a thing on one line."""
    if "office" in thing:
        return one_line(_leader(thing))
    told = "; ".join(f"{name.replace('_', ' ')} {_value(name, value)}" for name, value in _told(thing))
    if "id" not in thing:
        return one_line(told)
    return one_line(_name(thing) + (f" ({told})" if told else ""))


def _told(thing: Fields) -> Iterator[tuple[str, Any]]:
    for name, value in thing.items():
        if name not in _PASSED_OVER and value not in (None, [], {}):
            yield name, value


def _value(name: str, value: Any) -> str:
    """Return a value in words: what a reader of one line needs of it."""
    if name == "since":
        return dated(value)
    if name in _IN_WORDS:
        return ", ".join(_IN_WORDS[name](one) for one in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key.replace('_', ' ')} {_value('', one)}" for key, one in value.items())
    if _is_things(value):
        return ", ".join(_value("", one) for one in value)
    return shown(value)


def _leader(leader: Fields) -> str:
    holder = leader.get("holder")
    if holder is None and leader.get("commitment"):
        holder = WITHHELD
    return f"{leader['office']}: {holder}" if holder else str(leader["office"])


def _relation(relation: Fields) -> str:
    return f"{relation['other']} ({relation['relation']})" if "relation" in relation else str(relation["other"])


_IN_WORDS: dict[str, Callable[[Fields], str]] = {
    "leaders": _leader,
    "relations": _relation,
    "draws": lambda one: f"{one['field']} of {one['cluster']}",
}
