"""The examination of a ledger on a server: every row, node, opening and guard is read raw and judged, never trusted.

Hashes are made anew from the stored bytes. What cannot be seen from the server alone is a ledger rewritten whole or cut
off at its end: for that, compare `roots` with a size and root that were kept elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ledger.errors import LedgerDamaged
from ledger.store.address import Address
from ledger.store.postgres.asked import check_format
from ledger.store.postgres.connections import Server, connect
from ledger.store.postgres.driver import Asking, DriverError, said, translate
from ledger.store.postgres.guards import damages
from ledger.store.reading.queries import PAGE_ROWS
from ledger.store.verification.damage import Damage
from ledger.store.verification.passes import Row, RowsExamined, held_openings

_BEGIN = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_ROWS = """SELECT position, stream, version, type, decision, part, parts, recorded_at, line, nodes
    FROM events ORDER BY position"""
_LINES = "SELECT line FROM events ORDER BY position"
_PERSONAL = "SELECT commitment, salt, value FROM personal ORDER BY commitment"
_HEAD = "SELECT position FROM head"


class ServerExamination(RowsExamined[Address]):
    """One pass over a ledger on a server: iterate it for the damages, then read what was rebuilt; see RowsExamined.

    All of it is read in one transaction: the ledger as it stands at one moment, whoever writes to it.
    """

    def __iter__(self) -> Iterator[Damage]:
        """Yield every damage, the schema's first, then by position; nothing for a ledger that is whole."""
        with Asking(self.path), connect(self.path, read_only=True) as raw:
            check_format(self.path, raw)
            raw.execute(_BEGIN)
            for check in (self._check_guards, self._check_rows, self._check_personal):
                yield from self._readable(check, raw)

    def _check_guards(self, raw: Server) -> Iterator[Damage]:
        def query(statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
            return raw.execute(statement.replace("?", "%s").encode(), parameters).fetchall()

        yield from damages(self.path, query)

    def _check_rows(self, raw: Server) -> Iterator[Damage]:
        yield from self._walked(_some(raw, "rows", _ROWS), PAGE_ROWS)
        kept = raw.execute(_HEAD).fetchall()
        if len(kept) == 1:
            yield from self._walk.reach(kept[0][0])
        else:
            yield Damage(None, "file", "one last position, kept in head", f"{len(kept)}")
        self._end()

    def _check_personal(self, raw: Server) -> Iterator[Damage]:
        for some in _some(raw, "openings", _PERSONAL):
            yield from held_openings(iter(some))

    def _readable(self, check: Callable[[Server], Iterator[Damage]], raw: Server) -> Iterator[Damage]:
        """Run one check; where the server cannot read on, that is the damage."""
        try:
            yield from check(raw)
        except DriverError as error:
            translated = translate(self.path, error)
            if raw.closed or not isinstance(translated, LedgerDamaged):
                raise translated from error
            raw.execute("ROLLBACK")
            raw.execute(_BEGIN)
            yield Damage(None, "file", "rows that the server can read to their end", said(error))


def stored_lines(address: Address) -> Iterator[bytes]:
    """Yield the line of each row of events in the order of positions, whatever it holds; raises `StoreError`."""
    with connect(address, read_only=True) as raw:
        check_format(address, raw)
        try:
            raw.execute(_BEGIN)
            for some in _some(raw, "lines", _LINES):
                for (line,) in some:
                    yield line if isinstance(line, bytes) else str(line).encode()
        except DriverError as error:
            raise translate(address, error) from error


def _some(raw: Server, name: str, statement: str) -> Iterator[list[Row]]:
    """Yield the rows of a statement some at a time, so that they are never all in memory."""
    with raw.cursor(name) as cursor:
        cursor.itersize = PAGE_ROWS
        cursor.execute(statement.encode())
        while some := cursor.fetchmany(PAGE_ROWS):
            yield some
