"""Key files and verifier keys, as they lie on a disk or are typed."""

from __future__ import annotations

import os
from collections.abc import Iterable

from ledger.errors import InputError, ProofError
from ledger.files.inputs import read_whole
from ledger.files.outputs import new_file
from ledger.integrity.policy import POLICY_BYTES_MAX, Policy
from ledger.integrity.private_keys import KEY_FILE_BYTES_MAX, KeyFile, parse_key, public_keys
from ledger.integrity.vkeys import VerifierKey

PASSPHRASE_BYTES_MAX = 10_000
_OWNER_ONLY = 0o600

Name = str | os.PathLike[str]


def read_key(path: Name) -> KeyFile:
    """Read a key file, without opening it; raises `InputError` where it cannot be read, `ProofError` for no key."""
    return parse_key(_whole(path, KEY_FILE_BYTES_MAX), f'"{path}"')


def write_key(path: Name, text: str) -> None:
    """Write a key file that only its owner may read; raises `OutputExists` where something stands."""
    with new_file(path, mode=_OWNER_ONLY) as file:
        file.write(text.encode())


def read_passphrase(path: Name) -> str:
    """Return the first line of a file as a passphrase; raises `InputError` where it is empty or no text."""
    try:
        text = _whole(path, PASSPHRASE_BYTES_MAX).decode()
    except UnicodeDecodeError:
        raise InputError(f'The passphrase in "{path}" is not UTF-8.') from None
    passphrase = text.split("\n", 1)[0].removesuffix("\r")
    if not passphrase:
        raise InputError(f'The first line of "{path}" is empty, and a passphrase is needed there.')
    return passphrase


def verifier_keys(given: Iterable[str]) -> tuple[VerifierKey, ...]:
    """Return the verifier keys of texts that are one each, or name a file with some: of lines, or a key file.

    Raises `ProofError` for what is neither, `InputError` for a file that cannot be read.
    """
    found: list[VerifierKey] = []
    for text in given:
        if text.count("+") >= 2 and not os.path.exists(text):
            found.append(VerifierKey.parse(text))
            continue
        try:
            found += public_keys(_whole(text, POLICY_BYTES_MAX).decode(), f'"{text}"')
        except UnicodeDecodeError:
            raise ProofError(f'"{text}" is not UTF-8, and so holds no verifier keys.') from None
    return tuple(found)


def read_policy(path: Name) -> Policy:
    """Read a policy file; raises `ProofError` with the number of the line that cannot be meant."""
    return Policy.parse(_whole(path, POLICY_BYTES_MAX), f'"{path}"')


def _whole(path: Name, most: int) -> bytes:
    found = read_whole(path, most)
    assert found is not None  # it may not lack
    return found
