"""`diff`: the differences between two points of both times, each with what is behind it."""

from __future__ import annotations

from typing import Any, NamedTuple

import click

from commands.read.point import Asked, asked
from commands.session import Session
from commands.terminal.differences import difference_text
from commands.terminal.moments import POINT
from commands.terminal.options import format_option
from commands.terminal.output import Answer, context_line, emit
from commands.terminal.values import days_of
from projections.answers.grounds import DecisionRef
from projections.differences.explained import Difference, Point, differences, without_net_effect
from projections.differences.shown import DifferenceShown, difference_shown
from projections.views.context import Context
from projections.withheld import Names, told


class DifferencesShown(NamedTuple):
    """What is different, since the point whose context is `from`; decisions without net effect where they are asked."""

    from_: Context
    differences: list[DifferenceShown]
    without_net_effect: list[DecisionRef] | None = None


@click.command("diff", short_help="Show the differences between two days, with the decisions behind them.")
@click.argument("from_", type=POINT, metavar="FROM")
@click.argument("to", type=POINT, metavar="TO")
@click.option("--all", "everything", is_flag=True, help="List decisions without net effect too.")
@format_option
@click.pass_obj
def diff(session: Session, from_: str, to: str, everything: bool, form: str | None) -> None:
    """Show what turns the structure FROM into the structure TO, and the decisions behind every difference.

    Each is a DATE, or DATE@WHEN: the date as known at an instant, at the end of a day, or at a position (p120).
    Where the dates are the same, the differences are what was learnt in between.
    """
    first, second = _point(session, from_), _point(session, to)
    points = Point(first.day, first.known.position), Point(second.day, second.known.position)
    found = differences(second.views, *points)
    names = session.reader().personal
    told = [_told(difference, names) for difference in found]
    rows = [difference_shown(difference) for difference in told]
    silent = None
    after = [f"From: {context_line(first.context)}"]
    if everything:
        silent = [DecisionRef(*name) for name in without_net_effect(second.views, found, *points)]
        after[:0] = [f'Without net effect: "{one.reference}" of {one.authority}.' for one in silent]
    table = [_row(difference) for difference in told]
    payload = DifferencesShown(first.context, rows, silent)
    answer = Answer(payload, rows, table, context=second.context, empty="Nothing is different.", after=after)
    emit(answer, form)


def _told(one: Difference, names: Names) -> Difference:
    """Return a difference with the texts that are kept; of an office, as recorded."""
    before, after = told({one.attribute: [one.before, one.after]}, names)[one.attribute]
    return one._replace(before=before, after=after)


def _point(session: Session, text: str) -> Asked:
    day, at, known = text.partition("@")
    return asked(session, day or None, known if at else None)


def _row(one: Difference) -> dict[str, Any]:
    return {
        "what": difference_text(one),
        "cause": one.cause,
        "late_days": days_of(one.late_days),
        "retroactive_days": one.retroactive_days,
        "decisions": ", ".join(decision.reference for decision in one.decisions),
    }


COMMANDS = {"diff": diff}
