"""Notices of a ledger on a day, as its views tell them."""

from __future__ import annotations

from ledger.application import Ledger
from ledger.rules.notice import Notice
from ledger.timeline import day_of
from projections.answers.notices import notices
from projections.views.file import ViewsFile
from projections.views.read_model import Views


def noticed(ledger: Ledger, rule: str, day: str = "2026-06-01") -> list[Notice]:
    """What one rule says of a day, with all that is known."""
    with Views(ledger, file=ViewsFile.kept_nowhere(ledger.government.ledger_id)) as views:
        return [one for one in notices(views, day_of(day), ledger.head().position) if one.rule == rule]


def ids(ledger: Ledger, rule: str, day: str = "2026-06-01") -> list[str]:
    """The ids of which one rule speaks on a day."""
    return [one.id for one in noticed(ledger, rule, day)]
