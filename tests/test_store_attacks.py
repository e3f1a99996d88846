"""Attacks by real SQL on a real file: refused by the database, and seen by verification where forced."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import pytest
from support.governing import constituted, decide
from support.hiding import hide
from support.store_lines import START, append, drafts, fill

from ledger.errors import LedgerDamaged
from ledger.events.commitments import commit
from ledger.integrity.tree import Frontier, leaf_hash
from ledger.store.choice.examining import examination
from ledger.store.sqlite.examination import FileExamination
from ledger.store.sqlite.reading import SQLiteReadStore
from ledger.store.sqlite.schema import TRIGGERS
from ledger.store.sqlite.store import SQLiteStore
from ledger.store.verification.damage import Damage


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Nine events: three decisions of three, on cluster:a, mission:m and a mission of their own."""
    made = tmp_path / "new.ledger"
    with SQLiteStore.create(made) as store:
        fill(store, range(3))
        opening = commit("Ada Example-Lovelace")
        (draft,) = drafts("D-9", ["cluster:a"])
        store.append(lambda head: [draft._replace(personal=[opening])], at=lambda: START)
    return made


def attack(path: Path, *statements: str, parameters: Iterable[object] = ()) -> None:
    """Drop the triggers, do it, and put the triggers back, so that only the rows can give it away."""
    with closing(sqlite3.connect(path)) as raw, raw:
        for name in TRIGGERS:
            raw.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            raw.execute(statement, tuple(parameters))
        for trigger in TRIGGERS.values():
            raw.execute(trigger)


def damages(path: Path) -> list[Damage]:
    return list(FileExamination(path))


def kinds(path: Path) -> set[tuple[int | None, str]]:
    return {(damage.position, damage.kind) for damage in damages(path)}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET line = x'00' WHERE position = 5",
        "UPDATE events SET position = 99 WHERE position = 5",
        "UPDATE OR REPLACE events SET version = 1 WHERE position = 5",
        "DELETE FROM events",
        "DELETE FROM events WHERE position = 10",
        "REPLACE INTO events SELECT * FROM events WHERE position = 5",
        "INSERT OR REPLACE INTO events SELECT 99, stream, version, type, 'x', 1, 1, recorded_at, nodes, line"
        " FROM events WHERE position = 5",
        "INSERT OR REPLACE INTO events SELECT 99, 'x:y', 1, type, decision, part, parts, recorded_at, nodes, line"
        " FROM events WHERE position = 5",
        "UPDATE events SET nodes = zeroblob(32)",
    ],
)
def test_the_database_itself_refuses_to_alter_the_past(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as raw, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        raw.execute(statement)
    assert damages(path) == []


def test_an_untouched_ledger_has_no_damage_and_its_own_root(path: Path) -> None:
    with SQLiteStore.open(path) as store:
        verification = examination(store.location, sizes=(0, 4, 10, 11))
        assert list(verification) == []
        assert (verification.size, verification.root) == (10, store.root())
        assert verification.roots == {size: store.root(size) for size in (0, 4, 10)}


def test_an_empty_ledger_has_no_damage(tmp_path: Path) -> None:
    SQLiteStore.create(tmp_path / "new.ledger").close()
    assert damages(tmp_path / "new.ledger") == []


CHANGED = "CAST(replace(CAST(line AS TEXT), '\"n\"', '\"m\"') AS BLOB)"
ATTACKS: dict[str, tuple[tuple[str, ...], set[tuple[int | None, str]]]] = {
    "a changed line": ((f"UPDATE events SET line = {CHANGED} WHERE position = 5",), {(5, "leaf")}),
    "a line that is no JSON": (
        ("UPDATE events SET line = x'ff00' WHERE position = 5",),
        {(5, "leaf"), (5, "line")},
    ),
    "a line with a space": (
        ("UPDATE events SET line = CAST(line || ' ' AS BLOB) WHERE position = 5",),
        {(5, "leaf"), (5, "line")},
    ),
    "a line of another kind": (
        ("UPDATE events SET line = CAST('[1]' AS BLOB) WHERE position = 5",),
        {(5, "leaf"), (5, "line")},
    ),
    "two events that changed places": (
        (
            "UPDATE events SET position = -1 WHERE position = 4",
            "UPDATE events SET position = 4 WHERE position = 7",
            "UPDATE events SET position = 7 WHERE position = -1",
        ),
        {(4, "node"), (7, "node"), (4, "version"), (7, "version")},
    ),
    "a deleted event in the middle": (
        ("DELETE FROM events WHERE position = 5",),
        {(5, "row"), (6, "decision"), (8, "version")},
    ),
    "several deleted events": (("DELETE FROM events WHERE position IN (4, 5, 6)",), {(4, "row")}),
    "a deleted last event": (("DELETE FROM events WHERE position = 10",), {(10, "row")}),
    "half of the last decision": (
        ("DELETE FROM events WHERE position IN (9, 10)",),
        {(8, "decision"), (9, "row")},
    ),
    "a renumbered event": (
        ("UPDATE events SET position = 1000 WHERE position = 5",),
        {(5, "row"), (1000, "node"), (11, "row")},
    ),
    "an event before the first": (
        ("UPDATE events SET position = 0 WHERE position = 5",),
        {(0, "row"), (5, "row")},
    ),
    "an added event": (
        (
            "INSERT INTO events SELECT 11, 'cluster:a', 5, type, 'x', 1, 1, recorded_at, nodes, line"
            " FROM events WHERE position = 10",
        ),
        {(11, "node"), (11, "column"), (11, "time")},
    ),
    "another stream": (("UPDATE events SET stream = 'mission:x' WHERE position = 4",), {(4, "column")}),
    "another version": (
        ("UPDATE events SET version = 7 WHERE position = 4",),
        {(4, "column"), (4, "version")},
    ),
    "another type": (("UPDATE events SET type = 'cluster.dissolved/1' WHERE position = 4",), {(4, "column")}),
    "another decision": (("UPDATE events SET decision = 'x' WHERE position = 10",), {(10, "column")}),
    "another part": (
        ("UPDATE events SET part = 9 WHERE position = 6",),
        {(6, "column"), (6, "decision"), (5, "decision")},
    ),
    "other parts": (("UPDATE events SET parts = 4 WHERE position IN (4, 5, 6)",), {(6, "decision"), (4, "column")}),
    "another record time": (
        ("UPDATE events SET recorded_at = '1999-01-01T00:00:00.000000Z' WHERE position = 10",),
        {(10, "column"), (10, "time")},
    ),
    "another record time of one part": (
        ("UPDATE events SET recorded_at = '2030-01-01T00:00:00.000000Z' WHERE position = 5",),
        {(5, "column"), (5, "time")},
    ),
    "no record time": (("UPDATE events SET recorded_at = 'x' WHERE position = 10",), {(10, "time")}),
    "a stream that is no text": (
        ("UPDATE events SET stream = CAST(x'ff' AS TEXT), version = 'one' WHERE position = 10",),
        {(10, "column"), (10, "version")},
    ),
    "a changed leaf": (
        ("UPDATE events SET nodes = zeroblob(32) WHERE position = 5",),
        {(5, "leaf"), (6, "node")},
    ),
    "a changed inner node": (
        ("UPDATE events SET nodes = CAST(substr(nodes, 1, 32) || zeroblob(32) AS BLOB) WHERE position = 6",),
        {(6, "node"), (8, "node")},
    ),
    "a deleted inner node": (
        ("UPDATE events SET nodes = substr(nodes, 1, 96) WHERE position = 8",),
        {(8, "node")},
    ),
    "all inner nodes gone": (
        ("UPDATE events SET nodes = substr(nodes, 1, 32)",),
        {(2, "node"), (4, "node"), (6, "node"), (8, "node"), (10, "node")},
    ),
    "an added node": (
        ("UPDATE events SET nodes = CAST(nodes || zeroblob(32) AS BLOB) WHERE position = 5",),
        {(5, "node")},
    ),
    "nodes that are no bytes": (
        ("PRAGMA ignore_check_constraints = ON", "UPDATE events SET nodes = printf('%064d', 0) WHERE position = 4"),
        {(4, "node")},
    ),
    "a last position put lower": (("UPDATE sqlite_sequence SET seq = 5",), {(None, "file")}),
    "no last position": (("DELETE FROM sqlite_sequence",), {(None, "file")}),
    "a last position that is no number": (("UPDATE sqlite_sequence SET seq = 'ten'",), {(None, "file")}),
    "two last positions": (("INSERT INTO sqlite_sequence VALUES ('events', 3)",), {(None, "file")}),
    "something hidden beside the last position": (("INSERT INTO sqlite_sequence VALUES ('x', 1)",), {(None, "file")}),
    "another personal value": (("UPDATE personal SET value = 'Eve'",), {(None, "personal")}),
    "a personal value that is no text": (("UPDATE personal SET salt = 7, value = x'ff'",), {(None, "personal")}),
    "another program's mark": (("PRAGMA user_version = 0",), {(None, "file")}),
    "a table too many": (("CREATE TABLE notes (id)",), {(None, "schema")}),
    "a missing table": (("DROP TABLE personal",), {(None, "schema"), (None, "file")}),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_a_forced_change_is_seen_where_it_was_made(path: Path, name: str) -> None:
    statements, expected = ATTACKS[name]
    attack(path, *statements)
    assert expected <= kinds(path)


@pytest.mark.parametrize("name", ["a changed line", "a changed leaf", "another type", "a changed inner node"])
def test_a_change_is_reported_where_it_is_and_not_all_the_way_up(path: Path, name: str) -> None:
    statements, expected = ATTACKS[name]
    attack(path, *statements)
    assert kinds(path) == expected


def test_a_damage_says_what_was_expected_and_what_was_found(path: Path) -> None:
    attack(path, "UPDATE events SET type = 'cluster.dissolved/1' WHERE position = 4")
    assert damages(path) == [
        Damage(4, "column", "type cluster.retitled/1", "type cluster.dissolved/1"),
    ]


def test_a_text_that_is_no_text_is_damage_for_the_reader_too(path: Path) -> None:
    attack(path, "UPDATE events SET stream = CAST(x'ff' AS TEXT) WHERE position = 5")
    with SQLiteStore.open(path) as store, pytest.raises(LedgerDamaged, match="no text"):
        list(store.lines())


def test_a_list_of_tables_whose_fault_is_no_text_is_damage(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.execute("PRAGMA writable_schema = ON")
        raw.execute("UPDATE sqlite_master SET name = CAST(x'ff' AS TEXT), sql = 'CREATE no' WHERE name = 'personal'")
    assert kinds(path) == {(None, "file")}
    with pytest.raises(LedgerDamaged):
        SQLiteStore.open(path)
    with pytest.raises(LedgerDamaged):
        SQLiteReadStore(path)


def test_a_mark_that_nobody_sees_in_an_authority_is_no_damage(tmp_path: Path) -> None:
    """The key of a decision leaves it out, and its line does not."""
    with constituted(tmp_path) as ledger:
        establish = {"change": "establish-cluster", "cluster": "a", "title": "A", "purpose": "To be."}
        decide(ledger, establish, authority="Rat \u200fder Stadt")
        assert damages(tmp_path / "illyria.ledger") == []


def test_a_deleted_opening_is_no_damage(path: Path) -> None:
    with SQLiteStore.open(path) as store:
        ((commitment,),) = store.query("SELECT commitment FROM personal")
        assert store.forget(commitment)
    assert damages(path) == []


def test_dropped_and_altered_triggers_are_seen(path: Path) -> None:
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("DROP TRIGGER events_no_delete")
        raw.execute("DROP TRIGGER events_no_update")
        raw.execute("CREATE TRIGGER events_no_update BEFORE UPDATE ON events BEGIN SELECT 1; END")
    found = damages(path)
    assert [damage.kind for damage in found] == ["schema", "schema"]
    assert found[0].found == "missing" and "SELECT 1" in found[1].found


def test_a_forged_index_that_hides_an_event_is_seen(path: Path) -> None:
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute("PRAGMA writable_schema = ON")
        raw.execute(
            "UPDATE sqlite_master SET rootpage = (SELECT rootpage FROM sqlite_master WHERE name ="
            " 'sqlite_autoindex_events_2') WHERE name = 'sqlite_autoindex_events_1'"
        )
    assert (None, "file") in kinds(path)


HIDDEN = "(stream = 'cluster:a' AND version = 4)"
INDEXES = {
    "the last event of a stream is left out": ("1", f"stream, version) WHERE NOT {HIDDEN}"),
    "all events of a stream are left out": ("1", "stream, version) WHERE stream <> 'mission:n2'"),
    "it stands under another stream": ("1", f"CASE WHEN {HIDDEN} THEN 'cluster:z' ELSE stream END, version)"),
    "it begins another stream": (
        "1",
        f"CASE WHEN {HIDDEN} THEN 'cluster:z' ELSE stream END, CASE WHEN {HIDDEN} THEN 1 ELSE version END)",
    ),
    "a decision is left out": ("2", f"decision, part) WHERE NOT {HIDDEN}"),
}


@pytest.mark.parametrize("what", INDEXES)
def test_nothing_is_recorded_by_an_index_that_hides_the_last_events(path: Path, what: str) -> None:
    name = hide(path, *INDEXES[what])
    with SQLiteStore.open(path) as store:
        before = store.head()
        for _ in range(2):
            with pytest.raises(LedgerDamaged, match=name):
                append(store, "D-10", "mission:m", "cluster:b")
        assert store.head() == before
    assert (None, "file") in kinds(path)


def test_a_torn_file_gives_damages_and_no_traceback(path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    assert (None, "file") in kinds(path)


def test_a_line_rewritten_with_its_whole_tree_is_betrayed_only_by_a_root_kept_elsewhere(path: Path) -> None:
    with SQLiteStore.open(path) as store:
        kept = {size: store.root(size) for size in (4, 10)}
        lines = [event.line for event in store.lines()]
    lines[4] = lines[4].replace(b'"n"', b'"m"')
    frontier = Frontier()
    attack(path, f"UPDATE events SET line = {CHANGED} WHERE position = 5")
    for position, line in enumerate(lines, 1):
        nodes = b"".join(frontier.append(leaf_hash(line)))
        attack(path, "UPDATE events SET nodes = ? WHERE position = ?", parameters=(nodes, position))
    verification = FileExamination(path, sizes=kept)
    assert list(verification) == []
    assert verification.roots[4] == kept[4] and verification.roots[10] != kept[10]


def test_an_end_cut_off_with_its_last_position_is_betrayed_only_by_a_size_kept_elsewhere(path: Path) -> None:
    attack(path, "DELETE FROM events WHERE position = 10", "UPDATE sqlite_sequence SET seq = 9")
    verification = FileExamination(path, sizes=[10])
    assert list(verification) == []
    assert verification.size == 9 and 10 not in verification.roots


def test_an_append_to_a_ledger_whose_last_row_was_taken_is_refused(path: Path) -> None:
    attack(path, "DELETE FROM events WHERE position = 10")
    with (
        SQLiteStore.open(path) as store,
        pytest.raises(LedgerDamaged, match="ends at position 9, and once went"),
    ):
        append(store, "D-10")


@pytest.mark.parametrize("first", ["before it appended anything", "after it appended once"])
def test_a_ledger_emptied_under_an_open_store_takes_nothing_more(path: Path, first: str) -> None:
    with SQLiteStore.open(path) as store:
        if first.startswith("after"):
            append(store, "D-10")
        attack(path, "DELETE FROM events")
        with pytest.raises(LedgerDamaged, match="ends at position 0, and once went"):
            append(store, "D-11")


def test_a_node_that_is_no_bytes_is_damage_for_the_reader_too(path: Path) -> None:
    attack(
        path,
        "PRAGMA ignore_check_constraints = ON",
        "UPDATE events SET nodes = printf('%064d', 0) WHERE position = 10",
    )
    with SQLiteStore.open(path) as store, pytest.raises(LedgerDamaged, match="the nodes at position 10 are missing"):
        store.root()


def test_what_is_appended_while_one_verifies_is_no_damage(path: Path) -> None:
    with SQLiteStore.open(path) as store:
        attack(path, f"UPDATE events SET line = {CHANGED} WHERE position = 2")
        verification = examination(store.location)
        seen = [next(found := iter(verification))]
        fill(store, range(10, 20))
        assert [damage.position for damage in (*seen, *found)] == [2]
        assert verification.size == 10
