"""Archives of other governments that are like one: its rows, written again under another ledger's id.

Each is what an archive is: its files in their folders, their metadata, and a manifest with their digests. Its lines
lead to its root, and so `federate` asks it. With `--whole` it would not hold, since the lines name the first ledger.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

import duckdb

from projections.archive.manifest import ArchivedFile, Manifest, need_manifest, write_manifest
from projections.archive.writing import about_of


def like(archive: Path, folder: Path, rows: int) -> list[Path]:
    """Make archives in a folder, of so many bitemporal rows together or a few more; return where they are."""
    manifest = need_manifest(archive)
    each = sum(file.rows for file in manifest.of_table("rows"))
    with duckdb.connect() as db:
        db.execute("SET TimeZone = 'UTC'")
        return [_made(db, archive, manifest, folder, number) for number in range(1, -(-rows // each) + 1)]


def _made(db: Any, archive: Path, manifest: Manifest, folder: Path, number: int) -> Path:
    place = folder / f"{number}.archive"
    ledger_id = sha256(str(number).encode()).hexdigest()[:32]
    files = tuple(_files(db, archive, manifest, place, ledger_id))
    said = {"ledger_id": ledger_id, "government": f"{manifest.government} {number}", "files": files}
    write_manifest(place, Manifest(**{**dict(manifest), **said}))
    return place


def _files(db: Any, archive: Path, manifest: Manifest, place: Path, ledger_id: str) -> Iterator[ArchivedFile]:
    for file in manifest.files:
        path = file.part.path(file.table, ledger_id)
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        read = f"read_parquet('{archive / file.path}', hive_partitioning = false)"
        rows = f"SELECT * REPLACE ('{ledger_id}' AS ledger) FROM {read}"
        about = about_of(file.table, file.part, ledger_id, file.root)
        metadata = ", ".join(f"{name}: '{said}'" for name, said in about.items())
        form = f"FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false, KV_METADATA {{{metadata}}}"
        db.execute(f"COPY ({rows}) TO '{place / path}' ({form})")
        with (place / path).open("rb") as made:
            digest, size = file_digest(made, "sha256").hexdigest(), made.tell()
        yield file.model_copy(update={"path": path, "bytes": size, "sha256": f"sha256:{digest}"})
