"""`overrides`: every rule that a decision went against by name, with its reason."""

from __future__ import annotations

import click

from commands.audit.window import audit_window, reference_of
from commands.read.point import asked
from commands.session import Session
from commands.terminal.completion import ids, rules
from commands.terminal.options import format_option, known_option
from commands.terminal.output import Answer, emit
from commands.terminal.values import to_the_second
from ledger.plurals import counted
from projections.audit.overrides import overrides as overrides_of
from projections.audit.window import AuditWindow
from projections.views.context import of_all_days


@click.command("overrides", short_help="Show every rule that a decision went against, and why.")
@click.option(
    "--rule", metavar="RULE", shell_complete=rules(acceptable=True), help="Overrides of this rule. `rules` lists all."
)
@click.option("--thing", metavar="ID", shell_complete=ids(), help="Overrides for this thing.")
@audit_window
@known_option
@format_option
@click.pass_obj
def overrides(
    session: Session,
    /,
    rule: str | None,
    thing: str | None,
    known: str | None,
    form: str | None,
    **given: str | None,
) -> None:
    """Show every override: a rule that a decision went against by name, for which thing, and the reason that it gives.

    They stand as they were recorded, in the order of the record. The options narrow them down together.
    """
    question = asked(session, None, known)
    window = AuditWindow(**given)
    found = list(overrides_of(question.views, question.known.position, window, rule, thing))
    rows = [
        {
            "rule": one.rule,
            "thing": one.thing,
            "reason": one.reason,
            "decision": reference_of(one.decision, stands=one.stands),
            "authority": one.decision.authority,
            "recorded_at": to_the_second(one.recorded_at),
        }
        for one in found
    ]
    context = of_all_days(question.context)
    after = [f"{counted(len(found), 'override')}."] if found else []
    empty = "No decision went against a rule."
    emit(Answer({"overrides": found}, found, rows, context=context, empty=empty, after=after), form)


COMMANDS = {"overrides": overrides}
