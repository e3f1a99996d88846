"""The annex of a report: every decision of its window as CSV (RFC 4180), with a digest that the report names."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any

from ledger.lots import lots
from projections.report.decisions.reported import ReportedDecision
from projections.report.wording import UNSAID
from projections.snapshots.csv import guarded
from projections.views.spool import AT_ONCE

SUFFIX = ".decisions.csv"  # in place of the ending of the report that it stands beside
COLUMNS = (
    "reference", "authority", "by_order_of", "adopted_by", "power", "decided_on", "effective", "recorded_at",
    "recorder", "days_late_least", "days_late_most", "state", "changes", "first_position", "last_position",
    "what", "why", "documents", "document_sha256", "overrides", "corrections", "in_response_to", "review_on",
    "illustrative",
)  # fmt: skip


def annex(decisions: Iterable[ReportedDecision]) -> Iterator[bytes]:
    """Yield the table of decisions as UTF-8, many lines at a time: a line of heads, then one a decision, in order.

    No spreadsheet takes a cell for a formula: such text has an apostrophe in front of it, as in snapshots.
    """
    yield _lines([COLUMNS])
    for some in lots(decisions, AT_ONCE):
        yield _lines([[guarded(cell) for cell in _cells(one)] for one in some])


def digest(decisions: Iterable[ReportedDecision]) -> str:
    """Return the SHA-256 of the table as `annex` yields it, in hexadecimal digits."""
    hashed = sha256()
    for part in annex(decisions):
        hashed.update(part)
    return hashed.hexdigest()


def _lines(rows: Iterable[Iterable[Any]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


def _cells(one: ReportedDecision) -> tuple[str | int | None, ...]:
    least, most = one.late or (None, None)
    more = one.changes - len(one.said)
    return (
        one.reference, one.authority, one.delegated_by, one.adopted_by, one.power or UNSAID,
        one.decided_on or UNSAID, "; ".join(one.effective), one.recorded_at, one.recorder,
        least, most, one.state, one.changes, one.first, one.last,
        "\n".join([*one.said, *([f"and {more:,} more"] if more else [])]), one.rationale or UNSAID,
        "\n".join(paper.title for paper in one.papers), "\n".join(paper.sha256 or "" for paper in one.papers),
        "\n".join(f"{each.rule}, {each.on}: {each.because}" for each in one.overrides),
        "\n".join(f"{each.reference}: {each.sentence}" for each in one.touched_by if each.stands),
        "; ".join(one.responds_to), one.review_on, "yes" if one.illustrative else "no",
    )  # fmt: skip
