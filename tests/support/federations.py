"""Archives of several ledgers, and what the product itself answers of all of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.government import Government

from ledger.application import Ledger, import_register
from ledger.timeline import day_of
from projections.archive.federation.answer import ROWS, federated
from projections.archive.federation.engines import Engine
from projections.archive.federation.sources import Sources
from projections.archive.federation.statements import FederatedQuestion
from projections.views.read_model import Views
from support.archives import archived, of_product
from support.governing import REGISTRY

YEARS = 4  # from 2001 on
ZONES = ("UTC", "Pacific/Auckland", "America/Los_Angeles")
Pair = tuple[str, str]  # an effective day, and a day at whose end something was known


class Federation:
    """Archives of ledgers, and the views of these ledgers, which are open until it is left."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.archives: list[Path] = []
        self.views: list[Views] = []
        self._stack = ExitStack()

    def add(self, government: str, timezone: str, documents: Iterable[dict[str, Any]]) -> None:
        """Take over a register of decision documents into a ledger of its own, and archive it."""
        name = str(len(self.archives))
        place = self.folder / f"{name}.ledger"
        import_register(
            place, documents, government=government, timezone=timezone, source="a register", recorder=REGISTRY
        )
        ledger = self._stack.enter_context(Ledger.open(place, read_only=True))
        self.views.append(self._stack.enter_context(Views(ledger, self.folder)))
        self.archives.append(self.folder / f"{name}.archive")
        archived(self.views[-1], self.archives[-1])

    def close(self) -> None:
        """Close the ledgers."""
        self._stack.close()


@contextmanager
def federation(folder: Path, count: int, events: int, seed: int = 1) -> Iterator[Federation]:
    """Give archives of generated ledgers, in three time zones."""
    with closing(Federation(folder)) as found:
        for number in range(count):
            documents = Government(events, seed=seed + number, years=YEARS).documents()
            found.add(f"Exampleland {number}", ZONES[number % len(ZONES)], documents)
        yield found


def pairs(count: int, seed: int = 0, years: tuple[int, int] = (2000, YEARS + 2)) -> list[Pair]:
    """Return pairs of times spread over some years, of which the first and their number are given.

    Those of the generated registers are in the years between; another seed moves each within its share of the days.
    """
    random = Random(seed)
    first, days = date(years[0], 1, 1), years[1] * 365

    def day(step: int) -> str:
        return str(first + timedelta(int(days * (step + random.random()) / count)))

    return [(day(step), day(other)) for step, other in enumerate(random.sample(range(count), count))]


def hashed(rows: Iterable[Sequence[Any]]) -> str:
    """Return one number for the rows of a federated structure, whichever engine found them."""
    text = "\n".join(sorted(json.dumps([str(cell) for cell in row], ensure_ascii=False) for row in rows))
    return sha256(text.encode()).hexdigest()


def of_products(all_views: Iterable[Views], effective: str, known: str | None) -> list[Sequence[Any]]:
    """Return the rows of the product's own snapshots of several ledgers, as a federated structure has them."""
    found: list[Sequence[Any]] = []
    for views in all_views:
        ours, position = views.ledger.government, views.ledger.known(known).position
        for kind, id_, attribute, value, *rest in of_product(views, day_of(effective), position):
            found.append((ours.ledger_id, ours.name, kind, id_, attribute, _canonical(value), *rest))
    return found


def _canonical(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def assert_one_hash(
    engines: Sequence[Engine], sources: Sources, all_views: Sequence[Views], at: Iterable[Pair]
) -> list[int]:
    """Hold federated structures to the product's own snapshots at pairs of times; return how many rows each has."""
    sizes: list[int] = []
    for effective, known in at:
        expected = hashed(of_products(all_views, effective, known))
        for engine in engines:
            rows = list(federated(engine, sources, FederatedQuestion("structure", effective, known)).rows)
            assert hashed(rows) == expected, (type(engine).__name__, effective, known)
        sizes.append(len(rows))
    assert len(set(sizes)) > len(sizes) // 3
    return sizes


def assert_one_answer(engines: Sequence[Engine], sources: Sources, at: Iterable[Pair]) -> int:
    """Hold engines to the rows and the order of the first, in every other question; return how many rows there are."""
    count = 0
    for effective, known in at:
        for name in ROWS:
            since, begin = ("2002-03-01" if name == "learnt" else None), ("2000-01-01" if name == "agility" else None)
            question = FederatedQuestion(name, effective, known, since, begin)
            expected, *others = (list(federated(engine, sources, question).rows) for engine in engines)
            assert all(found == expected for found in others), question
            count += len(expected)
    assert count
    return count
