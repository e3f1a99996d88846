"""A federated answer: its rows, and of each ledger the size and root that they stand on, and what it knew."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from ledger.application.moments import instant_named, need_instant
from ledger.files.outputs import new_file
from ledger.instants import stamp
from projections.archive.federation.engines import Engine, LedgerPoint
from projections.archive.federation.sources import ArchiveSource, LeftOut, Sources
from projections.archive.federation.statements import FederatedQuestion


class LedgerAsked(NamedTuple):
    """A ledger of an answer: what its archive stands on, and the state of knowledge at which it was asked.

    `known_at` is None before the first record; `checkpoint` says whether the archive carries one.
    """

    government: str
    ledger_id: str
    tree_size: int
    root: str
    checkpoint: bool
    known_position: int
    known_at: str | None
    since_position: int | None


class CountedThings(NamedTuple):
    """How many things of a kind live, and may; of a cluster, or where that is None of the government."""

    ledger: str
    government: str
    cluster: str | None
    kind: str
    things: int
    in_doubt: int


class FederatedAttribute(NamedTuple):
    """An attribute of a thing, its value as JSON, and the event and decision that set it."""

    ledger: str
    government: str
    kind: str
    id: str
    attribute: str
    value: str
    stated: str
    position: int
    event: str
    authority: str
    reference: str


class Learnt(NamedTuple):
    """A value of the day as it was known before and after, as JSON; None: there was none."""

    ledger: str
    government: str
    kind: str
    id: str
    attribute: str
    before: str | None
    after: str | None
    stated_before: str | None
    stated_after: str | None


class FederatedLags(NamedTuple):
    """The days from decision to record: how many decisions, how many state a day, and their spread (nearest rank)."""

    ledger: str
    government: str
    decisions: int
    dated: int
    least: int | None
    first_quartile: int | None
    median: int | None
    third_quartile: int | None
    most: int | None
    over_30_days: int


class FederatedFigure(NamedTuple):
    """A metric of a whole government in a window of days: its value, None where there is none, and what it is of."""

    ledger: str
    government: str
    metric: str
    value: float | None
    n: int
    out_of: float | None


ROWS: Mapping[str, type[tuple[Any, ...]]] = {
    "counts": CountedThings,
    "structure": FederatedAttribute,
    "learnt": Learnt,
    "lags": FederatedLags,
    "agility": FederatedFigure,
}


@dataclass(frozen=True)
class Federated:
    """An answer: what it stands on, what was left out, and its rows, which are read once."""

    effective: str
    ledgers: tuple[LedgerAsked, ...]
    left_out: tuple[LeftOut, ...]
    rows: Iterator[Any]


def federated(engine: Engine, sources: Sources, question: FederatedQuestion) -> Federated:
    """Ask the archives of many ledgers; raises `InputError` for what names no state of knowledge of all of them."""
    ledgers = asked_ledgers(engine, sources.taken, question)
    cells = engine.ask(question, points(ledgers))
    make: Any = ROWS[question.name]
    return Federated(question.effective, ledgers, sources.left_out, (make(*row) for row in cells))


def write_federated(engine: Engine, sources: Sources, question: FederatedQuestion, path: Path, *, force: bool) -> int:
    """Write an answer as a Parquet file, which says in its metadata what it stands on; return the number of rows."""
    ledgers = asked_ledgers(engine, sources.taken, question)
    about = {
        "question": question.name,
        "effective": question.effective,
        **({} if question.begin is None else {"from": question.begin}),
        "ledgers": json.dumps([one._asdict() for one in ledgers]),
        "left_out": json.dumps([one._asdict() for one in sources.left_out]),
    }
    with new_file(path, force=force) as file:
        try:
            return engine.write(question, points(ledgers), about, file.path)
        except OSError as error:
            raise file.failure(error) from error


def asked_ledgers(
    engine: Engine, taken: Sequence[ArchiveSource], question: FederatedQuestion
) -> tuple[LedgerAsked, ...]:
    """Return each ledger with the positions that the states of knowledge come to by its own record times and zone."""
    found: list[LedgerAsked] = []
    for source in taken:
        said = source.manifest
        known, known_at = (
            (said.position, said.known_at) if question.known is None else _position(engine, source, question.known)
        )
        since = None if question.since is None else _position(engine, source, question.since)[0]
        carries = said.checkpoint is not None
        found.append(
            LedgerAsked(said.government, said.ledger_id, said.position, said.root, carries, known, known_at, since)
        )
    return tuple(found)


def points(ledgers: Sequence[LedgerAsked]) -> list[LedgerPoint]:
    """Return what an engine is asked of each ledger."""
    return [LedgerPoint(one.ledger_id, one.government, one.known_position, one.since_position or 0) for one in ledgers]


def _position(engine: Engine, source: ArchiveSource, when: str) -> tuple[int, str | None]:
    need_instant(when)
    instant = instant_named(when, source.manifest.timezone)
    return engine.known_at(source.manifest.ledger_id, stamp(instant))
