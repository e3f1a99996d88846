"""`restate`: counts over time, by cluster, under the structure as it was, as it is now, or on a chosen day."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import click

from commands.read.point import Asked, asked
from commands.session import Session
from commands.terminal.moments import DATE, STRUCTURE
from commands.terminal.options import reading
from commands.terminal.output import Answer, emit
from ledger.errors import InputError
from ledger.timeline import UNSTATED, first_day_of, iso
from projections.agility.windows import windows
from projections.answers.notices import settings_at
from projections.answers.restatement import KINDS, THEN, RestatedCount, named_counts, restated

_MONTHS = {"year": 12, "quarter": 3, "month": 1}
FISCAL_YEAR: Final = "fiscal-year"
MOST_DAYS = 1_000


@click.command("restate", short_help="Count missions or segments by cluster, under several structures side by side.")
@click.argument("kind", type=click.Choice([f"{kind}s" for kind in KINDS]))
@click.option("--from", "first", required=True, type=DATE, help="The first day to count on.")
@click.option("--to", "last", type=DATE, help="The last day. Default: the effective day.")
@click.option(
    "--by",
    type=click.Choice(["year", FISCAL_YEAR, "quarter", "month"]),
    default="year",
    show_default=True,
    help="How far apart; fiscal-year: on the first day, and the first of each fiscal year after it.",
)
@click.option(
    "--structure",
    "structures",
    multiple=True,
    default=("then", "now"),
    show_default=True,
    type=STRUCTURE,
    metavar="then|now|DATE",
    help="Under which structure to count: that of the counted day, of the effective day, or of a date. Repeatable.",
)
@reading
@click.pass_obj
def restate(
    session: Session,
    kind: str,
    first: str,
    last: str | None,
    by: str,
    structures: tuple[str, ...],
    effective: str | None,
    known: str | None,
    form: str | None,
) -> None:
    """Count the live missions or segments of each cluster on several days, under several structures side by side.

    What differs between the columns is due to the structure alone: things that moved between clusters, were not
    there yet, or are there no more. The decisions behind it are named. Where some may have ended by a day, a count is
    given at both ends: without them, and with them.
    """
    question = asked(session, effective, known)
    names = list(dict.fromkeys(structures))
    under = [_structure(name, question.day) for name in names]
    days = _days(question, first_day_of(first), question.day if last is None else first_day_of(last), by)
    rows = restated(question.views, kind.removesuffix("s"), days, under, question.known.position)
    series = named_counts(question.views, rows, names)
    table = [_row(row) for row in series]
    empty = "Nothing is live on these days."
    emit(Answer({"series": series}, series, table, context=question.context, empty=empty), form)


def _days(question: Asked, first: int, last: int, by: str) -> list[int]:
    """Return the days to count on, both ends of the time included where they are hit."""
    if by != FISCAL_YEAR or first <= UNSTATED or last < first:
        return counted_days(first, last, _MONTHS.get(by, 12))
    settings = settings_at(question.views, question.day, question.known.position)
    return [window.start for window in windows(first, last, FISCAL_YEAR, settings["fiscal_year_begins"])]


def _structure(name: str, now: int) -> int | None:
    """Return the day of a structure; None is the counted day itself."""
    if name == THEN:
        return None
    return now if name == "now" else first_day_of(name)


def counted_days(first: int, last: int, months: int) -> list[int]:
    """Return first and every `months` months after it (the last day of a short month), up to last; both are days.

    Raises `InputError` for more than a thousand days, for none, or for a day that is not known.
    """
    if first <= UNSTATED or last < first:
        raise InputError(f"There is no day to count on between {iso(first)} and {iso(last)}. Give --from before --to.")
    start, days = date.fromordinal(first), [first]
    while len(days) <= MOST_DAYS:
        year, month = divmod(start.year * 12 + start.month - 1 + months * len(days), 12)
        if year > date.max.year:
            break
        day = _of_month(year, month + 1, start.day)
        if day > last:
            break
        days.append(day)
    if len(days) > MOST_DAYS:
        raise InputError(f"More than {MOST_DAYS} days to count on. Choose a shorter time, or count by year.")
    return days


def _of_month(year: int, month: int, day: int) -> int:
    while True:
        try:
            return date(year, month, day).toordinal()
        except ValueError:  # the 31st of a shorter month
            day -= 1


def _row(row: RestatedCount) -> dict[str, Any]:
    decisions = ", ".join(decision.reference for decision in row.decisions)
    counts = {name: count.words for name, count in row.counts.items()}
    cluster = row.cluster or "(in no cluster)"
    return {"date": row.date, "cluster": cluster, "title": row.title, **counts, "decisions": decisions}


COMMANDS = {"restate": restate}
