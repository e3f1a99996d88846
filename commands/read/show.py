"""`show`: the structure on a day as known at a moment, or one thing in it."""

from __future__ import annotations

from typing import Any

import click

from commands.read.point import Asked, asked
from commands.session import Session
from commands.terminal.options import reading
from commands.terminal.outline import outline, outline_of_thing
from commands.terminal.output import Answer, emit
from ledger.state.structure import Structure
from projections.answers.ended import ended, ended_fields
from projections.answers.structure import one_thing, shown, thing_fields
from projections.answers.why import not_there
from projections.differences.lives import lives_of, told_in_words
from projections.withheld import Names, told


@click.command("show", short_help="Show the structure, or one thing.")
@click.argument("id_", required=False, metavar="[ID]")
@reading
@click.pass_obj
def show(session: Session, id_: str | None, effective: str | None, known: str | None, form: str | None) -> None:
    """Show the structure: clusters with their segments, missions, mandates, leaders and expertise; or one thing.

    Of one thing, each of its lives that began by then is told, also where it has ended since.
    Names of office-holders are shown where the ledger still keeps them.
    """
    question = asked(session, effective, known)
    names = session.ledger(read_only=True).personal
    structure = question.views.structure(question.day, question.known.position)
    payload: dict[str, Any]
    if id_ is None:
        payload = told(shown(structure, names), names)
        rows = [{"kind": one.kind, **told(thing_fields(one, names), names)} for one in structure.possible.values()]
        text = outline(payload)
    else:
        payload = told(one_thing(structure, id_, names) or _ended(question, structure, id_, names), names)
        lives = lives_of(question.views, id_, question.day, question.known.position)
        payload["lives"] = [life.fields() for life in lives]
        rows, text = [payload], outline_of_thing(payload, told_in_words(lives))
    emit(Answer(payload, rows, text=text, context=question.context), form)


def _ended(question: Asked, structure: Structure, id_: str, names: Names) -> dict[str, Any]:
    """Return a thing that has ended as it last was; raises `InputError` for one that never lived by then."""
    found = ended(question.views, id_, question.day, question.known.position)
    if found is None:
        raise not_there(question.views, structure, id_, question.known.position)
    return ended_fields(question.views, found, question.known.position, names)


COMMANDS = {"show": show}
