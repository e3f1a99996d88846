"""Decisions one after the other, each durable before the next: our API beside a bare loop and other libraries."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.documents import retitle
from benchmarks.figures import Cost, Figure, limit, missing, price, speed
from benchmarks.government import WATCHED
from benchmarks.peers.absence import PeerAbsent
from benchmarks.peers.bare import BareFile
from benchmarks.peers.histories import Historical
from benchmarks.peers.libraries import Plain
from benchmarks.rounds import Side, here, in_turn
from benchmarks.session import Session
from ledger.application import Ledger
from ledger.events.envelope import Recorder

# Short rounds, many of them: what a write-ahead log costs now and then, when it is written back, is in a few rounds of
# each side and so in no median.
ROUNDS, FEW_ROUNDS, TOGETHER_ROUNDS = 101, 31, 15
DECISIONS, FEW_DECISIONS, TOGETHER = 20, 4, 100  # a round
# Before the first round: a log that still grows costs more than one that is written over, and each side writes its own
# number of pages a commit until SQLite writes it back for the first time (after 1,000 of them).
WARM = 1_200
# All sides flush alike, so that the time until a decision stands is what matters.
_WALL = {"measure": "wall"}
CPU_MAX_S = 200e-6
_MEMORY = Path("/dev/shm")


def figures(session: Session) -> Iterator[Figure]:
    """Measure a decision on a cluster of a government's ledger beside each of the others."""
    for events in session.sizes:
        yield from _durable(session, events)
        yield _without_a_flush(session, events)


class Office:
    """An office that records one decision after the other, each on the same cluster."""

    def __init__(self, path: Path) -> None:
        self._ledger = Ledger.open(path, recorder=Recorder(id="desk", basis="configured"))
        self._numbers = count()
        self._before = self._ledger.head().position

    def decide(self, decisions: int) -> None:
        """Record so many decisions."""
        self._before = self._ledger.head().position
        for _ in range(decisions):
            self._ledger.record(retitle(WATCHED, next(self._numbers)))

    def decide_together(self, decisions: int) -> None:
        """Record so many decisions in one commit."""
        self._before = self._ledger.head().position
        self._ledger.record_together([retitle(WATCHED, next(self._numbers)) for _ in range(decisions)])

    def lines(self) -> list[bytes]:
        """Return the lines of the decisions of the last call."""
        return list(self._ledger.lines(self._before))

    def close(self) -> None:
        """Close the ledger."""
        self._ledger.close()


def _durable(session: Session, events: int) -> Iterator[Figure]:
    """Yield the figures of decisions that are flushed; a peer's aggregate is as long as a cluster of the ledger."""
    folder, warm, length = session.own_folder("decisions"), session.rounds(WARM), min(1_000, max(20, events // 1_000))
    long = f"eventsourcing, {length:,} events"
    office = Office(session.copied(events, "decided"))
    office.decide(max(DECISIONS, warm // 4))
    office.decide(DECISIONS)
    lines = office.lines()
    bare, cached = BareFile(folder / "bare.sqlite"), Plain(folder / "cached.sqlite", cached=True)
    bare.commit_each(lines[:1] * warm)
    sides = {
        "ours": here(lambda: office.decide(DECISIONS)),
        "bare": here(lambda: bare.commit_each(lines)),
        "cached": _plain(cached, length, warm, DECISIONS),
    }
    took = _each(in_turn(sides, session.rounds(ROUNDS)), DECISIONS)
    yield speed("decision", events, took["ours"], "a bare SQLite commit", took["bare"], 0.5, **_WALL)
    yield price("decision", events, took["ours"], f"{long}, cached", took["cached"], 1.0, **_WALL)
    yield _together(session, events, office, bare)
    plain = Plain(folder / "plain.sqlite")
    few = {"ours": here(lambda: office.decide(FEW_DECISIONS)), "plain": _plain(plain, length, warm, FEW_DECISIONS)}
    took = _each(in_turn(few, session.rounds(FEW_ROUNDS)), FEW_DECISIONS)
    yield speed("decision", events, took["ours"], f"{long}, no cache", took["plain"], 2, **_WALL)
    yield _beside_history(session, events, office, folder / "history.sqlite")
    for side in (office, bare, cached, plain):
        side.close()


def _together(session: Session, events: int, office: Office, bare: BareFile) -> Figure:
    """Return the figure of many decisions in one commit, each beside a bare commit of its line."""
    office.decide_together(TOGETHER)
    lines = office.lines()
    sides = {"ours": here(lambda: office.decide_together(TOGETHER)), "bare": here(lambda: bare.commit_each(lines))}
    took = _each(in_turn(sides, session.rounds(TOGETHER_ROUNDS)), TOGETHER)
    name = f"{TOGETHER} decisions together, each"
    return price(name, events, took["ours"], "a bare SQLite commit", took["bare"], 1.0, **_WALL)


def _beside_history(session: Session, events: int, office: Office, path: Path) -> Figure:
    """Return the figure beside rows whose earlier states are kept, which is how a registry of forms is often built."""
    beside = "django-simple-history"
    try:
        history = Historical(path, DECISIONS)
    except PeerAbsent as absent:
        return missing("decision", events, beside, str(absent))
    sides = {"ours": here(lambda: office.decide(DECISIONS)), "history": here(lambda: history.decide(DECISIONS))}
    took = _each(in_turn(sides, session.rounds(FEW_ROUNDS)), DECISIONS)
    history.close()
    return price("decision", events, took["ours"], beside, took["history"], 0.4, **_WALL)


def _plain(plain: Plain, length: int, warm: int, decisions: int) -> Side:
    """Return a side that retitles an aggregate of `length` events."""
    plain.warm(warm // 2)
    cluster, numbers = plain.establish(length), count()

    def decide() -> None:
        for _ in range(decisions):
            document = retitle(WATCHED, next(numbers))
            plain.retitle(cluster, document["changes"][0]["title"], document)

    return here(decide)


def _each(took: dict[str, Cost], decisions: int) -> dict[str, Cost]:
    return {name: cost.each(decisions) for name, cost in took.items()}


def _without_a_flush(session: Session, events: int) -> Figure:
    """Return the figure of the processor's time alone: the ledger lies in memory, where a flush costs nothing."""
    name = "decision, in memory"
    if not _MEMORY.is_dir():
        return missing(name, events, "allowed", f"there is no {_MEMORY}")
    with TemporaryDirectory(prefix="cluster-ledger-benchmark-", dir=_MEMORY) as folder:
        path = Path(folder, "decided.ledger")
        shutil.copyfile(session.ledger(events), path)
        office = Office(path)
        took = in_turn({"ours": here(lambda: office.decide(DECISIONS))}, session.rounds(ROUNDS))
        office.close()
    return limit(name, events, _each(took, DECISIONS)["ours"], CPU_MAX_S, measure="cpu")
