"""A snapshot at one point of both times: what it costs beside its own rows, and beside how long history is."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.figures import Figure, price
from benchmarks.rounds import in_turn
from ledger.application import Ledger
from ledger.events.envelope import Recorder
from ledger.timeline import FOREVER, day_of, iso
from projections.views.batch import Batch
from projections.views.file import ViewsFile
from projections.views.read_model import Views
from projections.views.schema import KNOWN_FOREVER
from projections.views.values import as_json

THINGS, ROWS, FEWER_ROWS = 10_000, 1_000_000, 100_000
ROUNDS = 11
_BEGAN, _DAYS = day_of("2001-01-01"), 90  # between two titles of a thing
_STEADY = 3  # attributes of a thing that never change; its title does


def figures(folder: Path, size: float) -> list[Figure]:
    """Measure a snapshot beside reading the same rows by key, and beside a tenth of the rows."""
    things = max(5, round(THINGS * size))
    many = Past(folder / "many", things, things * (ROWS // THINGS))
    few = Past(folder / "few", things, things * (FEWER_ROWS // THINGS))
    took = in_turn({"many": many.snapshot, "few": few.snapshot, "keys": many.by_key}, ROUNDS)
    name = f"snapshot of {things:,} things out of {many.rows:,} rows"
    many.close()
    few.close()
    return [
        price(name, took["many"], "its rows, each read by key", took["keys"], 3),
        price(name, took["many"], f"out of {few.rows:,} rows", took["few"], 1.3),
    ]


class Point(NamedTuple):
    """A point of both times."""

    day: int
    known: int


class Past:
    """Views filled with `rows` rows of `things` things, each retitled as often as that takes."""

    def __init__(self, folder: Path, things: int, rows: int) -> None:
        folder.mkdir()
        recorder = Recorder(id="desk", basis="configured")
        self._ledger = Ledger.create(folder / "ours.ledger", government="Exampleland", recorder=recorder)
        path = folder / "filled.views"
        file = ViewsFile(path, self._ledger.government.ledger_id)
        titles = (rows // things - _STEADY + 1) // 2
        self._fill(file, rows_of(things, titles))
        self._views = Views(self._ledger, file=file)
        self._middle = Point(_BEGAN + titles // 2 * _DAYS + _DAYS // 2, titles * things * 3 // 4)
        self._db = sqlite3.connect(path)
        (self.rows,) = self._db.execute("SELECT count(*) FROM rows").fetchone()
        self._keys: list[tuple[int]] = self._db.execute(_KEYS, self._middle).fetchall()
        structure = self._views.structure(*self._middle)
        assert len(structure.things) == things and len(self._keys) == things * (_STEADY + 1)

    def _fill(self, file: ViewsFile, rows: Iterator[list[Any]]) -> None:
        """Put the rows in as catching up with a ledger would; it takes the head of a ledger for theirs."""
        known = self._ledger.known()
        with file.writing():
            file.put(Batch(rows=list(rows)), known.position, known.root)
        indexed = False
        while not indexed:
            with file.writing():
                indexed = file.index(100_000)

    def snapshot(self) -> None:
        """Ask for the structure in the middle of both times."""
        self._views.structure(*self._middle)

    def by_key(self) -> None:
        """Read the rows of that structure one by one, each by its primary key."""
        execute = self._db.execute
        for key in self._keys:
            execute(_BY_KEY, key).fetchone()

    def close(self) -> None:
        """Close the files."""
        self._db.close()
        self._views.close()
        self._ledger.close()


_KEYS = (
    """SELECT row FROM rows WHERE effective_from <= ?1 AND effective_to > ?1 AND known_from <= ?2 AND known_to > ?2"""
)
_BY_KEY = "SELECT id, kind, attribute, value, stated, set_by FROM rows WHERE row = ?"


def rows_of(things: int, titles: int) -> Iterator[list[Any]]:
    """Yield the rows of things that were retitled in turn, `titles` titles each, in the order of a fill."""
    for turn in range(titles):
        for number in range(things):
            id_, known = f"cluster-{number}", turn * things + number + 1
            day = _BEGAN + turn * _DAYS + number % _DAYS
            if turn == 0:
                for attribute, value in (("life", True), ("purpose", "To keep people well."), ("identifiers:org", id_)):
                    yield _row(id_, attribute, value, (day, FOREVER), (known, KNOWN_FOREVER))
            else:
                yield _row(id_, "title", f"Title {turn - 1}", (day - _DAYS, day), (known, KNOWN_FOREVER))
            until = known + things if turn < titles - 1 else KNOWN_FOREVER
            yield _row(id_, "title", f"Title {turn}", (day, FOREVER), (known, until))


def _row(id_: str, attribute: str, value: Any, days: tuple[int, int], known: tuple[int, int]) -> list[Any]:
    return ["cluster", id_, attribute, as_json(value), iso(days[0]), *days, *known, known[0], 0]
