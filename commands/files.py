"""Files that commands read, and those they write: whole or not at all, never over what stands there."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from ledger.errors import InputError, harmless


def opened(name: str) -> BinaryIO:
    """Open a file to read; raises `InputError` where it cannot be."""
    try:
        return open(name, "rb")
    except OSError as error:
        raise InputError(f'The file "{harmless(name, 200)}" cannot be read ({error.strerror}).') from None


@contextmanager
def new_file(name: str, *, force: bool = False) -> Iterator[BinaryIO]:
    """Give a file to write that takes its name when the block is done, and leaves nothing if it fails.

    Raises `InputError` where the name is taken, unless `force`, and where the folder cannot be written to.
    """
    path = Path(name)
    check_free(path, force=force)
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:60]}.", suffix=".part")
    except OSError as error:
        raise InputError(f'"{harmless(name, 200)}" cannot be written ({error.strerror}).') from None
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(temporary, 0o666 & ~mask)  # as an ordinary new file, not as a private one
        if force:
            os.replace(temporary, path)
        else:
            _take(temporary, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise


def check_free(path: Path, *, force: bool) -> None:
    """Raise `InputError` where a file stands already, unless it may be overwritten; a folder never may."""
    if path.is_dir():
        raise InputError(f'"{harmless(str(path), 200)}" is a folder. Give the path of a file in it.')
    if path.exists() and not force:
        raise InputError(f'"{harmless(str(path), 200)}" exists already. Give another path, or --force to overwrite it.')


def _take(temporary: str, path: Path) -> None:
    """Give the file its name; whoever took the name in between keeps it."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        check_free(path, force=False)
        raise
    except OSError:  # a file system without links
        os.replace(temporary, path)
    else:
        os.unlink(temporary)
