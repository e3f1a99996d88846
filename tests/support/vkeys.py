"""Verifier keys for tests, made of public keys that anybody can look up: none of them signs anything here."""

from __future__ import annotations

from ledger.application import Ledger
from ledger.integrity.vkeys import ED25519, ML_DSA_44, VerifierKey

# RFC 8032, 7.1, tests 1 to 3.
PUBLIC = [
    bytes.fromhex(text)
    for text in (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
    )
]


def vkey(name: str, key: bytes = PUBLIC[0], type_: int = ED25519) -> str:
    """A verifier key with the id that its name and key have."""
    return str(VerifierKey(name, type_, key))


def long_vkey(name: str) -> str:
    """A verifier key of ML-DSA-44; its bytes are a key's in number only."""
    return vkey(name, bytes(range(256)) * 5 + bytes(32), ML_DSA_44)


def own_vkey(ledger: Ledger, number: int = 0) -> str:
    """A verifier key under the origin of a ledger, another one for each number from 0 to 2."""
    return vkey(ledger.government.origin, PUBLIC[number])


def id_of(key: str) -> str:
    """The id in a verifier key."""
    return key.split("+")[1]
