"""Forgeries of a ledger file by plain SQL and SHA-256: this imports nothing of the program that it attacks.

The guards of the database are taken away for the forgery and put back, so that only the rows can give it away.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

Row = dict[str, Any]


def leaf_of(line: bytes) -> bytes:
    """Hash a line as a leaf (RFC 9162, 2.1.1)."""
    return sha256(b"\0" + line).digest()


def nodes_of(lines: list[bytes]) -> Iterator[bytes]:
    """Yield, for each line, the nodes of the tree that it completes, joined: what the file keeps beside it."""
    edge: list[bytes] = []
    for number, line in enumerate(lines):
        node = leaf_of(line)
        kept, place = node, number
        while place & 1:
            node = sha256(b"\1" + edge.pop() + node).digest()
            kept += node
            place >>= 1
        edge.append(node)
        yield kept


@contextmanager
def unguarded(ledger: Path) -> Iterator[sqlite3.Connection]:
    """Open a ledger file without its guards, and put them back."""
    with closing(sqlite3.connect(ledger)) as raw, raw:
        guards = raw.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        for name, _ in guards:
            raw.execute(f"DROP TRIGGER {name}")
        raw.row_factory = sqlite3.Row
        yield raw
        for _, statement in guards:
            raw.execute(statement)


def rows_of(ledger: Path) -> list[Row]:
    """Return every row of the events, in order."""
    with closing(sqlite3.connect(ledger)) as raw:
        raw.row_factory = sqlite3.Row
        return [dict(row) for row in raw.execute("SELECT * FROM events ORDER BY position")]


def rewrite(ledger: Path, change: Callable[[list[Row]], list[Row]]) -> None:
    """Rebuild a ledger with other rows, so that it is whole in itself: positions, columns and every node made anew."""
    rows = change(rows_of(ledger))
    kept = list(nodes_of([bytes(row["line"]) for row in rows]))
    with unguarded(ledger) as raw:
        raw.execute("DELETE FROM events")
        for number, (row, nodes) in enumerate(zip(rows, kept, strict=True), 1):
            row = {**row, "position": number, "nodes": nodes}
            names = ", ".join(row)
            raw.execute(f"INSERT INTO events ({names}) VALUES ({', '.join('?' * len(row))})", list(row.values()))
        raw.execute("UPDATE sqlite_sequence SET seq = ?", (len(rows),))


def retold(row: Row, **fields: object) -> Row:
    """Return a row whose line says something else, with the columns that follow from it."""
    event = json.loads(bytes(row["line"]))
    event |= fields
    line = canonical(event)
    return {**row, "line": line, **{name: event[name] for name in ("stream", "version", "type", "recorded_at")}}


def canonical(value: object) -> bytes:
    """Write JSON as RFC 8785 does, for values without fractions."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def with_text(row: Row, old: bytes, new: bytes) -> Row:
    """Return a row with other bytes in its line."""
    line = bytes(row["line"])
    assert old in line, old
    return {**row, "line": line.replace(old, new)}


def document_digest(rows: list[Row]) -> str:
    """Return the SHA-256 of a decision in its normal form, as its events must hold it (docs/formats.md)."""
    events = [json.loads(bytes(row["line"])) for row in rows]
    header = {key: value for key, value in events[0]["decision"].items() if key not in ("document", "part")}
    changes = []
    for event in events:
        noun, _, past = event["type"].partition("/")[0].partition(".")
        change = {**event["data"], "change": NAMES[f"{noun}.{past}"]}
        changes.append(change if "effective" not in event else {**change, "effective": event["effective"]})
    return f"sha256:{sha256(canonical({**header, 'changes': changes})).hexdigest()}"


NAMES = {"cluster.retitled": "retitle-cluster"}  # of the one change that is forged with its document
