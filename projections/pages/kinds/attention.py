"""Pages of an auditor: what to look at, the rules that were overridden, and what was recorded late."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import NamedTuple

from ledger.rules.notice import Notice
from projections.answers.lags import LaggedRecord, LagsOfRecord, lags
from projections.answers.notices import NoticeShown, flags, of_authority, sourced
from projections.audit.overrides import Override, overrides
from projections.audit.window import AuditWindow
from projections.pages.question import PageQuestion
from projections.withheld import told

ROWS_MAX = 500


class NoticesPage(NamedTuple):
    """Notices, how many there are by rule, and which of them are asked for."""

    notices: Sequence[NoticeShown]
    rules: Sequence[tuple[str, int]]
    total: int
    rule: str
    thing: str
    authority: str


class OverridesPage(NamedTuple):
    """Overrides, those that no longer stand too."""

    overrides: Sequence[Override]
    total: int
    rule: str


class LateEntriesPage(NamedTuple):
    """What was recorded late, in advance or retroactively, and how late the record is as a whole."""

    lags: LagsOfRecord
    records: Sequence[LaggedRecord]
    shown: int


def notices_page(question: PageQuestion) -> NoticesPage:
    """Return what the page of notices tells: at most `ROWS_MAX` of them, counted in all."""
    views, asked = question.views, question.asked
    rule, thing, authority = (asked.get(name, "").strip() for name in ("rule", "thing", "authority"))
    found = list(flags(views, question.day, question.known))
    rules = Counter(one.rule for one in found)
    wanted: Iterable[Notice] = [one for one in found if rule in ("", one.rule) and thing in ("", one.id)]
    wanted = list(of_authority(views, wanted, authority) if authority else wanted)
    shown = told(list(sourced(views, wanted[:ROWS_MAX])), question.names)
    return NoticesPage(shown, rules.most_common(), len(wanted), rule, thing, authority)


def overrides_page(question: PageQuestion) -> OverridesPage:
    """Return every rule that a decision went against, newest first; at most `ROWS_MAX` of them."""
    rule = question.asked.get("rule", "").strip()
    found = list(overrides(question.views, question.known, AuditWindow(), rule or None))[::-1]
    return OverridesPage(told(found[:ROWS_MAX], question.names), len(found), rule)


def late_entries(question: PageQuestion) -> LateEntriesPage:
    """Return what was recorded late, in advance or retroactively; at most `ROWS_MAX` of it."""
    found = lags(question.views, question.day, question.known)
    records = list(islice(found.records, ROWS_MAX))
    return LateEntriesPage(found, records, len(records))
