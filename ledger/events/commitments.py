"""Salted commitments: personal data is proven by the log without standing in it.

The event holds SHA-256(salt || value); salt and value lie in a table outside the tree, where they may be
deleted. The salt has 256 random bits, so that a name cannot be found by trying names.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any, NamedTuple

SALT_BYTES = 32
DIGEST = r"^sha256:[0-9a-f]{64}$"  # of a commitment


class Opening(NamedTuple):
    """What opens a commitment; kept outside the tree, may be deleted."""

    commitment: str
    salt: bytes
    value: str


def commit(value: str, salt: bytes | None = None) -> Opening:
    """Return the opening of a new commitment to `value`, under `salt` (32 bytes, random where None)."""
    salt = secrets.token_bytes(SALT_BYTES) if salt is None else salt
    return Opening("sha256:" + sha256(salt + value.encode()).hexdigest(), salt, value)


def opens(opening: Opening) -> bool:
    """Return whether salt and value open the commitment."""
    return commit(opening.value, opening.salt).commitment == opening.commitment


def committed(value: Any) -> Iterator[str]:
    """Yield the commitments in a JSON value, in order."""
    if isinstance(value, Mapping):
        if is_commitment(value):
            yield value["commitment"]
        else:
            for inner in value.values():
                yield from committed(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from committed(inner)


def is_commitment(value: Any) -> bool:
    """Return whether a JSON value is a commitment as an event holds it."""
    return isinstance(value, Mapping) and list(value) == ["commitment"] and isinstance(value["commitment"], str)
