"""Bare DuckDB over the rows of an archive: `python -m benchmarks.copying load ARCHIVE DATABASE` puts them into tables.

They stand there in their order. `... write DATABASE FOLDER` writes each to a Parquet file, compressed as an archive is.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

from projections.archive.tables import TABLES


def load(archive: Path, database: Path) -> None:
    """Put the rows of an archive into tables."""
    with duckdb.connect(str(database)) as db:
        db.execute("SET TimeZone = 'UTC'")
        for table in TABLES:
            read = f"read_parquet('{archive}/{table}/*/*/*.parquet', hive_partitioning = false)"
            db.execute(f"CREATE TABLE {table} AS SELECT * FROM {read}")


def write(database: Path, folder: Path) -> None:
    """Write every table, with all that DuckDB chooses by itself but the compression."""
    with duckdb.connect(str(database), read_only=True) as db:
        for table in TABLES:
            db.execute(f"COPY {table} TO '{folder / table}.parquet' (FORMAT parquet, COMPRESSION zstd)")


if __name__ == "__main__":
    {"load": load, "write": write}[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
