"""The judgement of a witness on a request to cosign, without any I/O (C2SP tlog-witness v1.0.0; docs/formats.md).

It has two halves. `asked` looks at what a request is by itself: form, origin, signature. `cosigned` holds it to what
was cosigned before, and is called inside the transaction that stores its outcome.
"""

from __future__ import annotations

from typing import NamedTuple

from ledger.errors import LedgerError, ProofError, harmless
from ledger.integrity.checkpoints import SignedCheckpoint
from ledger.integrity.encoding import decoded_hash, number
from ledger.integrity.notes import NOTE_BYTES_MAX, Note, SignatureLine
from ledger.integrity.private_keys import PrivateKey
from ledger.integrity.proof import verify_consistency
from ledger.integrity.signatures import checked
from ledger.integrity.vkeys import COSIGNATURE, ML_DSA_44
from ledger.witness.logs import Logs

HASHES_MAX = 63
BODY_BYTES_MAX = NOTE_BYTES_MAX + (HASHES_MAX + 1) * 64  # a checkpoint, and the lines above it
TEXT, SIZE_TEXT = "text/plain; charset=utf-8", "text/x.tlog.size"
MALFORMED, NOT_SIGNED, NOT_KNOWN, OTHER_SIZE, INCONSISTENT, NOT_NOW = 400, 403, 404, 409, 422, 503
_OLD = b"old "


class NotCosigned(LedgerError):
    """A request that is not cosigned: the status of HTTP, and a sentence; `size` is what it was last cosigned at."""

    def __init__(self, status: int, sentence: str, *, size: int | None = None) -> None:
        self.status, self.size = status, size
        super().__init__(sentence)


class WitnessRequest(NamedTuple):
    """A request whose log is known and signed it: the size it goes on from, its proof, its checkpoint."""

    old: int
    hashes: tuple[bytes, ...]
    signed: SignedCheckpoint  # with the signatures of the log, which hold, and no other

    @property
    def origin(self) -> str:
        """The origin of the log."""
        return self.signed.checkpoint.origin


class Cosigned(NamedTuple):
    """The last checkpoint of a log that was cosigned, with the signatures of both, and when (seconds since 1970)."""

    time: int
    signed: SignedCheckpoint

    @property
    def size(self) -> int:
        """How many leaves it had."""
        return self.signed.checkpoint.size


def need_cosigner(key: PrivateKey, what: str) -> None:
    """Raise `ProofError` unless each part of a key signs with a time, and nothing without: the key of a witness."""
    if any(vkey.type not in (COSIGNATURE, ML_DSA_44) for vkey in key.vkeys):
        raise ProofError(f"{what} is the key of a ledger. A witness needs one of its own: `witness make` makes it.")


def asked(body: bytes, logs: Logs) -> WitnessRequest:
    """Read a request and hold it to the keys of its log.

    Raises `NotCosigned`, in this order: 400 malformed, 404 its origin is not among `logs`, 403 no signature of a key of
    that log or one that fails, 400 `old` is larger than the size of the checkpoint.
    """
    try:
        old, hashes, signed = _read(body)
    except ProofError as error:
        raise NotCosigned(MALFORMED, str(error)) from None
    checkpoint = signed.checkpoint
    keys = logs.get(checkpoint.origin)
    if keys is None:
        raise NotCosigned(NOT_KNOWN, f'No ledger of the origin "{harmless(checkpoint.origin)}" is known here.')
    try:
        known = checked(signed.note, keys, "The checkpoint")
    except ProofError as error:
        raise NotCosigned(NOT_SIGNED, str(error)) from None
    if not known:
        raise NotCosigned(NOT_SIGNED, "No signature is of a key that is known here for that origin.")
    if old > checkpoint.size:
        raise NotCosigned(MALFORMED, f"A checkpoint of size {checkpoint.size} does not go on from size {old}.")
    ours = {key.known_by for key in keys}
    lines = (line for line in signed.note.signatures if line.known_by in ours)
    return WitnessRequest(old, hashes, SignedCheckpoint(checkpoint, Note(signed.note.text, ()).with_signatures(lines)))


def cosigned(
    request: WitnessRequest, last: Cosigned | None, given: int, now: int, key: PrivateKey
) -> tuple[Cosigned, tuple[SignatureLine, ...]]:
    """Cosign what continues the last checkpoint, or says it again; returns what is last now, and its lines.

    `last` is None where nothing was; `given` is the last time that the witness gave to anybody, `now` its clock (both
    seconds since 1970). Raises `NotCosigned`, in this order: 409 `old` is not the last size, 422 inconsistent, 503 the
    clock shows less than `given`.
    """
    size = 0 if last is None else last.size
    if request.old != size:
        raise NotCosigned(OTHER_SIZE, f"The last size that was cosigned is {size}, not {request.old}.", size=size)
    _need_consistent(request, last)
    if now < max(given, 1):
        raise NotCosigned(NOT_NOW, f"The clock of this witness shows {now}, and the last time it gave was {given}.")
    note = request.signed.note
    lines = tuple(signer.sign(note.text, now) for signer in key.signers)
    return Cosigned(now, request.signed._replace(note=note.with_signatures(lines))), lines


def _read(body: bytes) -> tuple[int, tuple[bytes, ...], SignedCheckpoint]:
    if len(body) > BODY_BYTES_MAX:
        raise ProofError(f"A request has at most {BODY_BYTES_MAX:,} bytes.")
    head, blank, note = body.partition(b"\n\n")
    if not head.startswith(_OLD) or not blank:
        raise ProofError('A request is "old SIZE", the lines of a proof, an empty line and a checkpoint.')
    try:
        first, *lines = head.removeprefix(_OLD).decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise ProofError("A byte that is not ASCII stands above the checkpoint.") from None
    if len(lines) > HASHES_MAX:
        raise ProofError(f"A proof has at most {HASHES_MAX} hashes; here stand {len(lines)}.")
    hashes = tuple(decoded_hash(line, f"Line {place}: the hash") for place, line in enumerate(lines, 2))
    return number(first, "Line 1: the old size"), hashes, SignedCheckpoint.parse(note)


def _need_consistent(request: WitnessRequest, last: Cosigned | None) -> None:
    now = request.signed.checkpoint
    if last is None or last.size == 0:
        if request.hashes:
            raise NotCosigned(INCONSISTENT, "From size 0 nothing has to be proven, and a proof was given.")
        return
    before = last.signed.checkpoint
    try:
        verify_consistency(before.size, now.size, request.hashes, before.root, now.root)
    except ProofError as error:
        raise NotCosigned(INCONSISTENT, f"The consistency proof does not hold. {error}", size=before.size) from None
