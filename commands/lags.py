"""`lags`: what was recorded late, in advance or retroactively, and how long records took."""

from __future__ import annotations

from typing import Any

import click

from commands.asked import asked
from commands.options import reading
from commands.output import Answer, emit
from commands.session import Session
from commands.text import to_the_second
from projections.lags import lags as lags_of


@click.command("lags", short_help="Show what was recorded late, in advance or retroactively.")
@click.option("--recorded-from", metavar="WHEN", help="Recorded on or after this day, instant or position.")
@click.option("--recorded-to", metavar="WHEN", help="Recorded on or before this day, instant or position.")
@click.option("--over", type=click.IntRange(min=0), metavar="DAYS", help="Late means more days. Default: the setting.")
@reading
@click.pass_obj
def lags(session: Session, /, effective: str | None, known: str | None, form: str | None, **given: Any) -> None:
    """Show what we learnt late: records that came long after their decision, in advance, or are retroactive.

    Below, how many days all records took, from the decision and from its effect apart. A day that is not stated,
    or was inferred from the record itself, measures nothing and is counted apart.
    """
    question = asked(session, effective, known)
    found = lags_of(question.views, question.day, question.known.position, **given)
    rows = [_row(one) for one in found["records"]]
    empty = "No record is late, in advance or retroactive."
    answer = Answer(
        found, found["records"], table=rows, context=question.context, empty=empty, after=_distributions(found)
    )
    emit(answer, form)


def _row(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "recorded_at": to_the_second(one["recorded_at"]),
        "decided_on": one["decided_on"],
        "effective": one["effective"],
        "from_decision": one["days_from_decision"],
        "from_effect": one["days_from_effect"],
        "what": ", ".join(one["kinds"]),
        "decision": one["decision"]["reference"],
        "authority": one["decision"]["authority"],
    }


def _distributions(found: dict[str, Any]) -> list[str]:
    counts, limit = found["counts"], found["late_after_days"]
    told = ", ".join(f"{number} {kind}" for kind, number in counts.items())
    return [
        f"Of {_decisions(found['decisions'])}: {told} (late: more than {limit} days).",
        f"Days from decision to record: {_spread(found['from_decision'], limit)}",
        f"Days from effect to record: {_spread(found['from_effect'], limit)}"
        + (f" Of these not stated, {found['inferred']} were inferred." if found["inferred"] else ""),
    ]


def _decisions(count: int) -> str:
    return f"{count} decision{'' if count == 1 else 's'}"


def _spread(one: dict[str, Any], limit: int) -> str:
    if not one["n"]:
        return f"none is stated (of {_decisions(one['not_stated'])})."
    share = f"{one['share_over']:.1%} over {limit}"
    middle = f"quartiles {one['q1']}, {one['median']}, {one['q3']}"
    return f"n {one['n']}, least {one['min']}, {middle}, most {one['max']}; {share}; {one['not_stated']} not stated."


COMMANDS = {"lags": lags}
