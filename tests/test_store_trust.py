"""A ledger file is opened on no trust: what was put into its schema is named, and nothing is recorded beside it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from unittest.mock import patch

import pytest
from support.store_lines import START, append, drafts, fill

from ledger.errors import LedgerDamaged, StoreError
from ledger.events.commitments import commit
from ledger.store.sqlite.connections import VALUE_BYTES_MAX
from ledger.store.sqlite.examination import FileExamination
from ledger.store.sqlite.library import recorder
from ledger.store.sqlite.schema import CREATE, ENTRIES, TRIGGERS, created, differences
from ledger.store.sqlite.store import SQLiteStore

EVENTS = 1200
PAGE = 4096
SWALLOW = "CREATE TRIGGER swallow BEFORE INSERT ON events BEGIN SELECT raise(ignore); END"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of a ledger of 1,200 events on some 130 pages: trees of two levels."""
    made = tmp_path_factory.mktemp("whole") / "new.ledger"
    with SQLiteStore.create(made) as store:
        fill(store, range(EVENTS // 3))
    return made.read_bytes()


@pytest.fixture
def path(tmp_path: Path, whole: bytes) -> Path:
    made = tmp_path / "new.ledger"
    made.write_bytes(whole)
    return made


def execute(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as raw, raw:
        for statement in statements:
            raw.execute(statement)


def rewrite_schema(path: Path, *statements: str) -> None:
    execute(path, "PRAGMA writable_schema = ON", *statements)


def kinds(path: Path) -> set[tuple[int | None, str]]:
    return {(damage.position, damage.kind) for damage in FileExamination(path)}


FOREIGN = {
    "trigger swallow": SWALLOW,
    "trigger move": "CREATE TRIGGER move AFTER INSERT ON events BEGIN DELETE FROM personal; END",
    "table notes": "CREATE TABLE notes (id)",
    "view all_events": "CREATE VIEW all_events AS SELECT * FROM events",
    "index by_time": "CREATE INDEX by_time ON events (recorded_at)",
}


@pytest.mark.parametrize("name", FOREIGN)
def test_a_ledger_that_holds_something_foreign_takes_no_record_and_is_named_by_verification(
    path: Path, name: str
) -> None:
    execute(path, FOREIGN[name])
    with pytest.raises(LedgerDamaged, match=f"it holds a foreign {name}"):
        SQLiteStore.open(path)
    assert (None, "schema") in kinds(path)


@pytest.mark.parametrize("name", ["trigger swallow", "table notes", "view all_events"])
def test_what_is_foreign_and_changes_nothing_that_is_read_keeps_nobody_from_reading(path: Path, name: str) -> None:
    execute(path, FOREIGN[name])
    with SQLiteStore.open(path, read_only=True) as store:
        assert len(list(store.lines())) == EVENTS


def test_a_foreign_index_on_the_events_keeps_everybody_from_reading_by_it(path: Path) -> None:
    execute(path, FOREIGN["index by_time"])
    with pytest.raises(LedgerDamaged, match="foreign index by_time"):
        SQLiteStore.open(path, read_only=True)


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_a_ledger_without_one_of_its_guards_takes_no_record(path: Path, trigger: str) -> None:
    execute(path, f"DROP TRIGGER {trigger}")
    with pytest.raises(LedgerDamaged, match=f"its trigger {trigger} is missing"):
        SQLiteStore.open(path)
    execute(path, f"CREATE TRIGGER {trigger} BEFORE UPDATE ON personal BEGIN SELECT 1; END")
    with pytest.raises(LedgerDamaged, match=f"its trigger {trigger} is not as it was made"):
        SQLiteStore.open(path)


def test_a_trigger_that_comes_after_opening_is_seen_before_anything_is_written(path: Path) -> None:
    with SQLiteStore.open(path) as store:
        append(store, "D-A")
        execute(path, SWALLOW)
        with pytest.raises(LedgerDamaged, match="foreign trigger swallow"):
            append(store, "D-B")
        execute(path, "DROP TRIGGER swallow")
        assert append(store, "D-C").last == EVENTS + 2


@pytest.mark.parametrize(
    "trigger",
    [
        SWALLOW,
        "CREATE TRIGGER alter_it AFTER INSERT ON events BEGIN UPDATE events SET type = 'x' WHERE position = 1201; END",
        "CREATE TRIGGER take_it AFTER INSERT ON events BEGIN DELETE FROM events WHERE position = NEW.position; END",
        "CREATE TRIGGER add_one AFTER INSERT ON events WHEN NEW.position = 1201 BEGIN INSERT INTO events"
        " SELECT 1300, 'cluster:z', 1, type, 'x', 1, 1, recorded_at, nodes, line FROM events WHERE position = 1; END",
        "CREATE TRIGGER swallow BEFORE INSERT ON personal BEGIN SELECT raise(ignore); END",
        "CREATE TRIGGER other AFTER INSERT ON personal BEGIN UPDATE personal SET value = 'Eve'; END",
    ],
)
def test_a_receipt_is_given_only_for_what_stands_there_whatever_the_schema_holds(path: Path, trigger: str) -> None:
    """Each trigger is let through the door, so that reading back alone stands before the receipt."""
    execute(path, "DROP TRIGGER events_no_update", "DROP TRIGGER events_no_delete", trigger)
    (draft,) = drafts("D-A", ["cluster:a"])
    with (
        patch.object(recorder, "check_schema"),
        patch("ledger.store.sqlite.opening.check_schema"),
        SQLiteStore.open(path) as store,
    ):
        with pytest.raises(LedgerDamaged, match="nothing was recorded"):
            store.append(lambda head: [draft._replace(personal=[commit("Ada Example-Lovelace")])], at=lambda: START)
        assert store.head().position == EVENTS
        assert store.query("SELECT count(*) FROM personal") == [(0,)]


VIEW = """CREATE VIEW events(position, stream, version, type, decision, part, parts, recorded_at, nodes, line) AS
    WITH RECURSIVE more(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM more)
    SELECT n, 'cluster:a', n, 'x', 'x', 1, 1, 'x', x'00', x'00' FROM more"""


@pytest.mark.parametrize("table", ["events", "personal", "sqlite_sequence"])
def test_a_table_turned_into_a_view_without_end_is_named_and_never_scanned(path: Path, table: str) -> None:
    execute(path, "PRAGMA foreign_keys = OFF")
    sql = VIEW.replace("VIEW events", f"VIEW {table}").replace("'", "''")
    rewrite_schema(
        path,
        f"DELETE FROM sqlite_master WHERE tbl_name = '{table}'",
        f"INSERT INTO sqlite_master VALUES ('view', '{table}', '{table}', 0, '{sql}')",
    )
    assert (None, "schema") in kinds(path) or (None, "file") in kinds(path)
    for read_only in (True, False):
        with pytest.raises(LedgerDamaged):
            SQLiteStore.open(path, read_only=read_only)


def test_a_column_that_is_computed_without_end_is_named_and_never_read(path: Path) -> None:
    made = created()["table", "events"].sql or ""
    slow = made.replace("line BLOB NOT NULL", "line BLOB NOT NULL CHECK (length(hex(zeroblob(400000000))) > 0)")
    rewrite_schema(path, f"UPDATE sqlite_master SET sql = '{slow.replace(chr(39), chr(39) * 2)}' WHERE name = 'events'")
    assert kinds(path) == {(None, "schema"), (None, "file")}
    with pytest.raises(LedgerDamaged, match="its table events is not as it was made"):
        SQLiteStore.open(path, read_only=True)


def page(whole: bytes, number: int) -> bytes:
    return whole[(number - 1) * PAGE : number * PAGE]


def with_page(whole: bytes, number: int, content: bytes) -> bytes:
    return whole[: (number - 1) * PAGE] + content + whole[number * PAGE :]


# Pages 2 to 6 are the roots of the events, their two indexes, the last position and the personal values.
@pytest.mark.parametrize("source", [1, 2, 3, 4, 5, 6])
@pytest.mark.parametrize("target", [2, 3, 4, 5, 6, 57, 90, 130])
def test_a_page_copied_over_another_is_named_at_once_and_leads_nobody_in_a_circle(
    path: Path, whole: bytes, source: int, target: int
) -> None:
    path.write_bytes(with_page(whole, target, page(whole, source)))
    assert source == target or (None, "file") in kinds(path)
    with SQLiteStore.open(path, read_only=True) as fresh:
        for read in READS:
            try:
                read(fresh)
            except StoreError:
                continue


READS: list[Callable[[SQLiteStore], object]] = [
    lambda store: list(store.lines()),
    lambda store: store.stream("cluster:a"),
    lambda store: store.streams(),
    lambda store: store.decision('["Council","D-200"]'),
    lambda store: store.root(),
]


def test_a_list_of_tables_without_end_is_damage_before_it_is_read_on(path: Path, whole: bytes) -> None:
    """Page 1 leads to its own entries, and then by pages of many to one to millions that SQLite takes up again."""
    last = len(whole) // PAGE
    own, again, many, more = range(last + 1, last + 5)
    first = _interior([own, *[more] * 200], first=100)
    entries = bytearray(page(whole, 1))
    entries[0:50] = entries[100:150]  # where the header of a page stands that is not the first
    grown = (*whole[:100], *first[100:], *whole[PAGE:], *entries, *_entries_of_an_index())
    content = bytearray((*grown, *_interior([again] * 300), *_interior([many] * 300)))
    content[28:32] = (last + 4).to_bytes(4)  # the number of pages
    path.write_bytes(bytes(content))
    assert [(damage.kind, damage.found) for damage in FileExamination(path)] == [("file", "interrupted")]
    for read_only in (True, False):
        with pytest.raises(LedgerDamaged, match="the list of its tables has no end"):
            SQLiteStore.open(path, read_only=read_only)


def _interior(children: list[int], first: int = 0) -> bytes:
    """A page of a tree that leads to `children`; its header stands at byte `first`."""
    content, at, places = bytearray(PAGE), PAGE, list[int]()
    for number, child in enumerate(children[:-1], 1):
        cell = child.to_bytes(4) + (bytes([number]) if number < 128 else bytes([0x80 | number >> 7, number & 0x7F]))
        at -= len(cell)
        content[at : at + len(cell)] = cell
        places.append(at)
    header = b"\x05\x00\x00" + len(places).to_bytes(2) + at.to_bytes(2) + b"\x00" + children[-1].to_bytes(4)
    header += b"".join(place.to_bytes(2) for place in places)
    content[first : first + len(header)] = header
    return bytes(content)


def _entries_of_an_index() -> bytes:
    """A page with entries of an index that is there already, which SQLite takes up and goes on."""
    name = b"sqlite_autoindex_events_1"
    header = bytes([6, 13 + 2 * 5, 13 + 2 * len(name), 13 + 2 * 6, 1, 0])
    record = header + b"index" + name + b"events" + b"\x03"
    content, at, places = bytearray(PAGE), PAGE, list[int]()
    for number in range(1, 60):
        cell = bytes([len(record), number]) + record
        at -= len(cell)
        content[at : at + len(cell)] = cell
        places.append(at)
    content[:8] = b"\x0d\x00\x00" + len(places).to_bytes(2) + at.to_bytes(2) + b"\x00"
    content[8 : 8 + 2 * len(places)] = b"".join(place.to_bytes(2) for place in places)
    return bytes(content)


def test_a_value_longer_than_any_is_damage_and_is_never_held_in_memory(path: Path) -> None:
    execute(path, f"INSERT INTO personal VALUES ('x', zeroblob({VALUE_BYTES_MAX + 1}), 'x')")
    with SQLiteStore.open(path) as store, pytest.raises(LedgerDamaged, match="longer than any"):
        store.personal("x")
    assert (None, "file") in kinds(path)


def test_what_create_makes_differs_in_nothing_from_what_create_makes() -> None:
    with closing(sqlite3.connect(":memory:")) as raw:
        for statement in CREATE:
            raw.execute(statement)
        assert list(differences(raw.execute(ENTRIES).fetchall())) == []
        assert {name for _, name in created()} >= {"events", "personal", *TRIGGERS}
