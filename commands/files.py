"""Files that commands read."""

from __future__ import annotations

from typing import BinaryIO

from ledger.errors import InputError, harmless


def opened(name: str) -> BinaryIO:
    """Open a file to read; raises `InputError` where it cannot be."""
    try:
        return open(name, "rb")
    except OSError as error:
        raise InputError(f'The file "{harmless(name, 200)}" cannot be read ({error.strerror}).') from None
