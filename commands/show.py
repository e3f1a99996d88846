"""`show`: the structure on a day as known at a moment, or one thing in it."""

from __future__ import annotations

from typing import Any

import click

from commands.asked import asked
from commands.options import reading
from commands.outline import outline, outline_of_thing
from commands.output import Answer, emit
from commands.session import Session
from projections.structure import one_thing, shown, thing_fields
from projections.why import thing_on


@click.command("show", short_help="Show the structure, or one thing.")
@click.argument("id_", required=False, metavar="[ID]")
@reading
@click.pass_obj
def show(session: Session, id_: str | None, effective: str | None, known: str | None, form: str | None) -> None:
    """Show the structure: clusters with their segments, missions, mandates, leaders and expertise; or one thing.

    Names of office-holders are shown where the ledger still keeps them.
    """
    question = asked(session, effective, known)
    names = session.ledger(read_only=True).personal
    structure = question.views.structure(question.day, question.known.position)
    payload: dict[str, Any]
    if id_ is None:
        payload = shown(structure, names)
        rows = [{"kind": one.kind, **thing_fields(one, names)} for one in structure.possible.values()]
        text = outline(payload)
    else:
        thing_on(question.views, structure, id_, question.known.position)
        payload = one_thing(structure, id_, names) or {}
        rows, text = [payload], outline_of_thing(payload)
    emit(Answer(payload, rows, text=text, context=question.context), form)


COMMANDS = {"show": show}
