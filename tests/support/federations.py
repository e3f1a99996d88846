"""Archives of several ledgers, and what the product itself answers of all of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from benchmarks.government import Government

from ledger.application import Ledger, import_register
from ledger.timeline import day_of
from projections.archive.federation.answer import FederatedQuestion, federated
from projections.archive.federation.engines import Engine
from projections.archive.federation.sources import Sources
from projections.views.read_model import Views
from support.archives import archived, of_product
from support.governing import REGISTRY

YEARS = 4  # from 2001 on
ZONES = ("UTC", "Pacific/Auckland", "America/Los_Angeles")
Pair = tuple[str, str]  # an effective day, and a day at whose end something was known


@contextmanager
def federation(folder: Path, count: int, events: int, seed: int = 1) -> Iterator[tuple[list[Path], list[Views]]]:
    """Give archives of generated ledgers, in three time zones, and the views of these ledgers."""
    opened: list[Ledger | Views] = []
    archives: list[Path] = []
    try:
        for number in range(count):
            place = folder / f"{number}.ledger"
            documents = list(Government(events, seed=seed + number, years=YEARS).documents())
            zone = ZONES[number % len(ZONES)]
            import_register(
                place,
                documents,
                government=f"Exampleland {number}",
                timezone=zone,
                source="generated",
                recorder=REGISTRY,
            )
            ledger = Ledger.open(place, read_only=True)
            views = Views(ledger, folder)
            opened += [views, ledger]
            archives.append(folder / f"{number}.archive")
            archived(views, archives[-1])
        yield archives, [one for one in opened if isinstance(one, Views)]
    finally:
        for one in opened:
            one.close()


def pairs(count: int) -> list[Pair]:
    """Return pairs of times spread over the years of the generated registers, before and after them too."""
    first, days = date(2000, 1, 1), (YEARS + 2) * 365
    return [
        (
            str(first + timedelta(days * step // count)),
            str(first + timedelta(days * ((step * 17) % count + 1) // count)),
        )
        for step in range(count)
    ]


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


def assert_one_hash(engine: Engine, sources: Sources, all_views: Sequence[Views], at: Iterable[Pair]) -> list[int]:
    """Hold a federated structure to the product's own snapshots at pairs of times; return how many rows each has."""
    sizes: list[int] = []
    for effective, known in at:
        rows = list(federated(engine, sources, FederatedQuestion("structure", effective, known)).rows)
        assert hashed(rows) == hashed(of_products(all_views, effective, known)), (effective, known)
        sizes.append(len(rows))
    assert len(set(sizes)) > len(sizes) // 3
    return sizes
