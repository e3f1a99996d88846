"""A ledger with a long record, and its views, written straight into their tables: recording it would take an hour."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.agility_past import effect
from benchmarks.auditing_past import THINGS, Rows, Said, record
from benchmarks.documents import AUTHORITY
from benchmarks.sealing import seal
from ledger.application import Ledger
from ledger.events.canonical import canonical, digest
from ledger.events.envelope import Recorder
from ledger.instants import stamp
from ledger.integrity.tree import Frontier, format_root, leaf_hash
from ledger.timeline import iso
from projections.differences.explained import Point
from projections.views.file import ViewsFile
from projections.views.read_model import Views
from projections.views.schema import KNOWN_FOREVER

_BEGAN, _YEARS = datetime(2001, 1, 1, 9, tzinfo=UTC), timedelta(days=30 * 365)
_AT_ONCE = 20_000  # events
_WHY = {
    "legal_basis": "Machinery of Government Act 2019, section 4 (1)",
    "rationale": "The field was found to reach over more sectors than its title said; it is said more plainly.",
}
_DOCUMENT = {"document": digest("one digest stands for them all"), "part": [1, 1]}
Tables = dict[str, list[Any]]


class Long:
    """A ledger of `events` events, each a decision of its own that is recorded on its day of effect."""

    def __init__(self, folder: Path, clusters: int, events: int) -> None:
        folder.mkdir()
        self.events, self.things, self._step = events, clusters * THINGS, _YEARS / events
        self._tree, self._rows, self._versions = Frontier(), Rows(), Counter[str]()
        path, seen = folder / "ours.ledger", folder / "filled.views"
        recorder = Recorder(id="desk", basis="configured")
        with Ledger.create(path, government="Exampleland", recorder=recorder, clock=lambda: _BEGAN) as opened:
            id_, (first,) = opened.government.ledger_id, opened.lines()
            with Views(opened, file=ViewsFile(seen, id_)) as views:
                self.known = views.catch_up().position
        self._tree.append(leaf_hash(first))
        self._fill(path, seen, record(clusters, events - self.known))
        seal(seen, id_)
        self.ledger = Ledger.open(path, read_only=True)
        self.views = Views(self.ledger, file=ViewsFile(seen, id_))
        self.views.catch_up()  # what is left to do is the index

    def _fill(self, path: Path, seen: Path, coming: Iterator[Said]) -> None:
        """Put events into the ledger at `path`, and into the views at `seen` what follows from them."""
        with _bulk(path) as ledger, _bulk(seen) as views:
            while some := list(islice(coming, _AT_ONCE)):
                self._take(some, ledger, views)
            self._rows.close()
            _insert(views, {"rows": self._rows.closed})
            views.execute("UPDATE filled SET position = ?, root = ?", (self.known, format_root(self._tree.root())))

    def _take(self, some: list[Said], ledger: sqlite3.Connection, views: sqlite3.Connection) -> None:
        lines: Tables = {"events": []}
        seen: Tables = {name: [] for name in ("decisions", "decided", "events", "mentioned", "mentions")}
        for said in some:
            self.known += 1
            self._append(lines, said)
            self._note(seen, said)
        seen["rows"], self._rows.closed = self._rows.closed, []
        _insert(ledger, lines)
        _insert(views, seen)

    def _append(self, lines: Tables, said: Said) -> None:
        """Add the line of an event, as the ledger would have it, and the nodes of the tree that it completes."""
        instant = _BEGAN + self.known * self._step
        self._versions[said.stream] += 1
        at = {"stream": said.stream, "version": self._versions[said.stream], "type": said.type}
        day, recorded_at = instant.date().isoformat(), stamp(instant)
        decision = {"authority": AUTHORITY, "reference": f"D-{self.known}", "decided_on": day, **_WHY, **_DOCUMENT}
        said_so = {"data": said.data, "decision": decision, "effective": day, "recorded_at": recorded_at}
        line = canonical({"v": 1, "recorder": {"basis": "configured", "id": "desk"}, **at, **said_so})
        key = canonical([AUTHORITY, decision["reference"]]).decode()
        nodes = b"".join(self._tree.append(leaf_hash(line)))
        lines["events"].append((self.known, *at.values(), key, 1, 1, recorded_at, nodes, line))

    def _note(self, seen: Tables, said: Said) -> None:
        """Add what the views hold of an event, besides rows that later events may still end."""
        at, instant = self.known, _BEGAN + self.known * self._step
        day, reference = instant.toordinal(), f"D-{at}"
        self._rows.take(said.sets, day, at)
        search = "\n".join((AUTHORITY, reference, *_WHY.values())).lower()
        seen["decisions"].append((at, at, AUTHORITY, reference, stamp(instant), search))
        dates = (iso(day), effect(day))
        seen["decided"].append((at, at, KNOWN_FOREVER, at, day, day, False, "", None, "", *dates, True))
        id_ = f"{said.stream}@{self._versions[said.stream]}"
        search = "\n".join((id_, said.type, *map(str, said.data.values()))).lower()
        seen["events"].append((at, id_, at, said.type, day, False, None, search))
        seen["mentioned"] += [(name, at) for name in {*said.names, *(name.partition("/")[0] for name in said.names)}]
        seen["mentions"] += [(name, said.stream) for name in said.names]

    def after(self, position: int) -> Point:
        """Return the day of the event at a position, as known at the head."""
        return Point((_BEGAN + position * self._step).toordinal(), self.known)

    def close(self) -> None:
        """Close the files."""
        self.views.close()
        self.ledger.close()


@contextmanager
def _bulk(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a file for much to be put in at once: its triggers and indexes are made anew when all is there."""
    db = sqlite3.connect(path)
    db.execute("PRAGMA synchronous = OFF")
    db.execute("PRAGMA cache_size = -200000")
    anew = db.execute("SELECT type, name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql <> ''")
    made = anew.fetchall()
    for type_, name, _ in made:
        db.execute(f"DROP {type_} {name}")
    yield db
    for _, _, sql in made:
        db.execute(sql)
    db.commit()
    db.close()


def _insert(db: sqlite3.Connection, tables: Tables) -> None:
    for name, lines in tables.items():
        if lines:
            marks = ", ".join(["?"] * len(lines[0]))
            first = "NULL, " if name == "rows" else ""
            db.executemany(f"INSERT OR IGNORE INTO {name} VALUES ({first}{marks})", lines)
