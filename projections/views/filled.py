"""The views of a ledger that are filled already: what is asked of their rows, and nothing by which they are filled."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from ledger.application.moments import Known
from ledger.application.reader import Reader
from ledger.closing import Closing
from ledger.collector import uncollected
from ledger.state.structure import Structure
from projections.views.dossiers import SourcedRow
from projections.views.errors import ViewsChanged
from projections.views.file import Filled, ViewsFile
from projections.views.queries.rows import HistoryRow, history_rows, structure_of
from projections.views.schema import IDLE
from projections.views.spool import Spool

Progress = Callable[[int], None]


class Rebuilt(NamedTuple):
    """A notice: the views were thrown away and filled anew."""

    why: str

    @property
    def message(self) -> str:
        """The notice as a sentence."""
        return f"The views of the ledger were filled anew: {self.why}."


class FilledViews(Closing):
    """What can be seen of a ledger by the rows of its views, up to the position to which those are filled."""

    notice: Rebuilt | None = None
    _checked: tuple[int, Filled] | None = None  # the head, and how far filled, when last found to agree

    def __init__(self, ledger: Reader, file: ViewsFile) -> None:
        """Take a file that is filled to the head of `ledger`: see `are_filled`."""
        self.ledger, self.file = ledger, file

    def catch_up(self, progress: Progress | None = None, upto: int | None = None) -> Filled:
        """Return how far they are filled; raises `ViewsChanged` where that is no longer to the head of the ledger.

        Another program may have recorded since, or thrown away what was in their file.
        """
        filled = self.file.reach()
        if filled.position < self.ledger.head().position:
            raise ViewsChanged(self.file.path, "it does not hold all that is recorded by now")
        return filled

    # Asking

    def structure(self, day: int, known: int) -> Structure:
        """Return the structure on `day` as known at position `known`; empty before the first record."""
        self.catch_up()
        with uncollected():
            return structure_of(day, self.file.stab(day, known))

    def sourced(self, day: int, known: int) -> Spool[SourcedRow]:
        """Return the rows that make the structure on `day` as known at `known`, each with what set it, by id."""
        self.catch_up()
        return self.file.sourced(day, known)

    def rows(self, id_: str, attribute: str | None = None) -> list[HistoryRow]:
        """Return every row of a thing, or of one of its attributes, in both times; empty for an unknown id.

        They are in order of attribute, known_from and effective_from.
        """
        self.catch_up()
        return self._rows(
            "id = ?" + (" AND attribute = ?" if attribute else ""), (id_, attribute) if attribute else (id_,)
        )

    def rows_between(self, id_: str, since: int, known: int) -> list[HistoryRow]:
        """Return the rows of a thing as known at any position from `since` to `known`, as `rows` does."""
        self.catch_up()
        return self._rows("id = ? AND known_from <= ? AND known_to > ?", (id_, known, since))

    def rows_at(self, id_: str, attributes: Sequence[str], known: int) -> list[HistoryRow]:
        """Return the rows of some attributes as known at `known`, a position filled already, in order as `rows`."""
        marks = ", ".join("?" * len(attributes))
        condition = f"id = ? AND attribute IN ({marks}) AND known_from <= ? AND known_to > ?"
        return self._rows(condition, (id_, *attributes, known, known))

    def row_at(self, id_: str, attribute: str, day: int, known: int) -> HistoryRow | None:
        """Return the row of an attribute that holds on `day` as known at `known`, a position filled already, or None.

        What is known at one position never overlaps: only the last to begin by that day can hold. It is found from
        that day back, however long the attribute's history is.
        """
        found = self._rows(
            "row = (SELECT row FROM rows WHERE id = ? AND attribute = ? AND effective_from <= ? AND known_from <= ? "
            "AND known_to > ? ORDER BY effective_from DESC LIMIT 1)",
            (id_, attribute, day, known, known),
        )
        return next((row for row in found if day < row.effective_to), None)

    def without_effect(self, known: int, day: int | None = None) -> list[HistoryRow]:
        """Return a row for each event known at `known` that is without effect (and was to take effect by `day`)."""
        return list(self.idle(known, day))

    def idle(self, known: int, day: int | None = None) -> Iterator[HistoryRow]:
        """Yield the rows of `without_effect`, by id; they are not in memory together."""
        self.catch_up()
        condition = f"known_from <= ? AND known_to > ? AND {IDLE}"
        if day is None:
            return self._read(condition, (known, known))
        return self._read(f"{condition} AND effective_from <= ?", (known, known, day))

    def _rows(self, condition: str, parameters: tuple[Any, ...]) -> list[HistoryRow]:
        return list(self._read(condition, parameters))

    def _read(self, condition: str, parameters: tuple[Any, ...]) -> Iterator[HistoryRow]:
        columns = ", ".join(HistoryRow._fields)
        order = "id, attribute, known_from, effective_from"
        return history_rows(
            self.file.select(f"SELECT {columns} FROM rows WHERE {condition} ORDER BY {order}", parameters)
        )

    def streams_of(self, id_: str) -> set[str]:
        """Return the streams with events that name a thing, as far as the views are filled."""
        return {stream for (stream,) in self.file.select("SELECT DISTINCT stream FROM mentions WHERE id = ?", (id_,))}

    @property
    def apart(self) -> str:
        """The notice that the views are kept nowhere though they were to be, where something was asked of them."""
        if not self.file.apart or self._checked is None:
            return ""
        return f"The views could not be kept, and were filled for this answer alone: {self.file.apart}."

    def close(self) -> None:
        """Close the file; a second time does nothing."""
        self.file.close()


def are_filled(file: ViewsFile, head: Known) -> bool:
    """Return whether a file holds all that a ledger knows at its head, and is of that ledger."""
    filled = file.filled()
    return (filled.position, filled.root) == (head.position, head.root) and head.position > 0 and file.is_indexed()
