"""Verifier keys: the public half of a key as one line of text, which others can be given (C2SP signed-note v1.0.0)."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import NamedTuple

from ledger.errors import ProofError, harmless
from ledger.integrity.encoding import decoded, encoded

ED25519, COSIGNATURE, ML_DSA_44 = 0x01, 0x04, 0x06
KEY_BYTES = {ED25519: 32, COSIGNATURE: 32, ML_DSA_44: 1_312}
TYPE_NAMES = {ED25519: "Ed25519", COSIGNATURE: "Ed25519 (cosignatures)", ML_DSA_44: "ML-DSA-44"}
ID_BYTES = 4
VKEY_CHARS_MAX = 4_096  # of one line: name, id and the longest key
_ID = re.compile(r"[0-9a-f]{8}", re.ASCII)


def is_key_name(name: str) -> bool:
    """Whether a text can name a key: not empty, no Unicode space, no `+`, no control character."""
    return bool(name) and not any(char.isspace() or char < " " or char in "+\x7f" for char in name)


class VerifierKey(NamedTuple):
    """A public key with the name of whoever signs with it."""

    name: str
    type: int  # ED25519, COSIGNATURE or ML_DSA_44
    key: bytes

    @property
    def id(self) -> bytes:
        """The four bytes by which a signature names its key."""
        return sha256(self.name.encode() + b"\n" + bytes([self.type]) + self.key).digest()[:ID_BYTES]

    @property
    def short(self) -> str:
        """Name and id, as sentences name a key: `example.gov/ledger+33d7b496`."""
        return f"{self.name}+{self.id.hex()}"

    @property
    def known_by(self) -> tuple[str, bytes]:
        """What a signature says of its key: name and id."""
        return self.name, self.id

    def __str__(self) -> str:
        """Return the key as one line of text, `NAME+ID+BASE64`."""
        return f"{self.short}+{encoded(bytes([self.type]) + self.key)}"

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """Read a verifier key, `NAME+ID+BASE64`.

        Raises `ProofError` for a malformed name, a type that is not 01, 04 or 06, a key of another length than its type
        has, base64 in another spelling, and an id that is not that of name and key.
        """
        parts = text.split("+", 2) if len(text) <= VKEY_CHARS_MAX else []
        if len(parts) != 3:
            raise ProofError(
                f'A verifier key is NAME+ID+BASE64, such as `key show` prints; "{harmless(text)}" is none.'
            )
        name, id_, body = parts
        if not is_key_name(name):
            raise ProofError(f'The name of a key has no space and is not empty; "{harmless(name)}" cannot be one.')
        if not _ID.fullmatch(id_):
            raise ProofError(f'The id of a key has 8 hexadecimal digits in small letters; "{harmless(id_)}" is none.')
        raw = decoded(body, f"The verifier key of {harmless(name)}")
        if not raw or raw[0] not in KEY_BYTES:
            kinds = ", ".join(f"{kind:02x} ({said})" for kind, said in TYPE_NAMES.items())
            found = f"{raw[0]:02x}" if raw else "none"
            raise ProofError(f"The key of {harmless(name)} is of type {found}; known are {kinds}.")
        if len(raw) - 1 != KEY_BYTES[raw[0]]:
            raise ProofError(
                f"A key of type {TYPE_NAMES[raw[0]]} has {KEY_BYTES[raw[0]]} bytes; that of {harmless(name)} has "
                f"{len(raw) - 1}."
            )
        made = cls(name, raw[0], raw[1:])
        if made.id.hex() != id_:
            raise ProofError(
                f"The id of the key of {harmless(name)} is {made.id.hex()}, and not {id_}: one is altered."
            )
        return made
