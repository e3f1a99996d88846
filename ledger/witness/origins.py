"""The memory of a witness for one log, as a file: its origin, its keys, the last time given, the last checkpoint."""

from __future__ import annotations

from hashlib import sha256
from typing import NamedTuple

from ledger.errors import ProofError
from ledger.integrity.checkpoints import SignedCheckpoint
from ledger.integrity.encoding import number
from ledger.integrity.notes import NOTE_BYTES_MAX
from ledger.integrity.vkeys import VerifierKey
from ledger.witness.logs import Keys
from ledger.witness.protocol import Cosigned

HEADER = "cluster-ledger witness v1"
ORIGIN_BYTES_MAX = NOTE_BYTES_MAX + 1_000_000  # of its file


def origin_id(origin: str) -> str:
    """Return the name by which a log is asked for: SHA-256 of its origin, as 64 hexadecimal digits."""
    return sha256(origin.encode()).hexdigest()


class Origin(NamedTuple):
    """What a witness keeps of one log; `last` is None while nothing was cosigned."""

    name: str
    keys: Keys
    last: Cosigned | None = None

    def __bytes__(self) -> bytes:
        """Return the file: lines of a head, an empty line, and the signed checkpoint where there is one.

        A SHA-256 of all the rest stands among the lines, so that whatever rots in the file is damage.
        """
        time, note = (0, b"") if self.last is None else (self.last.time, bytes(self.last.signed))
        above = "".join((f"origin {self.name}\n", *(f"key {key}\n" for key in self.keys)))
        below = f"time {time}\n\n".encode() + note
        return f"{HEADER}\n{above}sha256 {sha256(above.encode() + below).hexdigest()}\n".encode() + below

    @classmethod
    def parse(cls, raw: bytes, what: str) -> Origin:
        """Read what `bytes` wrote; raises `ProofError` for anything else, such as a file that was cut."""
        head, blank, note = raw.partition(b"\n\n")
        try:
            header, *lines = head.decode().split("\n")
        except UnicodeDecodeError:
            header, lines = "", []
        words = [line.partition(" ") for line in lines]
        names = [name for name, _, _ in words]
        if header != HEADER or not blank or names != ["origin", *["key"] * (len(names) - 3), "sha256", "time"]:
            raise ProofError(f"{what} is not the memory of a witness as it was written.")
        name, *keys, _, time = (rest for _, _, rest in words)
        found = cls(name, tuple(VerifierKey.parse(key) for key in keys), _last(number(time, what), note, what))
        if bytes(found) != raw or (found.last and found.last.signed.checkpoint.origin != name):
            raise ProofError(f"{what} is not the memory of a witness as it was written.")
        return found


def time_given(raw: bytes, what: str) -> int:
    """Return the last time that was given to a log, 0 for none, from the head of its file; raises `ProofError`."""
    head, blank, _ = raw.partition(b"\n\n")
    word, _, time = head.rpartition(b"\n")[2].decode("ascii", "replace").partition(" ")
    if not head.startswith(f"{HEADER}\n".encode()) or not blank or word != "time":
        raise ProofError(f"{what} is not the memory of a witness as it was written.")
    return number(time, what)


def _last(time: int, note: bytes, what: str) -> Cosigned | None:
    if (time == 0) != (note == b""):
        raise ProofError(f"{what}: its time and its checkpoint do not belong together.")
    return Cosigned(time, SignedCheckpoint.parse(note, what)) if note else None
