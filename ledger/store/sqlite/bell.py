"""The bell of a ledger file, which tells nobody that it was written to: whoever waits looks again after a while."""

from __future__ import annotations

import os
from pathlib import Path
from time import sleep

from ledger.errors import LedgerMissing, StoreError


class FileBell:
    """What one waits at for more in a ledger file that is open."""

    rings = False

    def __init__(self, path: Path) -> None:
        """Take note of which file it is; raises `LedgerMissing`."""
        self._path = path
        self._file = self._stat()

    def wait(self, seconds: float) -> None:
        """Wait so long; raises `LedgerMissing`, and `StoreError` where another file stands in its place by then."""
        sleep(seconds)
        if self._stat() != self._file:
            raise StoreError(f'Another file was put in the place of the ledger "{self._path}". Open it again.')

    def close(self) -> None:
        """Nothing is held open."""

    def _stat(self) -> tuple[int, int]:
        try:
            found = os.stat(self._path)
        except FileNotFoundError:
            raise LedgerMissing(self._path) from None
        return found.st_dev, found.st_ino
