"""The text of events and decisions as it is searched: without case and accents."""

from __future__ import annotations

import unicodedata

from ledger.events.change import Change
from ledger.events.envelope import Header


def folded(text: str) -> str:
    """Return text without case and accents, so that `sante` finds "Santé"."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in plain if not unicodedata.combining(char))


def words(text: str) -> list[str]:
    """Return the folded words that a search looks for, all of which must be found; empty for blank text."""
    return folded(text).split()


def searchable(change: Change, event_id: str) -> str:
    """Return what an event is found by: its id, its type, every text that it holds."""
    return folded("\n".join([event_id, change.TYPE, *change.texts()]))


def searchable_header(header: Header) -> str:
    """Return what a decision is found by: who decided it, under which reference, by what power, why."""
    parts = [header.authority, header.reference, header.legal_basis or ""]
    parts += [header.rationale] if isinstance(header.rationale, str) else []  # not what may be withheld
    parts += [header.delegated_by or "", header.adopted_by.body if header.adopted_by else ""]
    parts += (one.title for one in header.documents or () if isinstance(one.title, str))
    return folded("\n".join(parts))
