"""Signatures of notes and the sealing of keys, all by the library `cryptography`.

Ed25519 (RFC 8032), ML-DSA-44 (FIPS 204), scrypt (RFC 7914), ChaCha20-Poly1305 (RFC 8439).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import NamedTuple

from ledger.errors import ProofError
from ledger.errors.extras import MissingExtra
from ledger.integrity.messages import TIME_BYTES, signed_bytes
from ledger.integrity.notes import Note, SignatureLine
from ledger.integrity.vkeys import COSIGNATURE, ED25519, ML_DSA_44, VerifierKey

try:
    from cryptography.exceptions import InvalidSignature, InvalidTag
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
except ModuleNotFoundError as error:
    raise MissingExtra("Keys and signatures", "cryptography", "proof") from error

SEED_BYTES = 32
_NONCE_BYTES = 12
_SIGNATURE_BYTES = {ED25519: 64, COSIGNATURE: 64, ML_DSA_44: 2_420}


class Signed(NamedTuple):
    """A signature that holds: by which key, and when it says that it was made (seconds since 1970; None: not said)."""

    key: VerifierKey
    time: int | None


def checked(note: Note, keys: Iterable[VerifierKey], what: str = "The note") -> tuple[Signed, ...]:
    """Return the signatures of a note that were made with keys that are known, each key once, in their order.

    A signature of a key that is not known (by name and id) is passed over. Empty where none is known: nobody vouches
    then. Raises `ProofError` where the signature of a known key does not hold: the note is then worth nothing.
    """
    known = {key.known_by: key for key in keys}
    held: dict[VerifierKey, Signed] = {}
    for line in note.signatures:
        key = known.get(line.known_by)
        if key is not None:
            signed = Signed(key, _time_of(key, line, what))
            if not _holds(key, line, note.text, signed.time):
                raise ProofError(f"{what} was altered, or not signed by {key.short}: that signature does not hold.")
            before = held.get(key)
            if before is None or (before.time or 0) < (signed.time or 0):
                held[key] = signed
    return tuple(held.values())


def _time_of(key: VerifierKey, line: SignatureLine, what: str) -> int | None:
    """Return the time that stands in front of a cosignature; raises `ProofError` for one of another length."""
    timed = 0 if key.type == ED25519 else TIME_BYTES
    wanted = timed + _SIGNATURE_BYTES[key.type]
    if len(line.body) != wanted:
        raise ProofError(f"{what}: a signature of {key.short} has {wanted} bytes, and this one has {len(line.body)}.")
    return int.from_bytes(line.body[:timed], "big") if timed else None


def _holds(key: VerifierKey, line: SignatureLine, text: str, time: int | None) -> bool:
    message = signed_bytes(key, text, time)
    try:
        if key.type == ML_DSA_44:
            MLDSA44PublicKey.from_public_bytes(key.key).verify(line.body[TIME_BYTES:], message)
        else:
            body = line.body if key.type == ED25519 else line.body[TIME_BYTES:]
            Ed25519PublicKey.from_public_bytes(key.key).verify(body, message)
    except (InvalidSignature, ValueError):
        return False
    return True


class Signer:
    """A private key: its name, its type and the seed of 32 bytes that it is made from."""

    def __init__(self, name: str, type_: int, seed: bytes) -> None:
        self._key: Ed25519PrivateKey | MLDSA44PrivateKey
        if type_ == ML_DSA_44:
            self._key = MLDSA44PrivateKey.from_seed_bytes(seed)
        else:
            self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.vkey = VerifierKey(name, type_, self._key.public_key().public_bytes_raw())

    def sign(self, text: str, time: int = 0) -> SignatureLine:
        """Sign the text of a note; `time`: seconds since 1970, of a cosignature, 0 for what a log signs itself."""
        message = signed_bytes(self.vkey, text, None if self.vkey.type == ED25519 else time)
        front = b"" if self.vkey.type == ED25519 else time.to_bytes(TIME_BYTES, "big")
        return SignatureLine(self.vkey.name, self.vkey.id, front + self._key.sign(message))


def sealed_box(secret: bytes, salt: bytes, cost: tuple[int, int, int], content: bytes, bound: bytes) -> bytes:
    """Return a nonce of 12 bytes and `content`, sealed with a secret and bound to `bound`; cost: N, r, p of scrypt."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + ChaCha20Poly1305(_stretched(secret, salt, cost)).encrypt(nonce, content, bound)


def opened_box(secret: bytes, salt: bytes, cost: tuple[int, int, int], box: bytes, bound: bytes) -> bytes | None:
    """Return what `sealed_box` sealed; None where the secret, or one of the bytes, is another."""
    try:
        return ChaCha20Poly1305(_stretched(secret, salt, cost)).decrypt(box[:_NONCE_BYTES], box[_NONCE_BYTES:], bound)
    except (InvalidTag, ValueError):
        return None


def _stretched(secret: bytes, salt: bytes, cost: tuple[int, int, int]) -> bytes:
    n, r, p = cost
    return Scrypt(salt=salt, length=32, n=n, r=r, p=p).derive(secret)
