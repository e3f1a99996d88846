"""An index that knows nothing: all that a ledger asks of it is read from the log that follows it."""

from __future__ import annotations

from collections.abc import Collection


class EmptyIndex:
    """An index of no event, which keeps the ids that it is asked for."""

    position = 0

    def __init__(self) -> None:
        self.asked: set[str] = set()

    def saying(self, ids: Collection[str]) -> list[int]:
        """Return nothing."""
        self.asked.update(ids)
        return []

    def versions(self, streams: Collection[str]) -> dict[str, int]:
        """Return nothing."""
        return {}

    def is_recorded(self, authority: str, reference: str) -> bool:
        """Return False."""
        return False

    def naming(self, id_: str) -> set[str]:
        """Return nothing."""
        self.asked.add(id_)
        return set()

    def speaking_of(self, positions: Collection[int]) -> list[int]:
        """Return nothing."""
        return []
