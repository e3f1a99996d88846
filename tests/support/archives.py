"""Archives as others read them: bare DuckDB, and the statements of the page on archives."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb

from ledger.timeline import iso
from projections.archive.writing import ArchiveMade, write_archive
from projections.views.read_model import Views
from support.command_line import ROOT
from support.governing import decide

PAGE = (ROOT / "docs" / "archive.md").read_text(encoding="utf-8")
TwoTimes = tuple[int, int]  # an effective day, a position
Held = tuple[Any, ...]  # kind, id, attribute, value, stated, position, event, authority, reference


def statement(day: int, known: int) -> str:
    """Return the statement of the page that makes a snapshot, asked of another point of both times."""
    (found,) = (text for text in re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL) if "has_effect" in text)
    assert found.count("DATE '2024-06-15'") == found.count("400 AS known") == 1
    return found.replace("2024-06-15", iso(day) or "").replace("400 AS known", f"{known} AS known")


@contextmanager
def bare(folder: Path) -> Iterator[Any]:
    """Give DuckDB as anybody has it, with relative paths taken from a folder."""
    with duckdb.connect() as db:
        db.execute(f"SET file_search_path = '{folder}'")
        yield db


def asked(folder: Path, points: Iterable[TwoTimes]) -> Iterator[list[Held]]:
    """Yield what the statement of the page finds at each point of both times."""
    with bare(folder) as db:
        for day, known in points:
            yield [(*row[:3], json.loads(row[3]), *row[4:]) for row in db.execute(statement(day, known)).fetchall()]


def of_product(views: Views, day: int, known: int) -> list[Held]:
    """Return the same rows of the product's own snapshot."""
    return [
        (kind, id_, attribute, json.loads(value), *rest)
        for id_, kind, attribute, value, *rest in _lived(views.sourced(day, known))
    ]


def _lived(rows: Iterable[Held]) -> Iterator[Held]:
    found = list(rows)
    lived = {row[0] for row in found if row[2] in ("life", "in-doubt")}
    return (row for row in found if row[0] in lived)


def archived(views: Views, folder: Path) -> ArchiveMade:
    """Write an archive of a ledger as it stands."""
    return write_archive(views, folder)


def some_points(views: Views, count: int) -> list[TwoTimes]:
    """Return points spread over the days and decisions of a ledger, the first day and the head among them."""
    rows = list(views.file.select("SELECT min(effective_from), max(effective_from) FROM rows WHERE effective_from > 1"))
    ends = [last for (last,) in views.file.select("SELECT last FROM decisions ORDER BY last")]
    first, last = rows[0]
    days = [first + (last + 400 - first) * step // max(1, count - 1) for step in range(count)]
    return [
        (min(day, date.max.toordinal()), ends[(step * 7919) % len(ends)] if step % 5 else ends[-1])
        for step, day in enumerate(days)
    ]


def correct(views: Views) -> None:
    """Record something of each type, and something that ends rows which are known."""
    statement = 'Sleep well:\n\t- "eight" hours.'
    decide(views.ledger, {"change": "reword-mission", "mission": "sleep", "statement": statement}, reference="A-1")
    decide(views.ledger, {"change": "reschedule-mission", "mission": "sleep", "horizon_on": "2030-04"}, reference="A-2")
    said = {"mission": "sleep", "actors": ["One; Two", "=Three"], "sectors": ["07.1"]}
    decide(views.ledger, {"change": "rescope-mission", **said}, effective="2026-10-03", reference="A-3")
    aim = {"objective": "sleep/hours", "indicator": "Hours", "definition": "Hours slept.", "unit": "hours"}
    goal = {"direction": "up", "baseline": "-6.10", "target": "123456789012345678.123456789", "due_on": "1870-03"}
    decide(views.ledger, {"change": "set-objective", **aim, **goal}, reference="A-4", legal_basis="Act, s. 1")
    struck = {"change": "strike", "target": "p8", "because": "It was a draft."}
    decide(views.ledger, struck, reference="A-5", effective=None)


def rewritten(folder: Path, table: str, replacing: str, *, where: str = "true", told: bool = True) -> str:
    """Write the last file of a table again with other values, as its metadata was; `told`: the manifest says so too.

    `replacing` is what `SELECT * REPLACE` takes. Returns the path of the file.
    """
    manifest = json.loads((folder / "manifest.json").read_text())
    file = [one for one in manifest["files"] if one["table"] == table][-1]
    path = folder / file["path"]
    with duckdb.connect() as db:
        db.execute("SET TimeZone = 'UTC'")
        said = db.execute(f"SELECT key, value FROM parquet_kv_metadata('{path}')").fetchall()
        metadata = ", ".join(f"{key.decode()}: '{value.decode()}'" for key, value in said)
        rows = f"SELECT * REPLACE ({replacing}) FROM read_parquet('{path}', hive_partitioning = false) WHERE {where}"
        db.execute(f"CREATE TABLE held AS {rows}")
        ((file["rows"],),) = db.execute("SELECT count(*) FROM held").fetchall()
        db.execute(f"COPY held TO '{path}' (FORMAT parquet, KV_METADATA {{{metadata}}})")
    if told:
        file["bytes"] = path.stat().st_size
        file["sha256"] = f"sha256:{sha256(path.read_bytes()).hexdigest()}"
        (folder / "manifest.json").write_text(json.dumps(manifest))
    return str(file["path"])
