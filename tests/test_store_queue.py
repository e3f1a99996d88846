"""Writers take turns, wait as long as was asked, and leave nothing beside the ledger."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path
from threading import Thread

import pytest
from support.command_line import ROOT, Desk, bare, desk, refused
from support.store_lines import append

from commands.session import Session
from ledger.errors import LedgerLocked
from ledger.store.sqlite.queue import WriterQueue
from ledger.store.sqlite.store import SQLiteStore
from ledger.store.waiting import Wait

__all__ = ["bare", "desk"]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "new.ledger"
    SQLiteStore.create(made).close()
    return made


def in_the_queue(queue: WriterQueue) -> int:
    """How many the kernel lets wait for the file of a queue."""
    inode = f":{queue.path.stat().st_ino} "
    return sum("->" in line and inode in line for line in Path("/proc/locks").read_text().splitlines())


@pytest.mark.skipif(not os.path.exists("/proc/locks"), reason="this kernel does not show who waits for a lock")
def test_eight_programs_that_write_at_once_take_turns(path: Path) -> None:
    """When the first has recorded all of its decisions, the last has recorded a third of its own at least."""
    writers, decisions = 8, 25
    holder = WriterQueue(path)
    assert holder.enter(Wait(0))
    command = [sys.executable, "-m", "support.store_writer", str(path)]
    running = [
        subprocess.Popen(
            [*command, f"w{number}", str(decisions)],
            cwd=ROOT / "tests",
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(writers)
    ]
    while in_the_queue(holder) < writers and all(process.poll() is None for process in running):
        pass
    holder.close()
    acknowledged = [int(line) for process in running for line in process.communicate()[0].split()]
    assert [process.returncode for process in running] == [0] * writers
    assert sorted(acknowledged) == list(range(3, writers * decisions * 3 + 1, 3))
    with SQLiteStore.open(path) as store:
        order = [event.stream for event in store.lines() if event.part == 2]
    done: Counter[str] = Counter()
    for stream in order:
        done[stream] += 1
        if done[stream] == decisions:
            break
    assert len(done) == writers and min(done.values()) >= decisions / 3, done
    assert os.listdir(path.parent) == ["new.ledger"]


@pytest.mark.skipif(not os.path.exists("/proc/locks"), reason="this kernel does not show who waits for a lock")
def test_whoever_lets_go_does_not_get_the_next_turn_while_another_waits(path: Path) -> None:
    """The one who waits may not have woken yet: its turn stands free, and still is nobody else's."""
    first, second = WriterQueue(path), WriterQueue(path)
    for _ in range(50):
        assert first.enter(Wait(0))
        waiting = Thread(target=second.enter, args=(Wait(60),))
        waiting.start()
        while not in_the_queue(first):
            pass
        first.leave()
        assert not first.enter(Wait(0))
        waiting.join()
        assert second.held
        second.leave()
    first.close()
    second.close()


@pytest.mark.parametrize("kind", ["queue", "database"])
def test_a_writer_waits_as_long_as_was_asked_and_says_how_long(path: Path, kind: str) -> None:
    told: list[float] = []
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        holder = WriterQueue(path)
        if kind == "queue":
            assert holder.enter(Wait(0))
        else:
            raw.execute("BEGIN IMMEDIATE")
        with SQLiteStore.open(path, lock_timeout_seconds=0.25, told=told.append) as store:
            with pytest.raises(LedgerLocked, match="this one waited 0.25 seconds for its turn. Nothing was recorded"):
                append(store, "D-1")
            assert 1 <= len(told) <= 3
            holder.close()
            raw.execute("ROLLBACK") if kind == "database" else None
            assert append(store, "D-1").first == 1


@pytest.mark.parametrize("kind", ["queue", "database"])
def test_a_writer_goes_on_when_it_is_let_in(path: Path, kind: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as raw:
        holder = WriterQueue(path)
        if kind == "queue":
            assert holder.enter(Wait(0))
        else:
            raw.execute("BEGIN IMMEDIATE")

        def let_in(_: float) -> None:
            if raw.in_transaction:
                raw.execute("ROLLBACK")
            holder.leave()

        with SQLiteStore.open(path, lock_timeout_seconds=600, told=let_in) as store:
            assert append(store, "D-1").first == 1
        holder.close()
    assert os.listdir(path.parent) == ["new.ledger"]


def test_what_is_raised_while_one_waits_ends_the_wait_and_keeps_no_turn(path: Path) -> None:
    holder = WriterQueue(path)
    assert holder.enter(Wait(0))

    stopped = []

    def stop(_: float) -> None:
        if not stopped:
            stopped.append(True)
            raise KeyboardInterrupt

    with SQLiteStore.open(path, lock_timeout_seconds=600, told=stop) as store:
        with pytest.raises(KeyboardInterrupt):
            append(store, "D-1")
        holder.close()
        assert append(store, "D-1").first == 1
    with SQLiteStore.open(path, lock_timeout_seconds=60) as store:
        assert append(store, "D-2").first == 2


@pytest.mark.parametrize("writes", [True, False])
def test_what_a_killed_writer_left_of_the_queue_is_removed_by_the_next(path: Path, writes: bool) -> None:
    command = [sys.executable, "-m", "support.store_writer", str(path), "w", "100000"]
    with subprocess.Popen(
        command, cwd=ROOT / "tests", env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert path.with_name("new.ledger-queue").exists()
        process.kill()
    with SQLiteStore.open(path, lock_timeout_seconds=0) as store:
        if writes:
            append(store, "D-1")
    assert os.listdir(path.parent) == ["new.ledger"]


def test_where_the_queue_cannot_be_made_the_database_alone_keeps_order(path: Path) -> None:
    path.with_name("new.ledger-queue").symlink_to("nowhere")
    with SQLiteStore.open(path, lock_timeout_seconds=0) as one, SQLiteStore.open(path, lock_timeout_seconds=0) as other:
        assert append(one, "D-1").first == 1
        with one.log.recorder.locked(), pytest.raises(LedgerLocked):
            append(other, "D-2")
        assert append(other, "D-2").first == 2


def test_readers_do_not_queue(path: Path) -> None:
    with SQLiteStore.open(path) as store:
        append(store, "D-1")
        with store.log.recorder.locked(), SQLiteStore.open(path, read_only=True, lock_timeout_seconds=0) as reader:
            assert reader.head().position == 1


# At the command line


def held(desk: Desk) -> WriterQueue:
    queue = WriterQueue(desk.ledger)
    assert queue.enter(Wait(0)) and queue.held
    return queue


DOCUMENT = """\
authority: C
reference: '1'
effective: 2026
changes: [{change: establish-cluster, cluster: a, title: A}]
"""


def test_recording_waits_as_long_as_it_is_told(desk: Desk) -> None:
    queue = held(desk)
    verb = ("cluster", "establish", "a", "--title", "A", "--authority", "C", "--reference", "1")
    for command in (("record", "-"), verb):
        said = refused(desk.run(*command, "--wait", "0", input=DOCUMENT), "Another program is writing")
        assert "Nothing was recorded. Try again, or wait longer (--wait SECONDS)" in said
    refused(desk.run("record", "-", "--wait", "-1", input=DOCUMENT), "--wait", code=2)
    queue.close()
    assert desk.run("record", "-", "--wait", "0", input=DOCUMENT).exit_code == 0


def test_an_import_waits_as_long_as_it_is_told_and_goes_on_later(bare: Desk) -> None:
    lines = [
        f'{{"authority":"C","reference":"{number}","effective":"2020","recorded_at":"2020-01-01T00:00:00Z",'
        f'"changes":[{{"change":"establish-cluster","cluster":"a{number}","title":"A"}}]}}\n'
        for number in range(3)
    ]
    bare.write("old.jsonl", "".join(lines))
    command = ("--government", "T", "--source", "old", "--wait", "0")
    bare.write("one.jsonl", lines[0] + "{")  # so that the import stops before its end
    refused(bare.run("import", "one.jsonl", *command), "one.jsonl, line 2")
    queue = held(bare)
    said = refused(bare.run("import", "old.jsonl", *command), "Another program is writing")
    assert "the same command goes on from there" in said and "Nothing was recorded" not in said
    queue.close()
    assert bare.run("import", "old.jsonl", *command).exit_code == 0


def test_whoever_waits_at_a_terminal_is_told_once_and_can_stop(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    session = Session()
    for seconds in (0.2, 1.9, 2.1, 2.3, 9.0):
        session.waiting(seconds)
    assert capsys.readouterr().err.splitlines() == [
        "Waiting for another program that writes to the ledger, up to 60 seconds. Ctrl-C stops."
    ]
    session.stop.asked = signal.SIGINT
    with pytest.raises(KeyboardInterrupt):
        session.waiting(9.2)
