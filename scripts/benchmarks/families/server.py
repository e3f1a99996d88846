"""Decisions in a ledger on a server, by one writer and by many, beside a bare transaction of the same bytes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from importlib import import_module
from typing import Any

from benchmarks.figures import Cost, Figure, missing, price, speed
from benchmarks.peers.absence import PeerAbsent
from benchmarks.peers.server import PeerServer
from benchmarks.rounds import Side, here, in_turn
from benchmarks.session import Session
from benchmarks.writing import Office, Writers
from ledger.application.copying.moving import copy_ledger

ROUNDS, DECISIONS, WRITERS = 31, 20, 8
_WALL = {"measure": "wall"}
_SETTINGS = ("listen_addresses=", "autovacuum=off")
_NAME, _BARE = "decision on a server", "BEGIN, INSERT, COMMIT"
_TABLE = "CREATE TABLE bare (position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, nodes bytea, line bytea)"
_INSERT = "INSERT INTO bare (nodes, line) VALUES (%s, %s)"
_NODES = bytes(64)


def figures(session: Session) -> Iterator[Figure]:
    """Measure decisions on a cluster of a government's ledger that lies on a server."""
    try:
        server = PeerServer(*_SETTINGS)
        server.start()
    except PeerAbsent as absent:
        yield from (missing(_NAME, events, _BARE, str(absent)) for events in session.sizes)
        return
    try:
        for events in session.sizes:
            yield from _measured(session, events, server.address)
    finally:
        server.stop()


def _measured(session: Session, events: int, address: str) -> Iterator[Figure]:
    # A ledger for each side: a writer that finds what another recorded is not alone for a while, and slower.
    place, unheard, crowded = (f"{address}&schema={name}_{events}" for name in ("of", "unheard", "crowded"))
    for each in (place, unheard, crowded):
        copy_ledger(session.ledger(events), each)
    with ExitStack() as stack:
        office, silent = Office(place, 0), Office(f"{unheard}&notify=off", 0)
        bare = _Bare(address)
        for side in (office.ledger, silent.ledger, bare):
            stack.callback(side.close)
        silent.decide(DECISIONS)
        office.decide(DECISIONS)
        lines = list(office.ledger.lines(office.ledger.head().position - DECISIONS))
        sides = {
            "ours": here(lambda: office.decide(DECISIONS)),
            "bare": here(lambda: bare.commit_each(lines)),
            "silent": here(lambda: silent.decide(DECISIONS)),
        }
        took = in_turn(sides, session.rounds(ROUNDS))
        yield speed(_NAME, events, _each(took["ours"]), _BARE, _each(took["bare"]), 0.6, **_WALL)
        yield price(_NAME, events, _each(took["ours"]), "no notification", _each(took["silent"]), 1.1, **_WALL)
        writers = Writers(crowded, WRITERS)
        stack.callback(writers.close)
        yield from _together(session, events, office, writers)


def _together(session: Session, events: int, office: Office, writers: Writers) -> Iterator[Figure]:
    """Yield what a decision takes where many record at once, and the slowest of them beside the quickest."""
    spans: list[tuple[float, float]] = []  # of the quickest and the slowest

    def together() -> Cost:
        took = sorted(writers.decide(DECISIONS))
        spans.append((took[0], took[-1]))
        return Cost(0, took[-1] / WRITERS)

    sides: dict[str, Side] = {"ours": together, "alone": here(lambda: office.decide(DECISIONS))}
    took = in_turn(sides, session.rounds(ROUNDS))
    name = f"{_NAME}, {WRITERS} writers"
    yield speed(name, events, _each(took["ours"]), "one of ours", _each(took["alone"]), 0.55, **_WALL)
    quickest, slowest = (sum(span) / len(spans) / DECISIONS for span in zip(*spans, strict=True))
    yield speed(f"{name}, the slowest", events, Cost(0, slowest), "the quickest", Cost(0, quickest), 1 / 3, **_WALL)


class _Bare:
    """One table of the same bytes, one transaction each: what commits in an order of its own."""

    def __init__(self, address: str) -> None:
        self._connection: Any = import_module("psycopg").connect(address, autocommit=True)
        self._connection.execute("DROP TABLE IF EXISTS bare")
        self._connection.execute(_TABLE)

    def commit_each(self, lines: list[bytes]) -> None:
        """Insert and commit line after line."""
        for line in lines:
            self._connection.execute("BEGIN")
            self._connection.execute(_INSERT, (_NODES, line))
            self._connection.execute("COMMIT")

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def _each(took: Cost) -> Cost:
    return took.each(DECISIONS)
