"""Evidence: requests that contradict what was cosigned, each kept beside the checkpoint that it contradicts.

A log that shows two histories has signed both, and whoever holds both checkpoints can prove it to anybody. So a
checkpoint is kept once, whatever proof somebody sent with it. Anybody may send one, so what is kept is bounded.
"""

from __future__ import annotations

import os
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from ledger.errors import LedgerError
from ledger.files.outputs import new_file
from ledger.witness.origins import origin_id
from ledger.witness.protocol import Cosigned, WitnessRequest

REQUESTS_MAX = 100
BYTES_MAX = 16_000_000
REQUEST, COSIGNED = ".request", ".cosigned"
_ID_CHARS = 16


class Evidence:
    """The folder of what was refused as inconsistent."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, body: bytes, request: WitnessRequest, last: Cosigned) -> str:
        """Keep a request, and what was cosigned before it; returns what became of it, as half a sentence.

        Nothing is raised: a disk that is full changes nothing in what the witness answers.
        """
        text, size = request.signed.note.text.encode(), request.signed.checkpoint.size
        name = f"{origin_id(request.origin)[:_ID_CHARS]}-{size}-{sha256(text).hexdigest()[:_ID_CHARS]}"
        path = self.folder / f"{name}{REQUEST}"
        try:
            with suppress(FileExistsError):
                os.mkdir(self.folder, 0o700)
            if path.exists():
                return f'which is kept in "{path}" already'
            if not self._has_room(len(body) + len(bytes(last.signed))):
                return f'which is not kept, since "{self.folder}" holds as much as it may'
            self._write(path.with_suffix(COSIGNED), bytes(last.signed))
            self._write(path, body)
        except (OSError, LedgerError) as error:
            return f"which could not be kept: {error}"
        return f'which is kept in "{path}"'

    def _has_room(self, more: int) -> bool:
        sizes = {path: path.stat().st_size for path in self.folder.iterdir() if path.is_file()}
        count = sum(path.suffix == REQUEST for path in sizes)
        return count < REQUESTS_MAX and sum(sizes.values()) + more <= BYTES_MAX

    def _write(self, path: Path, content: bytes) -> None:
        with new_file(path, force=True) as file:
            file.write(content)
