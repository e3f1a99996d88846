"""`history` and `why`: how a thing came to be as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

import click

from commands.read.decision import decision_named
from commands.read.decision import history_of as history_of_decision
from commands.read.point import asked
from commands.session import Session
from commands.terminal.completion import things_or_decisions
from commands.terminal.moments import DATE
from commands.terminal.options import format_option, known_option, whose_option
from commands.terminal.output import Answer, emit
from commands.terminal.tree import lineage_lines
from commands.terminal.values import days_of, to_the_second
from ledger.errors import InputError
from ledger.timeline import first_day_of
from projections.answers.history import Order, TimelineEntry
from projections.answers.history import history as history_of
from projections.answers.lineage import Descent
from projections.answers.lineage import lineage as lineage_of
from projections.views.context import of_all_days
from projections.withheld import told


class Timeline(NamedTuple):
    """What `history` answers: what is known of a thing, and its lineage where that was asked for."""

    id: str
    entries: list[TimelineEntry]
    lineage: Descent | None = None


@click.command("history", short_help="Show the timeline of one thing in both times.")
@click.argument("id_", metavar="ID|REFERENCE", shell_complete=things_or_decisions())
@whose_option
@click.option("--lineage", is_flag=True, help="Show too where it came from and what became of it.")
@click.option(
    "--order",
    type=click.Choice(["effective", "recorded"]),
    default="effective",
    show_default=True,
    help="Sort by the day of effect, or as it was recorded.",
)
@click.option("--effective", type=DATE, help="Only what was to take effect by this day. Default: all.")
@known_option
@format_option
@click.pass_obj
def history(
    session: Session,
    id_: str,
    authority: str | None,
    lineage: bool,
    order: Order,
    effective: str | None,
    known: str | None,
    form: str | None,
) -> None:
    """Show every event about a thing, standing or fallen, each correction after what it corrects.

    An event reads as it now stands; where it was recorded otherwise, that is said too. `late` counts the days from
    its decision (where that is not stated: from its effect) to its record, at the least; a minus says that it came in
    advance. `learnt` counts those from a date that was put right to the record of its correction.
    """
    question = asked(session, effective, known)
    decision = None if authority is None else decision_named(session, id_, authority, question.known.position)
    if decision is not None:
        emit(replace(history_of_decision(decision), context=of_all_days(question.context)), form)
        return
    upto = None if effective is None else first_day_of(effective)
    names = session.reader().personal
    try:
        found = history_of(question.views, id_, question.known.position, effective=upto, order=order)
    except InputError:  # nothing of that name is known
        decision = decision_named(session, id_, None, question.known.position)
        if decision is None:
            raise
        emit(replace(history_of_decision(decision), context=of_all_days(question.context)), form)
        return
    entries = told(found, names)
    descent = lineage_of(question.views, id_, question.known.position) if lineage else None
    after = lineage_lines(descent) if descent is not None else ()
    context = question.context if effective else of_all_days(question.context)
    rows = [_entry(entry) for entry in entries]
    empty = f"Nothing was to take effect by {effective}."
    payload = Timeline(id_, entries, descent)
    emit(Answer(payload, entries, table=rows, context=context, empty=empty, after=after), form)


def _entry(entry: TimelineEntry) -> Mapping[str, object]:
    return {
        "effective": entry.effective,
        "recorded_at": to_the_second(entry.recorded_at),
        "late": days_of(entry.late_days),
        "learnt": days_of(entry.learnt_days),
        "event": f"p{entry.position}",
        "decision": entry.decision.reference,
        "status": entry.status,
        "what": entry.says + _aside(entry),
    }


def _aside(entry: TimelineEntry) -> str:
    """Return what an event said before it was corrected, or what a correction replaced."""
    notes = [
        f"{one.event}: {one.field} {_quoted(one.after)} in place of {_quoted(one.before)}" for one in entry.replaced
    ]
    if entry.effective != entry.effective_as_recorded:
        notes.append(f"As recorded: effective {entry.effective_as_recorded}")
    if entry.said:
        notes.append(f"As recorded: {entry.said}")
    if entry.because_of:
        notes.append(f"see {', '.join(entry.because_of)}")
    return f" ({'; '.join(notes)})" if notes else ""


def _quoted(value: object) -> str:
    return "nothing" if value is None else f'"{value}"'


COMMANDS = {"history": history}
