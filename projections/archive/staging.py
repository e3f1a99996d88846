"""The matter of an archive, put before DuckDB: lines of the ledger, and rows of its views between two positions.

It lies in a folder of temporary files that goes with it, so that memory is bounded however much there is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from typing import Any

from ledger.closing import Closing
from ledger.files.making import private_folder
from projections.archive.parts import ArchivePart, parts
from projections.archive.tables import EVENTS, ArchiveTable
from projections.columnar import SETTINGS, engine, of_the_disk, quoted
from projections.views.queries.archived import (
    DECISION_COLUMNS,
    ROW_COLUMNS,
    decisions_between,
    ends_between,
    events_between,
    rows_between,
)
from projections.views.read_model import Views

WHAT, EXTRA = "Archives", "archive"
MEMORY = "512MB"
_NUMBERS = frozenset(
    (
        *("position", "decision", "effective", "effective_from", "effective_to", "known_from", "known_to", "set_by"),
        *("ended_by", "first", "last", "recorded_day", "decided_day", "review_day"),
    )
)
_BOOLEANS = frozenset(("has_effect", "has_document", "stands"))
_EVENT_COLUMNS = ("position", "decision", "effective", "line")
_READ = "delim = '\t', quote = '', escape = '', header = false, auto_detect = false, new_line = '\\n'"


class Staging(Closing):
    """The rows of every table of an archive after one position and up to another, to be selected part by part."""

    def __init__(self, views: Views, after: int, upto: int) -> None:
        """Put before DuckDB all but the events; both positions end a decision, or are 0. Raises `MissingExtra`."""
        self.views, self.after, self.upto = views, after, upto
        self._stack = ExitStack()
        try:
            self.folder = self._stack.enter_context(private_folder())
            settings = {**SETTINGS, "memory_limit": MEMORY, "temp_directory": str(self.folder / "spilt")}
            self.db = self._stack.enter_context(engine(settings, WHAT, EXTRA, str(self.folder / "staged.duckdb")))
            self._fill()
        except BaseException:
            self._stack.close()
            raise

    def _fill(self) -> None:
        views, span = self.views, (self.after, self.upto)
        views.catch_up()
        self.db.execute("SET TimeZone = 'UTC'")
        ends = list(ends_between(views.file, *span))
        self.parts = tuple(parts(ends, self.after))
        instants = (f"{last}\t{recorded_at}" for last, recorded_at in ends)
        self._put("instants", ("last", "recorded_at"), instants, {"recorded_at": "TIMESTAMPTZ"})
        self._put("found_rows", ROW_COLUMNS, _texts(rows_between(views.file, *span)))
        self.db.execute(
            "CREATE TABLE staged_rows AS SELECT *, "
            "row_number() OVER (PARTITION BY known_from ORDER BY id, attribute, effective_from NULLS FIRST) AS number "
            "FROM found_rows"
        )
        self.db.execute("DROP TABLE found_rows")
        self._put("staged_decisions", DECISION_COLUMNS, _texts(decisions_between(views.file, *span)))

    def _put(
        self, table: str, columns: Sequence[str], lines: Iterable[str], types: dict[str, str] | None = None
    ) -> None:
        """Make a table of lines whose cells stand between tabs."""
        aside = self.folder / f"{table}.tsv"
        with of_the_disk():
            with aside.open("w", encoding="utf-8", newline="\n") as file:
                file.writelines(f"{line}\n" for line in lines)
            typed = ", ".join(f"{quoted(name)}: {quoted((types or {}).get(name) or _type(name))}" for name in columns)
            self.db.execute(
                f"CREATE OR REPLACE TABLE {table} AS SELECT * FROM "
                f"read_csv({quoted(str(aside))}, {_READ}, columns = {{{typed}}})"
            )
        aside.unlink()

    def stage(self, part: ArchivePart) -> None:
        """Put the events of a part before DuckDB, in the place of those of the part before."""
        found = events_between(self.views.file, part.first - 1, part.last)
        lines = self.views.ledger.lines(part.first - 1, part.last)
        self._put(
            "staged_events",
            _EVENT_COLUMNS,
            (
                f"{position}\t{decision}\t{'' if day is None else day}\t{line.decode()}"
                for (position, decision, day), line in zip(found, lines, strict=True)
            ),
        )

    def select(self, table: ArchiveTable, part: ArchivePart) -> str:
        """Return the SQL of the rows of a table in a part that was staged, in the order of its key."""
        names = ", ".join(f'"{column.name}"' for column in table.columns[1:])
        typed = ", ".join(f'CAST("{column.name}" AS {column.type}) AS "{column.name}"' for column in table.columns[1:])
        ledger_id = quoted(self.views.ledger.government.ledger_id)
        within = "" if table is EVENTS else f'WHERE "{table.at}" BETWEEN {part.first} AND {part.last} '
        return (
            f"SELECT {ledger_id} AS ledger, {typed} FROM ({table.select}) AS made ({names}) "
            f"{within}ORDER BY {', '.join(table.key)}"
        )

    def close(self) -> None:
        """Close it, and remove its files; a second time does nothing."""
        self._stack.close()


def _texts(lots: Iterable[list[tuple[Any, ...]]]) -> Iterator[str]:
    return (text for lot in lots for (text,) in lot)


def _type(column: str) -> str:
    return "BIGINT" if column in _NUMBERS else "BOOLEAN" if column in _BOOLEANS else "VARCHAR"
