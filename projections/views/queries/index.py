"""The index of a log that its views keep, held to the position and root that they were filled from."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from ledger.application.gathering.index import IndexGone
from ledger.application.reader import Reader
from ledger.events.text import comparable
from projections.views.errors import ViewsBusy, ViewsError
from projections.views.file import Filled, ViewsFile
from projections.views.queries import mentions
from projections.views.queries.record import named_by


class ViewsIndex:
    """The index up to the position that a views file was filled to, when this was made.

    Each question is asked of the file as it was sealed. Where it was filled anew meanwhile it must reach as far, and
    the ledger must have the root that it was filled from.
    """

    def __init__(self, file: ViewsFile, ledger: Reader) -> None:
        """Take a file that belongs to `ledger`; raises `IndexGone` where it does not, or cannot be read."""
        self._file, self._ledger, self.position = file, ledger, 0
        self._held: Filled | None = None
        with self._asking():
            self.position = file.filled().position

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """Hold the file as one that tells all up to the position, or raise `IndexGone`."""
        try:
            with self._file.reading():
                filled = self._file.filled()
                if filled != self._held:
                    self._hold(filled)
                yield
        except (ViewsError, ViewsBusy):
            raise IndexGone from None

    def _hold(self, filled: Filled) -> None:
        reaches = self.position <= filled.position <= self._ledger.head().position
        if not reaches or (filled.position and self._ledger.known_at(filled.position).root != filled.root):
            raise IndexGone
        self._held = filled

    def saying(self, ids: Collection[str]) -> list[int]:
        """Return the positions of the events that say something of a thing, or make another event say it."""
        with self._asking():
            return mentions.saying(self._file, ids, self.position)

    def versions(self, streams: Collection[str]) -> dict[str, int]:
        """Return the versions of the last events of streams by name; where the file reaches further, those there."""
        with self._asking():
            return mentions.versions(self._file, streams)

    def is_recorded(self, authority: str, reference: str) -> bool:
        """Return whether a decision under a reference is recorded, of an authority as `comparable` gives it."""
        with self._asking():
            return any(comparable(one) == authority for one, _ in named_by(self._file, reference, self.position))

    def naming(self, id_: str) -> set[str]:
        """Return the ids of the things of which an event names another thing, or makes another event name it."""
        with self._asking():
            return mentions.things_naming(self._file, id_)

    def speaking_of(self, positions: Collection[int]) -> list[int]:
        """Return the positions of the events by which those at `positions` may turn."""
        with self._asking():
            return [one.later for one in mentions.speaking_of(self._file, positions, self.position)]
