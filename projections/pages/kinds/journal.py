"""The journal: entries as they were recorded, newest first, with a search and filters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from projections.answers.journal import JournalEntry, JournalFilter, journal_newest, journal_page, journal_total
from projections.pages.question import PageQuestion
from projections.withheld import told

ENTRIES = 50  # on a page
FILTERS = (
    *("search", "thing", "type", "authority", "reference"),
    *("recorded_from", "recorded_to", "effective_from", "effective_to"),
)


class JournalPage(NamedTuple):
    """Entries of a page, newest first; how many there are in all, and the pages beside this one."""

    entries: Sequence[JournalEntry]
    total: int
    first: int
    last: int
    newer: str | None
    older: str | None
    asked: dict[str, str]


def journal(question: PageQuestion) -> JournalPage:
    """Return a page of the journal; raises `InputError` for a filter that cannot be read."""
    asked: dict[str, Any] = {
        name: question.asked[name].strip() for name in FILTERS if question.asked.get(name, "").strip()
    }
    wanted = JournalFilter(**asked)
    total = journal_total(question.views, wanted, question.known)
    begin = _begin(question.asked.get("skip", ""), total)
    some = journal_newest(question.views, wanted, question.known, begin, ENTRIES)
    entries = [told(one, question.names) for one in journal_page(question.views, sorted(some), question.known)][::-1]

    def page(skip: int) -> str:
        return question.link("journal/", **asked, skip=skip or None)

    return JournalPage(
        entries=entries,
        total=total,
        first=begin + 1 if some else 0,
        last=begin + len(some),
        newer=page(max(0, begin - ENTRIES)) if begin else None,
        older=page(begin + ENTRIES) if begin + ENTRIES < total else None,
        asked={name: asked.get(name, "") for name in FILTERS},
    )


def _begin(text: str, total: int) -> int:
    """Return how many entries are passed over: a whole number of pages, and never all of them."""
    skip = int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0
    return min(skip, max(0, total - 1)) // ENTRIES * ENTRIES
