"""Files that the program writes: made aside (see `making`), flushed to the disk, put in place whole or not at all."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from errno import EACCES, EINVAL, ENOTSUP
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ledger.errors import InputError, OutputExists, OutputFailed, harmless
from ledger.files.descriptors import first_bytes
from ledger.files.making import begun, ended, open_folder
from ledger.files.renaming import exchanged, renamed

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

Name = str | os.PathLike[str]

_SQLITE = b"SQLite format 3\x00"  # https://www.sqlite.org/fileformat.html, 1.3
_APPLICATION_ID = slice(68, 72)
_KINDS = {
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


class OutputFile(io.FileIO):
    """A file in the making; what the disk does not take is raised as `failure` says it."""

    def __init__(self, handle: int, failure: Callable[[OSError], Exception]) -> None:
        super().__init__(handle, "w", closefd=False)
        self.failure = failure

    def write(self, data: ReadableBuffer, /) -> int:
        with _told(self.failure):
            return super().write(data)


class NewFile(io.BufferedWriter):
    """A file to write, with the path at which it stands while it is in the making.

    `failure` says what the disk did not take elsewhere, of what was put aside for this file.
    """

    def __init__(self, draft: OutputFile, path: Path) -> None:
        super().__init__(draft)
        self.path, self.failure = path, draft.failure


class _Place(NamedTuple):
    """Where an output goes: `path` with its links followed, and what stands there, or None."""

    path: Path
    before: os.stat_result | None


@contextmanager
def new_file(name: Name, *, force: bool = False, mode: int | None = None) -> Iterator[NewFile]:
    """Give a file to write that stands at `name`, flushed, when the block is done, and leaves nothing if it fails.

    With `force` it takes the place of an ordinary file, and its mode where no `mode` is asked for; a link stays a
    link. Raises `OutputExists`, `InputError` for what is never overwritten, and `OutputFailed` where the disk or the
    folder does not take it.
    """
    place = _place(name, force=force)
    failure = _failure(name, place)
    make = _open_file if mode is None else _open_secret
    with _in_the_making(place, make, failure) as (aside, handle):
        file = NewFile(OutputFile(handle, failure), aside)
        try:
            yield file
            file.flush()
        finally:
            file.raw.close()  # so that nothing of what failed is tried again
        with _told(failure):
            os.fsync(handle)
            if place.before is not None:
                _take_after(handle, place.before)
            if mode is not None:
                os.fchmod(handle, mode)
        _put(aside, place, name, os.replace, failure)


@contextmanager
def new_folder(name: Name, suffix: str, *, force: bool = False) -> Iterator[Path]:
    """Give an empty folder to write files to; as `new_file` does for one file.

    With `force`, a folder that holds nothing but files of this suffix is replaced, and nothing else is.
    """
    place = _folder_place(name, suffix, force=force)
    failure = _failure(name, place)
    with _in_the_making(place, _open_folder, failure) as (aside, handle):
        with _told(failure):
            yield aside
            for file in aside.iterdir():
                flush(file)
            os.fsync(handle)
        _put(aside, place, name, exchanged, failure)


@contextmanager
def new_tree(name: Name, may_replace: Callable[[Path], bool]) -> Iterator[Path]:
    """Give an empty folder to write files and folders to; as `new_file` does for one file.

    It takes the place of an empty folder, and of one that `may_replace` says it may. Raises `OutputExists` for any
    other, `OutputFailed` where the disk does not take it.
    """
    place = _stands(name)
    if place.before is not None and not (place.path.is_dir() and (_is_empty(place.path) or may_replace(place.path))):
        raise OutputExists(name)
    failure = _failure(name, place)
    with _in_the_making(place, _open_folder, failure) as (aside, _):
        with _told(failure):
            yield aside
            os.sync()  # there may be thousands of files: to confirm each would take longer than to write them
        _put(aside, place, name, exchanged, failure)


def _is_empty(folder: Path) -> bool:
    with os.scandir(folder) as found:
        return next(found, None) is None


def check_output(name: Name, *, force: bool) -> None:
    """Raise what `new_file` would, before the work is done that the file is for."""
    _place(name, force=force)


def _place(name: Name, *, force: bool) -> _Place:
    """Return where a file goes; raises for whatever may not be replaced."""
    found, shown = _stands(name), f'"{harmless(os.fspath(name), 200)}"'
    if found.before is None:
        if not force and os.path.islink(name):
            raise OutputExists(name)
    elif stat.S_ISDIR(found.before.st_mode):
        raise InputError(f"{shown} is a folder. Give the path of a file in it.")
    elif not stat.S_ISREG(found.before.st_mode):
        kind = _KINDS.get(stat.S_IFMT(found.before.st_mode), "something else")
        raise InputError(
            f"{shown} is {kind}, not a file. Give the path of a file; export and snapshot take - for standard output."
        )
    elif not force:
        raise OutputExists(name)
    elif not os.access(found.path, os.W_OK):
        raise OutputFailed(name, PermissionError(EACCES, os.strerror(EACCES)), kept=True)
    elif any(_is_open_as(descriptor, found.before) for descriptor in range(3)):
        raise InputError(f"{shown} is open as standard input, output or error. Give another path.")
    if _is_database(found.path):
        raise InputError(f"{shown} is a database that is worked with, such as a ledger, and is never overwritten.")
    return found


def _folder_place(name: Name, suffix: str, *, force: bool) -> _Place:
    found = _stands(name)
    if not force and (found.before is not None or os.path.islink(name)):
        raise OutputExists(name)
    if found.before is not None and (
        not found.path.is_dir() or any(file.suffix != suffix or not file.is_file() for file in found.path.iterdir())
    ):
        raise InputError(
            f'"{harmless(os.fspath(name), 200)}" is not a folder of {suffix} files alone, and such a folder is all '
            "that is ever replaced. Choose another name."
        )
    return found


def _stands(name: Name) -> _Place:
    """Return the place that a name leads to, and what stands there."""
    if not os.fspath(name):
        raise InputError("The path of the file to write is empty. Give one.")
    with _told(lambda error: OutputFailed(name, error)):
        try:
            before = os.stat(name)
        except FileNotFoundError:
            before = None
        return _Place(Path(os.path.realpath(name)), before)


def _is_open_as(descriptor: int, found: os.stat_result) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), found)
    except OSError:  # it is closed
        return False


def _is_database(path: Path) -> bool:
    """Return whether a file is, or lies beside, an SQLite file that names its program: a snapshot does not."""
    for one in (path, *(path.with_name(path.name.removesuffix(end)) for end in ("-wal", "-shm", "-journal", "-queue"))):
        with suppress(OSError):
            head = first_bytes(one, 100)
            if head.startswith(_SQLITE) and any(head[_APPLICATION_ID]):
                return True
    return False


def _failure(name: Name, place: _Place) -> Callable[[OSError], OutputFailed]:
    return lambda error: OutputFailed(name, error, kept=place.before is not None)


@contextmanager
def _told(failure: Callable[[OSError], Exception]) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise failure(error) from error


# In the making


@contextmanager
def _in_the_making(
    place: _Place, make: Callable[[Path, _Place], int], failure: Callable[[OSError], Exception]
) -> Iterator[tuple[Path, int]]:
    """Give a path beside `place` and its descriptor, locked; whatever is left at that path is removed."""
    with _told(failure):
        aside, handle = begun(place.path.parent, lambda aside: make(aside, place))
    try:
        yield aside, handle
    finally:
        ended(aside, handle)


def _open_file(aside: Path, place: _Place) -> int:
    """Make it as an ordinary new file; for nobody else's eyes where it replaces one, whose mode it takes later."""
    mode = 0o666 if place.before is None else 0o600
    return os.open(aside, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)


def _open_secret(aside: Path, _: _Place) -> int:
    """Make it for nobody else's eyes, whatever it replaces."""
    return os.open(aside, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)


def _open_folder(aside: Path, _: _Place) -> int:
    return open_folder(aside)


def _take_after(handle: int, before: os.stat_result) -> None:
    """Give a file the owner, as far as one may, and the mode of the one that it replaces."""
    for owner in ((before.st_uid, -1), (-1, before.st_gid)):
        with suppress(OSError):
            os.fchown(handle, *owner)
    os.fchmod(handle, stat.S_IMODE(before.st_mode))


# In place


def _put(
    aside: Path,
    place: _Place,
    name: Name,
    replace: Callable[[Path, Path], object],
    failure: Callable[[OSError], Exception],
) -> None:
    """Give what was made its name, at once; whoever took a free name in between keeps it."""
    with _told(failure):
        if place.before is not None:
            replace(aside, place.path)
        else:
            try:
                renamed(aside, place.path)
            except FileExistsError:
                raise OutputExists(name) from None
    with _told(lambda error: OutputFailed(name, error, placed=True)):
        flush(place.path.parent)


def flush(path: Path) -> None:
    """Have the disk confirm a file, or a folder; where a folder cannot be read or flushed, as on some, nothing."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except PermissionError:
        return
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (EINVAL, ENOTSUP):
            raise
    finally:
        os.close(handle)
