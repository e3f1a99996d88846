"""The manifest of a backup: a JSON file beside it that says whose ledger it is, how far it goes, and its bytes."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from msgspec import DecodeError, ValidationError
from msgspec.json import Decoder, encode, format

from ledger.errors import InputError, harmless
from ledger.files.inputs import read_whole

SUFFIX = ".manifest.json"
FORMAT = 1
BYTES_MAX = 64 << 10
_PATTERNS = {
    "ledger_id": re.compile(r"[0-9a-f]{32}"),
    "root": re.compile(r"sha256:[0-9a-f]{64}"),
    "sha256": re.compile(r"[0-9a-f]{64}"),
    "made_at": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII),
}


class NotABackup(InputError):
    """A file that cannot be restored, since nothing says what it should be."""

    def __init__(self, path: object, why: str) -> None:
        super().__init__(f'"{harmless(str(path), 200)}" is not a backup that can be restored: {why}')


@dataclass(frozen=True)
class BackupManifest:
    """A backup: of which ledger, how far it goes, when it was made by which version, and the bytes of its file."""

    format: int
    ledger_id: str
    government: str
    origin: str
    tree_size: int
    root: str
    recorded_at: str
    made_at: str
    program: str
    file: str
    bytes: int
    sha256: str


_decode = Decoder(BackupManifest).decode


def beside(path: Path) -> Path:
    """Return the path of the manifest of a backup."""
    return path.with_name(path.name + SUFFIX)


def program() -> str:
    """Return the version of this program, as a manifest names it."""
    try:
        return version("cluster-ledger")
    except PackageNotFoundError:  # run from a checkout
        return "unknown"


def written(manifest: BackupManifest) -> bytes:
    """Return the bytes of a manifest: JSON, its fields in order."""
    return format(encode(asdict(manifest)), indent=2) + b"\n"


def read_manifest(path: Path) -> BackupManifest:
    """Return the manifest of the backup at `path`; raises `NotABackup` where there is none that can be read."""
    there = beside(path)
    try:
        raw = read_whole(there, BYTES_MAX, may_lack=True)
        found = None if raw is None else _decode(raw)
    except InputError as error:
        raise NotABackup(path, str(error)) from None
    except (ValidationError, DecodeError, UnicodeError, RecursionError) as error:
        raise NotABackup(path, f'its manifest "{there.name}" is not as it was written ({_said(error)}).') from None
    if found is None:
        lacks = f'it has no manifest "{there.name}" beside it'
        raise NotABackup(path, f"{lacks}. Bring it from where the backup was made; `copy` copies a ledger without one.")
    if found.format > FORMAT:
        raise NotABackup(path, "a newer version of cluster-ledger made it. Install that.")
    for name, pattern in _PATTERNS.items():
        if not pattern.fullmatch(getattr(found, name)):
            raise NotABackup(path, f'"{name}" in its manifest "{there.name}" is not as it was written.')
    return found


def _said(error: Exception) -> str:
    return harmless(str(error), 200)
