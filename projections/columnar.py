"""DuckDB, the library behind tables of columns: its one door, its settings, and its errors as others raise them."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ledger.errors.extras import MissingExtra

SETTINGS: dict[str, Any] = {
    "threads": 1,  # the order of lines, and with it the bytes, stays
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,  # what is needed is built in: nothing is fetched
}
_GLOB = str.maketrans({char: f"[{char}]" for char in "*?["})


def engine(settings: dict[str, Any], what: str, extra: str, database: str = ":memory:") -> Any:
    """Return a connection with settings; raises `MissingExtra`, which says that `what` needs the library."""
    try:
        import duckdb
    except ImportError:
        raise MissingExtra(what, "duckdb", extra) from None
    return duckdb.connect(database, config=settings)


@contextmanager
def of_the_disk() -> Iterator[None]:
    """Turn what the library says of the disk, in words alone, into the error of the operating system."""
    import duckdb

    try:
        yield
    except duckdb.IOException as error:
        said = str(error)
        code = next((code for code in errno.errorcode if os.strerror(code) in said), errno.EIO)
        raise OSError(code, os.strerror(code)) from error


def quoted(text: str) -> str:
    """Return a text as a literal of SQL."""
    doubled = text.replace("'", "''")
    return f"'{doubled}'"


def named(column: str) -> str:
    """Return the name of a column as SQL has it."""
    doubled = column.replace('"', '""')
    return f'"{doubled}"'


def literal(file: Path) -> str:
    """Return a path in which nothing is a pattern: `[1]` in a name stands for itself."""
    return str(file).translate(_GLOB)
