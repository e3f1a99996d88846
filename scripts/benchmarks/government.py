"""An invented register as long as a real government's, with late entries, corrections, strikes and signals."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from benchmarks.documents import AUTHORITY, decision

Document = dict[str, Any]
Changes = list[Document]

WATCHED, WATCHED_TURNS = "cluster-0", 40  # it changes as often in every register, spread over all of it
CLUSTERS, SIGNALS = 1_000, 10_000  # of a ledger of 100,000 events and more; smaller ones have fewer
FIELDS = ("Health", "Ports", "Schools", "Care", "Forests", "Housing", "Rail", "Mines", "Water", "Light")
GRADES = ("behind", "mixed", "ahead")
_BEGAN, _YEARS = datetime(2001, 1, 1, 9, tzinfo=UTC), 24
_LATE, _CORRECTED, _STRUCK = 0.05, 0.01, 0.005  # shares of the entries
_WHY = "The field reaches over more sectors than its title said; what is meant is said more plainly."


class Government:
    """The entries of one government's register in record order, `events` of them, the same for the same seed."""

    def __init__(self, events: int, seed: int = 1, years: int = _YEARS) -> None:
        self.events, self._random, self._days = events, Random(seed), years * 365
        self.clusters = max(2, min(CLUSTERS, events // 20))
        self.signals = max(1, min(SIGNALS, events // 10))
        self._said = self._entries = 0
        self._turns = dict.fromkeys(range(self.clusters), 0)
        self._struck: dict[int, int] = {}  # by cluster, the turn that was struck last: nothing speaks of it again

    def documents(self) -> Iterator[Document]:
        """Yield its decisions; the last may go a few events beyond their number."""
        scale = {"change": "define-scale", "scale": "delivery", "version": "1", "grades": list(GRADES)}
        yield self._entry([scale], "E")
        for cluster in range(self.clusters):
            yield self._entry(_opening(cluster), "E")
        every = max(1, (self.events - self._said) // self.signals)
        spread = max(1, (self.events - self._said) // WATCHED_TURNS)
        signal, begun = 0, self._said
        while self._said < self.events:
            if signal < self.signals and self._said >= (signal + 1) * every:
                yield self._entry([self._signal(signal)], "S")
                signal += 1
            if self._turns[0] < WATCHED_TURNS and self._said - begun >= self._turns[0] * spread:
                yield self._turn(0)
            yield self._next()

    def _next(self) -> Document:
        cluster, chance = self._random.randrange(1, self.clusters), self._random.random()
        stands = self._turns[cluster] > self._struck.get(cluster, 0)
        if stands and chance < _CORRECTED:
            return self._entry([self._spoken("correct", cluster, decision={"rationale": f"{_WHY} (once more)"})], "C")
        if stands and chance < _CORRECTED + _STRUCK:
            self._struck[cluster] = self._turns[cluster]
            return self._entry([self._spoken("strike", cluster)], "C")
        return self._turn(cluster)

    def _turn(self, cluster: int) -> Document:
        """Return the next decision on a cluster."""
        self._turns[cluster] += 1
        turn = self._turns[cluster]
        return self._entry([_TURNS[turn % len(_TURNS)](cluster, turn)], f"T-{cluster}-{turn}")

    def _spoken(self, change: str, cluster: int, **fields: Any) -> Document:
        """Return a change that speaks of the last decision on a cluster."""
        reference = f"T-{cluster}-{self._turns[cluster]}"
        return {"change": change, "target": _name(reference), "because": "The entry was copied wrongly.", **fields}

    def _signal(self, number: int) -> Document:
        cluster = self._random.randrange(self.clusters)
        kind = ("need", "trend", "transformation")[number % 3]
        of = {"signal": f"signal-{number}", "kind": kind, "description": f"More is asked of it than before ({number})."}
        return {"change": "observe-signal", **of, "concerns": [f"cluster-{cluster}"]}

    def _entry(self, changes: Changes, reference: str) -> Document:
        """Return the next decision, recorded a step of the years after the last; some are late by a year or two."""
        self._entries += 1
        self._said += len(changes)
        at = _BEGAN + timedelta(days=self._days * min(1.0, self._said / self.events), seconds=self._entries)
        late = self._random.random() < _LATE and reference[0] == "T"
        day = at.date() - timedelta(days=self._random.randrange(30, 700) if late else 0)
        stated = max(day, date(2001, 3, 1)).isoformat() if reference[0] != "E" else "2001-02-01"
        name = reference if reference[0] == "T" else f"{reference}-{self._entries}"
        recorded_at = at.isoformat().replace("+00:00", "Z")
        return decision(name, stated, changes, decided_on=stated, recorded_at=recorded_at)


def _name(reference: str) -> dict[str, str]:
    return {"authority": AUTHORITY, "reference": reference}


def _opening(cluster: int) -> Changes:
    """Return what a cluster begins with: two segments, two missions, a mandate and an objective."""
    name, field = f"cluster-{cluster}", FIELDS[cluster % len(FIELDS)]
    parts = [f"{name}/part-{part}" for part in (1, 2)]
    missions = [f"mission-{cluster}-{number}" for number in (1, 2)]
    return [
        {"change": "establish-cluster", "cluster": name, "title": f"{field} {cluster}", "purpose": _WHY},
        *({"change": "add-segment", "segment": part, "title": f"Of {part}", "sectors": ["07", "08"]} for part in parts),
        *({"change": "launch-mission", "mission": one, "title": f"On {one}"} for one in missions),
        *({"change": "add-mission", "mission": one, "segments": [parts[0]], "extent": "partial"} for one in missions),
        {"change": "issue-mandate", "mandate": f"{name}/mandate", "text": _WHY},
        {"change": "set-objective", "objective": f"{missions[0]}/reach", "indicator": "Reach", "definition": _WHY},
    ]


def _mission(cluster: int, turn: int) -> str:
    return f"mission-{cluster}-{1 + turn % 2}"


def _retitled(cluster: int, turn: int) -> Document:
    title = f"{FIELDS[turn % len(FIELDS)]} {cluster}, wording {turn}"
    return {"change": "retitle-cluster", "cluster": f"cluster-{cluster}", "title": title}


def _repurposed(cluster: int, turn: int) -> Document:
    return {"change": "repurpose-cluster", "cluster": f"cluster-{cluster}", "purpose": f"{_WHY} ({turn})"}


def _rescoped(cluster: int, turn: int) -> Document:
    segment = f"cluster-{cluster}/part-{1 + turn % 2}"
    return {"change": "rescope-segment", "segment": segment, "scope": f"{_WHY} ({turn})"}


def _reworded(cluster: int, turn: int) -> Document:
    return {"change": "reword-mission", "mission": _mission(cluster, turn), "statement": f"{_WHY} ({turn})"}


def _affiliated(cluster: int, turn: int) -> Document:
    part = f"cluster-{cluster}/part-{1 + turn % 2}"
    extent = ("full", "partial")[turn // 2 % 2]
    return {"change": "add-mission", "mission": _mission(cluster, turn // 2), "segments": [part], "extent": extent}


def _measured(cluster: int, turn: int) -> Document:
    observed = {"value": str(turn % 90), "observed_on": "2001-03-01"}
    return {"change": "record-measurement", "objective": f"mission-{cluster}-1/reach", **observed}


def _assessed(cluster: int, turn: int) -> Document:
    year = 2001 + turn % 20
    judged = {"period": f"{year}-01-01/{year}-12-31", "scale": "delivery/1", "grade": GRADES[turn % 3]}
    return {"change": "assess-mission", "mission": _mission(cluster, turn), **judged}


def _led(cluster: int, turn: int) -> Document:
    return {"change": "rescope-mission", "mission": _mission(cluster, turn), "lead": f"Ministry of {turn % 7}"}


_TURNS: tuple[Callable[[int, int], Document], ...] = (
    _retitled, _affiliated, _rescoped, _measured, _reworded, _led, _repurposed, _affiliated, _assessed, _measured,
)  # fmt: skip
