"""Replicas of a ledger file: all of it as it stands at one moment, or its lines under another first event."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from functools import partial
from itertools import chain, islice
from pathlib import Path

from ledger.errors import LedgerDamaged
from ledger.integrity.tree import Frontier, leaf_hash
from ledger.store.carrying import carry, openings_of
from ledger.store.protocol import Finish, Progress, ReadStore, nothing
from ledger.store.sqlite.connections import reading
from ledger.store.sqlite.faults import Translated
from ledger.store.sqlite.making import in_the_making
from ledger.store.sqlite.opening import check_file
from ledger.store.sqlite.reading import SQLiteReadStore
from ledger.store.sqlite.store import SQLiteStore
from ledger.store.types import Draft, Sealed, StoredRow

_AT_ONCE = 500  # rows in memory
_INSERT_EVENT = """INSERT INTO events (position, stream, version, type, decision, part, parts, recorded_at, line, nodes)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_INSERT_OPENING = "INSERT OR REPLACE INTO personal VALUES (?, ?, ?)"
Opened = Callable[[Iterable[bytes]], Iterable[tuple[str, bytes, str]]]  # what opens the commitments in some lines


def copy_whole(source: Path, place: Path, finish: Finish = nothing) -> None:
    """Copy a ledger as it stands at one moment, whoever records meanwhile, and what opens its commitments.

    The copy is at `place` whole or not at all, and has the size and root that the ledger had; `finish` is given its
    path before it takes that name. Raises as `in_the_making`, `LedgerDamaged`, and what `finish` raises.
    """
    check_file(source, read_only=True)
    with in_the_making(place) as aside:
        _open_to_the_same(source, aside)
        with (
            Translated(source),
            reading(source) as connection,
            Translated(place),
            closing(sqlite3.connect(aside)) as copy,
        ):
            connection.backup(copy)
        with SQLiteReadStore(aside) as made, SQLiteReadStore(source) as original:
            if made.root() != original.root(made.head().position):
                raise LedgerDamaged(source, "its copy has another root")
        finish(aside)


def copy_carried(source: ReadStore, place: Path, finish: Finish = nothing) -> None:
    """Copy a ledger that lies elsewhere to a file for no other eyes, as it stands at one moment; as `copy_whole`."""
    with in_the_making(place) as aside:
        _open_to_none(aside)
        with SQLiteStore.open(aside) as target:
            carry(source, target, source.head().position)
        finish(aside)


def copy_anew(
    source: ReadStore,
    place: Path,
    first: Draft,
    *,
    like: Path | None,
    with_personal: bool,
    progress: Progress | None = None,
) -> None:
    """Copy the lines of a ledger under another first event, whose tree is grown anew, in flat memory.

    Every line that is taken over is held to its leaf and to the root. What opens commitments comes along if asked.
    The copy is at `place` whole or not at all; for whoever may read the file `like`, for no other eyes where that is
    None. Raises as `in_the_making`, and `LedgerDamaged`.
    """
    with in_the_making(place) as aside, Translated(place):
        if like is None:
            _open_to_none(aside)
        else:
            _open_to_the_same(like, aside)
        rows = _grown(chain([_under(first, source.need(1))], source.lines(1)), progress)
        _fill(aside, rows, partial(openings_of, source) if with_personal else _no_openings)


def copy_lines(events: Iterable[Sealed], place: Path) -> None:
    """Make a ledger of events in order, whose tree is grown anew, in flat memory; nothing is checked of them.

    It is at `place` whole or not at all. Raises as `in_the_making`.
    """
    with in_the_making(place) as aside, Translated(place):
        _fill(aside, _grown(iter(events), None), _no_openings)


def _no_openings(_: Iterable[bytes]) -> Iterable[tuple[str, bytes, str]]:
    return ()


def _fill(aside: Path, rows: Iterator[StoredRow], openings: Opened) -> None:
    """Put events, and what opens commitments, into an empty ledger."""
    with closing(sqlite3.connect(aside, isolation_level=None)) as copy:
        copy.execute("PRAGMA synchronous = FULL")
        copy.execute("BEGIN IMMEDIATE")
        while some := list(islice(rows, _AT_ONCE)):
            copy.executemany(_INSERT_EVENT, some)
            copy.executemany(_INSERT_OPENING, openings(row.line for row in some))
        copy.execute("COMMIT")


def _open_to_the_same(source: Path, aside: Path) -> None:
    """Let nobody read a copy who may not read the ledger; done before anything is in it."""
    os.chmod(aside, stat.S_IMODE(os.stat(source).st_mode) & 0o666 | stat.S_IWUSR)


def _open_to_none(aside: Path) -> None:
    """Let nobody else read a copy of what does not lie in a file: who may read it there is for the server to say."""
    os.chmod(aside, stat.S_IRUSR | stat.S_IWUSR)


def _under(draft: Draft, first: Sealed) -> Sealed:
    """Return the event of a draft, at the place and time of the first one."""
    line = draft.encode(first.version, first.recorded_at)
    return first._replace(stream=draft.stream, type=draft.type, decision=draft.decision, part=draft.part, line=line)


def _grown(events: Iterator[Sealed], progress: Progress | None) -> Iterator[StoredRow]:
    """Yield events as they are stored, each with the nodes that its leaf completes."""
    tree = Frontier()
    for event in events:
        yield StoredRow(*event, b"".join(tree.append(leaf_hash(event.line))))
        if progress is not None and not tree.size % _AT_ONCE:
            progress(tree.size)
