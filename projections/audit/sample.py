"""A sample of decisions for substantive testing, which anybody who has the root can draw again.

Every decision of the population gets a number: the SHA-256 of three lines of text, each ended by a line feed. They are
the root (`sha256:` and 64 digits), the seed, and the JSON list of authority and reference in the canonical form of
RFC 8785. Those with the smallest numbers are the sample. Who records cannot choose what is drawn without changing the
root, and who audits cannot choose it at all, but by the seed, which the answer names.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from heapq import nsmallest
from typing import NamedTuple

from ledger.events.canonical import canonical
from projections.answers.grounds import DecisionRef
from projections.audit.window import AuditWindow
from projections.views.queries.record import RecordedDecision, days_of, standing_among
from projections.views.read_model import Views


class DrawnDecision(NamedTuple):
    """A decision of the sample, with the number that it was drawn by; `stands`: something of it stands as known."""

    draw: str
    decision: DecisionRef
    decided_on: str | None
    recorded_at: str
    first: int
    last: int
    stands: bool


class Sample(NamedTuple):
    """The decisions that were drawn, smallest number first, out of how many, and what they were drawn by."""

    decisions: tuple[DrawnDecision, ...]
    population: int
    root: str
    seed: str


def sample(views: Views, known: int, size: int, window: AuditWindow, seed: str = "") -> Sample:
    """Return a sample of `size` decisions of a window, as known at a position; all of them where there are fewer.

    Raises `InputError` for a window that names no point of the record.
    """
    root = views.ledger.known_at(known).root
    population = 0

    def numbered() -> Iterator[tuple[str, RecordedDecision]]:
        nonlocal population
        for decision in window.decisions(views, known):
            population += 1
            yield draw(root, seed, decision.authority, decision.reference), decision

    drawn = nsmallest(size, numbered())
    standing = standing_among(views.file, [decision.first for _, decision in drawn], known)
    found = tuple(_drawn(views, number, decision, known, standing) for number, decision in drawn)
    return Sample(found, population, root, seed)


def draw(root: str, seed: str, authority: str, reference: str) -> str:
    """Return the number of a decision, in 64 hexadecimal digits."""
    return sha256(f"{root}\n{seed}\n".encode() + canonical([authority, reference]) + b"\n").hexdigest()


def _drawn(views: Views, number: str, one: RecordedDecision, known: int, standing: set[int]) -> DrawnDecision:
    _, decided_on = days_of(views.file, one.first, known)
    name = DecisionRef(one.authority, one.reference)
    return DrawnDecision(number, name, decided_on, one.recorded_at, one.first, one.last, one.first in standing)
