"""A lineage as a small tree of text: where a thing came from, and what became of it."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from commands.terminal.text import one_line

Fields = Mapping[str, Any]
_HOW = {"succeeded": "succession", "stand-in": "an entry in its place", "transfer": "transfer"}
_BRANCHES = (("└─ ", "   "), ("├─ ", "│  "))
_PLAIN_BRANCHES = (("`- ", "   "), ("|- ", "|  "))


def lineage_lines(found: Fields) -> list[str]:
    """Return a lineage as lines; of a thing without relatives, that there are none."""
    lines = [_named(found), *(f"  {line}" for line in _stations(found))]
    for head, direction in (("Came from", "predecessors"), ("Became", "successors")):
        nodes = found[direction]
        lines.append(f"{head}:" if nodes else f"{head}: nothing that is recorded.")
        lines += _drawn(nodes)
    return [one_line(line) for line in lines]


def _drawn(nodes: Sequence[Fields]) -> Iterator[str]:
    """Yield nodes, given from the top down with their depth, as the branches of a tree."""
    last = _last(nodes)
    last_branch, other_branch = _BRANCHES if drawable(_BRANCHES) else _PLAIN_BRANCHES
    stems: list[str] = []
    for node, is_last in zip(nodes, last, strict=True):
        depth = node["depth"]
        del stems[depth - 1 :]
        branch, stem = last_branch if is_last else other_branch
        yield "".join(stems) + branch + _named(node) + _joined(node)
        stems.append(stem)


def drawable(text: object) -> bool:
    """Return whether the output can show the lines of a tree."""
    try:
        str(text).encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _last(nodes: Sequence[Fields]) -> list[bool]:
    """Return of each node whether it is the last one below its own."""
    found: list[bool] = []
    more: set[int] = set()  # the depths at which another node follows
    for node in reversed(nodes):
        depth = node["depth"]
        found.append(depth not in more)
        more = {one for one in more if one < depth} | {depth}
    return found[::-1]


def _named(node: Fields) -> str:
    titles = node["titles"]
    title = f" {titles[-1]['value']}" if titles else ""
    lives = ", ".join(_span(life["from"], life["to"]) for life in node["lives"]) or "never live"
    return f"{node['id']}{title} ({lives})"


def _span(start: str, end: str | None) -> str:
    since = "from a day not stated" if start == ".." else f"from {start}"
    return f"{since} until {end}" if end else since


def _joined(node: Fields) -> str:
    link = node["link"]
    moved = f" of {link['segment']}" if "segment" in link else ""
    said = f"; by {_HOW[link['how']]}{moved}, {link['effective']}, {link['decision']['reference']}"
    said += f", which corrects {link['corrects']}" if "corrects" in link else ""
    return said + ("; shown elsewhere" if node["shown_before"] else "")


def _stations(found: Fields) -> Iterator[str]:
    """Yield the titles that a thing had, and the clusters that a segment was in, where there were several."""
    for name in ("titles", "clusters"):
        stations = found.get(name, ())
        if len(stations) > 1:
            yield f"{name}:"
            for one in stations:
                yield f"  {_span(one['from'], one['to'])}: {one['value']} ({one['decision']['reference']})"
