"""`log`: the journal of events, newest last."""

from __future__ import annotations

from typing import Any

import click

from commands.read.point import asked
from commands.session import Session
from commands.terminal.completion import authorities, ids, references
from commands.terminal.moments import DATE, POSITION, WHEN
from commands.terminal.options import format_option, known_option
from commands.terminal.output import Answer, Row, emit
from commands.terminal.values import to_the_second
from projections.answers.journal import JournalEntry, JournalFilter, journal
from projections.views.context import of_all_days
from projections.withheld import told

LIMIT_MAX = 1_000_000_000


@click.command("log", short_help="Show the journal of events, newest last.")
@click.option("--thing", metavar="ID", shell_complete=ids(), help="Events that name this thing.")
@click.option("--type", "type_", metavar="TYPE", help="Such as cluster.retitled, cluster, or retitle-cluster.")
@click.option("--authority", metavar="OFFICE", shell_complete=authorities(), help="Decisions of this authority.")
@click.option("--reference", metavar="TEXT", shell_complete=references(), help="Decisions under this reference.")
@click.option("--recorded-from", type=WHEN, help="Recorded on or after this day or instant.")
@click.option("--recorded-to", type=WHEN, help="Recorded on or before this day or instant.")
@click.option("--effective-from", type=DATE, help="Taking effect on or after this date.")
@click.option("--effective-to", type=DATE, help="Taking effect on or before this date.")
@click.option("--search", metavar="TEXT", help="Words, each of which is in the event or its decision.")
@click.option("--after", type=POSITION, help="Only what was recorded after this position (p120).")
@click.option("--limit", type=click.IntRange(1, LIMIT_MAX), metavar="N", help="Only the first N of them.")
@known_option
@format_option
@click.pass_obj
def log(
    session: Session,
    /,
    known: str | None,
    form: str | None,
    type_: str | None,
    after: str | None,
    **given: Any,
) -> None:
    """Show the journal: every event as it was recorded, newest last. The options narrow it down together."""
    question = asked(session, None, known)
    names = session.reader().personal
    behind = None if after is None else int(after.removeprefix("p"))
    found = journal(question.views, JournalFilter(type=type_, after=behind, **given), question.known.position)
    events = (told(event, names) for event in found)
    rows = (_row(event) for event in events)
    context = of_all_days(question.context)
    emit(Answer({"events": events}, events, table=rows, context=context, empty="No event was found."), form)


def _row(event: JournalEntry) -> Row:
    return {
        "position": event.position,
        "event": event.id,
        "recorded_at": to_the_second(event.recorded_at),
        "effective": event.effective,
        "decision": event.name.reference,
        "summary": event.summary + _aside(event),
    }


def _aside(event: JournalEntry) -> str:
    return f" (see {', '.join(f'p{place}' for place in event.spoken_of)})" if event.spoken_of else ""


COMMANDS = {"log": log}
