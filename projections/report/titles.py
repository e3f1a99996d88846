"""Titles: what people call a thing, by its id, on the day of a report or when it last had a title."""

from __future__ import annotations

from collections import OrderedDict

from ledger.names import GOVERNMENT
from projections.html import clean
from projections.views.read_model import Views

_KEPT = 10_000  # titles in memory
_TITLES = ("title", "indicator")


class Titles:
    """Answers what people call a thing; what it found last it keeps."""

    def __init__(self, views: Views, day: int, known: int) -> None:
        """Take views that are filled to `known`."""
        self._views, self._day, self._known = views, day, known
        self._found: OrderedDict[str, str] = OrderedDict()

    def of(self, id_: str) -> str:
        """Return the title of a thing, or its id where it never had one."""
        if id_ == GOVERNMENT:
            return "the government"
        found = self._found.get(id_)
        if found is None:
            found = self._found[id_] = self._look_up(id_)
            if len(self._found) > _KEPT:
                self._found.popitem(last=False)
        return found

    def named(self, id_: str) -> str:
        """Return the title of a thing with its id beside it; the id alone where it never had one."""
        title = self.of(id_)
        return title if title == id_ or id_ == GOVERNMENT else f"{title} ({id_})"

    def _look_up(self, id_: str) -> str:
        rows = self._views.rows_at(id_, _TITLES, self._known)
        begun = [row for row in rows if row.effective_from <= self._day] or rows
        return clean(str(max(begun, key=lambda row: row.effective_from).value)) if begun else id_
