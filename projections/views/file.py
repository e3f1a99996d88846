"""The views file: a local, disposable SQLite file that holds what the ledger's decisions come to."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from platformdirs import user_cache_dir

from ledger.files.making import private_folder
from ledger.plurals import counted
from projections.views.dossiers import SourcedRow
from projections.views.errors import ViewsChanged, ViewsError, ViewsForeign
from projections.views.guard import SealedFile
from projections.views.packing import pack, packs
from projections.views.schema import APPLICATION_ID, IDLE, KNOWN_FOREVER, NAMES, TABLES, VERSION
from projections.views.seal import FileEntry, entry_of, make_empty
from projections.views.spool import AT_ONCE, Spool

if TYPE_CHECKING:
    from projections.views.batch import Batch

FOLDER_VARIABLE = "CLUSTER_LEDGER_VIEWS"
_SCHEMA = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"
# The index comes first, and each row is then looked up: how long history is costs nothing.
_SOURCED = """
SELECT r.id, r.kind, r.attribute, r.value, r.stated, r.set_by, e.id, d.authority, d.reference
FROM spans s CROSS JOIN rows r ON r.row = s.row
LEFT JOIN events e ON e.position = r.set_by LEFT JOIN decisions d ON d.first = e.decision
WHERE s.effective_from <= ?1 AND s.effective_last >= ?1 AND s.known_from <= ?2 AND s.known_last >= ?2
ORDER BY r.id, r.attribute
"""
# What holds still, and what is known no longer, lie apart: a node of both would be looked at for every position.
_SPANS_IN_ORDER = (
    "SELECT row, effective_from, effective_to - 1, known_from, known_to - 1 FROM rows "
    f"WHERE NOT {IDLE} ORDER BY known_to = {KNOWN_FOREVER}, row"
)
_UNSOUND_MAX = 10  # faults of pages that are told


class Filled(NamedTuple):
    """How far a file is filled: to which position, with which root, and up to which row it is indexed."""

    ledger_id: str
    position: int
    root: str
    indexed: int


def folder_of_views(folder: str | os.PathLike[str] | None = None) -> Path:
    """Return where views files lie: `folder`, else $CLUSTER_LEDGER_VIEWS, else the user's cache."""
    return Path(folder or os.environ.get(FOLDER_VARIABLE) or user_cache_dir("cluster-ledger"))


def proven_beside(path: Path) -> Path:
    """Return where a copy of the views at `path` lies, of which a check has proven every row."""
    return path.with_suffix(".proven")


def are_proven(ledger_id: str, folder: str | os.PathLike[str] | None = None) -> bool:
    """Return whether there are views of a ledger, and beside them a copy of which a check has proven every row."""
    path = folder_of_views(folder) / f"{ledger_id}.views"
    return path.is_file() and proven_beside(path).is_file()


class ViewsFile(SealedFile):
    """One open views file; `apart` says why it is kept nowhere though it was to be, or is empty.

    `reached` is the position up to which whoever asks has found it filled: nothing is read of one that holds less, as
    it does once it was thrown away, and is filled anew, by a program that sees less of the ledger.
    """

    def __init__(self, path: Path | None, ledger_id: str, *, as_found: bool = False) -> None:
        self.ledger_id, self.apart = ledger_id, ""
        self.reached = 0
        self._found_at: FileEntry | None = None
        super().__init__(path, as_found=as_found)

    @classmethod
    def of_ledger(cls, ledger_id: str, folder: str | os.PathLike[str] | None = None, *, as_found: bool = False) -> Self:
        """Open the views file of a ledger, made if need be; a private one where none can be kept."""
        found = folder_of_views(folder)
        try:
            found.mkdir(mode=0o700, parents=True, exist_ok=True)
            return cls(found / f"{ledger_id}.views", ledger_id, as_found=as_found)
        except ViewsForeign:
            raise
        except ViewsError as error:
            return cls.kept_nowhere(ledger_id, error.clause)
        except OSError as error:
            return cls.kept_nowhere(ledger_id, f'the folder "{found}" cannot be used ({error.strerror or error})')

    @classmethod
    def kept_nowhere(cls, ledger_id: str, why: str = "") -> Self:
        """Return an empty one that no other program sees and that is gone when it is closed; `why` it is that."""
        file = cls(None, ledger_id)
        file.apart = why
        return file

    # What it holds

    def make(self) -> None:
        """Make the tables, with nothing in them."""
        for name in NAMES:
            self._db.execute(f"DROP TABLE IF EXISTS {name}")
        for statement in _statements():
            self._db.execute(statement)
        self._db.execute("INSERT INTO filled VALUES (1, ?, 0, '', 0)", (self.ledger_id,))
        self._db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        self._db.execute(f"PRAGMA user_version = {VERSION}")

    def unfit(self) -> str:
        """Return why the tables are not those that `make` makes, for this ledger, or nothing."""
        if self._db.execute(_SCHEMA).fetchall() != _schema():
            return "their file has other tables than it is to have"
        found = self._db.execute("SELECT ledger_id FROM filled").fetchall()
        return "" if found == [(self.ledger_id,)] else "they were filled from another ledger"

    def contents(self) -> str:
        """Return how far it is filled, and from what, for the digest in the seal."""
        return f"{VERSION} {TABLES} {self._one('SELECT ledger_id, position, root, indexed FROM filled')}"

    def unsound(self) -> Iterator[str]:
        """Yield what is wrong with its settings, its tables and its pages, apart from what stands in them."""
        with self._in_words():
            settings = self._one("PRAGMA application_id")[0], self._one("PRAGMA user_version")[0]
            if settings != (APPLICATION_ID, VERSION):
                yield "its settings are not those of this version"
            elif why := self.unfit():
                yield why
            else:
                pages = self._db.execute(f"PRAGMA integrity_check({_UNSOUND_MAX})").fetchall()
                yield from (str(fault) for (fault,) in pages if fault != "ok")

    # Writing

    def empty(self) -> None:
        """Throw away everything that it was filled with; within `writing`."""
        self.take_alone()
        self.make()

    def put(self, batch: Batch, position: int, root: str) -> None:
        """Add a batch and say to which position and root the file is filled now; within `writing`."""
        self.take_alone()
        lost = batch.write(self._db, is_indexed=bool(self.filled().indexed))
        if lost:
            missing = counted(lost, "row is", "rows are")
            raise ViewsError(self.path, f"does not hold what was put into it ({missing} missing)")
        self._db.execute("UPDATE filled SET position = ?, root = ?", (position, root))

    def index(self, rows_max: int) -> bool:
        """Put up to `rows_max` rows more into the index; return whether all are in; within `writing`.

        Into an index that is empty all are put at once, where SQLite lets them be packed.
        """
        self.take_alone()
        indexed, last = self.filled().indexed, self._one("SELECT coalesce(max(row), 0) FROM rows")[0]
        upto = min(last, indexed + rows_max)
        if not indexed and packs(self._db):
            with closing(self._db.execute(_SPANS_IN_ORDER)) as spans:  # half read, it would keep the lock
                pack(self._db, spans)
            self._db.execute("UPDATE filled SET indexed = ?", (last,))
            return True
        self._db.execute(
            "INSERT INTO spans SELECT row, effective_from, effective_to - 1, known_from, known_to - 1 FROM rows "
            f"WHERE row > ? AND row <= ? AND NOT {IDLE} "
            "ORDER BY effective_from, known_from",  # an R*Tree grows best from neighbours
            (indexed, upto),
        )
        self._db.execute("UPDATE filled SET indexed = ?", (upto,))
        return bool(upto == last)

    # Reading

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Hold the file as it was sealed and filled; raises `ViewsChanged` where it holds less than was reached."""
        is_held = self._db.in_transaction
        with super().reading():
            if not is_held and self._held is not self._found_at:  # it was written to since
                if self._one("SELECT position FROM filled")[0] < self.reached:
                    raise ViewsChanged(self.path, "another program began to fill it anew")
                self._found_at = self._held
            yield

    def filled(self) -> Filled:
        """Return how far it is filled; (its ledger, 0, "", 0) while it is empty."""
        with self.reading():
            return Filled(*self._one("SELECT ledger_id, position, root, indexed FROM filled"))

    def reach(self) -> Filled:
        """Return how far it is filled by now; from here on nothing is read of it while it holds less than that."""
        self.reached = 0
        found = self.filled()
        self.reached = found.position
        return found

    def is_indexed(self) -> bool:
        """Return whether every row is in the index."""
        with self.reading():
            return bool(self._one("SELECT indexed = (SELECT coalesce(max(row), 0) FROM rows) FROM filled")[0])

    def engine(self) -> str:
        """Return the version of SQLite that reads the file."""
        return str(self._one("SELECT sqlite_version()")[0])

    def select(self, sql: str, parameters: Iterable[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """Return the rows that a SELECT finds, all of them read by now, and put aside if many; raises `ViewsError`."""
        with self.reading():
            found = self._db.execute(sql, tuple(parameters))
            some = found.fetchmany(AT_ONCE)
            return iter(some if len(some) < AT_ONCE else Spool(chain(some, found)))

    def lots(self, sql: str, parameters: Iterable[Any] = ()) -> Generator[list[tuple[Any, ...]], None, None]:
        """Yield the rows that a SELECT finds, some at a time; nobody can write until all of them are taken."""
        with self.reading():
            found = self._db.execute(sql, tuple(parameters))
            while lot := found.fetchmany(AT_ONCE):
                yield lot

    def stab(self, day: int, known: int) -> list[tuple[str, str, str, str, str, int]]:
        """Return (id, kind, attribute, value, stated, set_by) of every row that holds on a day as known then."""
        with self.reading():
            return self._db.execute(
                "SELECT r.id, r.kind, r.attribute, r.value, r.stated, r.set_by FROM spans s "
                "JOIN rows r ON r.row = s.row WHERE s.effective_from <= ?1 AND s.effective_last >= ?1 "
                "AND s.known_from <= ?2 AND s.known_last >= ?2",
                (day, known),
            ).fetchall()

    def sourced(self, day: int, known: int) -> Spool[SourcedRow]:
        """Return every row that holds on a day as known then, with its event and decision, by id and attribute.

        All of them are read by now, and put aside: whoever fills the file meanwhile is not kept waiting.
        """
        with self.reading():
            return Spool(self._db.execute(_SOURCED, (day, known)))

    # Copies

    def copy(self) -> ViewsFile:
        """Return a private copy of the file as it stands at one instant, sealed or not."""
        with self._in_words(), self._locked():
            return self._copied(self._db)

    def proven(self) -> ViewsFile | None:
        """Return a private copy of what `keep_proven` kept beside this file; None where there is nothing of use."""
        if self.path is None:
            return None
        try:
            path = proven_beside(self.path)
            if entry_of(path) is None:
                return None
            with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as kept:
                found = self._copied(kept)
        except (OSError, sqlite3.Error):
            return None
        if any(found.unsound()):
            found.close()
            return None
        return found

    def _copied(self, db: sqlite3.Connection) -> ViewsFile:
        found = ViewsFile(None, self.ledger_id)
        try:
            db.backup(found._db)
        except BaseException:
            found.close()
            raise
        return found

    def keep_proven(self, path: Path | None) -> None:
        """Keep this file, of which all was proven, beside the views at `path`: whole, or not at all where it cannot be.

        It is a help to the next check, and nothing is answered from it.
        """
        if path is None:
            return
        kept = proven_beside(path)
        with suppress(OSError, sqlite3.Error), private_folder(kept.parent) as folder:
            made = folder / kept.name
            make_empty(made)
            with closing(sqlite3.connect(made)) as db:
                self._db.backup(db)
            os.replace(made, kept)


def _statements() -> list[str]:
    return [statement for statement in TABLES.split(";\n") if statement.strip()]


@cache
def _schema() -> list[tuple[Any, ...]]:
    """Return the rows that SQLite keeps of the tables, as this version makes them."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        for statement in _statements():
            db.execute(statement)
        return db.execute(_SCHEMA).fetchall()
