"""Places of archives: the folder that is named, or the one of the payload in a bag."""

from __future__ import annotations

import os
from pathlib import Path

MANIFEST, DATA = "manifest.json", "data"


def folder_of(path: str | os.PathLike[str]) -> Path:
    """Return the folder in which the manifest stands: the one that is named, or `data` of a bag."""
    folder = Path(path)
    return folder / DATA if not (folder / MANIFEST).is_file() and (folder / DATA / MANIFEST).is_file() else folder


def is_archive(path: str | os.PathLike[str]) -> bool:
    """Return whether a folder holds an archive, whatever its state."""
    return os.path.isfile(os.path.join(path, MANIFEST)) or os.path.isfile(os.path.join(path, DATA, MANIFEST))
