"""A batch: what a run of decisions adds to the views, in the order of the columns of their tables."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from typing import Any

from projections.views.references import named_in
from projections.views.schema import KNOWN_FOREVER
from projections.views.spans import RowTurn
from projections.views.values import as_json

_KNOWN_TO = 8  # the place of this column in a row
_ELEVEN, _THIRTEEN = ", ".join("?" * 11), ", ".join("?" * 13)
_STREAM = "INSERT INTO streams VALUES (?, ?) ON CONFLICT DO UPDATE SET version = excluded.version"
_OPEN = f"id = ? AND attribute = ? AND effective_from = ? AND known_to = {KNOWN_FOREVER}"

Key = tuple[str, str, int]  # id, attribute, effective_from: one open row at most


@dataclass
class Batch:
    """What a run of whole decisions adds to a file; everything in the order of the columns of its table."""

    rows: list[list[Any]] = field(default_factory=list)
    open: dict[Key, list[Any]] = field(default_factory=dict)  # of `rows`, those that still hold
    closed: list[tuple[int, str, str, int]] = field(default_factory=list)  # known_to, then the key
    decisions: list[tuple[Any, ...]] = field(default_factory=list)
    decided: dict[int, tuple[Any, ...]] = field(default_factory=dict)  # first -> known_from, then the rest
    decided_before: list[tuple[Any, ...]] = field(default_factory=list)  # overtaken within the batch
    overtaken: list[tuple[int, int]] = field(default_factory=list)  # known_to and first of those in the file
    events: list[tuple[Any, ...]] = field(default_factory=list)
    mentioned: list[tuple[str, int, bool]] = field(default_factory=list)
    mentions: set[tuple[str, str, str]] = field(default_factory=set)
    streams: dict[str, int] = field(default_factory=dict)  # by name: the version of its last event
    referring: set[tuple[str, str, str]] = field(default_factory=set)
    spoken: list[tuple[int, int]] = field(default_factory=list)
    personal: list[tuple[int, str]] = field(default_factory=list)

    def turn(self, kind: str, id_: str, turned: RowTurn, known: int) -> None:
        """Add what a decision that ends at position `known` does to the rows of a thing."""
        for old in turned.gone:
            row = self.open.pop((id_, old.attribute, old.start), None)
            if row is None:
                self.closed.append((known, id_, old.attribute, old.start))
            else:
                row[_KNOWN_TO] = known
        for attribute, start, end, value, stated, set_by, ended_by in turned.new:
            row = [kind, id_, attribute, as_json(value), stated, start, end, known, KNOWN_FOREVER, set_by, ended_by]
            self.rows.append(row)
            self.open[id_, attribute, start] = row
            self.referring.update([(other, name, id_) for name, other in named_in(attribute, value)])

    def decide(self, first: int, known: int, columns: tuple[Any, ...]) -> None:
        """Add what is known of the decision that begins at position `first` from position `known` on."""
        before = self.decided.pop(first, None)
        if before is not None:
            self.decided_before.append((first, before[0], known, *before[1:]))
        elif first < self.first_decision:
            self.overtaken.append((known, first))
        self.decided[first] = (known, *columns)

    @property
    def first_decision(self) -> int:
        """The first position of the first decision in it."""
        return int(self.decisions[0][0])

    def write(self, db: sqlite3.Connection, *, is_indexed: bool) -> int:
        """Write it to the tables of a file; return how many of the rows that it closes are not there as open ones."""
        lost = self._close(db, is_indexed=is_indexed) if self.closed else 0
        many = db.executemany
        many(f"INSERT INTO rows VALUES (NULL, {_ELEVEN})", self.rows)
        many("INSERT INTO decisions VALUES (?, ?, ?, ?, ?, ?)", self.decisions)
        many(f"INSERT INTO decided VALUES ({_THIRTEEN})", self.decided_before)
        many(f"UPDATE decided SET known_to = ? WHERE first = ? AND known_to = {KNOWN_FOREVER}", self.overtaken)
        decided = [(first, since, KNOWN_FOREVER, *rest) for first, (since, *rest) in self.decided.items()]
        many(f"INSERT INTO decided VALUES ({_THIRTEEN})", decided)
        many("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?)", self.events)
        many("INSERT OR IGNORE INTO mentioned VALUES (?, ?, ?)", self.mentioned)
        many("INSERT OR IGNORE INTO mentions VALUES (?, ?, ?)", self.mentions)
        many(_STREAM, self.streams.items())
        many("INSERT OR IGNORE INTO referring VALUES (?, ?, ?)", self.referring)
        many("INSERT OR IGNORE INTO spoken VALUES (?, ?)", self.spoken)
        many("INSERT OR IGNORE INTO personal VALUES (?, ?)", self.personal)
        return lost

    def _close(self, db: sqlite3.Connection, *, is_indexed: bool) -> int:
        """Close rows that were open before, in the index too where they are in it already."""
        if is_indexed:
            row = f"(SELECT row FROM rows WHERE {_OPEN})"
            db.executemany(f"UPDATE spans SET known_last = ? - 1 WHERE row = {row}", self.closed)
        return len(self.closed) - db.executemany(f"UPDATE rows SET known_to = ? WHERE {_OPEN}", self.closed).rowcount
