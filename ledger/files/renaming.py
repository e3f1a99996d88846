"""Renames that replace nothing, and exchanges of two names: one step each, which Python's `os` does not offer.

Linux has `renameat2`, macOS `renamex_np`; both are asked for through the C library.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable
from errno import EINVAL, ENOSYS, ENOTSUP, EPERM
from functools import cache
from pathlib import Path
from typing import Any

_AT_FDCWD = -100  # Linux: relative to the working folder
_LACKING = (EINVAL, ENOSYS, ENOTSUP)  # what a file system answers that does not know the flag
_NO_REPLACE, _EXCHANGE = (4, 2) if sys.platform == "darwin" else (1, 2)


def renamed(source: Path, target: Path) -> None:
    """Give a file or folder a name that is free; raises FileExistsError where it is not, and other OSErrors."""
    try:
        _rename(source, target, _NO_REPLACE)
    except OSError as error:
        if error.errno not in _LACKING:
            raise
        if source.is_dir():
            _rename_folder(source, target)
        else:
            _link(source, target)


def exchanged(one: Path, other: Path) -> None:
    """Let two files or folders take each other's name; raises OSError, also where the file system cannot do that."""
    _rename(one, other, _EXCHANGE)


def _link(source: Path, target: Path) -> None:
    """Rename a file in two steps: between them it has both names, and nothing is ever replaced."""
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno not in (*_LACKING, EPERM):
            raise
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))  # no links here: hold the name
        _over(source, target, os.unlink)
    else:
        os.unlink(source)


def _rename_folder(source: Path, target: Path) -> None:
    os.mkdir(target)  # holds the name; an empty folder may be replaced by another
    _over(source, target, os.rmdir)


def _over(source: Path, target: Path, remove: Callable[[Path], None]) -> None:
    """Replace what holds the name; where that fails, the name is free again."""
    try:
        os.replace(source, target)
    except OSError:
        remove(target)
        raise


def _rename(source: Path, target: Path, flag: int) -> None:
    function = _function()
    if function is None:
        raise OSError(ENOSYS, os.strerror(ENOSYS))
    names = os.fsencode(source), os.fsencode(target)
    if sys.platform == "darwin":
        failed = function(*names, flag)
    else:
        failed = function(_AT_FDCWD, names[0], _AT_FDCWD, names[1], flag)
    if failed:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code), str(source), None, str(target))


@cache
def _function() -> Any:
    library = ctypes.CDLL(None, use_errno=True)
    return getattr(library, "renamex_np" if sys.platform == "darwin" else "renameat2", None)
