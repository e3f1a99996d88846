"""Folders given to the program: the regular files in them, each with the SHA-256 of what it holds."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from hashlib import file_digest
from pathlib import Path

from ledger.errors import InputError, harmless
from ledger.files.inputs import opened


def hashed_files(folder: str | os.PathLike[str], progress: Callable[[int], None] | None = None) -> dict[str, str]:
    """Return each file below a folder by its path from there, with slashes, and `sha256:<hex>` of its bytes.

    Links, pipes and devices are passed over. Files are read in blocks, so that memory stays flat. `progress` is told
    how many files were read. Raises `InputError` for what is no folder, or holds a file that cannot be read.
    """
    found: dict[str, str] = {}
    for path in _regular(Path(folder)):
        with opened(path) as file:
            try:
                found[path.relative_to(folder).as_posix()] = f"sha256:{file_digest(file, 'sha256').hexdigest()}"
            except OSError as error:
                raise _unreadable(path, error) from None
        if progress is not None:
            progress(len(found))
    return found


def _regular(folder: Path) -> Iterator[Path]:
    """Yield the regular files below a folder, those of a folder in order of name; no link is followed."""
    folders = [folder]
    while folders:
        within = folders.pop()
        try:
            entries = sorted(os.scandir(within), key=lambda entry: entry.name)
        except OSError as error:
            raise _unreadable(within, error) from None
        yield from (Path(entry.path) for entry in entries if entry.is_file(follow_symlinks=False))
        folders += (Path(entry.path) for entry in reversed(entries) if entry.is_dir(follow_symlinks=False))


def _unreadable(path: Path, error: OSError) -> InputError:
    return InputError(f'"{harmless(str(path), 200)}" cannot be read ({error.strerror}).')
