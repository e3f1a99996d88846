"""`lags`: what was recorded late, in advance or retroactively, and how long records took."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from commands.read.point import asked
from commands.session import Session
from commands.terminal.moments import WHEN
from commands.terminal.options import reading
from commands.terminal.output import Answer, emit
from commands.terminal.values import days_of, to_the_second
from projections.answers.lags import LaggedRecord, LagsOfRecord, Spread
from projections.answers.lags import lags as lags_of

_RANKS = ("min", "q1", "median", "q3", "max")


@click.command("lags", short_help="Show what was recorded late, in advance or retroactively.")
@click.option("--recorded-from", type=WHEN, help="Recorded on or after this day, instant or position.")
@click.option("--recorded-to", type=WHEN, help="Recorded on or before this day, instant or position.")
@click.option("--over", type=click.IntRange(min=0), metavar="DAYS", help="Late means more days. Default: the setting.")
@reading
@click.pass_obj
def lags(session: Session, /, effective: str | None, known: str | None, form: str | None, **given: Any) -> None:
    """Show what we learnt late: records that came long after their decision, in advance, or are retroactive.

    A line is a decision and one of its effective dates as known. `late` counts the days from that date to the record,
    `learnt` those to the record that put the date right. Below, how many days all records took: of decisions, and of
    pairs of a decision and an effective date. A day that is not stated, or was inferred from the record itself,
    measures nothing and is counted apart; a date known to the year or month gives a range, and is late only if the
    shortest lag is.
    """
    question = asked(session, effective, known)
    late = lags_of(question.views, question.day, question.known.position, **given)
    rows = map(_row, late.records)
    empty = "No record is late, in advance or retroactive."
    emit(Answer(late, late.records, rows, context=question.context, empty=empty, after=_distributions(late)), form)


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


def _distributions(answer: LagsOfRecord) -> list[str]:
    limit, corrected = answer.late_after_days, answer.from_effect_to_correction
    kinds = ", ".join(f"{number} {kind}" for kind, number in answer.counts.items())
    lines = [
        f"Of {_decisions(answer.decisions)}: {kinds} (late: more than {limit} days).",
        f"Days from decision to record, of {_decisions(answer.decisions)}: {_spread(answer.from_decision, limit)}",
        f"Days from effect to record, of {_pairs(answer.pairs)}: {_spread(answer.from_effect, limit)}"
        + (f" Of these not stated, {answer.inferred} were inferred." if answer.inferred else ""),
    ]
    if corrected.n:
        lines.append(f"Days from effect to the record of its correction: {_spread(corrected, limit)}")
    return lines


def _decisions(count: int) -> str:
    return f"{count} decision{'' if count == 1 else 's'}"


def _pairs(count: int) -> str:
    return f"{count} pair{'' if count == 1 else 's'} of a decision and an effective date"


def _spread(spread: Spread, limit: int) -> str:
    if not spread.n:
        return "none is stated."
    least, most = spread.least, spread.most
    days = [days_of({"least": getattr(least, name), "most": getattr(most, name)}) for name in _RANKS]
    shares = list(dict.fromkeys(f"{end.share_over:.1%}" for end in (least, most)))
    first, q1, median, q3, last = days
    quartiles = f"quartiles {q1}, {median}, {q3}"
    text = f"n {spread.n}, least {first}, {quartiles}, most {last}; {' to '.join(shares)} over {limit}"
    ranges = f"; {spread.ranges} known to the year or month" if spread.ranges else ""
    return f"{text}{ranges}; {spread.not_stated} not stated."


COMMANDS = {"lags": lags}
