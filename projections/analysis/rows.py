"""AnswerRows of an answer: typed, in order, and as columns for libraries that compute with tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from importlib import import_module
from types import UnionType
from typing import Any, Generic, TypeVar, Union, get_args, get_origin, overload

from ledger.errors.extras import MissingLibrary
from projections.fields import fields
from projections.schemas import hints_of
from projections.views.values import as_json

Row = TypeVar("Row")
Made = TypeVar("Made")
Columns = dict[str, list[Any]]


def columns_of(row: Any) -> Iterator[tuple[str, Any]]:
    """Yield name and value of each column of a row with named fields, by the types of these and not by what they hold.

    A field that has named fields itself becomes a column for each of them. What is of no single type is JSON.
    """
    return _members(type(row), row, "")


def _members(type_: Any, row: Any, before: str) -> Iterator[tuple[str, Any]]:
    for name, hint in _hints(type_).items():
        column, value = before + name.rstrip("_"), None if row is None else getattr(row, name)
        inner, keyed = _of_row(hint), get_origin(hint) is Mapping and _of_row(get_args(hint)[1])
        if inner is not None:
            yield from _members(inner, value, f"{column}_")
        elif keyed:
            for key, one in (value or {}).items():
                yield from _members(keyed, one, f"{column}_{key}_")
        else:
            yield column, plain(value) if hint is not Any else _json(value)


def plain(value: Any) -> Any:
    """Return a value that a cell can hold; of a list or a mapping its JSON."""
    return value if value is None or isinstance(value, str | int | float) else _json(value)


def _json(value: Any) -> str | None:
    return None if value is None else as_json(fields(value))


@lru_cache
def _hints(type_: Any) -> dict[str, Any]:
    hints = hints_of(type_)
    return {name: hints[name] for name in type_._fields}


def _of_row(hint: Any) -> Any:
    """Return the type with named fields that a field has, if it is of one or of none; else None."""
    found = [one for one in get_args(hint) or (hint,) if hasattr(one, "_fields")]
    return found[0] if len(found) == 1 and get_origin(hint) in (None, Union, UnionType) else None


class AnswerRows(Sequence[Row], Generic[Row]):
    """The rows of an answer; each has named fields."""

    def __init__(self, found: Sequence[Row], columns: Callable[[Row], Iterable[tuple[str, Any]]] = columns_of) -> None:
        self._found, self._columns = list(found), columns

    def __len__(self) -> int:
        return len(self._found)

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Row]: ...
    def __getitem__(self, at: int | slice) -> Row | Sequence[Row]:
        return self._found[at]

    def columns(self) -> Columns:
        """Return the rows as columns of one length, by name, with None for what a row does not state; empty for none.

        Each field of a row is one; of what has fields itself, each of these (`decision` gives `decision_reference`).
        Lists and values of attributes are JSON. Dates are text, as stated.
        """
        rows = [dict(self._columns(one)) for one in self._found]
        names = dict.fromkeys(name for row in rows for name in row)
        return {name: [row.get(name) for row in rows] for name in names}

    def to(self, make: Callable[[Columns], Made]) -> Made:
        """Return what `make` makes of the columns: a table of whatever library."""
        return make(self.columns())

    def to_arrow(self) -> Any:
        """Return a `pyarrow.Table`; raises `MissingLibrary` where pyarrow is not installed."""
        return self.to(_library("An Arrow table", "pyarrow").table)

    def to_pandas(self) -> Any:
        """Return a `pandas.DataFrame`; raises `MissingLibrary` where pandas is not installed."""
        return self.to(_library("A data frame", "pandas").DataFrame)

    def to_duckdb(self, db: Any, name: str) -> None:
        """Make a table of that name in an open DuckDB database; one that is there is replaced."""
        columns = self.columns()
        quoted = '"' + name.replace('"', '""') + '"'
        made = ", ".join('unnest(?) AS "' + column.replace('"', '""') + '"' for column in columns) or "NULL AS nothing"
        db.execute(f"CREATE OR REPLACE TABLE {quoted} AS SELECT {made}", list(columns.values()))


def _library(what: str, name: str) -> Any:
    try:
        return import_module(name)
    except ImportError:
        raise MissingLibrary(what, name) from None
