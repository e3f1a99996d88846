"""The pace of a writer: whether it expects that others record in between, since they did a while ago."""

from __future__ import annotations

APPENDS_AMONG_OTHERS = 32  # after others were met, in which they are expected again


class Pace:
    """Who judges first and locks then, and who the other way round.

    A writer that is alone loses nothing to others, and saves a way to a server. Where writers meet, whoever judges
    without the lock judges in vain, the more of them the oftener; so after a conflict it is taken first for a while.
    """

    def __init__(self) -> None:
        self._left = 0  # appends in which others are still expected

    @property
    def expects_others(self) -> bool:
        """Whether the next append takes the lock before it judges."""
        return self._left > 0

    def met(self) -> None:
        """Note that another writer came first."""
        self._left = APPENDS_AMONG_OTHERS

    def passed(self) -> None:
        """Note an append that took the lock first."""
        self._left = max(0, self._left - 1)
