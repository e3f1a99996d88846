"""Places of archives: the folder that is named, or the one of the payload in a bag."""

from __future__ import annotations

import os
from pathlib import Path

MANIFEST, DATA, DECLARATION = "manifest.json", "data", "bagit.txt"


def folder_of(path: str | os.PathLike[str]) -> Path:
    """Return the folder in which the manifest stands: the one that is named, or `data` of a bag."""
    folder = Path(path)
    return folder / DATA if is_bag(folder) else folder


def is_bag(path: str | os.PathLike[str]) -> bool:
    """Return whether a folder holds a bag, or what a stopped run left of one."""
    folder = Path(path)
    if os.path.isfile(folder / MANIFEST):
        return False
    return os.path.isfile(folder / DECLARATION) or os.path.isfile(folder / DATA / MANIFEST)


def is_archive(path: str | os.PathLike[str]) -> bool:
    """Return whether a folder holds an archive, whatever its state."""
    return os.path.isfile(os.path.join(path, MANIFEST)) or is_bag(path)
