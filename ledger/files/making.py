"""Files and folders in the making: a hidden name of one kind, locked as long as its maker lives.

So the next run that makes something in that folder can tell what a killed run left behind, and removes it.
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_LEFTOVER = re.compile(r"\.cluster-ledger-[0-9a-f]{16}\.part")


def temporary_folder() -> str:
    """Return the folder of temporary files: $TMPDIR, /tmp or one like it; raises OSError where there is none.

    The library finds it by a file that it writes there and takes away: a run that is killed between would leave that.
    """
    if tempfile.tempdir is None:
        named = (os.environ.get(name, "") for name in ("TMPDIR", "TEMP", "TMP"))
        usable = (one for one in (*named, "/tmp", "/var/tmp") if os.path.isdir(one))  # noqa: S108 - as the library does
        tempfile.tempdir = next((os.path.abspath(one) for one in usable if os.access(one, os.W_OK | os.X_OK)), None)
    return tempfile.gettempdir()


@contextmanager
def private_folder(beside: Path | None = None) -> Iterator[Path]:
    """Give an empty folder that only this user can read, among the temporary files or in the folder `beside`.

    It is gone when the block is done; where the run is killed in it, when the next one makes something there. Raises
    OSError where none can be made.
    """
    aside, handle = begun(Path(temporary_folder()) if beside is None else beside, _open_private)
    try:
        yield aside
    finally:
        ended(aside, handle)


def begun(folder: Path, make: Callable[[Path], int]) -> tuple[Path, int]:
    """Return a new path in a folder and what `make` opened there, locked; what killed runs left there is removed.

    Raises the OSError of `make`.
    """
    remove_leftovers(folder)
    while True:
        aside = folder / f".cluster-ledger-{secrets.token_hex(8)}.part"
        handle = make(aside)
        try:
            if _locked(handle) is not False and os.path.lexists(aside):
                return aside, handle
        except BaseException:
            _remove(aside)
            os.close(handle)
            raise
        os.close(handle)  # another run took it for a leftover before it was locked


def ended(aside: Path, handle: int) -> None:
    """Remove whatever is left at a path, and let go of it."""
    with suppress(OSError):
        _remove(aside)
    os.close(handle)


def open_folder(aside: Path, mode: int = 0o777) -> int:
    """Make a folder and return its descriptor."""
    os.mkdir(aside, mode)
    return os.open(aside, os.O_RDONLY | os.O_DIRECTORY)


def _open_private(aside: Path) -> int:
    return open_folder(aside, 0o700)


def _locked(handle: int) -> bool | None:
    """Return whether the lock could be had; None where the file system has none."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


def remove_leftovers(folder: Path) -> None:
    """Remove what killed runs of this user left in a folder; what a living one is making is locked, and stays."""
    with suppress(OSError), os.scandir(folder) as entries:
        for name in [entry.name for entry in entries if _LEFTOVER.fullmatch(entry.name)]:
            with suppress(OSError):
                _remove_leftover(folder / name)


def _remove_leftover(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        if os.fstat(handle).st_uid == os.geteuid() and _locked(handle):
            _remove(path)
    finally:
        os.close(handle)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
