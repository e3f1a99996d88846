"""Decisions one after the other, each durable before the next: our API beside a bare loop and a plain library."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from benchmarks.documents import establish, retitle
from benchmarks.figures import Figure, speed
from benchmarks.peers import BareFile, Plain
from benchmarks.rounds import in_turn
from ledger.application import Ledger
from ledger.events.envelope import Recorder

# Short rounds, many of them: what a write-ahead log costs now and then, when it is written back, is in a few rounds of
# each side and so in no median.
ROUNDS, PEER_ROUNDS = 151, 31
DECISIONS, PEER_DECISIONS = 20, 4  # a round
# Before the first round: a log that still grows costs more than one that is written over, and each side writes its own
# number of pages a commit until SQLite writes it back for the first time (after 1,000 of them).
WARM_OURS, WARM_BARE, WARM_PLAIN = 300, 1_200, 600
CLUSTERS = 50
LENGTHS = (100, 1_000)  # events of the one cluster that is retitled


class Seconds(NamedTuple):
    """What one decision takes, in seconds: ours, and the other side."""

    ours: float
    other: float


def figures(folder: Path, size: float) -> list[Figure]:
    """Measure a decision beside the floor and beside the peer, for clusters of two lengths."""
    took = beside_bare(folder, _scaled(DECISIONS, size), size)
    found = [speed("decision", *_named("bare SQLite commit", took), 0.5)]
    for length in LENGTHS:
        there = folder / f"length-{length}"
        there.mkdir()
        took = beside_plain(there, _scaled(length, size), _scaled(PEER_DECISIONS, size), size)
        found.append(speed(f"decision on a cluster of {length:,} events", *_named("plain eventsourcing", took), 2))
    return found


def _named(beside: str, seconds: Seconds) -> tuple[float, str, float]:
    return seconds.ours, beside, seconds.other


def _scaled(number: int, size: float) -> int:
    return max(2, round(number * size))


class Office:
    """An office that records one decision after the other, over its clusters in turn."""

    def __init__(self, path: Path, clusters: int) -> None:
        self._ledger = Ledger.create(path, government="Exampleland", recorder=Recorder(id="desk", basis="configured"))
        self._clusters, self._number = clusters, 0
        for cluster in range(clusters):
            self._ledger.record(establish(f"cluster-{cluster}"))
        self._ledger.record(establish("spare"))
        self._before = self._ledger.head().position

    def warm(self, count: int) -> None:
        """Record `count` decisions on a cluster that is not measured."""
        for number in range(count):
            self._ledger.record(retitle("spare", number))

    def decide(self, count: int) -> None:
        """Record `count` decisions."""
        self._before = self._ledger.head().position
        for number in range(self._number, self._number + count):
            self._ledger.record(retitle(f"cluster-{number % self._clusters}", number))
        self._number += count

    def lines(self) -> list[bytes]:
        """Return the lines of the decisions of the last call."""
        return list(self._ledger.lines(self._before))

    def close(self) -> None:
        """Close the ledger."""
        self._ledger.close()


def beside_bare(folder: Path, count: int, size: float) -> Seconds:
    """Record `count` decisions a round, and insert as many lines of the same bytes into a bare file."""
    office, bare = Office(folder / "ours.ledger", CLUSTERS), BareFile(folder / "bare.sqlite")
    office.decide(count)
    lines = office.lines()
    office.warm(_scaled(WARM_OURS, size))
    bare.commit_each(lines[:1] * _scaled(WARM_BARE, size))
    took = in_turn({"ours": lambda: office.decide(count), "bare": lambda: bare.commit_each(lines)}, ROUNDS)
    office.close()
    bare.close()
    return Seconds(took["ours"] / count, took["bare"] / count)


def beside_plain(folder: Path, length: int, count: int, size: float) -> Seconds:
    """Retitle one cluster `count` times a round; it has `length` events half-way through."""
    before = max(0, length - (PEER_ROUNDS + 1) * count // 2)
    office, plain = Office(folder / "ours.ledger", 1), Plain(folder / "plain.sqlite")
    office.decide(before)
    cluster = plain.establish(before)
    office.warm(_scaled(WARM_OURS, size))
    plain.warm(_scaled(WARM_PLAIN, size))

    def other() -> None:
        for number in range(count):
            document = retitle("cluster-0", number)
            plain.retitle(cluster, document["changes"][0]["title"], document)

    took = in_turn({"ours": lambda: office.decide(count), "plain": other}, PEER_ROUNDS)
    office.close()
    plain.close()
    return Seconds(took["ours"] / count, took["plain"] / count)
