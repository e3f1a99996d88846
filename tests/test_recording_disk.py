"""Full and failing disks, and copies: what was acknowledged stands, what was not is said not to."""

from __future__ import annotations

import json
import os
import resource
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from eventsourcing.persistence import ProgrammingError
from support.command_line import Desk, bare, desk, refused
from support.store_lines import append, fill

from ledger.errors import DiskFull, RecordingUncertain, StorageFailed
from ledger.store.choice.examining import examination
from ledger.store.library.sealing import SealedBatch
from ledger.store.sqlite import replicas
from ledger.store.sqlite.faults import translate
from ledger.store.sqlite.library import recorder as recorders
from ledger.store.sqlite.store import SQLiteStore
from ledger.store.types import StoredRow

__all__ = ["bare", "desk"]
MANY = 60


def documents(count: int, first: int = 0, **older: str) -> str:
    """Decisions that each begin a cluster with a long purpose; `older`: what an older register says besides."""
    return "".join(
        json.dumps(
            {
                "authority": "C",
                "reference": f"R-{number}",
                "effective": "2026-01-01",
                **older,
                "changes": [
                    {"change": "establish-cluster", "cluster": f"c{number}", "title": "C", "purpose": "x" * 2000}
                ],
            }
        )
        + "\n"
        for number in range(first, first + count)
    )


def small_files(size: int) -> None:
    """Let the process write no file beyond a size, as a disk that is full would."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def test_a_disk_that_fills_up_in_the_middle_of_many_documents_is_said_with_what_stands(desk: Desk) -> None:
    desk.write("many.jsonl", documents(MANY))
    result = desk.process("record", "many.jsonl", preexec_fn=lambda: small_files(400_000))
    receipts = [line for line in result.stdout.splitlines() if line.startswith("Recorded: ")]
    count = len(receipts)
    assert result.returncode == 1 and 5 < count < MANY
    assert f'"R-{count - 1}"' in receipts[-1]
    assert result.stderr.count("\n") == 1 and "Nothing was recorded" not in result.stderr
    assert "is full" in result.stderr
    assert (
        f'{count} decisions were recorded, and stand, the last "R-{count - 1}"; nothing after it was rec'
        in result.stderr
    )
    assert desk.size() == 1 + count
    assert desk.process("record", "many.jsonl").returncode == 0
    assert "government.ledger-queue" not in os.listdir(desk.folder)
    assert desk.size() == 1 + MANY


def test_the_json_answer_holds_what_was_recorded_before_the_disk_was_full(desk: Desk) -> None:
    desk.write("many.jsonl", documents(MANY))
    result = desk.process("record", "many.jsonl", "--format", "json", preexec_fn=lambda: small_files(400_000))
    recorded = json.loads(result.stdout)["recorded"]
    assert result.returncode == 1 and "is full" in result.stderr
    assert desk.size() == 1 + len(recorded) < MANY


def test_a_disk_that_is_full_at_the_first_decision_leaves_nothing_of_it(desk: Desk) -> None:
    result = desk.process("record", "-", input=documents(1), preexec_fn=lambda: small_files(1000))
    assert result.returncode == 1 and desk.size() == 1
    assert "is full, or a limit to what may be written there is reached. Nothing was recorded." in result.stderr


def test_a_disk_that_fills_up_in_an_import_leaves_it_to_go_on(bare: Desk) -> None:
    bare.write("old.jsonl", documents(MANY, recorded_at="2026-01-02T00:00:00Z"))
    command = ("import", "old.jsonl", "--government", "T")
    result = bare.process(*command, preexec_fn=lambda: small_files(100_000))
    assert result.returncode == 1 and "the same command goes on from there" in result.stderr
    assert bare.process(*command).returncode == 0
    assert bare.size() == 1 + MANY + 1


def test_no_ledger_is_made_on_a_full_disk(bare: Desk) -> None:
    result = bare.process("init", "--government", "T", preexec_fn=lambda: small_files(5000))
    assert result.returncode == 1 and "is full" in result.stderr
    assert list(bare.folder.iterdir()) == []


# What the driver says


class Failing:
    """A cursor whose COMMIT fails once, before or after it did what it should."""

    def __init__(self, cursor: sqlite3.Cursor, code: int, *, done: bool, then: str = "") -> None:
        self._cursor, self._error, self._done, self._then = (
            cursor,
            sqlite3.OperationalError("disk I/O error"),
            done,
            then,
        )
        self._error.sqlite_errorcode = code
        self._failed = False

    def __getattr__(self, name: str) -> object:
        return getattr(self._cursor, name)

    def execute(self, statement: str, *parameters: object) -> object:
        if self._failed and self._then and statement.startswith(self._then):
            raise self._error
        if statement == "COMMIT" and not self._failed:
            self._failed = True
            if self._done:
                self._cursor.execute(statement)
            raise self._error
        return self._cursor.execute(statement, *parameters)


@pytest.fixture
def store(tmp_path: Path) -> SQLiteStore:
    made = SQLiteStore.create(tmp_path / "new.ledger")
    fill(made, range(2))
    return made


def failing(store: SQLiteStore, code: int, *, done: bool, then: str = "") -> None:
    edge = store.log.recorder._edge
    assert edge is not None
    edge.cursor = Failing(edge.cursor, code, done=done, then=then)  # type: ignore[assignment]  # it quacks


FSYNC, WRITE = sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_IOERR_WRITE


def test_a_decision_that_stands_although_its_commit_failed_gets_its_receipt(store: SQLiteStore) -> None:
    failing(store, FSYNC, done=True)
    assert append(store, "D-9").first == 7
    assert append(store, "D-10").first == 8
    assert list(examination(store.location)) == []
    store.close()


@pytest.mark.parametrize("code", [FSYNC, WRITE, sqlite3.SQLITE_FULL])
def test_a_decision_whose_commit_failed_is_said_not_to_be_recorded_when_that_is_so(
    store: SQLiteStore, code: int
) -> None:
    failing(store, code, done=False)
    with pytest.raises(DiskFull if code == sqlite3.SQLITE_FULL else StorageFailed, match="Nothing was recorded"):
        append(store, "D-9")
    assert store.head().position == 6
    assert append(store, "D-9").first == 7
    store.close()


def test_what_cannot_be_found_out_is_not_asserted(store: SQLiteStore) -> None:
    failing(store, FSYNC, done=False, then="PRAGMA wal")
    with pytest.raises(RecordingUncertain, match="cannot be found out now") as said:
        append(store, "D-9")
    assert "Nothing was recorded" not in str(said.value)
    assert recorders.stands is not None
    store.close()


def test_a_limit_and_a_failing_disk_are_told_apart(tmp_path: Path) -> None:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_WRITE
    path = tmp_path / "new.ledger"
    path.write_bytes(b"x" * 1000)
    assert type(translate(path, error)) is StorageFailed
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        assert type(translate(path, error)) is DiskFull
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [file.name for file in tmp_path.iterdir()] == ["new.ledger"]


# Copies


def test_the_file_alone_is_the_ledger_when_whoever_recorded_is_done_although_others_read(desk: Desk) -> None:
    with SQLiteStore.open(desk.ledger, read_only=True) as reader:
        assert reader.head().position == 1
        desk.record()
        shutil.copyfile(desk.ledger, desk.folder / "copy.ledger")
        verified = desk.json("--ledger", "copy.ledger", "verify")
        assert (verified["ok"], verified["events"]) == (True, 5)
        assert reader.head().position == 5


def test_a_copy_without_the_log_of_a_writer_is_smaller_and_a_size_and_root_tell(desk: Desk) -> None:
    desk.record()
    with SQLiteStore.open(desk.ledger) as writer:
        receipt = append(writer, "D-9")
        shutil.copyfile(desk.ledger, desk.folder / "copy.ledger")
        shutil.copyfile(desk.ledger, desk.folder / "both.ledger")
        shutil.copyfile(f"{desk.ledger}-wal", desk.folder / "both.ledger-wal")
    kept = ("verify", "--size", str(receipt.last), "--root", f"sha256:{receipt.root.hex()}")
    assert desk.json("--ledger", "copy.ledger", "verify")["events"] == 5
    assert desk.json("--ledger", "copy.ledger", *kept, code=3)["ok"] is False
    with SQLiteStore.open(desk.folder / "both.ledger") as both:
        assert both.head().position == 6 and both.root() == receipt.root


@pytest.mark.parametrize("command", [("copy", "copy.ledger"), ("backup", "-o", "copy.ledger")])
def test_a_ledger_that_the_disk_does_not_give_as_it_is_copied_is_told_in_a_sentence(
    desk: Desk, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_READ

    @contextmanager
    def failing(path: Path) -> Iterator[sqlite3.Connection]:
        raise error
        yield

    monkeypatch.setattr(replicas, "reading", failing)
    said = refused(desk.run(*command))
    assert "government.ledger" in said and said.count("\n") == 1
    assert sorted(os.listdir(desk.folder)) == ["government.ledger"]


def test_the_recorder_says_at_which_positions_events_were_entered(
    store: SQLiteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the library asks it, with the columns that it does not know of."""
    said: list[list[int]] = []
    recorder = store.log.recorder
    entering = recorder.insert_batch

    def heard(batch: SealedBatch) -> None:
        monkeypatch.setattr(recorder, "insert_batch", entering)
        said.append(list(recorder.insert_events(batch.events, beside=batch.beside)))

    monkeypatch.setattr(recorder, "insert_batch", heard)
    append(store, "D-9", "cluster:a", "mission:m")
    assert said == [[7, 8]]
    store.close()


def test_a_batch_enters_under_the_lock_alone(store: SQLiteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    recorder, sealed = store.log.recorder, list[SealedBatch]()
    entering = recorder.insert_batch

    def kept(batch: SealedBatch) -> Sequence[StoredRow]:
        sealed.append(batch)
        return entering(batch)

    with monkeypatch.context() as patched:
        patched.setattr(recorder, "insert_batch", kept)
        append(store, "D-9", "cluster:a")
    with SQLiteStore.open(store.path) as other:
        for never_locked_or_released in (other.log.recorder, recorder):
            with pytest.raises(ProgrammingError, match="parts of decisions"):
                never_locked_or_released.insert_batch(sealed[0])
    assert store.head().position == 7
