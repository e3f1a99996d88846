"""The rows of an answer: typed, in order, and as typed columns for libraries that compute with tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from importlib import import_module
from typing import Any, Generic, TypeVar, overload

from ledger.errors.extras import MissingLibrary
from projections.analysis.columns import columns_of

Row = TypeVar("Row")
Made = TypeVar("Made")
Columns = dict[str, list[Any]]

# What the types of columns are called by pandas and DuckDB. Where a cell is empty, pandas keeps whole numbers
# whole by a type of its own, and counts days in seconds: in nanoseconds there are none before 1678.
_PANDAS: dict[type, str] = {
    str: "string",
    int: "Int64",
    float: "float64",
    bool: "boolean",
    date: "datetime64[s]",
    datetime: "datetime64[us, UTC]",
}
_DUCKDB = {str: "VARCHAR", int: "BIGINT", float: "DOUBLE", bool: "BOOLEAN", date: "DATE", datetime: "TIMESTAMPTZ"}


class AnswerRows(Sequence[Row], Generic[Row]):
    """The rows of an answer; each has named fields."""

    def __init__(
        self,
        found: Sequence[Row],
        type_: type,
        *,
        keys: Sequence[str] = (),
        as_stated: Callable[[Row], Any] = lambda row: row,
    ) -> None:
        """`type_` says what the columns are, and `as_stated` makes one of it of a row; `keys` are those of mappings."""
        self._found, self._as_stated = list(found), as_stated
        self._columns = list(columns_of(type_, keys))

    def __len__(self) -> int:
        return len(self._found)

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Row]: ...
    def __getitem__(self, at: int | slice) -> Row | Sequence[Row]:
        return self._found[at]

    def types(self) -> dict[str, type]:
        """Return the type of each column by name: `str`, `int`, `float`, `bool`, `date` or `datetime` (in UTC)."""
        return {column.name: column.type for column in self._columns}

    def columns(self) -> Columns:
        """Return the rows as columns of one length, by name and of `types`, with None for what a row does not state.

        They are the same for an answer without rows. Each field of a row is one; of what has fields itself, each of
        these (`decision` gives `decision_reference`). Lists and values of attributes are JSON text.
        """
        rows = [self._as_stated(one) for one in self._found]
        return {column.name: [column.read(row) for row in rows] for column in self._columns}

    def to(self, make: Callable[[Columns], Made]) -> Made:
        """Return what `make` makes of the columns: a table of whatever library."""
        return make(self.columns())

    def to_arrow(self) -> Any:
        """Return a `pyarrow.Table`; raises `MissingLibrary` where pyarrow is not installed."""
        arrow = _library("An Arrow table", "pyarrow")
        made: dict[type, Any] = {
            str: arrow.string(),
            int: arrow.int64(),
            float: arrow.float64(),
            bool: arrow.bool_(),
            date: arrow.date32(),
            datetime: arrow.timestamp("us", "UTC"),
        }
        return arrow.table(self.columns(), arrow.schema([(name, made[type_]) for name, type_ in self.types().items()]))

    def to_pandas(self) -> Any:
        """Return a `pandas.DataFrame`; raises `MissingLibrary` where pandas is not installed."""
        pandas, types = _library("A data frame", "pandas"), self.types()
        series = {name: pandas.Series(cells, dtype=_PANDAS[types[name]]) for name, cells in self.columns().items()}
        return pandas.DataFrame(series)

    def to_duckdb(self, db: Any, name: str) -> None:
        """Make a table of that name in an open DuckDB database; one that is there is replaced."""
        made = ", ".join(
            f"unnest(?::{_DUCKDB[type_]}[]) AS {_quoted(column)}" for column, type_ in self.types().items()
        )
        db.execute(f"CREATE OR REPLACE TABLE {_quoted(name)} AS SELECT {made}", list(self.columns().values()))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _library(what: str, name: str) -> Any:
    try:
        return import_module(name)
    except ImportError:
        raise MissingLibrary(what, name) from None
