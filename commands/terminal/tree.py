"""A lineage as a small tree of text: where a thing came from, and what became of it."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

from commands.terminal.text import one_line
from projections.answers.lineage import Branch, Descent, Joint, Node

_HOW = {"succeeded": "succession", "stand-in": "an entry in its place", "transfer": "transfer"}
_BRANCHES = (("└─ ", "   "), ("├─ ", "│  "))
_PLAIN_BRANCHES = (("`- ", "   "), ("|- ", "|  "))


def lineage_lines(descent: Descent) -> list[str]:
    """Return a lineage as lines; of a thing without relatives, that there are none."""
    lines = [_named(descent.node), *(f"  {line}" for line in _stations(descent.node))]
    for head, branches in (("Came from", descent.predecessors), ("Became", descent.successors)):
        lines.append(f"{head}:" if branches else f"{head}: nothing that is recorded.")
        lines += _drawn(branches)
    return [one_line(line) for line in lines]


def _drawn(branches: Sequence[Branch]) -> Iterator[str]:
    """Yield nodes, given from the top down with their depth, as the branches of a tree."""
    last_mark, other_mark = _BRANCHES if drawable(_BRANCHES) else _PLAIN_BRANCHES
    stems: list[str] = []
    for branch, is_last in zip(branches, _last(branches), strict=True):
        del stems[branch.depth - 1 :]
        mark, stem = last_mark if is_last else other_mark
        elsewhere = "; shown elsewhere" if branch.shown_before else ""
        yield "".join(stems) + mark + _named(branch.node) + _joined(branch.link) + elsewhere
        stems.append(stem)


def drawable(text: object) -> bool:
    """Return whether the output can show the lines of a tree."""
    try:
        str(text).encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _last(branches: Sequence[Branch]) -> list[bool]:
    """Return of each node whether it is the last one below its own."""
    last: list[bool] = []
    more: set[int] = set()  # the depths at which another node follows
    for branch in reversed(branches):
        last.append(branch.depth not in more)
        more = {depth for depth in more if depth < branch.depth} | {branch.depth}
    return last[::-1]


def _named(node: Node) -> str:
    title = f" {node.titles[-1].value}" if node.titles else ""
    lives = ", ".join(_span(life.from_, life.to) for life in node.lives) or "never live"
    return f"{node.id}{title} ({lives})"


def _span(start: str, end: str | None) -> str:
    since = "from a day not stated" if start == ".." else f"from {start}"
    return f"{since} until {end}" if end else since


def _joined(joint: Joint) -> str:
    moved = f" of {joint.segment}" if joint.segment is not None else ""
    corrects = f", which corrects {joint.corrects}" if joint.corrects is not None else ""
    return f"; by {_HOW[joint.how]}{moved}, {joint.effective}, {joint.decision.reference}{corrects}"


def _stations(node: Node) -> Iterator[str]:
    """Yield the titles that a thing had, and the clusters that a segment was in, where there were several."""
    for name, stations in (("titles", node.titles), ("clusters", node.clusters or ())):
        if len(stations) > 1:
            yield f"{name}:"
            for one in stations:
                yield f"  {_span(one.from_, one.to)}: {one.value} ({one.decision.reference})"
