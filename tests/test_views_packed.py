"""The packed index of the views: it answers as the one that SQLite makes row by row, and goes on as that does."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from support.examples import examples
from support.histories import History, Recording
from support.small_world import change, constitution
from support.written_ledgers import written

from projections.views import file as views_file
from projections.views.packing import CELLS, pack, packs
from projections.views.read_model import Views

WORLDS = settings(max_examples=examples(25), deadline=None)
_MOST = 2**31 - 1
_TABLE = "CREATE VIRTUAL TABLE spans USING rtree_i32 (row, effective_from, effective_last, known_from, known_last)"
_STAB = """SELECT row FROM spans WHERE effective_from <= ?1 AND effective_last >= ?1
    AND known_from <= ?2 AND known_last >= ?2 ORDER BY row"""


def retitled() -> History:
    """A cluster that is retitled so often that its rows fill several nodes."""
    recording = Recording()
    recording.decide()
    recording.say(constitution(), "..")
    recording.say(change("establish-cluster", cluster="a", title="Care"), "2001-01-01")
    for number in range(2 * CELLS):
        recording.decide()
        recording.say(change("retitle-cluster", cluster="a", title=f"Care {number}"), f"{2001 + number}-02-01")
    return recording.history()


class Box(NamedTuple):
    """A row of the index."""

    number: int
    effective_from: int
    effective_last: int
    known_from: int
    known_last: int


@contextmanager
def index() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute(_TABLE)
        yield db


def boxes(count: int, seed: int) -> list[Box]:
    """Boxes of which many have no end, as the rows of views are."""
    random = Random(seed)

    def span(most: int) -> tuple[int, int]:
        first = random.randrange(most)
        return first, random.choice((_MOST, first, first + random.randrange(most)))

    return [Box(number, *span(3_000), *span(count + 1)) for number in range(1, count + 1)]


def hold(db: sqlite3.Connection, cells: list[Box], seed: int) -> None:
    """Hold what the index finds to a look at every box, and the index to itself."""
    assert db.execute("SELECT rtreecheck('main', 'spans')").fetchone() == ("ok",)
    assert sorted(db.execute("SELECT * FROM spans")) == sorted(cells)
    random = Random(seed)
    for day, known in [(random.randrange(6_000), random.randrange(2 * len(cells) + 1)) for _ in range(20)]:
        wanted = [one.number for one in cells if _holds(one, day, known)]
        assert [row for (row,) in db.execute(_STAB, (day, known))] == wanted


def _holds(cell: Box, day: int, known: int) -> bool:
    return cell.effective_from <= day <= cell.effective_last and cell.known_from <= known <= cell.known_last


@WORLDS
@given(st.integers(0, 3 * CELLS * CELLS), st.integers(0, 2**32))
@example(0, 0)
@example(1, 0)
@example(CELLS, 0)
@example(CELLS * CELLS, 0)
@example(CELLS * CELLS + 1, 0)
def test_a_packed_index_holds_every_box_and_finds_it(count: int, seed: int) -> None:
    with index() as db:
        assert packs(db)
        pack(db, cells := boxes(count, seed))
        hold(db, cells, seed)


@WORLDS
@given(st.integers(0, 2 * CELLS * CELLS), st.integers(0, 200), st.integers(0, 2**32))
@example(5, 0, 0)
@example(CELLS + 1, 0, 0)
def test_sqlite_goes_on_with_a_packed_index_as_with_its_own(count: int, more: int, seed: int) -> None:
    random = Random(seed)
    with index() as db:
        pack(db, before := boxes(count, seed))
        added = [cell._replace(number=count + cell.number) for cell in boxes(more, seed + 1)]
        db.executemany("INSERT INTO spans VALUES (?, ?, ?, ?, ?)", added)
        closed = [cell._replace(known_last=cell.known_from) for cell in random.sample(before, len(before) // 3)]
        db.executemany(
            "UPDATE spans SET known_last = ? WHERE row = ?", [(one.known_last, one.number) for one in closed]
        )
        gone = set(random.sample(range(1, count + more + 1), (count + more) * 2 // 3))
        db.executemany("DELETE FROM spans WHERE row = ?", [(row,) for row in gone])
        now = {cell.number: cell for cell in (*before, *added, *closed)}
        hold(db, [now[number] for number in sorted(now) if number not in gone], seed)


def test_where_sqlite_guards_the_tables_of_an_index_its_rows_are_inserted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answers(folder: str) -> list[tuple[object, ...]]:
        with Views(ledger, tmp_path / folder) as views:
            views.catch_up()
            assert list(views.check()) == []
            return sorted(views.file.select("SELECT * FROM spans"))

    with written(tmp_path / "a.ledger", retitled()) as ledger:
        packed = answers("packed")
        monkeypatch.setattr(views_file, "packs", lambda _: False)
        monkeypatch.setattr(views_file, "pack", None)
        assert answers("inserted") == packed


def test_an_index_that_is_not_there_is_not_packed() -> None:
    with closing(sqlite3.connect(":memory:")) as db:
        assert not packs(db)


@pytest.mark.skipif(sys.version_info < (3, 12), reason="this Python cannot put SQLite into defensive mode")
def test_an_index_whose_tables_sqlite_guards_is_not_packed() -> None:
    with index() as db:
        assert packs(db)
        getattr(db, "setconfig")(1010, True)  # noqa: B009  # SQLITE_DBCONFIG_DEFENSIVE; not of every Python
        assert not packs(db)
