"""Ledgers of releases, in tests/golden/releases: a file, and the dump of a server, as each release wrote them.

`python -m support.golden_releases` writes those of the version in pyproject.toml where they are missing, and never
changes one that is there: once it is released, a ledger of it must be read, verified and recorded on for ever.
"""

from __future__ import annotations

import gzip
import json
import os
import tomllib
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory, mkdtemp

from ledger.application.copying.moving import LedgerCopied, copy_ledger
from support import servers
from support.command_line import ROOT
from support.demonstrations import demonstration

RELEASES = ROOT / "tests" / "golden" / "releases"
DATABASE, SCHEMA = "register", "illyria"  # of which the dump speaks, and the roles in it
_DECISIONS = 30


def released() -> list[str]:
    """Return the versions of which ledgers are kept, in no order that matters."""
    return sorted(path.name.removesuffix(".json") for path in RELEASES.glob("*.json"))


def unpacked(version: str, ending: str) -> bytes:
    """Return a ledger of a release: `ledger`, a file; `sql`, a dump."""
    return gzip.decompress((RELEASES / f"{version}.{ending}.gz").read_bytes())


def write(version: str) -> list[Path]:
    """Write the ledgers of a version, and what is in them; returns the files, none where they are there."""
    names = [RELEASES / f"{version}.{ending}" for ending in ("ledger.gz", "sql.gz", "json")]
    if any(name.exists() for name in names):
        return []
    RELEASES.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder:
        path = Path(folder, "made.ledger")
        demonstration(path, _DECISIONS).close()
        made, dump = _dumped(path)
        contents = (path.read_bytes(), dump)
    for name, content in zip(names, contents, strict=False):
        name.write_bytes(gzip.compress(content, mtime=0))
    names[2].write_text(json.dumps({"events": made.size, "root": made.root}) + "\n")
    return names


def _dumped(path: Path) -> tuple[LedgerCopied, bytes]:
    """Return what a server dumps that holds a ledger, from a server that is started for it."""
    folder = Path(mkdtemp(prefix="pg-"))
    try:
        servers.start(folder, folder / "data")
        servers.ask(servers.address_in(folder), f"CREATE DATABASE {DATABASE} ENCODING 'UTF8' TEMPLATE template0")
        address = servers.address_in(folder, DATABASE)
        made = copy_ledger(path, servers.with_schema(address, SCHEMA))
        dump = folder / "dump"
        servers.run(folder, "pg_dump", "-d", address, "-n", SCHEMA, "-f", str(dump))
        return made, dump.read_bytes()
    finally:
        servers.stop(folder, folder / "data")
        rmtree(folder)


def restored(version: str) -> str:
    """Restore the dump of a release into a database of the server of this run; returns the address of the ledger."""
    database = servers.new_database()
    name = database.partition("?")[0].rpartition("/")[2]
    duties = ("owner", "recorder", "auditor", "keeper")
    servers.ask(database, *(f"CREATE ROLE {name}_{SCHEMA}_{duty} NOLOGIN" for duty in duties))
    folder = Path(os.environ[servers.RUN])
    script = folder / f"{name}.sql"
    script.write_bytes(unpacked(version, "sql").replace(f"{DATABASE}_{SCHEMA}_".encode(), f"{name}_{SCHEMA}_".encode()))
    servers.run(folder, "psql", "-q", "-X", "-d", database, "-f", str(script))
    return servers.with_schema(database, SCHEMA)


if __name__ == "__main__":
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    print(*write(project["version"]), sep="\n")
