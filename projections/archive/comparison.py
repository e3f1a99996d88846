"""Files of an archive held to what the manifest says of them, and row by row to what the ledger says."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import file_digest
from pathlib import Path
from typing import Any

from ledger.errors import InputError, harmless
from ledger.files.inputs import opened
from ledger.plurals import counted
from ledger.store.verification.damage import Damage
from projections.archive.manifest import ArchivedFile, Manifest, strays
from projections.archive.staging import Staging
from projections.archive.tables import TABLES, ArchiveTable
from projections.archive.writing import about_of
from projections.columnar import literal, named, quoted

DAMAGE_MAX = 100  # that are told of one file
_SHOWN_CHARS = 120
_MORE_ROWS_MAX = 100_000  # than there are to be: what has more yet is not read


def listed(folder: Path, manifest: Manifest) -> Iterator[Damage]:
    """Yield where the files of a folder are not those that its manifest names, byte for byte, without a gap."""
    for name in TABLES:
        after = 0
        for file in manifest.of_table(name):
            if file.first != after + 1 or file.last < file.first:
                yield Damage(after + 1, f"manifest, {name}", f"a file from position {after + 1} on", file.path)
            after = file.last
        if after != manifest.position:
            yield Damage(after + 1, f"manifest, {name}", f"files up to position {manifest.position}", f"up to {after}")
    for file in manifest.files:
        yield from _bytes(folder, file)
        if file.last == manifest.position and file.root != manifest.root:
            yield Damage(file.last, f"manifest, {file.path}", f"the root {manifest.root}", file.root)
    for stray in strays(folder, manifest):
        path = stray.relative_to(folder).as_posix()
        yield Damage(
            None, path, "a file that the manifest names", "one that it does not: of a run that was stopped, or newer"
        )


def _bytes(folder: Path, file: ArchivedFile) -> Iterator[Damage]:
    """Yield where a file is gone, or has not the size and digest that the manifest says."""
    if not (folder / file.path).exists():
        yield Damage(None, file.path, f"a file of {file.bytes:,} bytes", "no such file")
        return
    try:
        with opened(folder / file.path) as bytes_:
            digest = f"sha256:{file_digest(bytes_, 'sha256').hexdigest()}"
            size = bytes_.tell()
    except (InputError, OSError) as error:
        yield Damage(None, file.path, "a file that can be read", str(error))
        return
    if size != file.bytes:
        yield Damage(None, file.path, f"{file.bytes:,} bytes", f"{size:,}")
    elif digest != file.sha256:
        yield Damage(None, file.path, file.sha256, digest)


def compared(staging: Staging, folder: Path, manifest: Manifest, file: ArchivedFile) -> Iterator[Damage]:
    """Yield where a file says something else than what was staged of its part; the first hundred are told."""
    import duckdb

    try:
        if (folder / file.path).is_file():
            yield from _compared(staging, folder / file.path, manifest, file)
    except (duckdb.Error, UnicodeDecodeError) as error:
        yield Damage(None, file.path, "a Parquet file that can be read", harmless(str(error).splitlines()[0], 200))


def _compared(staging: Staging, path: Path, manifest: Manifest, file: ArchivedFile) -> Iterator[Damage]:
    table, db = TABLES[file.table], staging.db
    said = {_text(key): _text(value) for key, value in _metadata(db, path)}
    for name, wanted in about_of(table.name, file.part, manifest.ledger_id, file.root).items():
        if said.get(name) != wanted:
            yield Damage(None, f"{file.path}, {name}", wanted, harmless(said.get(name) or "nothing"))
    expected = staging.select(table, file.part)
    ((wanted_rows,),) = db.execute(f"SELECT count(*) FROM ({expected})").fetchall()
    ((rows,),) = db.execute("SELECT num_rows FROM parquet_file_metadata(?)", [literal(path)]).fetchall()
    if rows != wanted_rows or rows != file.rows:
        yield Damage(None, file.path, counted(wanted_rows, "row"), f"{rows:,}, and {file.rows:,} in the manifest")
        if rows > wanted_rows + _MORE_ROWS_MAX:
            return
    columns = db.execute(f"DESCRIBE SELECT * FROM {_read(path)}").fetchall()
    found = [(column[0], column[1]) for column in columns if column[0] != "file_row_number"]
    if found != [(column.name, column.type) for column in table.columns]:
        ours = ", ".join(f"{column.name} {column.type}" for column in table.columns)
        theirs = ", ".join(f"{name} {type_}" for name, type_ in found)
        yield Damage(None, f"{file.path}, columns", _cut(ours), _cut(theirs))
        return
    for number, position, differences in db.execute(_differing(table, expected, path)).fetchall():
        where = file.path if number is None else f"{file.path}, row {number + 1}"
        if differences is None:
            yield (
                Damage(position, where, "a row", "no such row")
                if number is None
                else Damage(position, where, "no such row", "a row")
            )
        for one in differences or ():
            yield Damage(position, f"{where}, {one['name']}", _cut(one["expected"]), _cut(one["found"]))


def _differing(table: ArchiveTable, expected: str, path: Path) -> str:
    """Return the SQL of the rows that differ: number in the file, position, and what is different; None: all of it."""
    columns = [column.name for column in table.columns]
    on = " AND ".join(f"e.{named(key)} IS NOT DISTINCT FROM f.{named(key)}" for key in table.key)
    parts = ", ".join(
        f"CASE WHEN e.{named(name)} IS DISTINCT FROM f.{named(name)} THEN {{'name': {quoted(name)}, "
        f"'expected': CAST(e.{named(name)} AS VARCHAR), 'found': CAST(f.{named(name)} AS VARCHAR)}} END"
        for name in columns
    )
    first = f"least(coalesce(f.file_row_number, {2**62}), {2**62})"
    return (
        f"SELECT f.file_row_number, coalesce(e.{named(table.at)}, f.{named(table.at)}), CASE WHEN e.ledger IS NULL OR "
        f"f.file_row_number IS NULL THEN NULL ELSE list_filter([{parts}], lambda one : one IS NOT NULL) END AS found "
        f"FROM ({expected}) e FULL OUTER JOIN {_read(path)} f ON {on} "
        f"WHERE found IS NULL OR len(found) > 0 ORDER BY {first}, 2 LIMIT {DAMAGE_MAX}"
    )


def _read(path: Path) -> str:
    return f"read_parquet({quoted(literal(path))}, hive_partitioning = false, file_row_number = true)"


def _metadata(db: Any, path: Path) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = db.execute(
        "SELECT key, value FROM parquet_kv_metadata(?)", [literal(path)]
    ).fetchall()
    return found


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _cut(value: str | None) -> str:
    return "nothing" if value is None else harmless(value, _SHOWN_CHARS)
