"""`lags`: what was recorded late, in advance or retroactively, and how long records took."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import click

from commands.read.point import asked
from commands.session import Session
from commands.terminal.completion import authorities, ids
from commands.terminal.moments import WHEN
from commands.terminal.options import reading
from commands.terminal.output import Answer, emit
from commands.terminal.spreads import numbered, spread_in_words
from commands.terminal.values import days_of, to_the_second
from projections.answers.lags import DECISIONS, KINDS, LaggedRecord, LagsOfRecord
from projections.answers.lags import lags as lags_of

_KINDS = {kind.replace(" ", "-"): kind for kind in KINDS}


@click.command("lags", short_help="Show what was recorded late, in advance or retroactively.")
@click.option("--authority", metavar="OFFICE", shell_complete=authorities(), help="Decisions of this authority.")
@click.option("--thing", metavar="ID", shell_complete=ids(), help="Decisions that name this thing, or a part of it.")
@click.option("--kind", type=click.Choice(tuple(_KINDS)), help="List only these; what is counted stays.")
@click.option("--recorded-from", type=WHEN, help="Recorded on or after this day, instant or position.")
@click.option("--recorded-to", type=WHEN, help="Recorded on or before this day, instant or position.")
@click.option("--over", type=click.IntRange(min=0), metavar="DAYS", help="Late means more days. Default: the setting.")
@reading
@click.pass_obj
def lags(
    session: Session,
    /,
    kind: str | None,
    effective: str | None,
    known: str | None,
    form: str | None,
    **given: Any,
) -> None:
    """Show what we learnt late: records that came long after their decision, in advance, or are retroactive.

    First, how many days all records took that are asked about: of decisions, and of pairs of a decision and an
    effective date. Then a line for each decision and each of its effective dates as known. `late` counts the days from
    that date to the record, `learnt` those to the record that put the date right. A day that is not stated, or was
    inferred from the record itself, measures nothing and is counted apart; a date known to the year or month gives a
    range, and is late only if the shortest lag is.
    """
    question = asked(session, effective, known)
    asked_for = None if kind is None else _KINDS[kind]
    late = lags_of(question.views, question.day, question.known.position, kind=asked_for, **given)
    rows = map(_row, late.records)
    none = f"No record is {asked_for or 'late, in advance or retroactive'}."
    empty = none if late.decisions else "No decision was found."
    emit(Answer(late, late.records, rows, context=question.context, empty=empty, before=tuple(_totals(late))), form)


def _row(record: LaggedRecord) -> Mapping[str, object]:
    return {
        "recorded_at": to_the_second(record.recorded_at),
        "decided_on": record.decided_on,
        "effective": record.effective,
        "from_decision": days_of(record.days_from_decision),
        "late": days_of(record.days_from_effect),
        "learnt": days_of(record.days_from_effect_to_correction),
        "what": ", ".join(record.kinds),
        "decision": record.decision.reference,
        "authority": record.decision.authority,
    }


def _totals(answer: LagsOfRecord) -> Iterator[str]:
    """Yield what the records come to: how many of each kind there are, and how many days they took."""
    limit, corrected = answer.late_after_days, answer.from_effect_to_correction
    if answer.decisions:
        (late, *others) = (f"{number or 'none'} {kind}" for kind, number in answer.counts.items())
        kinds = ", ".join([f"{late} (over {limit} days)", *others])
        yield f"{numbered(answer.decisions, DECISIONS).capitalize()}: {kinds}."
        yield f"From decision to record: {spread_in_words(answer.from_decision, limit)}"
        yield f"From effect to record: {spread_in_words(answer.from_effect, limit, answer.inferred)}"
    if corrected.n:
        yield f"From effect to the record of its correction: {spread_in_words(corrected, limit)}"


COMMANDS = {"lags": lags}
