"""Every way in which a path may not be a ledger gets a sentence of its own."""

from __future__ import annotations

import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
from support.store_lines import append, fill

from ledger.errors import (
    ForeignFile,
    LedgerDamaged,
    LedgerError,
    LedgerExists,
    LedgerLocked,
    LedgerMissing,
    LedgerReadOnly,
    NewerFormat,
    StoreError,
)
from ledger.store.sqlite.examination import FileExamination
from ledger.store.sqlite.store import SQLiteStore


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "new.ledger"
    with SQLiteStore.create(made) as store:
        fill(store, range(2))
    return made


def test_a_ledger_reopens_where_it_was_left(path: Path) -> None:
    with SQLiteStore.open(path) as store:
        assert store.head().position == 6
        assert append(store, "D-9").versions == (3,)
    assert [file.name for file in path.parent.iterdir()] == [path.name]  # the log was folded in


def test_a_file_says_what_it_is(path: Path) -> None:
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("PRAGMA application_id").fetchone() == (0x434C4731,)
        assert raw.execute("PRAGMA user_version").fetchone() == (1,)
        assert raw.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_new_ledger_never_overwrites(path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(LedgerExists, match="exists already"):
        SQLiteStore.create(path)
    assert path.read_bytes() == before


def test_a_new_ledger_needs_a_folder(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="Give a path in an existing folder"):
        SQLiteStore.create(tmp_path / "nowhere" / "new.ledger")


def test_nothing_at_the_path_is_said(tmp_path: Path) -> None:
    with pytest.raises(LedgerMissing, match="There is no ledger at"):
        SQLiteStore.open(tmp_path / "none.ledger")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(ForeignFile, match="it is a folder"):
        SQLiteStore.open(tmp_path)


def test_a_pipe_is_said(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ForeignFile, match="not an ordinary file"):
        SQLiteStore.open(tmp_path / "pipe")


@pytest.mark.parametrize("content", [b"authority: Council\n", b"SQLite format 3\x00", b"\x00" * 4096])
def test_a_file_of_another_kind_is_said(tmp_path: Path, content: bytes) -> None:
    other = tmp_path / "other"
    other.write_bytes(content)
    with pytest.raises(ForeignFile, match="not an SQLite database"):
        SQLiteStore.open(other)
    assert other.read_bytes() == content


def test_an_empty_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    with pytest.raises(ForeignFile, match="an empty file"):
        SQLiteStore.open(tmp_path / "empty")


def test_the_database_of_another_program_is_said_and_left_as_it_is(tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    with closing(sqlite3.connect(other)) as raw:
        raw.execute("CREATE TABLE events (id)")
    before = other.read_bytes()
    with pytest.raises(ForeignFile, match="another program"):
        SQLiteStore.open(other)
    assert other.read_bytes() == before and list(tmp_path.iterdir()) == [other]


def test_a_newer_format_is_said_even_while_it_stands_in_the_log_alone(path: Path) -> None:
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA user_version = 2")
        with pytest.raises(NewerFormat, match="format 2; this program knows formats up to 1"):
            SQLiteStore.open(path)
    with pytest.raises(NewerFormat, match="Install a newer version"):
        SQLiteStore.open(path)


def test_a_torn_file_is_damage_and_no_traceback(path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    with pytest.raises(LedgerDamaged), SQLiteStore.open(path) as store:
        list(store.lines())


def test_a_table_that_is_gone_is_damage(path: Path) -> None:
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("DROP TABLE events")
    for read_only in (True, False):
        with pytest.raises(LedgerDamaged, match="its table events is missing"):
            SQLiteStore.open(path, read_only=read_only)


def test_reading_only_reads_and_refuses_to_write(path: Path) -> None:
    with SQLiteStore.open(path, read_only=True) as store:
        assert store.head().position == 6
        with pytest.raises(LedgerReadOnly, match="Nothing was recorded"):
            append(store, "D-9")
        with pytest.raises(LedgerReadOnly):
            store.forget("sha256:00")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_file_that_may_not_be_written_is_said_before_anything_is_done(path: Path) -> None:
    path.chmod(stat.S_IRUSR)
    with pytest.raises(LedgerReadOnly, match="Ask for write permission"):
        SQLiteStore.open(path)
    with SQLiteStore.open(path, read_only=True) as store:
        assert store.head().position == 6


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_file_in_a_folder_that_may_not_be_written_can_be_read(path: Path) -> None:
    path.parent.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        with SQLiteStore.open(path, read_only=True) as store:
            assert store.head().position == 6
    finally:
        path.parent.chmod(stat.S_IRWXU)


def test_whoever_only_reads_leaves_nothing_beside_the_ledger_and_changes_no_byte_of_it(path: Path) -> None:
    before = path.read_bytes()
    with SQLiteStore.open(path, read_only=True) as one:
        with SQLiteStore.open(path, read_only=True) as other:
            assert len(list(other.lines())) == 6
        assert list(FileExamination(path)) == []
        assert len(list(one.lines())) == 6  # nothing was taken from under it
    assert [file.name for file in path.parent.iterdir()] == [path.name] and path.read_bytes() == before


def test_a_log_with_something_in_it_is_left_to_whoever_writes(path: Path, tmp_path: Path) -> None:
    copied = tmp_path / "copied.ledger"
    with SQLiteStore.open(path) as store:
        append(store, "D-9")
        for end in ("", "-wal"):
            copied.with_name(copied.name + end).write_bytes(path.with_name(path.name + end).read_bytes())
    before = copied.read_bytes(), copied.with_name(copied.name + "-wal").read_bytes()
    with SQLiteStore.open(copied, read_only=True) as store:
        assert store.head().position == 7
    assert (copied.read_bytes(), copied.with_name(copied.name + "-wal").read_bytes()) == before


def test_a_lock_held_too_long_is_said_and_nothing_is_recorded(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.execute("BEGIN IMMEDIATE")
        with SQLiteStore.open(path, lock_timeout_seconds=0) as store:
            assert store.head().position == 6  # readers go on
            with pytest.raises(LedgerLocked, match="Another program is writing"):
                append(store, "D-9")
            raw.execute("ROLLBACK")
            assert append(store, "D-9").first == 7


def test_a_full_disk_is_said_and_nothing_is_recorded(path: Path) -> None:
    with SQLiteStore.open(path) as store:
        with store.log.recorder.locked() as edge:
            edge.cursor.execute("ROLLBACK")
            (pages,) = edge.cursor.execute("PRAGMA page_count").fetchone()
            edge.cursor.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(LedgerError, match="is full"):
            for number in range(10, 100):
                append(store, f"D-{number}")
        last = store.head().position
        with store.log.recorder.locked() as edge:
            edge.cursor.execute("ROLLBACK")
            edge.cursor.execute(f"PRAGMA max_page_count = {pages * 100}")
        assert append(store, "D-200").first == last + 1


def test_the_environment_of_another_program_redirects_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERSISTENCE_MODULE", "eventsourcing.popo")
    monkeypatch.setenv("SQLITE_DBNAME", str(tmp_path / "elsewhere.db"))
    monkeypatch.setenv("COMPRESSOR_TOPIC", "zlib")
    with SQLiteStore.create(tmp_path / "new.ledger") as store:
        append(store, "D-1")
        assert store.log.recorder.max_notification_id() == 1
    assert [file.name for file in tmp_path.iterdir()] == ["new.ledger"]
