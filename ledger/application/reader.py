"""The reader of a ledger: whose it is, what it knew when, its rows as they are stored.."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ledger import clock as clocks
from ledger.application import moments as times
from ledger.application.government import government_of
from ledger.closing import Closing
from ledger.store.choice.reading import opened_to_read, stands, why_read_only
from ledger.store.protocol import Location, ReadStore
from ledger.store.types import Head, Sealed


class Reader(Closing):
    """What can be asked of an open ledger without a look into its events."""

    def __init__(self, store: ReadStore, clock: clocks.Clock) -> None:
        self.store, self.clock = store, clock
        self.government = government_of(store.location, store.at(1))
        self._closed = False

    @property
    def location(self) -> Location:
        """Where it lies."""
        return self.store.location

    def head(self) -> Head:
        """Return position and record time of the last event."""
        return self.store.head()

    def today(self) -> int:
        """Return today in the government's time zone, as a day."""
        return clocks.today(self.government.timezone, self.clock).toordinal()

    def known(self, text: str | None = None) -> times.Known:
        """Return what `text` (an instant, a date, a position `p120`) names; None: all that is known."""
        return times.resolve(self.store, text, self.government.timezone)

    def known_before(self, text: str) -> times.Known:
        """Return what was known just before an instant, a date or a position; raises `InputError`."""
        return times.resolve_before(self.store, text, self.government.timezone)

    def known_at(self, position: int) -> times.Known:
        """Return what was known at a position that ends a decision, or at 0."""
        return times.known_at(self.store, position)

    def lines(self, after: int = 0, upto: int | None = None) -> Iterator[bytes]:
        """Yield the stored lines after < position <= upto in order."""
        return (row.line for row in self.store.lines(after, upto))

    def rows(self, after: int = 0, upto: int | None = None) -> Iterator[Sealed]:
        """Yield the events after < position <= upto in order, as they are stored."""
        return self.store.lines(after, upto)

    def rows_among(self, positions: Iterable[int]) -> Iterator[Sealed]:
        """Yield the rows at positions that were read before, each once and in order; raises `LedgerDamaged`."""
        return self.store.among(positions)

    def personal(self, commitment: str) -> str | None:
        """Return the personal value that a commitment stands for; None where it was deleted."""
        salt_and_value = self.store.personal(commitment)
        return None if salt_and_value is None else salt_and_value[1]

    def personal_among(self, commitments: Iterable[str]) -> set[str]:
        """Return those commitments whose personal values are kept; raises `LedgerDamaged`."""
        return {commitment for commitment, _, _ in self.store.openings(commitments)}

    def personal_kept(self) -> int:
        """Return how many personal values are kept; at one position of the ledger they only become fewer."""
        return self.store.personal_kept()

    def close(self) -> None:
        """Close the store; a second time does nothing."""
        self._closed = True
        self.store.close()


def stands_at(location: Location) -> bool:
    """Return whether something stands at a location, a ledger or not; raises `StoreError` where that cannot be told."""
    return stands(location)


def why_not_recorded(location: Location) -> str:
    """Return why this user may read a ledger and not record, in a sentence; empty where that may be tried."""
    return why_read_only(location)


def opened_reader(location: Location, clock: clocks.Clock = clocks.now) -> Reader:
    """Open a ledger to be read and no more; raises `StoreError`."""
    store = opened_to_read(location)
    try:
        return Reader(store, clock)
    except BaseException:
        store.close()
        raise
