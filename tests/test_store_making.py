"""A ledger appears whole, with its first event, or not at all; what killed runs left is gone after the next one."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.command_line import Desk, bare, refused
from support.store_lines import START, drafts

from ledger.errors import LedgerBeingMade, LedgerError, LedgerExists, LedgerMadeUnopened, StoreError
from ledger.store.choice.examining import examination
from ledger.store.sqlite import making
from ledger.store.sqlite.queue import WriterQueue
from ledger.store.sqlite.store import SQLiteStore
from ledger.store.types import Draft
from ledger.store.waiting import Wait

__all__ = ["bare"]
FIRST = drafts("D-1", ["cluster:a", "mission:m"])


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "new.ledger"


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_a_ledger_appears_with_its_first_decision_in_it_and_nothing_beside_it(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    renamed = making.renamed

    def seen(source: Path, target: Path) -> None:
        assert not place.exists()
        renamed(source, target)
        found.append(place.read_bytes())

    monkeypatch.setattr(making, "renamed", seen)
    SQLiteStore.create(place, FIRST, at=lambda: START).close()
    place.write_bytes(found[0])
    with SQLiteStore.open(place) as store:
        assert store.head().position == 2
        assert list(examination(store.location)) == []
    assert names(place.parent) == ["new.ledger"]


def test_what_fails_while_a_ledger_is_made_leaves_nothing(place: Path) -> None:
    def encode(version: int, recorded_at: str) -> bytes:
        raise ZeroDivisionError

    broken = FIRST[1]._replace(encode=encode)
    with pytest.raises(ZeroDivisionError):
        SQLiteStore.create(place, (FIRST[0], broken), at=lambda: START)
    assert names(place.parent) == []


@pytest.mark.parametrize("call", ["renamed", "fsync", "open"])
def test_a_disk_that_fails_while_a_ledger_is_made_is_said_and_leaves_nothing(
    place: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    def failed(*_: object, **__: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(making if call == "renamed" else os, call, failed)
    with pytest.raises(StoreError, match=r"No ledger (was|can be) made at .*Input/output error"):
        SQLiteStore.create(place, FIRST, at=lambda: START)
    monkeypatch.undo()
    assert names(place.parent) == []


def test_what_appeared_meanwhile_is_not_replaced(place: Path) -> None:
    def encode(version: int, recorded_at: str) -> bytes:
        place.write_text("somebody else's")
        return FIRST[0].encode(version, recorded_at)

    with pytest.raises(LedgerExists):
        SQLiteStore.create(place, (FIRST[0]._replace(encode=encode), FIRST[1]), at=lambda: START)
    assert place.read_text() == "somebody else's" and names(place.parent) == ["new.ledger"]


def test_a_link_to_nothing_is_not_written_through(place: Path) -> None:
    place.symlink_to(place.with_name("elsewhere"))
    with pytest.raises(LedgerExists):
        SQLiteStore.create(place, FIRST, at=lambda: START)
    assert names(place.parent) == ["new.ledger"]


LEFT = ["0123abcd.making", "0123abcd.making-wal", "0123abcd.making-shm", "99999999.making-journal"]


@pytest.mark.parametrize("exists", [True, False])
def test_the_next_run_removes_what_killed_ones_left_and_nothing_else(place: Path, exists: bool) -> None:
    others = [".new.ledger.1.making", ".other.ledger.0123abcd.making", "new.ledger.0123abcd.making", ".new.ledger.part"]
    for name in (*others, *(f".new.ledger.{name}" for name in LEFT)):
        (place.parent / name).touch()
    (place.parent / "new.ledger-queue").touch()
    if exists:
        place.touch()
        with pytest.raises(LedgerExists):
            SQLiteStore.create(place, FIRST, at=lambda: START)
    else:
        SQLiteStore.create(place, FIRST, at=lambda: START).close()
    assert names(place.parent) == sorted([*others, "new.ledger"])


def test_what_another_makes_just_now_is_left_to_it(place: Path) -> None:
    (place.parent / ".new.ledger.0123abcd.making").touch()
    other = WriterQueue(place)
    assert other.enter(Wait(0)) and other.held
    with pytest.raises(LedgerBeingMade, match="at this moment"):
        SQLiteStore.create(place, FIRST, at=lambda: START)
    assert names(place.parent) == [".new.ledger.0123abcd.making", "new.ledger-queue"]
    other.close()
    SQLiteStore.create(place, FIRST, at=lambda: START).close()
    assert names(place.parent) == ["new.ledger"]


def test_where_no_queue_can_be_made_nobody_is_taken_for_dead(place: Path) -> None:
    (place.parent / "new.ledger-queue").symlink_to("nowhere")
    (place.parent / ".new.ledger.0123abcd.making").touch()
    SQLiteStore.create(place, FIRST, at=lambda: START).close()
    assert names(place.parent) == [".new.ledger.0123abcd.making", "new.ledger", "new.ledger-queue"]


def test_a_ledger_that_was_made_and_cannot_be_opened_is_said_to_be_made(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise StoreError("No more files can be opened.")

    monkeypatch.setattr(SQLiteStore, "open", refuse)
    with pytest.raises(LedgerMadeUnopened, match="was made and stands.*No more files"):
        SQLiteStore.create(place, FIRST, at=lambda: START)
    monkeypatch.undo()
    with SQLiteStore.open(place) as store:
        assert store.head().position == 2


def test_of_many_that_make_one_ledger_at_once_one_does_and_the_others_are_told(bare: Desk) -> None:
    command = [sys.executable, "-m", "commands.main", "init", "--government", "Testland"]
    options = {"cwd": bare.folder, "env": bare.environment(), "text": True}
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options) for _ in range(5)]
    said = [process.communicate()[1] for process in running]
    assert sorted(process.returncode for process in running) == [0, 1, 1, 1, 1]
    for process, told in zip(running, said, strict=True):
        assert process.returncode == 0 or "exists already" in told or "at this moment" in told, told
    assert names(bare.folder) == ["government.ledger"]
    assert bare.size() == 1


def test_init_beside_leftovers_and_import_after_them_go_on(bare: Desk) -> None:
    bare.write(".government.ledger.0123abcd.making", "")
    bare.write("government.ledger-queue", "")
    change = {"change": "establish-cluster", "cluster": "a", "title": "A"}
    document = {"authority": "C", "reference": "1", "effective": "2020", "recorded_at": "2020-01-01T00:00:00Z"}
    bare.write("old.jsonl", json.dumps({**document, "changes": [change]}) + "\n")
    assert bare.run("import", "old.jsonl", "--government", "T").exit_code == 0
    assert names(bare.folder) == ["government.ledger", "old.jsonl"]
    said = refused(bare.run("import", "old.jsonl", "--government", "T"), "holds the whole of old.jsonl")
    assert "goes on from there" not in said
    refused(bare.run("init", "--government", "T"), "exists already")


def test_an_empty_first_decision_makes_an_empty_ledger(place: Path) -> None:
    nothing: tuple[Draft, ...] = ()
    with SQLiteStore.create(place, nothing) as store:
        assert store.head().position == 0
    with pytest.raises(LedgerError):
        SQLiteStore.create(place)
