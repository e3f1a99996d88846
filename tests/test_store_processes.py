"""Several writers, readers and sudden deaths: decisions stay serial, whole and acknowledged for good."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from support.store_lines import START, append, drafts, fill
from support.store_writer import writer

from ledger.errors import InputError, LedgerLocked
from ledger.files.inputs import read_whole
from ledger.files.outputs import new_file
from ledger.store.choice.examining import examination
from ledger.store.sqlite.copies import PrivateCopy
from ledger.store.sqlite.examination import FileExamination
from ledger.store.sqlite.store import SQLiteStore
from ledger.store.types import Draft, Head
from projections.snapshots.packages import packed


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "new.ledger"
    SQLiteStore.create(made).close()
    return made


def test_a_ledger_copied_in_the_middle_of_a_decision_holds_none_of_it(path: Path, tmp_path: Path) -> None:
    """The file and its log as a power cut would leave them, with the last transaction still open."""
    copy = tmp_path / "copy.ledger"
    with SQLiteStore.open(path) as store:
        fill(store, range(2))

        def cut(head: Head) -> Sequence[Draft]:
            part, other = drafts("D-9", ["cluster:a", "mission:m"])

            def encode(version: int, recorded_at: str) -> bytes:
                for end in ("", "-wal"):
                    (tmp_path / f"copy.ledger{end}").write_bytes(path.with_name(path.name + end).read_bytes())
                return other.encode(version, recorded_at)

            return part, other._replace(encode=encode)

        assert store.append(cut, at=lambda: START)
    with SQLiteStore.open(copy) as copied:
        assert copied.head().position == 6
        assert list(examination(copied.location)) == []


def test_a_log_torn_in_its_last_decision_loses_that_decision_whole(path: Path, tmp_path: Path) -> None:
    """Whatever the length to which the log was written, what is found is a whole number of decisions."""
    with SQLiteStore.open(path) as store:
        fill(store, range(3))
        main, log = path.read_bytes(), path.with_name(path.name + "-wal").read_bytes()
    heads = set()
    for cut in range(len(log), -1, -1400):
        torn = tmp_path / f"torn{cut}.ledger"
        torn.write_bytes(main)
        torn.with_name(torn.name + "-wal").write_bytes(log[:cut])
        with SQLiteStore.open(torn) as store:
            heads.add(store.head().position)
            assert list(examination(store.location)) == []
    assert heads == {0, 3, 6, 9}


def test_prepare_under_the_lock_sees_what_another_process_appended(path: Path) -> None:
    with SQLiteStore.open(path) as one, SQLiteStore.open(path) as other:
        append(one, "D-1")
        append(other, "D-2")
        append(other, "D-3", "mission:m")
        other_head = other.head()
        seen: list[tuple[Head, int]] = []

        def prepare(head: Head) -> tuple[Draft, ...]:
            seen.append((head, len(list(one.lines()))))
            return drafts("D-4", ["cluster:a", "mission:m"])

        receipt = one.append(prepare, at=lambda: START)
        assert receipt is not None and receipt.versions == (3, 2)
        assert seen == [(other_head, 3)]
        assert receipt.root == other.root() == one.root()


def test_threads_share_a_store(path: Path) -> None:
    """Readers inside `prepare` do not wait for the writers that wait for them."""
    with SQLiteStore.open(path, lock_timeout_seconds=60) as store, ThreadPoolExecutor(8) as pool:

        def work(number: int) -> int:
            def prepare(head: Head) -> tuple[Draft, ...]:
                assert store.head().position == head.position == len(list(store.lines()))
                return drafts(f"D-{number}", ["cluster:a"])

            receipt = store.append(prepare, at=lambda: START)
            assert receipt is not None
            return receipt.first

        assert sorted(pool.map(work, range(60))) == list(range(1, 61))
        assert list(examination(store.location)) == []


def test_an_append_inside_prepare_is_refused_and_not_waited_for_ever(path: Path) -> None:
    with SQLiteStore.open(path, lock_timeout_seconds=0) as store:

        def prepare(head: Head) -> tuple[Draft, ...]:
            append(store, "D-2")
            raise AssertionError("unreachable")

        with pytest.raises(LedgerLocked):
            store.append(prepare, at=lambda: START)
        assert append(store, "D-1").first == 1


def test_what_a_killed_writer_left_can_be_read_without_writing(path: Path) -> None:
    process = writer(path, "w", 100_000)
    assert process.stdout is not None
    last = int(process.stdout.readline())
    process.kill()
    process.communicate()
    with SQLiteStore.open(path, read_only=True) as store:
        assert store.head().position >= last
        assert list(examination(store.location)) == []


def test_a_ledger_opened_twice_in_one_process_loses_nothing_when_another_program_ends(path: Path) -> None:
    """Looking at the file again must not take from the first its locks: the other would remove the log under it."""
    with SQLiteStore.open(path) as store:
        append(store, "D-1")
        SQLiteStore.open(path).close()
        SQLiteStore.open(path, read_only=True).close()
        assert writer(path, "w", 1).wait(60) == 0
        assert path.with_name(path.name + "-wal").exists()
        last = append(store, "D-2").last
        with SQLiteStore.open(path, read_only=True) as reader:
            assert reader.head().position == last
    with SQLiteStore.open(path) as store:
        assert store.head().position == last == 5
        assert list(examination(store.location)) == []


LOOKS: dict[str, Callable[[Path], object]] = {
    "opened to write": lambda path: SQLiteStore.open(path).close(),
    "opened to read": lambda path: SQLiteStore.open(path, read_only=True).close(),
    "verified": lambda path: list(FileExamination(path)),
    "copied to be read": lambda path: PrivateCopy(path).close(),
    "named as an output": lambda path: refused_as_output(path),
    "its index of the log named as an output": lambda path: refused_as_output(path.with_name(path.name + "-shm")),
    "given as a document": lambda path: read_whole(path, 1 << 20),
    "given as a snapshot": lambda path: refused_as_snapshot(path),
    "its index of the log given as a document": lambda path: read_whole(path.with_name(path.name + "-shm"), 1 << 20),
}


def refused_as_output(path: Path) -> None:
    with pytest.raises(InputError, match="never overwritten"), new_file(path, force=True):
        pass


def refused_as_snapshot(path: Path) -> None:
    with pytest.raises(zipfile.BadZipFile), packed(path, 2**20):
        pass


def locked_out(path: Path) -> bool:
    """Whether another program cannot write to an SQLite file."""
    asked = "import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=0).execute('BEGIN IMMEDIATE')"
    done = subprocess.run([sys.executable, "-c", asked, str(path)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 or "database is locked" in done.stderr, done.stderr
    return done.returncode != 0


@pytest.mark.parametrize("look", LOOKS)
def test_whatever_looks_at_a_ledger_that_its_process_writes_to_leaves_it_its_locks(path: Path, look: str) -> None:
    with SQLiteStore.open(path) as store:
        append(store, "D-1")

        def held(head: Head) -> Sequence[Draft]:
            for _ in range(3):
                LOOKS[look](path)
            assert locked_out(path)
            return drafts("D-2", ["cluster:b"])

        assert store.append(held, at=lambda: START + timedelta(days=1))
        assert not locked_out(path)
        assert path.with_name(path.name + "-wal").exists(), "whoever came last took the log away under this process"
        last = append(store, "D-3").last
    with SQLiteStore.open(path) as store:
        assert store.head().position == last
        assert list(examination(store.location)) == []


def test_the_descriptors_that_were_kept_are_used_again_and_closed_with_the_ledger(path: Path) -> None:
    before = len(os.listdir("/dev/fd"))
    with SQLiteStore.open(path) as store:
        append(store, "D-1")
        counts = []
        for _ in range(5):
            for look in LOOKS.values():
                look(path)
            counts.append(len(os.listdir("/dev/fd")))
        assert counts[1:] == counts[:1] * 4
    assert len(os.listdir("/dev/fd")) == before
