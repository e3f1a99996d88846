"""A long past of many clusters, written into a views file as catching up with a ledger would have left it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ledger.timeline import FOREVER, day_of, iso
from projections.views.schema import KNOWN_FOREVER
from projections.views.values import as_json

SEGMENTS, MISSIONS = 10, 20  # of a cluster
_BEGAN, _YEARS_DAYS = day_of("2001-01-01"), 30 * 365
_AUTHORITY = "Cabinet Office of Exampleland"
Row = tuple[Any, ...]


class Past:
    """The rows of one cluster: it is founded with segments, missions and objectives, and then changed in turn.

    Of ten later events one retitles it, one lends a segment to its neighbour or takes it back, four realign a
    mission, three measure an objective and one moves its target; each is a decision of its own.
    """

    def __init__(self, number: int, clusters: int, first: int, events: int) -> None:
        self.name, self._beside = f"cluster-{number}", f"cluster-{(number + 1) % clusters}"
        self.rows: list[Row] = []
        self.events: list[tuple[int, str, int]] = []  # position, type, day
        self._open: dict[tuple[str, str], tuple[str, Any, int, int]] = {}  # id, attribute -> kind, value, day, by
        self._first, self._count = first, events
        self._found()
        turn = 0
        while len(self.events) < events:
            self._change(turn)
            turn += 1
        for (id_, attribute), (kind, value, day, by) in self._open.items():
            self._row(kind, id_, attribute, value, day, FOREVER, by, 0)

    def _said(self, type_: str) -> tuple[int, int]:
        """Take note of one event more; return its position and day."""
        number = len(self.events)
        day = _BEGAN + number * _YEARS_DAYS // self._count
        self.events.append((self._first + number, f"{type_}/1", day))
        return self._first + number, day

    def _set(self, at: tuple[int, int], kind: str, id_: str, attribute: str, value: Any) -> None:
        """Give an attribute a value from an event's day on; None ends it."""
        position, day = at
        before = self._open.pop((id_, attribute), None)
        if before is not None:
            self._row(before[0], id_, attribute, before[1], before[2], day, before[3], position)
        if value is not None:
            self._open[id_, attribute] = (kind, value, day, position)

    def _row(self, kind: str, id_: str, attribute: str, value: Any, start: int, end: int, by: int, to: int) -> None:
        if start < end:
            days = (iso(start), start, end)
            self.rows.append((kind, id_, attribute, as_json(value), *days, by, KNOWN_FOREVER, by, to))

    def _found(self) -> None:
        self._begin("cluster.established", "cluster", self.name, title="Wellbeing")
        for number in range(SEGMENTS):
            sectors = [f"{number % 10 + 1:02}.1", f"{(number + 3) % 10 + 1:02}.2"]
            id_ = self._segment(number)
            self._begin("segment.added", "segment", id_, title="Health", sectors=sectors, cluster=self.name)
        for number in range(MISSIONS):
            mission = f"mission-{number}-of-{self.name}"
            self._begin("mission.launched", "mission", mission, title="Live longer", lead="Health", reach="national")
            self._set(self._said("mission.added"), "mission", mission, f"segments:{self._segment(number)}", "full")
            fields = {"indicator": "years", "definition": "Years.", "definition_version": 1, "unit": "years"}
            numbers = {"direction": "up", "baseline": "70", "target": "80", "due_on": "2040-01-01"}
            self._begin("objective.set", "objective", f"{mission}/years", **fields, **numbers)

    def _segment(self, number: int) -> str:
        return f"{self.name}/segment-{number % SEGMENTS}"

    def _begin(self, type_: str, kind: str, id_: str, **attributes: Any) -> None:
        at = self._said(type_)
        for attribute, value in {"life": True, **attributes}.items():
            self._set(at, kind, id_, attribute, value)

    def _change(self, turn: int) -> None:
        mission, goes = f"mission-{turn % MISSIONS}-of-{self.name}", turn // 10
        match turn % 10:
            case 0:
                self._set(self._said("cluster.retitled"), "cluster", self.name, "title", f"Wellbeing {goes}")
            case 1:
                to = self.name if goes // SEGMENTS % 2 else self._beside
                self._set(self._said("segment.transferred"), "segment", self._segment(goes), "cluster", to)
            case 2 | 3 | 4 | 5:
                at = self._said("mission.realigned")
                held = [key for id_, key in self._open if id_ == mission and key.startswith("segments:")]
                for key in held:
                    self._set(at, "mission", mission, key, None)
                self._set(at, "mission", mission, f"segments:{self._segment(turn)}", "full")
            case 6 | 7 | 8:
                at = self._said("measurement.recorded")
                observed = {"value": "71", "observed_on": iso(at[1]), "definition_version": 1}
                self._set(at, "objective", f"{mission}/years", f"measurements:{observed['observed_on']}", observed)
            case _:
                at = self._said("objective.retargeted")
                self._set(at, "objective", f"{mission}/years", "target", str(80 + goes % 9))


def write(path: Path, clusters: int, events: int) -> int:
    """Write `clusters` clusters of `events` events in all into an empty views file; return the last position.

    Its index is not filled: metrics do not ask it.
    """
    db = sqlite3.connect(path)
    last = 1  # the event that opened the ledger
    for number in range(clusters):
        past = Past(number, clusters, last + 1, events // clusters)
        last += len(past.events)
        for table, rows in _tables(past):
            marks = ", ".join("?" * len(_COLUMNS[table]))
            db.executemany(f"INSERT INTO {table} ({', '.join(_COLUMNS[table])}) VALUES ({marks})", rows)
    db.execute("UPDATE filled SET indexed = (SELECT max(row) FROM rows)")
    db.commit()
    db.close()
    return last


_COLUMNS = {
    "rows": (
        *("kind", "id", "attribute", "value", "stated", "effective_from", "effective_to"),
        *("known_from", "known_to", "set_by", "ended_by"),
    ),
    "events": ("position", "id", "decision", "type", "effective", "corrects", "reason", "search"),
    "decisions": ("first", "last", "authority", "reference", "recorded_at", "search"),
    "decided": (
        *("first", "known_from", "known_to", "last", "recorded_day", "decided_day"),
        *("has_document", "responds_to", "review_day", "said_days", "decided_on", "effects", "stands"),
    ),
}


_NOTHING = ("", None, "")  # responded to, reviewed, said of days


def effect(day: int) -> str:
    """Return the column `effects` of a decision with one stated effective date."""
    return f'[["{iso(day)}",false]]'


def _tables(past: Past) -> Iterator[tuple[str, list[Row]]]:
    said = past.events
    yield "rows", past.rows
    yield "events", [(at, f"{past.name}@{at}", at, type_, day, False, None, "") for at, type_, day in said]
    yield "decisions", [(at, at, _AUTHORITY, f"D-{at}", "", "") for at, _, _ in said]
    yield (
        "decided",
        [
            (at, at, KNOWN_FOREVER, at, day + at % 50, day - 10, True, *_NOTHING, iso(day - 10), effect(day), True)
            for at, _, day in said
        ],
    )
