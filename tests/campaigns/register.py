"""A campaign over a generated source register: it is taken over, and every unit is asked back at each of its dates.

`scripts/campaign register --seed 1 --size 1000` takes over 1,000 units and 2,000 changes of them. What the
ledger answers is compared with the rows of the register alone: nothing is invented, and nothing lost.
"""

from __future__ import annotations

import argparse
import base64
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from support.generated_register import generated
from support.governing import REGISTRY, ticking
from support.plain import counts, end_of, history, lineage
from support.register_documents import AUTHORITY, documents, ids_of
from support.source_register import LIVE, Life, Register, Row, Source, Told, iso, occurrences

from ledger.application import Ledger, import_register
from ledger.names import IN_DOUBT
from ledger.state.structure import ThingAt
from projections.answers.ended import ended
from projections.views.file import ViewsFile
from projections.views.read_model import Views

KINDS = {"department": "cluster", "division": "segment", "body": "mission", "target": "objective"}
OTHERS = ("type", "definition", "unit", "direction", "baseline", "target", "due_on")


class Asked(NamedTuple):
    """How much was asked back: units, days, units on days, rows."""

    units: int
    days: int
    answers: int
    rows: int


def certainty(lives: Iterable[Life], day: int) -> str:
    """Return whether a unit of these lives is `live` on a day or `in doubt`; empty where it is neither."""
    for life in lives:
        if life.start <= day < life.end:
            return LIVE if day < life.sure_to else IN_DOUBT
    return ""


def told(life: Life) -> dict[str, str | None]:
    """Return a life as a lineage tells it; an end on one of several days is told as the register has it."""
    if life.ended is None:
        return {"from": life.began.day, "to": None}
    return {"from": life.began.day, "to": life.ended.day if life.sure_to < life.end else iso(life.end)}


class Asking:
    """The ledger of a register that was taken over, asked back; each question raises `AssertionError`."""

    def __init__(self, register: Register, views: Views) -> None:
        self._source, self._views, self._known = Source(register), views, views.ledger.head().position
        self._rows = {f"E-{row.number}": row for row in register.rows}
        self._ids = ids_of(register)
        self._units = {id_: unit for unit, id_ in self._ids.items()} | {"government": "government"}
        self._lives = {unit: self._source.lives(unit) for unit in self._ids}

    def days(self) -> tuple[int, int]:
        """Ask for the structure on each day of a unit, and the day before; return how many days and answers."""
        asked: dict[int, list[str]] = defaultdict(list)
        for unit in self._ids:
            for day in self._source.dates(unit):
                asked[day].append(unit)
        for day, units in asked.items():
            found = self._views.structure(day, self._known)
            said = {unit: certainty(lives, day) for unit, lives in self._lives.items()}
            for things, sure in (found.things, LIVE), (found.in_doubt, IN_DOUBT):
                there = {self._units[id_] for id_ in things} - {"government"}
                assert there == {unit for unit, one in said.items() if one == sure}, (iso(day), sure)
            assert {kind: {**count} for kind, count in counts(found).items()} == self._counts(said), iso(day)
            for unit in units:
                self._on(unit, day, found.possible.get(self._ids[unit]))
        return len(asked), sum(map(len, asked.values()))

    def _counts(self, said: dict[str, str]) -> dict[str, dict[str, int]]:
        """Return how many units of each kind surely live, and how many may."""
        least = Counter(self._source.kinds[unit] for unit, one in said.items() if one == LIVE)
        most = Counter(self._source.kinds[unit] for unit, one in said.items() if one)
        return {KINDS[kind]: {"least": least[kind], "most": count} for kind, count in most.items()}

    def _on(self, unit: str, day: int, thing: ThingAt | None) -> None:
        """Compare a unit on a day: as it is or may be; where it has ended, as it last was, with its end."""
        lives, where = [life for life in self._lives[unit] if life.start <= day], (unit, iso(day))
        if thing is not None:
            end = lives[-1].ended
            doubt = end.day if end is not None and certainty(lives, day) == IN_DOUBT else None
            assert (thing.since.stated, thing.may_have_ended) == (lives[-1].began.day, doubt), where
            assert self._told(thing) == self._source.told(unit, day), where
            return
        found = ended(self._views, self._ids[unit], day, self._known)
        assert (found is None) == (not lives), where
        if found is not None and lives[-1].ended is not None:
            assert self._told(found.thing) == self._source.told(unit, day), where
            self._ended(unit, lives[-1].ended, end_of(self._views, found, self._known))

    def _ended(self, unit: str, row: Row, end: dict[str, Any]) -> None:
        successors = [self._ids[one] for one in row.said.get("successors", ())] or None
        assert (end["effective"], end["reason"]) == (row.day, row.said.get("reason")), unit
        assert (end["successors"], self._rows[end["decision"]["reference"]]) == (successors, row), unit

    def _told(self, thing: ThingAt) -> Told:
        """Return what the ledger says of a thing, in the register's terms."""
        others = {name: thing.get(name) for name in OTHERS if thing.get(name) is not None}
        match thing.kind:
            case "cluster":
                parents = list(thing.keyed("within"))
            case "segment":
                parents = [thing.get("cluster")]
            case "mission":
                parents = list(thing.keyed("segments"))
            case _:
                parents = [thing.get("mission") or thing.id.partition("/")[0]]
        title = thing.get("title") or thing.get("indicator")
        homes = frozenset(self._units[id_] for id_ in parents)
        return Told(title, homes, thing.keyed("identifiers"), thing.keyed("names"), others)

    def lines(self) -> None:
        """Ask for the lineage and the history of every unit."""
        successions = self._source.successors()
        for unit, id_ in self._ids.items():
            found = lineage(self._views, id_, self._known)
            assert found["lives"] == [told(life) for life in self._lives[unit]], unit
            assert [(one["value"], one["from"]) for one in found["titles"]] == self._source.titles(unit), unit
            for direction, unit_of in ("successors", 0), ("predecessors", 1):
                joined = {self._units[one["id"]] for one in found[direction] if self._is_next(one)}
                pairs = [pair for pair in successions if pair[unit_of] == unit]
                assert joined == {pair[1 - unit_of] for pair in pairs}, (unit, direction)
            self._history(unit, id_)

    @staticmethod
    def _is_next(node: dict[str, Any]) -> bool:
        return bool(node["depth"] == 1 and node["link"]["how"] == "succeeded")

    def _history(self, unit: str, id_: str) -> None:
        """Compare what is told of a unit with its rows: each is told, of its day, and nothing else is."""
        lines = [one for one in history(self._views, id_, self._known) if one["role"] == "subject"]
        assert {one["status"] for one in lines} == {"stands"}, unit
        found = {(one["decision"]["reference"], one["effective"], one["recorded_at"][:10]) for one in lines}
        rows = {name: row for name, row in self._rows.items() if row.unit == unit}
        assert found == {(name, row.day, row.written) for name, row in rows.items()}, unit

    def older(self) -> None:
        """Ask for the bytes of every title that could not stand as it was; of others none are kept."""
        for reference, row in self._rows.items():
            kept = self._views.ledger.decision(AUTHORITY, reference)[0].event.original_text
            raw = row.said.get("title")
            bytes_ = {"title": base64.b64encode(raw).decode()} if isinstance(raw, bytes) else None
            assert kept == bytes_, reference


def ask_back(register: Register, taken: Register | None = None) -> Asked:
    """Take a register over and ask everything of it back; raises `AssertionError` where an answer differs.

    `taken` is one to take over in its place, which the answers are then not those of.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "units.ledger")
        import_register(
            path, documents(taken or register), government="Old", source="units.csv", recorder=REGISTRY, clock=ticking()
        )
        with Ledger.open(path) as ledger, Views(ledger, file=kept_nowhere(ledger)) as views:
            asking = Asking(register, views)
            days, answers = asking.days()
            asking.lines()
            asking.older()
            assert ledger.verify().ok and list(views.check()) == []
            assert views.without_effect(ledger.head().position) == []
    return Asked(len(register.kinds), days, answers, len(register.rows))


def kept_nowhere(ledger: Ledger) -> ViewsFile:
    """Return a file of views that are in memory."""
    return ViewsFile.kept_nowhere(ledger.government.ledger_id)


def main() -> int:
    """Run the campaign that the arguments ask for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--size", type=int, default=1_000)
    asked = parser.parse_args()
    began = time.perf_counter()
    register = generated(asked.seed, asked.size, 2 * asked.size)
    for what, count in sorted(occurrences(register).items()):
        print(f"{count:6,} {what}")
    found = ask_back(register)
    print(
        f"{found.units:,} units asked back {found.answers:,} times on {found.days:,} days, and {found.rows:,} rows, "
        f"none differing: {time.perf_counter() - began:.0f} s."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
