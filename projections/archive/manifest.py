"""The manifest of an archive: whose it is, at which position and root it stands, and every file with its SHA-256."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from ledger.errors import InputError, harmless
from ledger.files.inputs import read_whole
from ledger.files.outputs import new_file
from projections.archive.parts import ArchivePart
from projections.archive.places import MANIFEST
from projections.archive.tables import TABLES

FORMAT = 1
_BYTES_MAX = 64 * 2**20
_Hash = Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")]
_Position = Annotated[int, Field(ge=0, lt=2**31)]


class NotAnArchive(InputError):
    """A folder that holds no archive, or one whose manifest cannot be read."""

    def __init__(self, path: object, why: str) -> None:
        super().__init__(f'"{harmless(os.fspath(str(path)), 200)}" is not an archive that can be read: {why}.')


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class ArchivedFile(_Strict):
    """A file of an archive: of which table and part, the root of the ledger at the end of it, and its bytes."""

    table: str
    recorded: Annotated[str, StringConstraints(pattern=r"^\d{4}$")]
    first: _Position
    last: _Position
    root: _Hash
    path: str
    rows: Annotated[int, Field(ge=0)]
    bytes: Annotated[int, Field(ge=0)]
    sha256: _Hash

    @property
    def part(self) -> ArchivePart:
        """The part that it is of."""
        return ArchivePart(self.recorded, self.first, self.last)


class Manifest(_Strict):
    """What an archive says of itself; `checkpoint` is a signed note, whole, of its position and root."""

    format: Annotated[int, Field(ge=1, le=FORMAT)]
    ledger_id: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
    government: str
    origin: str
    timezone: str
    position: _Position
    root: _Hash
    known_at: str | None
    checkpoint: str | None
    files: tuple[ArchivedFile, ...]

    @model_validator(mode="after")
    def _paths(self) -> Self:
        """Hold the path of each file to what its table, ledger and part make it: so no path leads out of the folder."""
        for file in self.files:
            if file.table not in TABLES or file.path != file.part.path(file.table, self.ledger_id):
                raise ValueError(f"the path {harmless(file.path)} is not that of its table and positions")
        return self

    def of_table(self, name: str) -> list[ArchivedFile]:
        """Return the files of a table, in order of their positions."""
        return sorted((file for file in self.files if file.table == name), key=lambda file: (file.first, file.last))


def read_manifest(folder: Path) -> Manifest | None:
    """Return the manifest of a folder, None where there is none; raises `NotAnArchive` for one that cannot be read."""
    text = read_whole(folder / MANIFEST, _BYTES_MAX, may_lack=True)
    if text is None:
        return None
    try:
        return Manifest.model_validate_json(text)
    except ValidationError as error:
        said = error.errors()[0]
        where = ".".join(str(part) for part in said["loc"])
        raise NotAnArchive(folder, f"{MANIFEST}{f', {where}' if where else ''}: {said['msg']}") from None


def need_manifest(folder: Path) -> Manifest:
    """Return the manifest of a folder; raises `NotAnArchive` where there is none, or one that cannot be read."""
    found = read_manifest(folder)
    if found is None:
        raise NotAnArchive(folder, f"it has no {MANIFEST}")
    return found


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Put a manifest in the place of the one before, whole or not at all."""
    with new_file(folder / MANIFEST, force=True) as file:
        file.write(json.dumps(_said(manifest), ensure_ascii=False, indent=1).encode() + b"\n")


def _said(manifest: Manifest) -> Mapping[str, object]:
    said: dict[str, object] = manifest.model_dump()
    return said


def strays(folder: Path, manifest: Manifest | None) -> Iterator[Path]:
    """Yield the Parquet files of a folder that no manifest names: a run that was stopped left them."""
    listed = {file.path for file in manifest.files} if manifest else set()
    for name in TABLES:
        for path in sorted((folder / name).rglob("*.parquet")):
            if path.relative_to(folder).as_posix() not in listed and not re.match(r"\.", path.name):
                yield path
