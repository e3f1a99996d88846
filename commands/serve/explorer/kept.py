"""Pages that were made, kept by all that they depend on, so that many readers of one page cost as much as one."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from hashlib import sha256
from threading import Lock

BYTES_MAX = 32 * 1024 * 1024  # in each process


class KeptPages:
    """Pages by their keys, those that were asked for last; threads may share it.

    A key names all that a page depends on: its tag, its address and how the server was asked. Two who ask for one page
    at once wait for one to be made.
    """

    def __init__(self, bytes_max: int = BYTES_MAX) -> None:
        self._bytes_max, self._bytes = bytes_max, 0
        self._pages: OrderedDict[bytes, bytes] = OrderedDict()
        self._making: dict[bytes, Lock] = {}
        self._lock = Lock()

    def page(self, parts: Sequence[str], make: Callable[[], str]) -> bytes:
        """Return the page of a key in parts, made now where it is not kept; what `make` raises goes through."""
        key = sha256(repr(tuple(parts)).encode()).digest()  # of one size, however long an address is
        with self._lock:
            if (found := self._found(key)) is not None:
                return found
            making = self._making.setdefault(key, Lock())
        with making:
            with self._lock:
                if (found := self._found(key)) is not None:
                    return found
            try:
                made = make().encode()
                self._keep(key, made)
            finally:
                with self._lock:
                    self._making.pop(key, None)
        return made

    def _found(self, key: bytes) -> bytes | None:
        if key in self._pages:
            self._pages.move_to_end(key)
        return self._pages.get(key)

    def _keep(self, key: bytes, page: bytes) -> None:
        with self._lock:
            self._bytes += len(page) - len(self._pages.pop(key, b""))
            self._pages[key] = page
            while self._bytes > self._bytes_max:
                _, gone = self._pages.popitem(last=False)
                self._bytes -= len(gone)
