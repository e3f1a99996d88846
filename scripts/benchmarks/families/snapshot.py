"""A snapshot at one point of both times: what it costs beside its own rows, and beside how long history is."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing

from benchmarks.asked import Asked
from benchmarks.figures import Figure, missing, price
from benchmarks.peers.absence import PeerAbsent
from benchmarks.peers.bitemporal import Found, rows_of
from benchmarks.peers.duck import Duck
from benchmarks.peers.postgres import Postgres
from benchmarks.rounds import Side, here, in_turn
from benchmarks.session import Session

ROUNDS = 11
_LEAST = 100  # events: a tenth of fewer is no record
_ROWS = "rows of a snapshot"
_KEYS = (
    "SELECT row FROM rows WHERE effective_from <= ?1 AND effective_to > ?1 AND known_from <= ?2 AND known_to > ?2 "
    "ORDER BY id, attribute"
)
_BY_KEY = "SELECT id, kind, attribute, value, stated, set_by FROM rows WHERE row = ?"


def figures(session: Session) -> Iterator[Figure]:
    """Measure a snapshot beside reading the same rows by key, beside a tenth of the record, and beside databases."""
    for events in session.sizes:
        if events < _LEAST:
            continue
        with Asked(session, events) as asked:
            yield beside_duckdb(session, asked, events)
            yield beside_postgresql(session, asked, events)
        with (
            Asked(session, events) as many,
            Asked(session, events // 10) as few,
            closing(sqlite3.connect(many.file)) as db,
        ):
            sides = {
                "many": here(lambda: many.views.structure(*many.middle)),
                "few": here(lambda: few.views.structure(*few.middle)),
                "keys": here(by_key(db, many)),
            }
            things = len(many.views.structure(*many.middle).things)
            (rows,) = db.execute("SELECT count(*) FROM rows").fetchone()
            fewer = len(few.views.structure(*few.middle).things)
            took = in_turn(sides, session.rounds(ROUNDS))
        name = f"snapshot, {things:,} things of {rows:,} rows"
        yield price(name, events, took["many"], "its rows, each read by key", took["keys"], 3)
        each = f"{fewer:,} things out of {events // 10:,} events, each"
        yield price(f"{name}, each", events, took["many"].each(things), each, took["few"].each(fewer), 1.3)


def beside_duckdb(session: Session, asked: Asked, events: int) -> Figure:
    """Return the figure of the rows of a snapshot beside the same rows out of a Parquet file."""
    beside = "DuckDB on Parquet"
    try:
        duck = Duck(session.own_folder("duck"))
    except PeerAbsent as absent:
        return missing(_ROWS, events, beside, str(absent))
    with closing(duck):
        duck.fill(rows_of(asked.file))
        return _beside(session, asked, events, beside, duck.stab, here(lambda: duck.stab(*asked.middle)))


def beside_postgresql(session: Session, asked: Asked, events: int) -> Figure:
    """Return the figure of the same rows beside ranges in PostgreSQL."""
    beside = "PostgreSQL, GiST"
    try:
        with Postgres() as postgres:
            postgres.fill(rows_of(asked.file))
            return _beside(session, asked, events, beside, postgres.stab, lambda: postgres.side(*asked.middle))
    except PeerAbsent as absent:
        return missing(_ROWS, events, beside, str(absent))


def _beside(
    session: Session, asked: Asked, events: int, beside: str, stab: Callable[[int, int], Found], side: Side
) -> Figure:
    ours = asked.views.file.stab
    rows = sorted(ours(*asked.middle))
    assert rows == sorted(stab(*asked.middle))
    took = in_turn({"ours": here(lambda: ours(*asked.middle)), "theirs": side}, session.rounds(ROUNDS))
    return price(_ROWS, events, took["ours"], f"{beside}, {len(rows):,} rows", took["theirs"], 1.0)


def by_key(db: sqlite3.Connection, asked: Asked) -> Callable[[], None]:
    """Return what reads the rows of a snapshot one by one, each by its primary key."""
    keys = db.execute(_KEYS, asked.middle).fetchall()

    def read() -> None:
        for key in keys:
            db.execute(_BY_KEY, key).fetchone()

    return read
