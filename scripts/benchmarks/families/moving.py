"""The move of a ledger from a file to a server and back, beside COPY of the same rows into an equal table."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path

from benchmarks.figures import Figure, missing, speed
from benchmarks.peers.absence import PeerAbsent
from benchmarks.peers.postgres import Postgres
from benchmarks.rounds import in_turn
from benchmarks.session import Session
from ledger.application.copying.moving import copy_ledger
from ledger.store.types import StoredRow

ROUNDS = 3
_TO_SERVER, _TO_FILE, _COPY = "ledger copied to a server", "ledger copied from a server", "COPY of the same rows"
_TYPES = ("int8", "text", "int8", "text", "text", "int4", "int4", "text", "bytea", "bytea")
_TABLE = """CREATE TABLE {name} (position bigint PRIMARY KEY, stream text COLLATE "C" NOT NULL, version bigint NOT NULL,
    type text COLLATE "C" NOT NULL, decision text COLLATE "C" NOT NULL, part integer NOT NULL, parts integer NOT NULL,
    recorded_at text COLLATE "C" NOT NULL, line bytea NOT NULL, nodes bytea NOT NULL,
    UNIQUE (stream, version), UNIQUE (decision, part))"""
_ROWS = "SELECT position, stream, version, type, decision, part, parts, recorded_at, line, nodes FROM events"


def figures(session: Session) -> Iterator[Figure]:
    """Measure both ways: what the program and all processes of the server take together."""
    for events in session.sizes:
        ledger = session.ledger(events)
        try:
            with Postgres() as server:
                yield from _both(session, server, ledger, events)
        except PeerAbsent as reason:
            for name in (_TO_SERVER, _TO_FILE):
                yield missing(name, events, _COPY, str(reason))


def _both(session: Session, server: Postgres, ledger: Path, events: int) -> Iterator[Figure]:
    names, folder = count(), session.own_folder("moved")
    rows = _rows(ledger)
    there = f"{server.address}&schema=source"
    copy_ledger(ledger, there)

    def bare() -> None:
        table = f"bare_{next(names)}"
        server.run(_TABLE.format(name=table))
        server.copy(table, _TYPES, rows)

    took = in_turn(
        {
            "up": server.whole_side(lambda: copy_ledger(ledger, f"{server.address}&schema=moved_{next(names)}")),
            "bare": server.whole_side(bare),
            "down": server.whole_side(lambda: copy_ledger(there, folder / f"{next(names)}.ledger")),
        },
        session.rounds(ROUNDS),
    )
    yield speed(_TO_SERVER, events, took["up"], _COPY, took["bare"], 0.3)
    yield speed(_TO_FILE, events, took["down"], _COPY, took["bare"], 0.3)


def _rows(ledger: Path) -> list[StoredRow]:
    """Return every row of a ledger, as both sides have it in memory or read it."""
    with closing(sqlite3.connect(f"{ledger.resolve().as_uri()}?mode=ro", uri=True)) as db:
        return [StoredRow(*row) for row in db.execute(_ROWS)]
