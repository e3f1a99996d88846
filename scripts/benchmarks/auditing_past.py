"""A government whose record goes on and on: what each event says, and the rows of the views that follow from it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from ledger.timeline import FOREVER, iso
from projections.views.schema import KNOWN_FOREVER
from projections.views.values import as_json

SEGMENTS, MISSIONS, MANDATES = 20, 20, 9  # of a cluster
THINGS = 1 + SEGMENTS + MISSIONS + MANDATES
FOUNDING = 1 + SEGMENTS + 2 * MISSIONS + 2 * MANDATES  # events
WATCHED, CHANGES = "cluster-0", 40  # it changes as often in every record, spread over all of it
_TEXT = "All fields in which people are kept well, whichever ministry has them."
Set = tuple[str, str, str, Any]  # kind, id, attribute, value; None ends it


class Said(NamedTuple):
    """What one event says: its data, and what it sets of which thing."""

    stream: str
    type: str
    data: dict[str, Any]
    sets: list[Set]
    names: tuple[str, ...]  # ids in it, besides those of the clusters that these begin with


def record(clusters: int, events: int) -> Iterator[Said]:
    """Yield `events` events, of which the first `FOUNDING` a cluster found it; of the rest, `CHANGES` change WATCHED.

    The others are retitled, rescoped, reworded and realigned, each cluster in its turn.
    """
    for number in range(clusters):
        yield from _founded(f"cluster-{number}")
    rest, others = events - FOUNDING * clusters, clusters - 1
    step, taken = rest // CHANGES, 0
    for number in range(rest):
        if number % step == 0 and taken < CHANGES:
            yield _changed(WATCHED, taken)
            taken += 1
        else:
            turn, other = divmod(number - taken, others)
            yield _changed(f"cluster-{other + 1}", turn)


def _founded(name: str) -> Iterator[Said]:
    yield _begun("cluster", "established", name, name, title="Wellbeing", purpose=_TEXT)
    for number in range(SEGMENTS):
        segment = _segment(name, number)
        said = _begun("segment", "added", segment, name, title="Holistic health", scope=_TEXT, sectors=["07", "08"])
        yield said._replace(sets=[*said.sets, ("segment", segment, "cluster", name)])
    for number in range(MISSIONS):
        mission, segment = _mission(name, number), _segment(name, number)
        yield _begun("mission", "launched", mission, "", title="Live longer", statement=_TEXT, reach="national")
        data = {"mission": mission, "segments": [segment], "extent": "full"}
        held: list[Set] = [("mission", mission, f"segments:{segment}", "full")]
        yield Said(f"mission:{mission}", "mission.added/1", data, held, (mission, segment))
    for number in range(MANDATES):
        mandate = f"{name}/mandate-{number}"
        on = {"segments": [_segment(name, number), _segment(name, number ^ 1)], "missions": [_mission(name, number)]}
        yield _begun("mandate", "issued", mandate, name, text=_TEXT)
        sets: list[Set] = [("mandate", mandate, key, value) for key, value in on.items()]
        names = (mandate, *on["segments"], *on["missions"])
        yield Said(f"cluster:{name}", "mandate.assigned/1", {"mandate": mandate, **on}, sets, names)


def _begun(kind: str, verb: str, id_: str, cluster: str, **said: Any) -> Said:
    stream = f"cluster:{cluster}" if cluster else f"{kind}:{id_}"
    sets: list[Set] = [(kind, id_, name, value) for name, value in {"life": True, **said}.items()]
    return Said(stream, f"{kind}.{verb}/1", {kind: id_, **said}, sets, (id_,))


def _changed(name: str, turn: int) -> Said:
    number = turn // 4
    match turn % 4:
        case 0:
            return _again("cluster", "retitled", name, name, "title", f"Wellbeing, in its wording of turn {turn}")
        case 1:
            return _again("segment", "rescoped", _segment(name, number), name, "scope", f"{_TEXT} ({turn})")
        case 2:
            return _again("mission", "reworded", _mission(name, number), "", "statement", f"{_TEXT} ({turn})")
    mission, place = _mission(name, number), number % MISSIONS ^ number // MISSIONS % 2
    old, new = _segment(name, place), _segment(name, place ^ 1)  # to its neighbour, and back again
    data = {"mission": mission, "from": [old], "to": [new], "extent": "full"}
    sets: list[Set] = [("mission", mission, f"segments:{at}", said) for at, said in ((old, None), (new, "full"))]
    return Said(f"mission:{mission}", "mission.realigned/1", data, sets, (mission, old, new))


def _again(kind: str, verb: str, id_: str, cluster: str, name: str, value: str) -> Said:
    stream = f"cluster:{cluster}" if cluster else f"{kind}:{id_}"
    return Said(stream, f"{kind}.{verb}/1", {kind: id_, name: value}, [(kind, id_, name, value)], (id_,))


def _segment(cluster: str, number: int) -> str:
    return f"{cluster}/segment-{number % SEGMENTS}"


def _mission(cluster: str, number: int) -> str:
    return f"mission-{number % MISSIONS}-of-{cluster}"


class Rows:
    """The rows of what is said in order of its days; `closed` are those that no later event will touch."""

    def __init__(self) -> None:
        self.closed: list[list[Any]] = []
        self._open: dict[tuple[str, str], list[Any]] = {}  # by id and attribute

    def take(self, sets: list[Set], day: int, position: int) -> None:
        """Take in what the event at `position` sets from `day` on."""
        for kind, id_, attribute, value in sets:
            before = self._open.pop((id_, attribute), None)
            if before is not None:
                self._end(before, day, position)
            if value is not None:
                days, known = (iso(day), day, FOREVER), (position, KNOWN_FOREVER)
                self._open[id_, attribute] = [kind, id_, attribute, as_json(value), *days, *known, position, 0]

    def _end(self, row: list[Any], day: int, position: int) -> None:
        """Let a row hold until `day`, as known from `position` on, and as it was before."""
        if row[5] < day:
            self.closed.append([*row[:6], day, position, KNOWN_FOREVER, row[9], position])
        row[8] = position
        self.closed.append(row)

    def close(self) -> None:
        """Put what is still open with the rest: nothing more comes."""
        self.closed += self._open.values()
        self._open = {}
