"""The formats in which a snapshot can be written."""

from __future__ import annotations

from projections.snapshots import Writer, write_json
from projections.snapshots_csv import write_csv

WRITERS: dict[str, Writer] = {"json": write_json, "csv": write_csv}
