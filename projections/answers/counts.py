"""A count with both its ends: without what may have ended by the day, and with it."""

from __future__ import annotations

from typing import NamedTuple


class Count(NamedTuple):
    """How many there are: surely `least`, and no more than `most`; the two are the same where nothing is in doubt."""

    least: int
    most: int

    @property
    def words(self) -> str:
        """What people read.

        >>> Count(640, 642).words, Count(640, 640).words
        ('640 to 642', '640')
        """
        return str(self.most) if self.least == self.most else f"{self.least} to {self.most}"
