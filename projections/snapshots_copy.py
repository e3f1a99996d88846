"""A snapshot as it is read back from a file: its context, its digest, its tables as they stand there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from errno import EINVAL
from typing import Any, NamedTuple

from ledger.errors import InputError, LedgerError, harmless
from projections.snapshots import Snapshot
from projections.tables import Cell, Line

Fields = dict[str, Any]
CONTEXT = "context"  # the name of the table, sheet or entry that holds the context
DIGEST = "content_sha256"
SNAPSHOT_BYTES_MAX = 4 * 2**30  # unpacked; what is larger was not made by us


class NotASnapshot(InputError):
    """A file that cannot be read as a snapshot; `what` says what was seen there."""

    def __init__(self, path: object, what: str) -> None:
        super().__init__(f'"{harmless(str(path), 200)}" cannot be read as a snapshot: {what}.')


@contextmanager
def foreign(path: object, reader: str) -> Iterator[None]:
    """Put whatever a reader makes of a file that we did not write into a sentence; raises `NotASnapshot`."""
    try:
        yield
    except LedgerError:
        raise
    except Exception as error:  # damaged files find every way out of a library
        if isinstance(error, OSError) and error.errno not in (None, EINVAL):  # the disk speaks, not the library
            raise
        said = harmless((str(error).splitlines() or [""])[0] or type(error).__name__, 160)
        raise NotASnapshot(path, f"as {reader} it is damaged ({said})") from None


class Copied(NamedTuple):
    """A table as a file has it: the names of its columns and its lines in order."""

    columns: tuple[str, ...]
    lines: list[Line]


class Copy(NamedTuple):
    """A snapshot as a file has it; `document` is the whole of a JSON snapshot, which has no tables."""

    context: Fields
    content_sha256: str
    tables: dict[str, Copied]
    document: Fields | None = None


def about(found: Snapshot) -> list[tuple[str, Cell]]:
    """Return the context of a snapshot and its digest, a name and a value each."""
    return [*found.context.items(), (DIGEST, found.content_sha256)]


def copy_of(pairs: Iterable[Line], tables: dict[str, Copied]) -> Copy:
    """Return a copy from the names and values of its context, and its tables."""
    context: Fields = {str(pair[0]): pair[1] for pair in pairs if len(pair) == 2}
    return Copy(context, str(context.pop(DIGEST, "")), tables)


def is_whole(column: str) -> bool:
    """Return whether a column holds whole numbers; every other holds text."""
    return column == "position"
