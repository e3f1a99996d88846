"""The owner of a memory: the witness whose key must go on with it, and with no other.

A key that cosigned and then meets an empty folder (a slip in a path, a disk that is not mounted) or that of another
witness would forget, and could be led to cosign a second history. So a memory is made on purpose, once.
"""

from __future__ import annotations

import os
from pathlib import Path

from ledger.errors import InputError, harmless
from ledger.files.inputs import read_whole
from ledger.files.outputs import new_file
from ledger.witness.logs import Keys
from ledger.witness.state import make_folder

_OWNER = "witness.vkeys"
_BYTES_MAX = 20_000


def make_memory(folder: str | os.PathLike[str], keys: Keys) -> None:
    """Make an empty memory for a witness of these keys; raises `OutputExists` where one stands, `OutputFailed`."""
    make_folder(Path(folder))
    with new_file(Path(folder) / _OWNER) as file:
        file.write(_text(keys))


def need_memory(folder: str | os.PathLike[str], keys: Keys) -> None:
    """Raise `InputError` unless a folder holds the memory of the witness of these keys."""
    shown = f'"{harmless(os.fspath(folder), 200)}"'
    raw = read_whole(Path(folder) / _OWNER, _BYTES_MAX, may_lack=True)
    if raw is None:
        raise InputError(
            f"There is no memory of a witness in {shown}. A key that has cosigned must go on with its own: look "
            "whether the path is right. For a key that never cosigned, make one with --new-state."
        )
    if raw != _text(keys):
        raise InputError(f"The memory in {shown} is of another witness: {harmless(raw.decode(errors='replace'))}")


def _text(keys: Keys) -> bytes:
    return "".join(f"{key}\n" for key in keys).encode()
