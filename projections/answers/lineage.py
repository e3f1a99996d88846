"""The lineage of a thing: where it came from and what became of it, by successors, transfers, stand-ins, titles.

Things and what joins them are a graph: many may follow one, one may follow many, and a path may lead back. Each
thing is opened out once in each direction; where it comes up again it is only named.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from ledger.events.changes.cluster import DissolveCluster
from ledger.events.changes.mission import MissionEnd
from ledger.events.changes.record import Correct
from ledger.events.changes.segment import AddSegment, RetireSegment, TransferSegment
from ledger.events.registry import BY_TYPE
from ledger.names import IN_DOUBT, LIFE
from ledger.timeline import iso
from projections.answers.grounds import DecisionRef
from projections.fields import INLINE
from projections.views.queries.mentions import naming_of_types
from projections.views.queries.standings import Standings, Told
from projections.views.read_model import HistoryRow, Views

PREDECESSORS, SUCCESSORS = "predecessors", "successors"
_BEGINS = tuple(type_ for type_, change in BY_TYPE.items() if change.LIFE == "begins")
_ENDINGS = (DissolveCluster, RetireSegment, MissionEnd)
_JOINS = (*(type_ for type_, change in BY_TYPE.items() if issubclass(change, _ENDINGS)), *_BEGINS)
_TOLD = (LIFE, IN_DOUBT, "title", "cluster")  # the attributes that are told of a thing


class Link(NamedTuple):
    """What joins two things: `how` is `succeeded`, `transfer` (of `segment`) or `stand-in`."""

    how: str
    earlier: str
    later: str
    effective: str | None
    position: int  # of the event that says so: the end itself, or the correction that added the successor to it
    segment: str | None = None
    corrects: str | None = None  # the event of the end, where a correction says so

    def end(self, direction: str) -> str:
        """Return the thing that it leads to in a direction."""
        return self.later if direction == SUCCESSORS else self.earlier

    def start(self, direction: str) -> str:
        """Return the thing that it leads from in a direction."""
        return self.earlier if direction == SUCCESSORS else self.later


Joined = dict[tuple[str, str], list[Link]]  # (thing, direction) -> the links that lead on from it


class Lifetime(NamedTuple):
    """A life from one date to another, None while it has no end."""

    from_: str
    to: str | None


class Station(NamedTuple):
    """A title that a thing had, or a cluster that a segment was in, from when to when, and by which decision."""

    value: str
    from_: str
    to: str | None
    event: str
    position: int
    decision: DecisionRef


class Joint(NamedTuple):
    """What joins two nodes of a lineage, with the event and the decision that say so; see `Link`."""

    how: str
    effective: str | None
    event: str
    position: int
    decision: DecisionRef
    corrects: str | None = None
    segment: str | None = None


@dataclass(frozen=True)
class Node:
    """A thing in a lineage; `kind` is None and there are no lives where nothing that stands ever began it."""

    id: str
    kind: str | None
    lives: Sequence[Lifetime]
    titles: Sequence[Station]
    clusters: Sequence[Station] | None = None  # of a segment


@dataclass(frozen=True)
class Branch:
    """A node below the node `of` in a tree: its depth from 1, and whether it is opened out elsewhere in the tree."""

    depth: int
    of: str
    link: Joint
    shown_before: bool
    node: Node = field(metadata=INLINE)


@dataclass(frozen=True)
class Descent:
    """A thing with the trees of what it came from and of what became of it, each from the top down."""

    node: Node = field(metadata=INLINE)
    predecessors: Sequence[Branch]
    successors: Sequence[Branch]


def lineage(views: Views, id_: str, known: int) -> Descent:
    """Return a thing as known at position `known` with its predecessors and successors; empty without relatives."""
    views.catch_up()
    walk = _Walk(views, known)
    with views.file.reading():  # held once for all that is asked of it
        return Descent(walk.node(id_), walk.relatives(id_, PREDECESSORS), walk.relatives(id_, SUCCESSORS))


class _Walk:
    """One question; what it read it keeps."""

    def __init__(self, views: Views, known: int) -> None:
        self._views, self._known, self._standings = views, known, Standings(views, known)
        self._rows: dict[str, list[HistoryRow]] = {}
        self._joined: dict[int, Joined] = {}  # by the position of the event that joins

    def relatives(self, id_: str, direction: str) -> list[Branch]:
        """Return the nodes of the tree in one direction, then the ways of segments that came or went."""
        branches: list[Branch] = []
        seen, waiting = {id_}, self._onward(id_, direction, 1)
        while waiting:
            depth, link = waiting.pop()
            there = link.end(direction)
            branches.append(self._branch(depth, link, direction, there in seen))
            if there not in seen:
                seen.add(there)
                waiting += self._onward(there, direction, depth + 1)
        for way in self._ways(id_, direction):
            branches += [self._branch(depth, link, direction, False) for depth, link in enumerate(way, 1)]
        return branches

    def _onward(self, id_: str, direction: str, depth: int) -> list[tuple[int, Link]]:
        """Return the links that lead on from a thing, the first one last."""
        return [(depth, link) for link in dict.fromkeys(self._links(id_, direction))][::-1]

    def _branch(self, depth: int, link: Link, direction: str, before: bool) -> Branch:
        event, decision = self._source(link.position)
        joint = Joint(link.how, link.effective, event, link.position, decision, link.corrects, link.segment)
        return Branch(depth, link.start(direction), joint, before, self.node(link.end(direction)))

    # What joins things

    def _links(self, id_: str, direction: str) -> Iterator[Link]:
        """Yield what succession and stand-ins lead to from a thing in a direction, in order of recording."""
        events = self._events(id_, _JOINS)
        new = [one for one in events if one.fact.position not in self._joined]
        idle = self._standings.without_effect([one for one in new if one.standing.status == "stands"])
        for one in new:
            self._joined[one.fact.position] = self._joins(one, idle=one.fact.position in idle)
        for one in events:
            yield from self._joined[one.fact.position].get((id_, direction), ())

    def _joins(self, one: Told, *, idle: bool) -> Joined:
        """Return the links that an event makes, by where they lead from: one may join a thing to thousands."""
        joined: Joined = {}
        succeeded = self._succession(one) if one.standing.status == "stands" and not idle else ()
        for link in (*succeeded, *self._stand_ins(one)):
            for direction in (PREDECESSORS, SUCCESSORS):
                joined.setdefault((link.start(direction), direction), []).append(link)
        return joined

    def _succession(self, one: Told) -> Iterator[Link]:
        change = one.standing.change
        if isinstance(change, _ENDINGS):
            added = self._added(one)
            for successor in dict.fromkeys(change.successors or ()):
                if successor != change.subject:
                    by = added.get(successor)
                    position, corrects = (one.fact.position, None) if by is None else (by, one.fact.id)
                    yield Link(
                        "succeeded", change.subject, successor, one.standing.effective, position, corrects=corrects
                    )

    def _added(self, one: Told) -> dict[str, int]:
        """Return the successors that the event of an end did not name itself, each with its correction's position."""
        named = set(getattr(one.fact.change, "successors", None) or ())
        added: dict[str, int] = {}
        for later in one.because_of:
            correction = self._standings.of([later.position])[later.position].standing.change
            if isinstance(correction, Correct) and correction.data and "successors" in correction.data:
                now = set(correction.data["successors"] or ())
                added = {id_: added.get(id_, later.position) for id_ in sorted(now - named)}
        return added

    def _stand_ins(self, one: Told) -> Iterator[Link]:
        """Yield links from a thing begun in error to the one whose beginning was put in its place."""
        pairs = [(one.fact.position, later.position) for later in one.because_of if later.corrects == one.fact.id]
        earlier = self._standings.source.event(one.fact.corrects) if one.fact.corrects else None
        if earlier is not None:
            pairs.append((earlier.position, one.fact.position))
        for first, second in pairs:
            events = self._standings.of((first, second))
            wrong, right = events[first].fact.change, events[second].standing
            begun = wrong.LIFE == right.change.LIFE == "begins" and wrong.subject != right.change.subject
            if begun and right.status in ("stands", "replaced"):
                yield Link("stand-in", wrong.subject, right.change.subject, right.effective, second)

    def _ways(self, id_: str, direction: str) -> Iterator[list[Link]]:
        """Yield, for a cluster, the onward way of each segment that it held and gave away (or was given)."""
        held = self._events(id_, (AddSegment.TYPE, TransferSegment.TYPE))
        for segment in dict.fromkeys(one.standing.change.subject for one in held):
            moves = list(self._moves(segment))
            steps = moves if direction == SUCCESSORS else moves[::-1]
            places = [place for place, link in enumerate(steps) if link.start(direction) == id_]
            if places:
                yield steps[places[0] :]

    def _moves(self, segment: str) -> Iterator[Link]:
        """Yield the transfers of a segment in order of effect; of several on one day, from the first to the last."""
        for before, after in pairwise(self._spans(segment, "cluster")):
            if before.value != after.value:
                yield Link("transfer", str(before.value), str(after.value), after.stated, after.set_by, segment)

    def _events(self, id_: str, types: tuple[str, ...]) -> list[Told]:
        """Return the events of some types that name a thing, in order of recording."""
        positions = naming_of_types(self._views.file, id_, (*types, Correct.TYPE), self._known)
        events = list(self._standings.of(positions).values())
        corrected = self._standings.of(self._standings.corrected_by(events)).values()  # they name it only since
        by_position = {one.fact.position: one for one in (*events, *corrected) if one.recorded.event.type in types}
        return [by_position[position] for position in sorted(by_position)]

    # What a thing is

    def node(self, id_: str) -> Node:
        """Return one thing with its lives, titles and clusters."""
        lives = self._spans(id_, LIFE)
        doubts = {row.effective_from: row.stated for row in self._spans(id_, IN_DOUBT)}
        return Node(
            id_,
            lives[0].kind if lives else None,
            [Lifetime(row.stated, doubts.get(row.effective_to) or iso(row.effective_to)) for row in lives],
            self._stations(id_, "title"),
            self._stations(id_, "cluster") or None,
        )

    def _stations(self, id_: str, attribute: str) -> list[Station]:
        return [
            Station(row.value, row.stated, iso(row.effective_to), event, row.set_by, decision)
            for row in self._spans(id_, attribute)
            for event, decision in (self._source(row.set_by),)
        ]

    def _spans(self, id_: str, attribute: str) -> list[HistoryRow]:
        """Return the known rows of life, title or cluster, in order of effect."""
        rows = self._rows.get(id_)
        if rows is None:
            rows = self._rows[id_] = self._views.rows_at(id_, _TOLD, self._known)
        return sorted((row for row in rows if row.attribute == attribute), key=lambda row: row.effective_from)

    def _source(self, position: int) -> tuple[str, DecisionRef]:
        """Return the id of an event, and the name of its decision as known."""
        event, header = self._standings.of([position])[position], self._standings.header(position)
        return event.fact.id, DecisionRef(header.authority, header.reference)
