"""`notices` and `rules`: what an auditor should look at, and every rule by name."""

from __future__ import annotations

import click

from commands.read.point import asked
from commands.session import Session
from commands.terminal.options import format_option, reading
from commands.terminal.output import Answer, emit
from ledger.rules.catalogue import RULES
from projections.answers.notices import SEVERITIES, flags, sourced

_AT_LEAST = {severity: SEVERITIES[: place + 1] for place, severity in enumerate(SEVERITIES)}


@click.command("notices", short_help="Show what an auditor should look at.")
@click.option("--severity", type=click.Choice(SEVERITIES), help="Only notices of this severity or a graver one.")
@reading
@click.pass_obj
def notices(session: Session, severity: str | None, effective: str | None, known: str | None, form: str | None) -> None:
    """Show all notices at one point of both times: what a rule expects, what is so, and which decision is behind it."""
    question = asked(session, effective, known)
    found = flags(question.views, question.day, question.known.position)
    kept = (notice for notice in found if severity is None or notice.severity in _AT_LEAST[severity])
    rows = sourced(question.views, kept)
    table = (
        {"severity": row.severity, "rule": row.rule, "id": row.id, "decision": row.decision, "found": row.found}
        for row in rows
    )
    emit(Answer({"notices": rows}, rows, table, context=question.context, empty="No notice."), form)


@click.command("rules", short_help="List every rule.")
@format_option
def rules(form: str | None) -> None:
    """List every rule: what is refused, what needs acceptance by name, what is flagged at any time."""
    rows = [rule._asdict() for rule in RULES]
    table = [{name: row[name] for name in ("name", "kind", "line")} for row in rows]
    emit(Answer({"rules": rows}, rows, table), form)


COMMANDS = {"notices": notices, "rules": rules}
