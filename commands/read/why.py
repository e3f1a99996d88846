"""`why`: which event and decision set each attribute of a thing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from commands.read.point import AskedOfRows, answered, referred_to
from commands.session import Session
from commands.terminal.completion import things_or_decisions
from commands.terminal.options import reading, whose_option
from commands.terminal.output import Answer, emit
from commands.terminal.values import dated
from ledger.errors import InputError
from projections.answers.sourced import SourcedAttribute, sourced_as_recorded
from projections.differences.lives import lives_of, told_in_words
from projections.differences.sentences import keyed
from projections.withheld import WITHHELD, told


@click.command("why", short_help="Show which event and decision set each attribute of a thing.")
@click.argument("id_", metavar="ID|REFERENCE", shell_complete=things_or_decisions())
@whose_option
@reading
@click.pass_obj
def why(
    session: Session, id_: str, authority: str | None, effective: str | None, known: str | None, form: str | None
) -> None:
    """Show each attribute of a thing, and which event and decision set it to what it is; or one decision.

    The decision is shown with what was later corrected of it. An attribute that was set by an event which was
    itself corrected names the correction too.
    """

    def answer(question: AskedOfRows) -> Answer:
        decision = None if authority is None else referred_to(session, question, id_, authority)
        return decision or _answer(session, question, id_)

    emit(answered(session, effective, known, answer), form)


def _answer(session: Session, question: AskedOfRows, id_: str) -> Answer:
    names, known = session.reader().personal, question.known.position
    found = sourced_as_recorded(question.views, id_, question.day, known, names)
    if found is None:
        from projections.answers.why import why as why_of

        try:
            found = why_of(session.views(), id_, question.day, known, names)
        except InputError:  # no thing of that name lives, or did by then
            decision = referred_to(session, question, id_)
            if decision is None:
                raise
            return decision
    lives, attributes = lives_of(question.views, id_, question.day, known), told(found, names)
    payload = {"id": id_, "lives": [life.shown for life in lives], "attributes": attributes}
    return Answer(payload, attributes, table=[_attribute(one) for one in attributes], after=told_in_words(lives))


def _attribute(one: SourcedAttribute) -> Mapping[str, object]:
    grounds = one.decision.grounds
    return {
        "attribute": keyed(one.name),
        "value": _holder(one.value) if one.name.startswith("leaders:") else one.value,
        "since": dated(one.since),
        "set_by": ", ".join([one.event, *one.because_of]),
        "decision": grounds.reference,
        "authority": grounds.authority,
        "legal_basis": grounds.legal_basis,
        "rationale": grounds.rationale,
    }


def _holder(value: dict[str, Any]) -> str:
    """Return who holds an office, as far as that is kept."""
    return value.get("holder") or (WITHHELD if "commitment" in value else "filled")


COMMANDS = {"why": why}
