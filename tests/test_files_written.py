"""Files that the program writes: whole or not at all, whatever fails or kills it, and over nothing else."""

from __future__ import annotations

import errno
import os
import resource
import socket
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from support.command_line import ROOT

from ledger.application import Ledger
from ledger.errors import InputError, OutputExists, OutputFailed
from ledger.events.envelope import Recorder
from ledger.files import making, renaming
from ledger.files.outputs import check_output, new_file, new_folder

LARGE = bytes(1_000_000)  # more than any buffer takes
Spoil = Callable[[pytest.MonkeyPatch], None]


def write(path: Path, content: bytes = LARGE, *, force: bool = False) -> None:
    """Write a file as every command does."""
    with new_file(path, force=force) as file:
        file.write(content)


def write_two(path: Path, content: bytes = LARGE, *, force: bool = False) -> None:
    """Write a folder as a snapshot of several files does."""
    with new_folder(path, ".x", force=force) as folder:
        for name in ("a.x", "b.x"):
            (folder / name).write_bytes(content)


def content(path: Path) -> list[tuple[str, bytes]]:
    """Return everything in a folder, hidden names too."""
    return sorted((str(one.relative_to(path)), one.read_bytes()) for one in path.rglob("*") if one.is_file())


@contextmanager
def room(size: int) -> Iterator[None]:
    """Let no file grow beyond a size, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def failing(code: int, call: int = 1) -> Callable[..., Any]:
    """Return a function whose call of that number fails, and which does nothing otherwise."""
    calls = iter(range(1, 1_000))

    def fail(*_: Any, **__: Any) -> None:
        if next(calls) == call:
            raise OSError(code, os.strerror(code))

    return fail


def lacking(code: int) -> Callable[..., Any]:
    """Return a function that always fails, as one that a file system does not have."""

    def fail(*_: Any, **__: Any) -> None:
        raise OSError(code, os.strerror(code))

    return fail


SPOILT: dict[str, Spoil] = {
    "it cannot be made": lambda patch: patch.setattr(making, "_locked", failing(errno.EACCES)),
    "it cannot be flushed": lambda patch: patch.setattr(os, "fsync", failing(errno.EIO)),
    "it cannot be put in place": lambda patch: [
        patch.setattr(os, "replace", failing(errno.EIO)),
        patch.setattr(renaming, "_rename", failing(errno.EIO)),
    ][0],
}


# Failure


@pytest.mark.parametrize("make", [write, write_two])
@pytest.mark.parametrize("step", SPOILT)
@pytest.mark.parametrize("stands", [False, True])
def test_whatever_step_fails_leaves_what_stood_there_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[..., None], step: str, stands: bool
) -> None:
    if stands:
        make(tmp_path / "here", b"old")
    before = content(tmp_path)
    SPOILT[step](monkeypatch)
    with pytest.raises(OutputFailed, match="cannot be written") as said:
        make(tmp_path / "here", force=stands)
    assert content(tmp_path) == before and len(list(tmp_path.iterdir())) == stands
    assert ("What stands there is unchanged." in str(said.value)) == stands


@pytest.mark.parametrize("make", [write, write_two])
@pytest.mark.parametrize("size", [0, 1, 5_000, 999_999])
def test_a_disk_that_is_full_leaves_what_stood_there_and_nothing_else(
    tmp_path: Path, make: Callable[..., None], size: int
) -> None:
    make(tmp_path / "here", b"old")
    before = content(tmp_path)
    with pytest.raises(OutputFailed, match="File too large.*unchanged.*Free some space"), room(size):
        make(tmp_path / "here", force=True)
    assert content(tmp_path) == before and len(list(tmp_path.iterdir())) == 1


def test_a_full_disk_found_out_when_the_rest_is_flushed_is_told_too(tmp_path: Path) -> None:
    with pytest.raises(OutputFailed, match="File too large"), room(10):
        write(tmp_path / "here", b"eleven bytes")
    assert content(tmp_path) == []


def test_a_folder_whose_entry_the_disk_does_not_confirm_is_said_to_be_in_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", failing(errno.EIO, call=2))
    with pytest.raises(OutputFailed, match="is written, but the disk did not confirm it"):
        write(tmp_path / "here", b"new")
    assert content(tmp_path) == [("here", b"new")]


def test_what_fails_beside_the_file_is_not_laid_at_its_door(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), new_file(tmp_path / "here") as file:
        file.write(b"half")
        (tmp_path / "another").read_bytes()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_whatever_stops_the_writer_leaves_nothing(tmp_path: Path, error: type[BaseException]) -> None:
    with pytest.raises(error), new_file(tmp_path / "here") as file:
        file.write(b"half")
        raise error
    with pytest.raises(error), new_folder(tmp_path / "here", ".x") as folder:
        (folder / "a.x").write_bytes(b"half")
        raise error
    assert list(tmp_path.iterdir()) == []


# A killed run


def killed(path: Path, how: str) -> None:
    """Let a process be killed in the middle of writing."""
    code = (
        "import os, sys; from ledger.files.outputs import new_file, new_folder\n"
        f"with {how}:\n  (made / 'a.x').write_bytes(b'half') if hasattr(made, 'name') and not hasattr(made, 'write')"
        " else (made.write(b'half'), made.flush())\n  os.kill(os.getpid(), 9)"
    )
    found = subprocess.run([sys.executable, "-c", code, path], cwd=ROOT)
    assert found.returncode == -9


@pytest.mark.parametrize("how", ["new_file(sys.argv[1]) as made", "new_folder(sys.argv[1], '.x') as made"])
def test_what_a_killed_run_left_is_removed_by_the_next_that_writes_there(tmp_path: Path, how: str) -> None:
    killed(tmp_path / "here", how)
    (left,) = tmp_path.iterdir()
    assert left.name.startswith(".cluster-ledger-") and left.name.endswith(".part")
    write(tmp_path / "another", b"new")
    assert content(tmp_path) == [("another", b"new")] and len(list(tmp_path.iterdir())) == 1


def test_what_a_living_run_is_making_is_not_taken_for_a_leftover(tmp_path: Path) -> None:
    with new_file(tmp_path / "one") as one, new_folder(tmp_path / "two", ".x") as two:
        write(tmp_path / "three", b"3")
        one.write(b"1")
        (two / "a.x").write_bytes(b"2")
    assert content(tmp_path) == [("one", b"1"), ("three", b"3"), ("two/a.x", b"2")]


@pytest.mark.parametrize("name", [".cluster-ledger-1.part", ".here.12345678.part", "cluster-ledger.part", ".part"])
def test_a_file_of_somebody_else_is_no_leftover(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"precious")
    write(tmp_path / "here", b"new")
    assert (name, b"precious") in content(tmp_path)


# What may be replaced


@pytest.mark.parametrize("make", [write, write_two])
def test_a_name_that_is_taken_in_the_meantime_is_not_taken_away(tmp_path: Path, make: Callable[..., None]) -> None:
    for how in (new_file(tmp_path / "here"), new_folder(tmp_path / "here", ".x")):
        with pytest.raises(OutputExists), how:
            make(tmp_path / "here", b"theirs")
        before = content(tmp_path)
        assert {found for _, found in before} == {b"theirs"} and len(list(tmp_path.iterdir())) == 1
        if (tmp_path / "here").is_dir():
            for file in (tmp_path / "here").iterdir():
                file.unlink()
            (tmp_path / "here").rmdir()
        else:
            (tmp_path / "here").unlink()


@pytest.mark.parametrize("links", [True, False])
@pytest.mark.parametrize("make", [write, write_two])
def test_where_names_cannot_be_taken_in_one_step_nothing_is_replaced_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[..., None], links: bool
) -> None:
    monkeypatch.setattr(renaming, "_rename", lacking(errno.EINVAL))
    if not links:
        monkeypatch.setattr(os, "link", lacking(errno.EPERM))
    make(tmp_path / "here", b"new")
    before = content(tmp_path)
    assert {found for _, found in before} == {b"new"} and len(list(tmp_path.iterdir())) == 1
    with pytest.raises(FileExistsError):
        renaming.renamed(tmp_path / "here", tmp_path / "here")
    assert content(tmp_path) == before


def test_what_is_forced_replaces_ordinary_files_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        monkeypatch.chdir(tmp_path)
        listening.bind("socket")
    leading, following = os.openpty()
    for path, word in (
        (tmp_path / "pipe", "is a pipe"),
        (tmp_path / "socket", "is a socket"),
        (Path(os.ttyname(following)), "is a device"),
        (tmp_path, "is a folder"),
        (Path(""), "is a folder"),
    ):
        for make in (write, check_output):
            with pytest.raises(InputError, match=f"{word}.*Give the path of a file"):
                make(path, force=True)
        assert not stat.S_ISREG(path.stat().st_mode)
    os.close(leading)
    os.close(following)
    with pytest.raises(InputError, match="empty"):
        check_output("", force=True)


def test_what_is_forced_follows_a_link_which_stays_one(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "file").write_bytes(b"old")
    (tmp_path / "link").symlink_to("folder/file")
    with pytest.raises(OutputExists):
        write(tmp_path / "link")
    write(tmp_path / "link", b"new", force=True)
    assert (tmp_path / "link").is_symlink() and (tmp_path / "folder" / "file").read_bytes() == b"new"
    (tmp_path / "pipe-link").symlink_to("pipe")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="is a pipe"):
        write(tmp_path / "pipe-link", force=True)


def test_a_link_to_nothing_is_somebodys_name_and_where_forced_it_leads_to_the_file(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("file")
    for make in (write, write_two):
        with pytest.raises(OutputExists):
            make(tmp_path / "link")
    write(tmp_path / "link", b"new", force=True)
    assert (tmp_path / "link").is_symlink() and (tmp_path / "file").read_bytes() == b"new"
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(OutputFailed, match="Give another path"):
        write(tmp_path / "loop", force=True)
    (tmp_path / "away").symlink_to("nowhere/file")
    with pytest.raises(OutputFailed, match="a folder that exists"):
        write(tmp_path / "away", force=True)


def test_a_new_file_has_the_mode_that_the_umask_gives_and_a_replaced_one_keeps_its_own(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write(tmp_path / "new", b"1")
        write_two(tmp_path / "folder", b"1")
        assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o640
        assert stat.S_IMODE((tmp_path / "folder").stat().st_mode) == 0o750
        for mode in (0o600, 0o666, 0o751):
            (tmp_path / "new").chmod(mode)
            write(tmp_path / "new", b"2", force=True)
            assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == mode
    finally:
        os.umask(before)


def test_a_file_that_may_not_be_written_is_not_replaced_either(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").write_bytes(b"old")
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)  # as anybody but root would be told
    with pytest.raises(OutputFailed, match="Permission denied.*unchanged"):
        write(tmp_path / "here", force=True)
    assert content(tmp_path) == [("here", b"old")]


def test_a_file_in_the_making_is_never_more_open_than_the_one_that_it_replaces(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"old")
    (tmp_path / "secret").chmod(0o600)
    with new_file(tmp_path / "secret", force=True):
        (aside,) = tmp_path.glob(".cluster-ledger-*")
        assert stat.S_IMODE(aside.stat().st_mode) == 0o600


@pytest.mark.parametrize("name", ["a.ledger", "a.ledger-wal", "a.ledger-shm", "a.ledger-journal", "a.ledger-queue"])
def test_a_ledger_and_what_lies_beside_it_is_never_overwritten(tmp_path: Path, name: str) -> None:
    recorder = Recorder(id="R", basis="configured")
    Ledger.create(tmp_path / "a.ledger", government="G", recorder=recorder).close()
    before = content(tmp_path)
    for make in (write, check_output):
        with pytest.raises(InputError, match="a database that is worked with.*never overwritten"):
            make(tmp_path / name, force=True)
    assert content(tmp_path) == before
