"""The nesting of clusters: a part of another one, and never in a circle."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.events.change import Change
from ledger.events.changes.cluster import NestCluster
from ledger.rules.notice import Notice
from ledger.state.state import State
from ledger.timeline import Span, iso

WITHIN = "within:"


def nested_in_itself(state: State, change: Change, day: int) -> Iterator[Notice]:
    """Yield that a cluster would be, from `day` on or on a later one, a part of one that is a part of it."""
    if not isinstance(change, NestCluster) or change.within == change.cluster:  # what names itself is told as such
        return
    spans = _ancestry(state, change.within)
    starts = {span.start for held in spans.values() for _, span in held}
    for then in sorted({day, *(start for start in starts if start > day)}):
        if change.cluster in _above(spans, change.within, then):
            said = f'Cluster "{change.within}" is itself a part of cluster "{change.cluster}" on {iso(then)}'
            yield Notice("nested-in-itself", change.cluster, f"{said}, directly or through others.")
            return


def _ancestry(state: State, id_: str) -> dict[str, list[tuple[str, Span]]]:
    """Return what a cluster and those above it were ever parts of, each with its days."""
    found: dict[str, list[tuple[str, Span]]] = {}
    waiting = [id_]
    while waiting:
        one = waiting.pop()
        if one in found:
            continue
        state.need((one,))  # a decision's streams hold what it names, and not what that is a part of
        thing = state.thing(one)
        names = [] if thing is None else thing.names(WITHIN)
        found[one] = [(name.removeprefix(WITHIN), span) for name in names if thing for span in thing.spans(name)]
        waiting += [parent for parent, _ in found[one]]
    return found


def _above(spans: dict[str, list[tuple[str, Span]]], id_: str, day: int) -> set[str]:
    """Return every cluster that one is a part of on a day, at whatever depth."""
    found: set[str] = set()
    waiting = [id_]
    while waiting:
        for parent, span in spans[waiting.pop()]:
            if span.start <= day < span.end and parent not in found:
                found.add(parent)
                waiting.append(parent)
    return found
