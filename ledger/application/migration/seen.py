"""Keys of decisions that a run came by, in a field of bits that stays as large as it is."""

from __future__ import annotations

BITS = 1 << 25  # 4 MiB: of a million keys, two in five hundred others are taken for one of them


class SeenKeys:
    """Whether a key may have been added; never no for one that was (a Bloom filter with two places a key).

    A set of a million keys, or of their hashes, would take some 75 MB, and ten times as many ten times that.
    """

    def __init__(self) -> None:
        self._field = bytearray(BITS // 8)

    def add(self, key: str) -> bool:
        """Add a key; return whether it may have been there before."""
        number, field, found = hash(key), self._field, True
        for place in (number % BITS, (number >> 32) % BITS):
            byte, bit = place >> 3, 1 << (place & 7)
            if not field[byte] & bit:
                field[byte] |= bit
                found = False
        return found
