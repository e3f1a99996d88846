"""The peak of memory of every command but a report as PDF, each a process of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import Figure, limit
from benchmarks.government import WATCHED
from benchmarks.processes import Desk
from benchmarks.retitling import retitling
from benchmarks.rounds import Side
from benchmarks.session import Session

MEMORY_MB_MAX = 250
_DAY, _YEAR_BEFORE = "2020-01-01", "2019-01-01"
_PRINTED = (
    ("show",),
    ("show", WATCHED),
    ("log",),
    ("log", "--search", "wording"),
    ("history", WATCHED),
    ("why", WATCHED),
    ("diff", _YEAR_BEFORE, _DAY),
    ("replay", "--from", _YEAR_BEFORE, "--to", _DAY),
    ("matrix",),
    ("matrix", WATCHED),
    ("agility",),
    ("agility", "--each"),
    ("lags",),
    ("restate", "missions", "--from", _YEAR_BEFORE),
    ("notices",),
    ("check",),
    ("verify",),
    ("views", "check"),
    ("views", "status"),
)
_WRITTEN = (
    *(("snapshot", f"snapshot.{form}") for form in ("json", "csv", "xlsx", "parquet", "sqlite")),
    ("export", "log.jsonl"),
    ("export", "structure.jsonld", "--format", "org"),
    ("export", "record.json", "--format", "prov"),
    ("report", "report.html"),
    ("chart", "timeline.html", "timeline"),
)


def figures(session: Session) -> Iterator[Figure]:
    """Measure each command once; what it takes of time is told beside."""
    for events in session.sizes:
        desk = session.desk(events)
        for name, side in _commands(session, desk, events):
            yield limit(name, events, side(), MEMORY_MB_MAX)


def _commands(session: Session, desk: Desk, events: int) -> Iterator[tuple[str, Side]]:
    """Yield every command by name; files go into a folder of their own."""
    folder = session.own_folder("written")
    for asked in _PRINTED:
        yield " ".join(asked).replace(WATCHED, "ID"), desk.asks(*asked)
    for command, file, *more in _WRITTEN:
        path = str(folder / file)
        options = ("-o", path, "--force", *(more if command == "export" else ()))
        yield f"{command} {Path(file).suffix[1:]}", desk.asks(command, *(more if command == "chart" else ()), *options)
    yield "verify FILE", desk.asks("verify", str(folder / "log.jsonl"))
    yield "record", retitling(session.recording_desk(events), WATCHED)
