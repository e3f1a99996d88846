"""The last that was seen of ledgers: held against one that is opened, kept, and given up for one that is accepted."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from ledger import clock as clocks
from ledger.application.reader import Reader
from ledger.application.seen.comparison import divergence, longest_of, sighting_of
from ledger.application.seen.file import Kept, SeenFile
from ledger.application.seen.sighting import Accepted, Divergence, Mark, Sighting
from ledger.files.making import remove_leftovers
from ledger.instants import stamp
from ledger.integrity.tree import format_root
from ledger.store.address import is_server

LAST_MARKS = 12  # sizes that are all remembered; of older ones some, so that a file stays small
PLACES_MAX = 1_000  # beyond which those are forgotten that were not seen for longest, and where nothing stands


class Look:
    """A look at a ledger: how it is now, beside what was seen of ledgers before."""

    def __init__(self, ledger: Reader, folder: Path, clock: clocks.Clock = clocks.now) -> None:
        """Look, and read what a folder keeps; raises `UnreadableState`, and `StoreError` for an unsound ledger."""
        self._ledger, self._file, self._clock = ledger, SeenFile(folder), clock
        self.before, self.now = self._file.read(), sighting_of(ledger, clock)

    @property
    def here(self) -> Sighting | None:
        """What was seen at the place of the ledger, None where nothing was."""
        return next((one for one in self.before.sightings if one.location == self.now.location), None)

    def divergence(self) -> Divergence | None:
        """Return how the ledger is not what was seen before; None where it holds all of that, or nothing was seen.

        Raises `LedgerDamaged`.
        """
        return divergence(self._ledger, self.now, self.before.sightings)

    def keep(self) -> None:
        """Keep how the ledger is; the file is written where that is another size or place than was kept.

        Call it where there is no divergence, or one that is usable. Raises as `SeenFile.change`, and `LedgerDamaged`.
        """
        remove_leftovers(self._file.folder)  # of runs that were killed as they wrote there
        here = self.here
        if here is None or (here.size, here.root) != (self.now.size, self.now.root):
            first = self._first()
            self._file.change(lambda state: replace(state, sightings=_with(self.now, state.sightings, first)))

    def accept(self, found: Divergence, because: str) -> None:
        """Take the ledger for the true one though it diverges from what was seen before, and keep the reason.

        What was seen at its place, of its id and under its origin is given up. Raises as `keep`.
        """
        entry = Accepted(found.kind, replace(found.before, earlier=()), self.now, because, stamp(self._clock()))
        first = self._first()

        def accepted(state: Kept) -> Kept:
            others = [one for one in state.sightings if not _same(one, self.now)]
            return replace(state, sightings=_with(self.now, others, first), accepted=(*state.accepted, entry))

        self._file.change(accepted)

    def _first(self) -> Mark:
        """Return the mark of the first event, which tells a fork from what was written anew."""
        return 1, format_root(self._ledger.store.root(1))


def _same(one: Sighting, other: Sighting) -> bool:
    return one.location == other.location or one.ledger_id == other.ledger_id or one.origin == other.origin


def _with(now: Sighting, sightings: Sequence[Sighting], first: Mark) -> tuple[Sighting, ...]:
    """Return sightings with `now` as the one of its place, and what was seen of its id before as its marks."""
    longest = longest_of(now.ledger_id, sightings)
    known = () if longest is None else longest.marks
    marks = {size: root for size, root in (first, *known) if size < now.size}
    others = [one for one in sightings if one.location != now.location]
    return (*_remembered(others), replace(now, earlier=_thinned(sorted(marks.items()), now.size)))


def _thinned(marks: Sequence[Mark], size: int) -> tuple[Mark, ...]:
    """Return the last marks, and of those before the smallest at each order of magnitude of distance from `size`."""
    older, last = marks[:-LAST_MARKS], marks[-LAST_MARKS:]
    kept = {(size - one).bit_length(): (one, root) for one, root in reversed(older)}
    return (*sorted({*older[:1], *kept.values()}), *last)


def _remembered(sightings: Sequence[Sighting]) -> Sequence[Sighting]:
    """Return sightings, without the oldest of places at which nothing stands, where there are too many."""
    over = len(sightings) + 1 - PLACES_MAX
    if over <= 0:
        return sightings
    files = (one for one in sightings if not is_server(one.location))
    gone = [one for one in sorted(files, key=lambda one: one.seen_at) if not Path(one.location).exists()]
    forgotten = {one.location for one in gone[:over]}
    return [one for one in sightings if one.location not in forgotten]
