"""A witness at work: a request in, an answer out, and between them what the answer says is put on the disk."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import NamedTuple

from ledger import clock
from ledger.clock import Clock
from ledger.errors import LedgerError, ProofError, harmless
from ledger.integrity.private_keys import PrivateKey
from ledger.integrity.signatures import checked
from ledger.witness.evidence import Evidence
from ledger.witness.logs import Logs
from ledger.witness.origins import Origin
from ledger.witness.protocol import (
    NOT_KNOWN,
    NOT_NOW,
    SIZE_TEXT,
    TEXT,
    Cosigned,
    NotCosigned,
    WitnessRequest,
    asked,
    cosigned,
)
from ledger.witness.state import Memory, MemoryDamaged

_EVIDENCE = "evidence"
_STORED = "This witness cannot store what it would cosign, and so it does not cosign. Ask it again later."


class Reply(NamedTuple):
    """An answer of HTTP; `told` is the sentence for whoever runs the witness."""

    status: int
    body: bytes
    told: str
    kind: str = TEXT


class Witness:
    """A key, the logs that it cosigns, and what it remembers of them. Threads may ask it at once."""

    def __init__(self, key: PrivateKey, logs: Logs, folder: str | os.PathLike[str], clock: Clock = clock.now) -> None:
        """Open the memory in a folder; raises as `Memory`."""
        self.key, self.logs, self.clock = key, logs, clock
        self.memory = Memory(folder, logs)
        self.evidence = Evidence(self.memory.folder / _EVIDENCE)

    def add_checkpoint(self, body: bytes) -> Reply:
        """Answer the body of `POST add-checkpoint`; whatever it is, this raises nothing that a body can cause.

        What it cosigns is on the disk when it returns. Where that fails it answers 503, and cosigns nothing.
        """
        try:
            return self._cosigned(body, asked(body, self.logs))
        except NotCosigned as refusal:
            return _refused(refusal, str(refusal))
        except LedgerError as error:
            return Reply(NOT_NOW, f"{_STORED}\n".encode(), f"Nothing was cosigned: {error}")

    def checkpoint(self, id_: str) -> Reply:
        """Answer `GET ID/checkpoint`: the last checkpoint that was cosigned of the log of an `origin_id`."""
        try:
            last = self.memory.last(id_)
        except LedgerError as error:
            return Reply(NOT_NOW, b"This witness cannot read its memory.\n", str(error))
        if last is None:
            return _refused(NotCosigned(NOT_KNOWN, "Nothing was cosigned here of a ledger of that origin."), "")
        return Reply(200, bytes(last.signed), f'The checkpoint of "{last.signed.checkpoint.origin}" was read.')

    def set_back(self) -> int:
        """Forget times that lie after this clock's, as `Memory.set_back`."""
        return self.memory.set_back(int(self.clock().timestamp()))

    def described(self) -> Iterator[str]:
        """Yield a sentence for each log that is known, with what was last cosigned of it; raises as `Memory.last`."""
        for name, keys in self.logs.items():
            last = self._remembered(name)
            so_far = "nothing was cosigned of it yet" if last is None else f"last cosigned at size {last.size}"
            yield f"Knows {harmless(name)}, {so_far}. Its keys: {', '.join(key.short for key in keys)}."

    def _remembered(self, name: str) -> Cosigned | None:
        with self.memory.held(name) as held:
            return self._own(held.origin)

    def _own(self, origin: Origin) -> Cosigned | None:
        """Return what was cosigned last; raises `MemoryDamaged` unless each part of the witness's key signed that."""
        last, what = origin.last, f'Of "{harmless(origin.name)}"'
        if last is None:
            return None
        try:
            held = checked(last.signed.note, (*self.key.vkeys, *origin.keys), what)
        except ProofError as error:
            raise MemoryDamaged(str(error)) from None
        if not {one.key for one in held} >= set(self.key.vkeys):
            raise MemoryDamaged(f"{what} it remembers what it did not sign; a new key needs another --state.")
        return last

    def _cosigned(self, body: bytes, request: WitnessRequest) -> Reply:
        about = f'"{harmless(request.origin)}" at size {request.signed.checkpoint.size}'
        with self.memory.held(request.origin) as held:
            last = self._own(held.origin)
            try:
                made, lines = cosigned(request, last, held.given, int(self.clock().timestamp()), self.key)
            except NotCosigned as refusal:
                if last is None or refusal.status != 422 or refusal.size is None:
                    return _refused(refusal, f"{about}: {refusal}")
                kept = self.evidence.keep(body, request, last)
                return _refused(refusal, f"{about} contradicts size {refusal.size}, {kept}. {refusal}")
            held.keep(made)
        return Reply(200, "".join(f"{line}\n" for line in lines).encode(), f"Cosigned {about}.")


def _refused(refusal: NotCosigned, told: str) -> Reply:
    told = f"Refused with {refusal.status}: {told or refusal}"
    if refusal.status == 409:
        return Reply(refusal.status, f"{refusal.size}\n".encode(), told, SIZE_TEXT)
    return Reply(refusal.status, f"{refusal}\n".encode(), told)
