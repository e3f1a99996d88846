"""`show`: the structure on a day as known at a moment, or one thing in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import click

from commands.read.point import AskedOfRows, answered, referred_to
from commands.session import Session
from commands.terminal.completion import things_or_decisions
from commands.terminal.options import reading, whose_option
from commands.terminal.outline import outline, outline_of_thing
from commands.terminal.output import Answer, emit
from ledger.plurals import counted
from ledger.timeline import iso
from projections.answers.structure import OneThing, one_thing, shown
from projections.answers.surroundings import not_there, surroundings
from projections.answers.thing import ThingShown, thing_shown
from projections.differences.lives import LifeShown, lives_of, told_in_words
from projections.fields import INLINE
from projections.views.queries.spans import next_beginnings
from projections.withheld import Names, told


@dataclass(frozen=True)
class _Line:
    """A thing on one line of JSONL or CSV; a kind that it states of itself stands in the place of its own."""

    kind: str
    thing: ThingShown = field(metadata=INLINE)


@dataclass(frozen=True)
class ThingWithLives:
    """A thing, and each of its lives that began by then."""

    thing: OneThing = field(metadata=INLINE)
    lives: Sequence[LifeShown]


@click.command("show", short_help="Show the structure, or one thing.")
@click.argument("id_", required=False, metavar="[ID|REFERENCE]", shell_complete=things_or_decisions())
@whose_option
@reading
@click.pass_obj
def show(
    session: Session,
    id_: str | None,
    authority: str | None,
    effective: str | None,
    known: str | None,
    form: str | None,
) -> None:
    """Show the structure: clusters with their segments, missions, mandates, leaders and expertise; or one thing.

    By a reference: the decision, who took it, by what power and why, its documents, what it changed and overrode, and
    what became of it.

    Of one thing, each of its lives that began by then is told, also where it has ended since.
    Names of office-holders are shown where the ledger still keeps them.
    """
    names = session.reader().personal

    def answer(question: AskedOfRows) -> Answer:
        if id_ is None:
            return _everything(question, names)
        decision = None if authority is None else referred_to(session, question, id_, authority)
        return decision or _thing(session, question, id_, names)

    emit(answered(session, effective, known, answer), form)


def _everything(question: AskedOfRows, names: Names) -> Answer:
    structure = question.views.structure(question.day, question.known.position)
    everything = told(shown(structure, names), names)
    rows = [_Line(one.kind, told(thing_shown(one, names), names)) for one in structure.possible.values()]
    return Answer(everything, rows, text=outline(everything) or _nothing_yet(question))


def _nothing_yet(question: AskedOfRows) -> str:
    """Return why nothing is live: nothing was recorded yet, or what is known begins later."""
    ledger, known = question.views.ledger, question.known.position
    decided = next(iter(ledger.rows(1, 2)), None)  # after what opens the ledger
    if decided is not None and known < decided.position:
        return f"No decision had been recorded then; the first record is of {decided.recorded_at[:10]}.\n"
    later = next_beginnings(question.views.file, question.day, known)
    if later is None:
        return "Nothing is live.\n"
    day, counts = later
    begin = ", ".join(counted(number, kind) for kind, number in counts.items())
    return f"Nothing is live yet. On {iso(day)} begin: {begin}.\n"


def _thing(session: Session, question: AskedOfRows, id_: str, names: Names) -> Answer:
    structure = surroundings(question.views, id_, question.day, question.known.position)
    found = one_thing(structure, id_, names) or _ended(session, question, id_, names)
    if found is None:
        decision = referred_to(session, question, id_)
        if decision is None:
            raise not_there(question.views, question.day, id_, question.known.position)
        return decision
    thing = told(found, names)
    lives = lives_of(question.views, id_, question.day, question.known.position)
    payload = ThingWithLives(thing, [life.shown for life in lives])
    return Answer(payload, [payload], text=outline_of_thing(thing, told_in_words(lives)))


def _ended(session: Session, question: AskedOfRows, id_: str, names: Names) -> OneThing | None:
    """Return a thing that has ended as it last was; None for one that never lived by then."""
    from projections.answers.ended import as_it_ended, ended

    known = question.known.position
    past = ended(session.views(), id_, question.day, known)
    return None if past is None else as_it_ended(session.views(), past, known, names)


COMMANDS = {"show": show}
