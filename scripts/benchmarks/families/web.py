"""Pages of the explorer: the first page beside Fava's and Datasette's, pages of ten times the record, many readers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date, timedelta
from itertools import count
from time import sleep

from benchmarks.figures import Cost, Figure, missing, price
from benchmarks.government import WATCHED, Government
from benchmarks.peers.absence import PeerAbsent
from benchmarks.peers.web import Site, datasette, fava
from benchmarks.processes import ROOT, Desk
from benchmarks.readers import Readers
from benchmarks.rounds import Side, in_turn
from benchmarks.session import Session
from benchmarks.writing import Office

ROUNDS = 7
KEPT_EACH, MADE_EACH, FAVA_EACH, TABLE_EACH = 40, 3, 2, 3  # pages of a round: the clock of a process goes by 10 ms
READERS, DECISIONS, PAUSE_SECONDS = 50, 10, 2.0
_LEAST = 100  # events: a tenth of fewer is no record
_PEERS_MAX = 100_000  # events: Fava reads its book for minutes
_TABLE_ROWS_MAX = 1_000  # rows of a page of Datasette, unless it is told otherwise
_FAVA, _DATASETTE = "Fava, shell and income statement", "Datasette, a page of {rows:,} rows of a table"
_PAGES = {"overview": "", "a thing": f"things/{WATCHED}/", "journal": "journal/"}
_WALL = "wall"


def figures(session: Session) -> Iterator[Figure]:
    """Measure the processor of each server, with one visitor; and the times that many visitors wait."""
    for events in session.sizes:
        yield from _beside_peers(session, events)
    for events in session.sizes:
        if events >= _LEAST:
            yield from _beside_a_tenth(session, events)
    for events in session.sizes:
        if events <= _PEERS_MAX:
            yield from _many_readers(session, events)


def _beside_peers(session: Session, events: int) -> Iterator[Figure]:
    """Yield what the first page takes when it is made and when it is asked for again, beside pages of peers."""
    if events > _PEERS_MAX:
        return
    clusters = Government(events).clusters
    with ExitStack() as stack:
        ours = stack.enter_context(_ours(session, session.desk(events)))
        sides = _sides(ours, "")
        peers: dict[str, tuple[str, float, str]] = {}
        try:
            book = stack.enter_context(fava(session.own_folder("fava"), events, clusters))
            shell = book.leads_to("/")
            asked = [shell, re.sub(r"/income_statement/$", "/api/income_statement", shell)] * FAVA_EACH
            sides["fava"], peers["fava"] = _each(lambda: book.asked(*asked), FAVA_EACH), (_FAVA, 1 / 3, "")
        except PeerAbsent as absent:
            peers["fava"] = (_FAVA, 1 / 3, str(absent))
        for name, rows in (("table", 100), ("long table", min(_TABLE_ROWS_MAX, clusters))):
            named = _DATASETTE.format(rows=rows)
            try:
                table = stack.enter_context(datasette(session.own_folder(f"datasette-{rows}"), events))
                page = [f"/record/entries?_size={rows}"] * TABLE_EACH
                sides[name] = _each(lambda table=table, page=page: table.asked(*page), TABLE_EACH)  # type: ignore[misc]
                peers[name] = (named, 0.1, "")
            except PeerAbsent as absent:
                peers[name] = (named, 0.1, str(absent))
        took = in_turn(sides, session.rounds(ROUNDS))
    for which, said in (("again", "asked for again"), ("made", "made first")):
        for name, (beside, goal, absent_) in peers.items():
            figure = f"overview of {clusters:,} clusters, {said}"
            if absent_:
                yield missing(figure, events, beside, absent_)
            else:
                yield price(figure, events, took[which], beside, took[name], goal)


def _beside_a_tenth(session: Session, events: int) -> Iterator[Figure]:
    """Yield what pages take beside the same out of a tenth of the record; an overview where it has as many clusters."""
    alike = Government(events).clusters == Government(events // 10).clusters
    few_events = f"out of {events // 10:,} events"
    with (
        _ours(session, session.desk(events)) as many,
        _ours(session, session.desk(events // 10)) as few,
    ):
        for name, page in _PAGES.items():
            if name == "overview" and not alike:
                continue
            sides = {f"{which} {size}": side for size, site in (("many", many), ("few", few)) for which, side in
                     _sides(site, page).items()}  # fmt: skip
            took = in_turn(sides, session.rounds(ROUNDS))
            for which, said in (("again", "asked for again"), ("made", "made first")):
                yield price(f"{name}, {said}", events, took[f"{which} many"], few_events, took[f"{which} few"], 1.3)


def _many_readers(session: Session, events: int) -> Iterator[Figure]:
    """Yield how long the slowest of a hundred waits beside half of them, where decisions are recorded meanwhile."""
    desk = session.recording_desk(events)
    office = Office(str(desk.ledger), READERS)
    try:
        with ExitStack() as stack:
            site = stack.enter_context(_ours(session, desk))
            site.asked(site.leads_to("/"))  # nobody's wait is that of a server that begins
            readers = stack.enter_context(Readers(site.port, READERS))
            for _ in range(min(DECISIONS, session.rounds(DECISIONS))):
                sleep(PAUSE_SECONDS)
                office.decide(1)
                readers.recorded = office.ledger.head().position
            sleep(PAUSE_SECONDS)
    finally:
        office.ledger.close()
    if readers.faults:
        raise RuntimeError(f"{len(readers.faults)} of {READERS} readers: {readers.faults[0]}")
    slow, half = (Cost(0, readers.share(part)) for part in (0.99, 0.5))
    name = f"{READERS} readers while one records, {len(readers.seconds):,} pages: one in a hundred"
    yield price(name, events, slow, "half of them", half, 10, measure=_WALL)


def _sides(site: Site, page: str) -> dict[str, Side]:
    """Return a page that was asked for before, and one that was not: that of the next day each time."""
    point = site.leads_to("/")
    _, day, known, _ = point.split("/")
    today, numbers = date.fromisoformat(day), count(1)
    again = [f"{point}{page}"] * KEPT_EACH

    def made() -> list[str]:
        return [f"/{today + timedelta(days=next(numbers))}/{known}/{page}" for _ in range(MADE_EACH)]

    return {
        "again": _each(lambda: site.asked(*again), KEPT_EACH),
        "made": _each(lambda: site.asked(*made()), MADE_EACH),
    }


def _each(side: Callable[[], Cost], pages: int) -> Side:
    return lambda: side().each(pages)


def _ours(session: Session, desk: Desk) -> Site:
    """Return the explorer over a desk, as `serve` starts it for this machine."""
    command = ["-m", "commands.main", "serve", "--listen", "127.0.0.1:{port}"]
    return Site(command, session.folder, {**desk.variables, "PYTHONPATH": str(ROOT)})
