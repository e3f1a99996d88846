"""Engines of federated answers: what each can do, and the one of one machine, DuckDB, within a stated memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple, Protocol

from ledger.closing import Closing
from ledger.errors import InputError, harmless
from ledger.files.making import temporary_folder
from projections.archive.federation.sources import ArchiveSource
from projections.archive.federation.statements import DUCKDB, FederatedQuestion, statement
from projections.archive.staging import EXTRA
from projections.archive.tables import TABLES
from projections.columnar import SETTINGS, engine, literal, of_the_disk, quoted

_AT_ONCE = 1_000  # rows
Cells = tuple[Any, ...]


class LedgerPoint(NamedTuple):
    """What is asked of one ledger: the last position that is known, and an earlier one; 0: before the first record."""

    ledger: str
    government: str
    known: int
    since: int


class Engine(Protocol):
    """What answers over the files of archives that were verified."""

    def known_at(self, ledger: str, instant: str) -> tuple[int, str | None]:
        """Return the last position of a ledger recorded at or before an instant, and when that was; (0, None): none."""

    def ask(self, question: FederatedQuestion, points: Sequence[LedgerPoint]) -> Iterator[Cells]:
        """Return the rows of an answer, which are read as they are taken."""

    def write(self, question: FederatedQuestion, points: Sequence[LedgerPoint], about: dict[str, str], to: Path) -> int:
        """Write an answer to a Parquet file, `about` in its metadata, and return how many rows it has."""


class DuckEngine(Closing):
    """Answers over the files of archives; what does not fit into memory is put into a folder that goes with it."""

    def __init__(self, sources: Sequence[ArchiveSource], memory: str = "1GB", threads: int = 2) -> None:
        """Take the sources, of which there is one at least; `memory` is what DuckDB takes. Raises `MissingExtra`."""
        self._stack, self._memory = ExitStack(), memory
        aside = self._stack.enter_context(TemporaryDirectory(prefix="cluster-ledger-federate-", dir=temporary_folder()))
        settings = {**SETTINGS, "threads": threads, "memory_limit": memory, "temp_directory": aside}
        try:
            self._db = self._stack.enter_context(engine(settings, "Federated answers", EXTRA))
            self._db.execute("SET TimeZone = 'UTC'")
            for table in TABLES:
                paths = ", ".join(quoted(literal(path)) for source in sources for path in source.paths(table))
                self._db.execute(
                    f"CREATE VIEW {table} AS SELECT * FROM read_parquet([{paths}], hive_partitioning = false)"
                )
        except BaseException:
            self._stack.close()
            raise

    def known_at(self, ledger: str, instant: str) -> tuple[int, str | None]:
        """Return the last position of a ledger recorded at or before an instant, and when that was; (0, None): none."""
        self._db.execute(
            "SELECT coalesce(max(\"position\"), 0), strftime(max(recorded_at), '%Y-%m-%dT%H:%M:%S.%fZ') "
            "FROM events WHERE ledger = ? AND recorded_at <= CAST(? AS TIMESTAMPTZ)",
            [ledger, instant],
        )
        ((position, recorded_at),) = self._db.fetchall()
        return int(position), recorded_at

    def ask(self, question: FederatedQuestion, points: Sequence[LedgerPoint]) -> Iterator[Cells]:
        """Return the rows of an answer, which are read as they are taken."""
        self._points(points)
        with self._in_words():
            self._db.execute(statement(question, DUCKDB))
        return self._rows()

    def write(self, question: FederatedQuestion, points: Sequence[LedgerPoint], about: dict[str, str], to: Path) -> int:
        """Write an answer to a Parquet file, `about` in its metadata, and return how many rows it has."""
        self._points(points)
        return self._copied(statement(question, DUCKDB), about, to)

    def gather(self, files: Sequence[Path], about: dict[str, str], to: Path) -> int:
        """Write rows that lie in several Parquet files to one, in the order of the files; return how many there are."""
        paths = ", ".join(quoted(literal(path)) for path in files)
        return self._copied(f"SELECT * FROM read_parquet([{paths}])", about, to)

    def _copied(self, rows: str, about: dict[str, str], to: Path) -> int:
        metadata = ", ".join(f"{name}: {quoted(said)}" for name, said in about.items())
        form = f"FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false, KV_METADATA {{{metadata}}}"
        with self._in_words():
            self._db.execute(f"COPY ({rows}) TO {quoted(str(to))} ({form})")
        ((count,),) = self._db.fetchall()
        return int(count)

    def _points(self, points: Sequence[LedgerPoint]) -> None:
        self._db.execute(
            "CREATE OR REPLACE TABLE points (ledger VARCHAR, government VARCHAR, known BIGINT, since BIGINT)"
        )
        self._db.executemany("INSERT INTO points VALUES (?, ?, ?, ?)", [tuple(point) for point in points])

    def _rows(self) -> Iterator[Cells]:
        while lot := self._lot():
            yield from lot

    def _lot(self) -> list[Cells]:
        with self._in_words():
            lot: list[Cells] = self._db.fetchmany(_AT_ONCE)
        return lot

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        """Turn what the engine says of its memory, of the disk and of files that changed meanwhile into sentences."""
        import duckdb

        try:
            with of_the_disk():
                yield
        except duckdb.OutOfMemoryException:
            raise InputError(
                f"The answer needs more than the {self._memory} that --memory gives it, or the disk for temporary "
                "files is full. Give more, or ask fewer archives at once."
            ) from None
        except duckdb.Error as error:
            said = harmless(str(error).splitlines()[0], 200)
            raise InputError(f"The archives cannot be asked ({said}). `verify` tells what is wrong in them.") from None

    def close(self) -> None:
        """Close it, and remove what was put aside; a second time does nothing."""
        self._stack.close()
