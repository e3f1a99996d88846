"""PostgreSQL with one table of days and positions as ranges, a peer of the answers."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from time import perf_counter, process_time
from types import TracebackType
from typing import Any, Self

from benchmarks.figures import Cost
from benchmarks.peers.absence import PeerAbsent
from benchmarks.peers.bitemporal import ASKED, FIELDS, Field, Found
from benchmarks.peers.server import PeerServer
from benchmarks.rounds import Side, here

_SETTINGS = ("listen_addresses=", "max_parallel_workers_per_gather=0", "shared_buffers=512MB", "autovacuum=off")
_TABLE = (
    "CREATE TABLE rows (id text, kind text, attribute text, value text, stated text, set_by int, "
    "effective int4range, known int4range)"
)
_STABBED = f"SELECT {', '.join(ASKED)} FROM rows WHERE effective @> %s::int AND known @> %s::int"


class Postgres:
    """A server with one table, whose days and positions are ranges under one GiST index; it is stopped when it is left.

    Raises `PeerAbsent` where it cannot start.
    """

    def __init__(self) -> None:
        if not Path("/proc/self/schedstat").exists():
            raise PeerAbsent("the processor's time of its server can be told on Linux only")
        self._server = PeerServer(*_SETTINGS)

    def __enter__(self) -> Self:
        self._server.start()
        try:
            self._connection: Any = import_module("psycopg").connect(self.address, autocommit=True)
        except BaseException:
            self._server.stop()
            raise
        return self

    @property
    def address(self) -> str:
        """The address of its one database, of a user who may do everything."""
        return self._server.address

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()
        self._server.stop()

    def fill(self, rows: Iterable[tuple[Field, ...]]) -> None:
        """Put rows, of FIELDS, into the table."""
        assert FIELDS[: len(ASKED)] == ASKED
        with self._connection.cursor() as cursor:
            cursor.execute(_TABLE)
            with cursor.copy("COPY rows FROM STDIN") as copy:
                for *asked, day, until, known, until_known in rows:
                    copy.write_row((*asked, f"[{day},{until})", f"[{known},{until_known})"))
            cursor.execute("CREATE INDEX ON rows USING gist (effective, known)")
            cursor.execute("VACUUM ANALYZE rows")

    def run(self, *statements: str) -> None:
        """Run statements, each in a transaction of its own."""
        for statement in statements:
            self._connection.execute(statement)

    def copy(self, table: str, types: Iterable[str], rows: Iterable[tuple[Any, ...]]) -> None:
        """Put rows into a table by COPY in binary, durably."""
        with self._connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(list(types))
            for row in rows:
                copy.write_row(row)

    def stab(self, day: int, known: int) -> Found:
        """Return what holds on a day as known at a position."""
        found: Found = self._connection.execute(_STABBED, (day, known)).fetchall()
        return found

    def side(self, day: int, known: int) -> Cost:
        """Ask for it; return what it took, of the server's processor too."""
        there, here, wall = self._processor_s(), process_time(), perf_counter()
        self.stab(day, known)
        wall, here = perf_counter() - wall, process_time() - here
        return Cost(here + self._processor_s() - there, wall)

    def whole_side(self, call: Callable[[], object]) -> Side:
        """Return a side of what a call takes here, and all processes of the server meanwhile."""

        def side() -> Cost:
            before, took = self._all_processor_s(), here(call)()
            return took._replace(cpu=took.cpu + self._all_processor_s() - before)

        return side

    def _all_processor_s(self) -> float:
        """Return the seconds that the server and all its processes, those that ended too, were on a processor."""
        first = int((self._server.data / "postmaster.pid").read_text(encoding="ascii").split()[0])
        ticks = 0
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                _, _, fields = path.read_text(encoding="utf-8", errors="replace").rpartition(") ")
            except OSError:  # it ended meanwhile
                continue
            found = fields.split()
            if int(path.parent.name) == first:
                ticks += sum(map(int, found[11:15]))  # proc(5): its own, and those of its children that ended
            elif int(found[1]) == first:
                ticks += sum(map(int, found[11:13]))
        return ticks / os.sysconf("SC_CLK_TCK")

    def _processor_s(self) -> float:
        """Return the seconds that the process at the other end of the connection was on a processor, so far."""
        path = f"/proc/{self._connection.info.backend_pid}/schedstat"
        return int(Path(path).read_text(encoding="ascii").split()[0]) / 1e9
