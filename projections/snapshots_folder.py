"""A snapshot of several files: a folder that takes its name when all are written, and never that of something else."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from ledger.errors import InputError
from projections.snapshots import Snapshot, SnapshotExists, Writer, Written, command_again


def write_folder(
    found: Snapshot, path: str | os.PathLike[str], format_: str, writer: Writer, location: str, *, force: bool = False
) -> Written:
    """Write a snapshot with `writer` into a new folder, whole or not at all; as `write` does for a single file.

    With `force`, a folder that holds nothing but files of this format is replaced; any other stays as it is.
    Raises `SnapshotExists` and `InputError`.
    """
    target = Path(path)
    if os.path.lexists(target):
        _check_replaceable(target, f".{format_}", force=force)
    if not target.parent.is_dir():
        raise InputError(f'There is no folder "{target.parent}" to write a snapshot to.')
    aside = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name[:60]}."))
    try:
        (aside / "new").mkdir()
        writer(found, aside / "new")
        if os.path.lexists(target):
            _check_replaceable(target, f".{format_}", force=force)
            os.rename(target, aside / "old")
        os.rename(aside / "new", target)
    finally:
        shutil.rmtree(aside)
    command = command_again(found.context, target, format_, location)
    return Written(str(target), format_, len(found.things), found.content_sha256, command)


def _check_replaceable(target: Path, suffix: str, *, force: bool) -> None:
    if not force:
        raise SnapshotExists(target)
    if target.is_symlink() or not target.is_dir() or any(file.suffix != suffix for file in target.iterdir()):
        raise InputError(
            f'"{target}" is not a folder of {suffix} files alone, and such a folder is all that is ever replaced. '
            "Choose another name."
        )
