"""`history` and `why`: how a thing came to be as it is."""

from __future__ import annotations

from typing import Any

import click

from commands.asked import asked
from commands.options import format_option, known_option, reading
from commands.output import Answer, emit
from commands.session import Session
from projections.history import history as history_of
from projections.why import why as why_of


@click.command("history", short_help="Show the timeline of one thing in both times.")
@click.argument("id_", metavar="ID")
@known_option
@format_option
@click.pass_obj
def history(session: Session, id_: str, known: str | None, form: str | None) -> None:
    """Show every event about a thing by effective day, each correction after what it corrects.

    An event reads as it now stands; where it was recorded otherwise, that is said too.
    """
    question = asked(session, None, known)
    entries = history_of(question.views, id_, question.known.position)
    rows = [
        {
            "effective": entry["effective"],
            "recorded_at": entry["recorded_at"][:19] + "Z",
            "event": f"p{entry['position']}",
            "decision": entry["decision"]["reference"],
            "status": entry["status"],
            "what": entry["says"] + (f" (As recorded: {entry['said']})" if entry["said"] else ""),
        }
        for entry in entries
    ]
    context = {**question.context, "effective": None}  # the timeline is of all days
    emit(Answer({"id": id_, "entries": entries}, entries, table=rows, context=context), form)


@click.command("why", short_help="Show which event and decision set each attribute of a thing.")
@click.argument("id_", metavar="ID")
@reading
@click.pass_obj
def why(session: Session, id_: str, effective: str | None, known: str | None, form: str | None) -> None:
    """Show each attribute of a thing, and which event and decision set it to what it is."""
    question = asked(session, effective, known)
    found = why_of(question.views, id_, question.day, question.known.position)
    rows = [_row(one) for one in found]
    emit(Answer({"id": id_, "attributes": found}, found, table=rows, context=question.context), form)


def _row(one: dict[str, Any]) -> dict[str, Any]:
    decision = one["decision"]
    return {
        "attribute": one["name"],
        "value": one["value"],
        "since": one["since"],
        "set_by": ", ".join([one["event"], *one["because_of"]]),
        "decision": decision["reference"],
        "authority": decision["authority"],
        "rationale": decision["rationale"],
    }


COMMANDS = {"history": history, "why": why}
