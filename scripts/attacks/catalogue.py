"""The attacks: what is forged, by which question it shows, and what must be held outside for that."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from attacks.forgery import Row, document_digest, retold, rewrite, rows_of, unguarded, with_text
from attacks.world import KEY, World

FIRST, SECOND, VKEYS = "home/first.checkpoint", "home/second.checkpoint", "home/office.vkeys"
AGAINST = ("verify", "--against", FIRST, "--against", SECOND, "--vkey", VKEYS)
ALONE = ("verify",)


class Attack(NamedTuple):
    """One attack. `alone` is asked of what is there, `held` with what was kept outside; one of them must catch it."""

    name: str
    forge: Callable[[World], None]
    words: str  # that the sentence which catches it must hold
    alone: tuple[str, ...] = ALONE
    held: tuple[str, ...] = ()  # empty: nothing need be held outside
    outside: str = ""
    reader: str = "stranger"  # who asks: one who never read the ledger before, or the auditor, who did


def _record_time(world: World) -> None:
    with unguarded(world.ledger) as raw:
        (row,) = raw.execute("SELECT * FROM events WHERE position = 4").fetchall()
        earlier = "2026-01-01" + row["recorded_at"][10:]
        line = bytes(row["line"]).replace(row["recorded_at"].encode(), earlier.encode())
        raw.execute("UPDATE events SET recorded_at = ?, line = ? WHERE position = 4", (earlier, line))


def _last_deleted(world: World) -> None:
    rewrite(world.ledger, lambda rows: rows[:-1])


def _middle_deleted(world: World) -> None:
    rewrite(world.ledger, lambda rows: [row for row in rows if b'"M-5"' not in bytes(row["line"])])


def _swapped(world: World) -> None:
    def swap(rows: list[Row]) -> list[Row]:
        one, two = (next(place for place, row in enumerate(rows) if _is(row, ref)) for ref in ("M-4", "M-5"))
        first, second = rows[one], rows[two]
        rows[one] = retold(second, recorded_at=first["recorded_at"])
        rows[two] = retold(first, recorded_at=second["recorded_at"])
        return rows

    rewrite(world.ledger, swap)


def _is(row: Row, reference: str) -> bool:
    return f'"reference":"{reference}"'.encode() in bytes(row["line"])


def _node(world: World) -> None:
    with unguarded(world.ledger) as raw:
        (nodes,) = raw.execute("SELECT nodes FROM events WHERE position = 4").fetchone()
        raw.execute("UPDATE events SET nodes = ? WHERE position = 4", (nodes[:-1] + bytes([nodes[-1] ^ 1]),))


def _stream_dropped(world: World) -> None:
    with unguarded(world.ledger) as raw:
        raw.execute("DELETE FROM events WHERE stream LIKE 'mission:%'")


def _rebuilt(world: World) -> None:
    def other(rows: list[Row]) -> list[Row]:
        place = next(place for place, row in enumerate(rows) if _is(row, "M-3"))
        row = with_text(rows[place], b"A good life", b"A grand life")
        digest = document_digest([row])
        before = document_digest([rows[place]])
        rows[place] = with_text(row, before.encode(), digest.encode())
        return rows

    rewrite(world.ledger, other)


def _other_key(world: World) -> None:
    _rebuilt(world)
    name = world.need("key", "show", KEY, "--format", "json", reader="thief").text.split('"name": "')[1].split('"')[0]
    world.need("key", "make", "-o", "thief.key", "--name", name, "--no-passphrase", reader="thief")
    world.need("checkpoint", "--key", "thief.key", "-o", "forged.checkpoint", reader="thief")


def _signed_twice(world: World) -> None:
    _rebuilt(world)
    (world.folder / f"{KEY}.signed").unlink()  # the thief has the key, and takes its memory away
    world.need("checkpoint", "--key", KEY, "-o", "forged.checkpoint", reader="thief")


def _doubled(world: World) -> None:
    size = len(rows_of(world.ledger))
    for kind, grow in (("entries", _last_entry), ("0", lambda raw: raw[-32:])):
        tile = world.folder / "public" / "tile" / kind / "000.p" / str(size)
        raw = tile.read_bytes()
        tile.unlink()
        tile.with_name(str(size + 1)).write_bytes(raw + grow(raw))


def _last_entry(raw: bytes) -> bytes:
    place = 0
    while True:
        after = place + 2 + int.from_bytes(raw[place : place + 2], "big")
        if after == len(raw):
            return raw[place:]
        place = after


def _truncated(world: World) -> None:
    proof = world.home / "decision.tlog-proof"
    head, _, checkpoint = proof.read_bytes().partition(b"\n\n")
    proof.write_bytes(head.rpartition(b"\n")[0] + b"\n\n" + checkpoint)


def _other_origin(world: World) -> None:
    other = World(world.folder / "elsewhere")
    other.folder.mkdir()
    other.need("init", "--government", "Elsewhere (illustrative)")
    other.need("key", "make", "-o", KEY, "--no-passphrase")
    other.need("checkpoint", "--key", KEY, "-o", "other.checkpoint")
    proof = world.home / "decision.tlog-proof"
    head, _, _ = proof.read_bytes().partition(b"\n\n")
    proof.write_bytes(head + b"\n\n" + (other.folder / "other.checkpoint").read_bytes())


def _rolled_back(world: World) -> None:
    world.run("show", reader="auditor")  # who had read the ledger as it is
    shutil.copy(world.folder / "older.ledger", world.ledger)


def _flipped(table: str, column: str) -> Callable[[World], None]:
    def flip(world: World) -> None:
        with unguarded(world.ledger) as raw:
            place = "position = 5" if table == "events" else "1"
            (value,) = raw.execute(f"SELECT {column} FROM {table} WHERE {place} LIMIT 1").fetchone()
            raw.execute("PRAGMA ignore_check_constraints = on")
            raw.execute(f"UPDATE {table} SET {column} = ? WHERE {place}", (_other(value),))

    return flip


def _other(value: object) -> object:
    """Return a value of which one bit is another."""
    if isinstance(value, int):
        return value ^ 64
    if isinstance(value, bytes):
        return bytes([value[0] ^ 1]) + value[1:]
    return chr(ord(str(value)[0]) ^ 1) + str(value)[1:]


def columns_of(ledger: Path) -> list[tuple[str, str]]:
    """Return every column of every table that holds what was recorded."""
    with closing(sqlite3.connect(ledger)) as raw:
        tables = ("events", "personal")
        return [(table, row[1]) for table in tables for row in raw.execute(f"PRAGMA table_info({table})")]


def attacks(ledger: Path) -> list[Attack]:
    """Return every attack on a world whose ledger has these columns."""
    checkpoint = "A checkpoint that was kept elsewhere"
    altered, away = "was altered", "was taken away"
    flips = [
        Attack(f"One bit is turned in {table}.{column}.", _flipped(table, column), "Damaged in")
        for table, column in columns_of(ledger)
    ]
    return [
        Attack("A record time is forged: the decision looks older.", _record_time, "p4"),
        *flips,
        Attack("A node of the tree is replaced.", _node, "p4: node"),
        Attack("All events of a mission are dropped.", _stream_dropped, "Damaged in"),
        Attack(
            "The last event is deleted, and the file made whole again.", _last_deleted, away, held=AGAINST,
            outside=checkpoint,
        ),
        Attack(
            "A decision in the middle is deleted, the rest renumbered and the tree built anew.", _middle_deleted,
            away, held=AGAINST, outside=checkpoint,
        ),
        Attack(
            "Two decisions of one day change places, and the tree is built anew.", _swapped, altered, held=AGAINST,
            outside=checkpoint,
        ),
        Attack(
            "One title is changed, its document hashed and the whole file built anew.", _rebuilt, altered, held=AGAINST,
            outside=checkpoint,
        ),
        Attack(
            "An older copy is put in place of the ledger.", _rolled_back, "not the ledger that was last seen",
            alone=("show",), reader="auditor",
        ),
        Attack(
            "The forged file is signed with another key of the same name.", _other_key, "nobody that you know",
            alone=("verify", "forged.checkpoint"), held=("verify", "forged.checkpoint", "--vkey", VKEYS),
            outside="The verifier key, as the office published it",
        ),
        Attack(
            "The forged file is signed with the true key: two checkpoints of one size.", _signed_twice, altered,
            alone=("verify", "forged.checkpoint", "--vkey", VKEYS), held=AGAINST,
            outside=f"{checkpoint}. (A witness would not have cosigned the second one)",
        ),
        Attack(
            "The last entry of the published tiles is doubled, as a tree that doubles odd leaves would take it.",
            _doubled, "tile/entries/000", alone=("verify", "public", "--vkey", VKEYS),
        ),
        Attack(
            "A proof is cut short.", _truncated, "too short",
            alone=("verify", "home/decision.tlog-proof", "--vkey", VKEYS),
        ),
        Attack(
            "A proof is put under the checkpoint of another ledger.", _other_origin, "NOT PROVEN",
            alone=("verify", "home/decision.tlog-proof", "--vkey", VKEYS),
        ),
    ]  # fmt: skip
