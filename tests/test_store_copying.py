"""A ledger where one may not write is read whole, and nothing of the reader's is left beside it."""

from __future__ import annotations

import os
import pickle
import pwd
import shutil
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from support.store_lines import append, fill

from ledger.errors import LedgerReadOnly, StoreError
from ledger.store.sqlite import copies as copying
from ledger.store.sqlite.copies import PrivateCopy, needs_copy
from ledger.store.sqlite.examination import FileExamination
from ledger.store.sqlite.store import SQLiteStore

WITH_LOG = 12  # events, of which the last six stand in the log alone


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder for temporary files of this test, open to every user as such folders are."""
    made = Path(tempfile.mkdtemp())
    made.chmod(0o777)
    monkeypatch.setattr(tempfile, "tempdir", str(made))
    yield made
    shutil.rmtree(made)


@pytest.fixture
def folder(room: Path) -> Iterator[Path]:
    """A folder that every user can look into, which the temporary folders of a test are not."""
    made = room / "ledgers"
    made.mkdir(mode=0o755)
    yield made
    made.chmod(0o755)


def as_somebody_else(
    folder: Path, act: Callable[[], Any], *, may_write: bool = False, unreadable: str | None = None
) -> Any:
    """Return what `act` gives in a process that may read in `folder`, and not write to what is in it."""
    folder.chmod(0o777 if may_write else 0o555)
    for file in folder.iterdir():
        file.chmod(0o000 if file.name == unreadable else 0o444)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            if os.geteuid() == 0:
                os.setuid(pwd.getpwnam("nobody").pw_uid)
            found: Any = act()
        except BaseException as error:
            found = (type(error).__name__, str(error))
        with open(writing, "wb") as answer:
            pickle.dump(found, answer)
        os._exit(0)
    os.close(writing)
    with open(reading, "rb") as answer:
        found = pickle.load(answer)
    os.waitpid(child, 0)
    return found


def seen(path: Path) -> tuple[int, int, list[Any], int]:
    """Return the head, the number of lines, what verification finds and how many events it reads."""
    with SQLiteStore.open(path, read_only=True) as store:
        verification = FileExamination(path)
        damages = list(verification)
        return store.head().position, len(list(store.lines())), damages, verification.size


def a_writer(path: Path) -> SQLiteStore:
    """Return an open ledger of twelve events, six of them in its log alone."""
    with SQLiteStore.create(path) as store:
        fill(store, range(2))
    opened = SQLiteStore.open(path)
    fill(opened, range(2, 4))
    return opened


def left(folder: Path, path: Path, *ends: str) -> Path:
    """Return a copy of the ledger with some of the files beside it, as a program that was killed leaves them."""
    for end in ("", *ends):
        shutil.copyfile(f"{path}{end}", folder / f"left.ledger{end}")
    return folder / "left.ledger"


def listing(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


@pytest.mark.parametrize("ends", [(), ("-wal",), ("-wal", "-shm"), ("-shm",)])
def test_what_a_stopped_program_left_is_read_whole_where_one_may_not_write(folder: Path, ends: tuple[str, ...]) -> None:
    elsewhere = folder / "made"
    elsewhere.mkdir()
    with a_writer(elsewhere / "a.ledger"):
        path = left(folder, elsewhere / "a.ledger", *ends)
    shutil.rmtree(elsewhere)
    before = listing(folder)
    events = WITH_LOG if "-wal" in ends else 6
    assert as_somebody_else(folder, lambda: seen(path)) == (events, events, [], events)
    assert listing(folder) == before and listing(folder.parent) == ["ledgers"]


def test_a_ledger_that_somebody_else_has_open_is_read_with_all_that_was_recorded(folder: Path) -> None:
    with a_writer(folder / "a.ledger") as writer:
        assert as_somebody_else(folder, lambda: seen(writer.path)) == (WITH_LOG, WITH_LOG, [], WITH_LOG)
        append(writer, "D-9")
        assert as_somebody_else(folder, lambda: seen(writer.path))[0] == WITH_LOG + 1


def test_one_who_may_write_in_the_folder_and_not_to_the_ledger_leaves_nothing_that_stops_the_recorder(
    folder: Path,
) -> None:
    a_writer(folder / "a.ledger").close()
    before = listing(folder)
    found = as_somebody_else(folder, lambda: seen(folder / "a.ledger"), may_write=True)
    assert found == (WITH_LOG, WITH_LOG, [], WITH_LOG)
    assert listing(folder) == before


def test_one_who_may_not_write_is_told_so_before_recording(folder: Path) -> None:
    a_writer(folder / "a.ledger").close()
    told = as_somebody_else(folder, lambda: SQLiteStore.open(folder / "a.ledger"))
    assert told[0] == LedgerReadOnly.__name__ and "sk for write permission" in told[1]


@pytest.mark.skipif(os.geteuid() != 0, reason="needs a second user to read as")
def test_one_who_may_not_read_the_log_is_told_so(folder: Path) -> None:
    with a_writer(folder / "a.ledger"):
        path = left(folder, folder / "a.ledger", "-wal")
    told = as_somebody_else(folder, lambda: seen(path), unreadable="left.ledger-wal")
    assert told[0] == "StoreError" and "could not be copied" in told[1] and "Permission denied" in told[1]
    assert listing(folder.parent) == ["ledgers"]


def test_what_is_read_from_a_copy_is_never_older_than_the_ledger_without_a_word(tmp_path: Path) -> None:
    a_writer(tmp_path / "a.ledger").close()
    with (
        patch("ledger.store.sqlite.library.datastore.needs_copy", return_value=True),
        SQLiteStore.open(tmp_path / "a.ledger", read_only=True) as store,
    ):
        assert store.head().position == WITH_LOG
        with SQLiteStore.open(tmp_path / "a.ledger") as writer:
            append(writer, "D-9")
        with pytest.raises(StoreError, match="was written to while it was read from a copy. Open it again"):
            store.head()


def test_a_ledger_that_is_written_to_again_and_again_is_not_copied_in_pieces(room: Path, tmp_path: Path) -> None:
    a_writer(tmp_path / "a.ledger").close()
    states = count()
    with (
        patch.object(copying, "_state", lambda path: (next(states),)),
        pytest.raises(StoreError, match="is being written to, and lies where you may not write"),
    ):
        PrivateCopy(tmp_path / "a.ledger")
    assert listing(room) == []


def test_one_who_may_write_reads_the_ledger_itself(tmp_path: Path) -> None:
    a_writer(tmp_path / "a.ledger").close()
    assert not needs_copy(tmp_path / "a.ledger")
