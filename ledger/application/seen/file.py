"""The file in which one reader keeps what was seen of ledgers, in a folder for no eyes but the reader's."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from errno import EAGAIN
from pathlib import Path
from typing import Literal, TypeVar

from msgspec import DecodeError, Struct
from msgspec.json import Decoder, encode, format
from platformdirs import user_state_path

from ledger.application.seen.sighting import Accepted, Sighting
from ledger.errors import InputError, harmless
from ledger.files.inputs import read_whole
from ledger.files.outputs import new_file

FOLDER_VARIABLE = "CLUSTER_LEDGER_STATE"
NAME = "seen.json"
BYTES_MAX = 16 << 20
_TRIES, _PAUSE_SECONDS = 100, 0.01  # to have the folder alone; whoever has it writes one file


class UnreadableState(InputError):
    """A file that does not say what was seen; it is left as it is."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(
            f'"{harmless(str(path), 200)}", which keeps what was last seen of ledgers, {problem}. So it cannot be told '
            "whether this ledger was replaced. Bring back a copy of that file; or move it away, and what is seen from "
            "then on is kept anew."
        )


class Kept(Struct, frozen=True, forbid_unknown_fields=True):
    """All that is kept: one sighting a place, and what was accepted, oldest first."""

    format: Literal[1] = 1
    sightings: tuple[Sighting, ...] = ()
    accepted: tuple[Accepted, ...] = ()


_decode = Decoder(Kept).decode
State = TypeVar("State")  # what one file holds, as msgspec writes it


def folder_of_state() -> Path:
    """Return where it is kept: $CLUSTER_LEDGER_STATE, else the user's folder of states."""
    named = os.environ.get(FOLDER_VARIABLE)
    return Path(named) if named else user_state_path("cluster-ledger")


class SeenFile:
    """The file in one folder; neither need exist."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.path = folder, folder / NAME

    def read(self) -> Kept:
        """Return what is kept, nothing where there is no file; raises `UnreadableState`."""
        try:
            raw = read_whole(self.path, BYTES_MAX, may_lack=True)
            return Kept() if raw is None else _decode(raw)
        except InputError as error:
            raise UnreadableState(self.path, f"cannot be read. {str(error).rstrip('.')}") from None
        except (DecodeError, UnicodeError, RecursionError) as error:
            raise UnreadableState(self.path, f"is not as it was written ({harmless(str(error), 200)})") from None

    def change(self, edit: Callable[[Kept], Kept]) -> None:
        """Put what `edit` makes of what is kept in its place, whole, on the disk; one program at a time.

        Raises `UnreadableState`, `OutputFailed` or another `LedgerError`, or `OSError`; what was kept then stands.
        """
        changed(self.path, self.read, edit)


def changed(path: Path, read: Callable[[], State], edit: Callable[[State], State]) -> State:
    """Put what `edit` makes of what is read into a file of states, whole, for its owner's eyes; return it.

    One program at a time does so in the folder. Raises what `read` and `edit` raise, `LedgerError` or `OSError`; what
    the file held then stands.
    """
    with _alone_in(path.parent):
        before = read()
        after = edit(before)
        if after != before:
            with new_file(path, force=True, mode=0o600) as file:
                file.write(format(encode(after), indent=1) + b"\n")
    return after


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Hold a folder of states, made if need be, against other programs; raises `OSError`.

    Where it cannot be locked, as on some file systems, go on.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        _lock(handle)
        yield
    finally:
        os.close(handle)


def _lock(handle: int) -> None:
    for _ in range(_TRIES):
        try:
            return fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_PAUSE_SECONDS)
        except OSError:
            return None
    raise BlockingIOError(EAGAIN, "another program holds it")
