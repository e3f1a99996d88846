"""The views file: a local, disposable SQLite file, and the only place of the projections that knows SQL's driver."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Self

from platformdirs import user_cache_dir

from ledger.errors import LedgerError
from projections.rows import Turn
from projections.values import as_json
from projections.views_schema import APPLICATION_ID, KNOWN_FOREVER, NAMES, TABLES, VERSION

FOLDER_VARIABLE = "CLUSTER_LEDGER_VIEWS"
_BUSY_SECONDS = 10.0  # for a lock; whoever waits for another to fill the views waits as long as that goes on
_CACHE_KIB = 64 * 1024

Key = tuple[str, str, int]  # id, attribute, effective_from: one open row at most


class ViewsError(LedgerError):
    """The views file cannot be used; the ledger itself is not concerned."""

    def __init__(self, path: object, what: str) -> None:
        super().__init__(f'The views file "{path}" {what}. The ledger is not concerned: delete the file and ask again.')


class ViewsBusy(LedgerError):
    """Another program fills the same views for longer than one waits."""

    def __init__(self, path: object) -> None:
        super().__init__(f'Another program is filling the views file "{path}". Ask again when it has finished.')


class Filled(NamedTuple):
    """How far a file is filled: to which position, with which root, and up to which row it is indexed."""

    ledger_id: str
    position: int
    root: str
    indexed: int


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
    mentioned: list[tuple[str, int]] = field(default_factory=list)
    mentions: set[tuple[str, str]] = field(default_factory=set)
    spoken: list[tuple[int, int]] = field(default_factory=list)

    def turn(self, kind: str, id_: str, turned: Turn, known: int) -> None:
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


_ELEVEN, _FOURTEEN = ", ".join("?" * 11), ", ".join("?" * 14)
_KNOWN_TO = 8  # the place of this column in a row


def folder_of_views(folder: str | os.PathLike[str] | None = None) -> Path:
    """Return where views files lie: `folder`, else $CLUSTER_LEDGER_VIEWS, else the user's cache."""
    return Path(folder or os.environ.get(FOLDER_VARIABLE) or user_cache_dir("cluster-ledger"))


class ViewsFile:
    """One open views file; `made_anew` says why an earlier one was thrown away, or is empty."""

    def __init__(self, path: Path | None, ledger_id: str) -> None:
        self.path, self.ledger_id, self.made_anew = path, ledger_id, ""
        self._db = self._connect()
        try:
            self._prepare()
        except sqlite3.OperationalError as error:
            self._db.close()
            raise ViewsError(path, f"cannot be used ({error})") from error
        except (sqlite3.DatabaseError, ViewsError) as error:
            if isinstance(error, ViewsError) and type(error.__cause__) is not sqlite3.DatabaseError:
                self._db.close()
                raise
            self._throw_away("it could not be read")
            self._prepare()

    @classmethod
    def of_ledger(cls, ledger_id: str, folder: str | os.PathLike[str] | None = None) -> Self:
        """Open the views file of a ledger, made if need be; in memory where the folder cannot be written to."""
        found = folder_of_views(folder)
        try:
            found.mkdir(parents=True, exist_ok=True)
            return cls(found / f"{ledger_id}.views", ledger_id)
        except (OSError, ViewsError):
            if folder is not None or os.access(found, os.W_OK):
                raise
            return cls(None, ledger_id)

    @classmethod
    def in_memory(cls, ledger_id: str) -> Self:
        """Return an empty one that is gone when it is closed."""
        return cls(None, ledger_id)

    def _connect(self) -> sqlite3.Connection:
        try:
            db = sqlite3.connect(self.path or ":memory:", timeout=_BUSY_SECONDS, isolation_level=None)
        except sqlite3.Error as error:
            raise ViewsError(self.path, f"cannot be opened ({error})") from error
        return db

    def _prepare(self) -> None:
        """Set the connection up, and make the tables where they are missing or of another version."""
        with self._in_words():
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")  # lost is only what can be filled again
            self._db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
            if self._is_ours():
                return  # without waiting for whoever fills it just now
        with self.writing():
            application, version = self._one("PRAGMA application_id")[0], self._one("PRAGMA user_version")[0]
            if self._is_ours():
                return
            if (application, version) == (APPLICATION_ID, VERSION):
                self.made_anew = "it was filled from another ledger"
            elif application == APPLICATION_ID:
                self.made_anew = f"it was filled by version {version} of the projections, this is version {VERSION}"
            elif self._one("SELECT count(*) FROM sqlite_master")[0]:
                raise ViewsError(self.path, "is not a views file")
            self._make()

    def _is_ours(self) -> bool:
        """Return whether the file has the tables of this version, for this ledger."""
        application, version = self._one("PRAGMA application_id")[0], self._one("PRAGMA user_version")[0]
        return (application, version) == (APPLICATION_ID, VERSION) and self.filled().ledger_id == self.ledger_id

    def _make(self) -> None:
        for name in NAMES:
            self._db.execute(f"DROP TABLE IF EXISTS {name}")
        for statement in TABLES.split(";\n"):
            if statement.strip():
                self._db.execute(statement)
        self._db.execute("INSERT INTO filled VALUES (1, ?, 0, '', 0)", (self.ledger_id,))
        self._db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        self._db.execute(f"PRAGMA user_version = {VERSION}")

    def _throw_away(self, why: str) -> None:
        self._db.close()
        if self.path is not None:
            for suffix in ("-wal", "-shm", ""):  # first what would be replayed into the next file
                Path(f"{self.path}{suffix}").unlink(missing_ok=True)
        self.made_anew = why
        self._db = self._connect()

    # Writing

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the write lock; what is done within is kept as a whole, or not at all. Raises `ViewsError`."""
        with self._in_words():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        """Turn the driver's errors into sentences that a person can act on."""
        try:
            yield
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_BUSY:
                raise ViewsBusy(self.path) from error
            raise ViewsError(self.path, f"cannot be used ({error})") from error

    def empty(self) -> None:
        """Throw away everything that it was filled with; within `writing`."""
        self._make()

    def put(self, batch: Batch, position: int, root: str) -> None:
        """Add a batch and say to which position and root the file is filled now; within `writing`."""
        many = self._db.executemany
        if batch.closed:
            self._close(batch.closed)
        many(f"INSERT INTO rows VALUES (NULL, {_ELEVEN})", batch.rows)
        many("INSERT INTO decisions VALUES (?, ?, ?, ?, ?, ?)", batch.decisions)
        many(f"INSERT INTO decided VALUES ({_FOURTEEN})", batch.decided_before)
        many(f"UPDATE decided SET known_to = ? WHERE first = ? AND known_to = {KNOWN_FOREVER}", batch.overtaken)
        decided = [(first, since, KNOWN_FOREVER, *rest) for first, (since, *rest) in batch.decided.items()]
        many(f"INSERT INTO decided VALUES ({_FOURTEEN})", decided)
        many("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?)", batch.events)
        many("INSERT OR IGNORE INTO mentioned VALUES (?, ?)", batch.mentioned)
        many("INSERT OR IGNORE INTO mentions VALUES (?, ?)", batch.mentions)
        many("INSERT OR IGNORE INTO spoken VALUES (?, ?)", batch.spoken)
        self._db.execute("UPDATE filled SET position = ?, root = ?", (position, root))

    def _close(self, closed: Sequence[tuple[int, str, str, int]]) -> None:
        """Close open rows, in the index too where they are in it already."""
        key = f"id = ? AND attribute = ? AND effective_from = ? AND known_to = {KNOWN_FOREVER}"
        if self.filled().indexed:
            self._db.executemany(
                f"UPDATE spans SET known_last = ? - 1 WHERE row = (SELECT row FROM rows WHERE {key})", closed
            )
        found = self._db.executemany(f"UPDATE rows SET known_to = ? WHERE {key}", closed).rowcount
        if found != len(closed):
            raise ViewsError(self.path, f"does not hold what was put into it ({len(closed) - found} rows are missing)")

    def index(self, rows_max: int) -> bool:
        """Put up to `rows_max` rows more into the index; return whether all are in; within `writing`."""
        indexed, last = self.filled().indexed, self._one("SELECT coalesce(max(row), 0) FROM rows")[0]
        upto = min(last, indexed + rows_max)
        self._db.execute(
            "INSERT INTO spans SELECT row, effective_from, effective_to - 1, known_from, known_to - 1 FROM rows "
            "WHERE row > ? AND row <= ? AND NOT (attribute >= 'without-effect:' AND attribute < 'without-effect;') "
            "ORDER BY effective_from, known_from",  # an R*Tree grows best from neighbours
            (indexed, upto),
        )
        self._db.execute("UPDATE filled SET indexed = ?", (upto,))
        return bool(upto == last)

    # Reading

    def filled(self) -> Filled:
        """Return how far it is filled; (its ledger, 0, "", 0) while it is empty."""
        return Filled(*self._one("SELECT ledger_id, position, root, indexed FROM filled"))

    def is_indexed(self) -> bool:
        """Return whether every row is in the index."""
        return bool(self._one("SELECT indexed = (SELECT coalesce(max(row), 0) FROM rows) FROM filled")[0])

    def select(self, sql: str, parameters: Iterable[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """Yield the rows that a SELECT finds; raises `ViewsError`."""
        with self._in_words():
            yield from self._db.execute(sql, tuple(parameters))

    def stab(self, day: int, known: int) -> list[tuple[str, str, str, str, str, int]]:
        """Return (id, kind, attribute, value, stated, set_by) of every row that holds on a day as known then."""
        return self._db.execute(
            "SELECT r.id, r.kind, r.attribute, r.value, r.stated, r.set_by FROM spans s JOIN rows r ON r.row = s.row "
            "WHERE s.effective_from <= ?1 AND s.effective_last >= ?1 AND s.known_from <= ?2 AND s.known_last >= ?2",
            (day, known),
        ).fetchall()

    def _one(self, sql: str) -> tuple[Any, ...]:
        found: tuple[Any, ...] = self._db.execute(sql).fetchone()
        return found

    def close(self) -> None:
        """Close it; a second time does nothing."""
        self._db.close()
