"""Files given to the program, opened to be read: regular files alone, and no more of one than is stated."""

from __future__ import annotations

import os
import stat
from io import BufferedReader
from pathlib import Path

from ledger.errors import InputError, harmless
from ledger.files.descriptors import ReadFile

_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


class NotAFile(InputError):
    """A path at which something else stands than a file that can be read to its end."""

    def __init__(self, path: object, kind: str) -> None:
        super().__init__(
            f'"{harmless(str(path), 200)}" is {kind}, and a file is needed here. '
            "Give the path of a file, or save what you have to one."
        )


class TooLarge(InputError):
    """A file that is larger than what is read of its kind."""

    def __init__(self, path: object, most: int) -> None:
        super().__init__(
            f'"{harmless(str(path), 200)}" is longer than {_size(most)}, which is the most that is read of it.'
        )


def opened(path: str | os.PathLike[str]) -> BufferedReader:
    """Open a file to read; raises `InputError` where it cannot be, `NotAFile` where it never ends or has none."""
    try:
        return _opened(path)
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from None


def read_whole(path: str | os.PathLike[str], most: int, *, may_lack: bool = False) -> bytes | None:
    """Return what a file holds, None where there is none and it `may_lack`; raises as `opened`, and `TooLarge`."""
    try:
        with _opened(path) as file:
            found = file.read(most + 1)
    except (FileNotFoundError, NotADirectoryError) as error:
        if may_lack:
            return None
        raise _unreadable(path, error) from None
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from None
    if len(found) > most:
        raise TooLarge(path, most)
    return found


def need_file(path: Path, most: int) -> None:
    """Raise unless a library may open a file by its path: a regular one of so many bytes at most."""
    with opened(path) as file:
        if os.fstat(file.fileno()).st_size > most:
            raise TooLarge(path, most)


def _opened(path: str | os.PathLike[str]) -> BufferedReader:
    """Open a regular file; what else stands there is not even waited for."""
    _need_regular(path, os.stat(path).st_mode)  # a device may act when it is opened
    file = ReadFile(path)
    try:
        _need_regular(path, os.fstat(file.fileno()).st_mode)
        return BufferedReader(file)
    except BaseException:
        file.close()
        raise


def _need_regular(path: object, mode: int) -> None:
    if not stat.S_ISREG(mode):
        raise NotAFile(path, _KINDS.get(stat.S_IFMT(mode), "no file"))


def _size(count: int) -> str:
    return f"{count >> 20} MB" if count >= 1 << 20 else f"{count >> 10} KB"


def _unreadable(path: object, error: OSError | ValueError) -> InputError:
    said = error.strerror if isinstance(error, OSError) else error
    return InputError(f'The file "{harmless(str(path), 200)}" cannot be read ({said}).')
