"""Questions about personal texts: where an event stands that holds a commitment in the place of one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from projections.views.file import ViewsFile


class PersonalPlace(NamedTuple):
    """The position of an event, and a commitment that it holds; one of a decision stands at its first event."""

    position: int
    commitment: str


def personal_places(file: ViewsFile, known: int, skip: int, most: int) -> list[PersonalPlace]:
    """Return at most so many places of personal texts up to a position, newest first, after `skip` of them."""
    rows = file.select(
        "SELECT position, commitment FROM personal WHERE position <= ? "
        "ORDER BY position DESC, commitment LIMIT ? OFFSET ?",
        (known, most, skip),
    )
    return [PersonalPlace(int(position), str(commitment)) for position, commitment in rows]


def personal_counted(file: ViewsFile, known: int) -> int:
    """Return how many places of personal texts there are up to a position."""
    ((count,),) = file.select("SELECT COUNT(*) FROM personal WHERE position <= ?", (known,))
    return int(count)


def commitments(file: ViewsFile, known: int) -> Iterator[str]:
    """Yield every commitment that events up to a position hold, in order of position; some more than once."""
    rows = file.select("SELECT commitment FROM personal WHERE position <= ? ORDER BY position", (known,))
    return (str(commitment) for (commitment,) in rows)
