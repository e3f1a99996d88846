"""`notices` and `rules`: what an auditor should look at, and every rule by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import click

from commands.read.point import asked
from commands.session import Session
from commands.terminal.completion import authorities, ids
from commands.terminal.completion import rules as rules_of
from commands.terminal.options import format_option, reading
from commands.terminal.output import Answer, emit
from ledger.errors import UnknownName
from ledger.plurals import counted
from ledger.rules.catalogue import RULES
from ledger.rules.notice import Notice
from projections.answers.notices import SEVERITIES, flags, of_authority, sourced
from projections.views.spool import Spool

_AT_LEAST = {severity: SEVERITIES[: place + 1] for place, severity in enumerate(SEVERITIES)}


@click.command("notices", short_help="Show what an auditor should look at.")
@click.option("--severity", type=click.Choice(SEVERITIES), help="Only notices of this severity or a graver one.")
@click.option("--rule", metavar="RULE", shell_complete=rules_of(), help="Notices of this rule. `rules` lists all.")
@click.option("--thing", metavar="ID", shell_complete=ids(), help="Notices about this thing, or a part of it.")
@click.option(
    "--authority", metavar="OFFICE", shell_complete=authorities(), help="Notices of what this authority decided."
)
@reading
@click.pass_obj
def notices(
    session: Session,
    severity: str | None,
    rule: str | None,
    thing: str | None,
    authority: str | None,
    effective: str | None,
    known: str | None,
    form: str | None,
) -> None:
    """Show all notices at one point of both times: what a rule expects, what is so, and which decision is behind it.

    The options narrow them down together. Below them stands how many there are of each rule, of those that are shown.
    """
    if rule is not None and rule not in (names := [one.name for one in RULES]):
        raise UnknownName("rule", rule, names)
    question = asked(session, effective, known)
    counts = Counter[tuple[str, str]]()
    kept = Spool[tuple[Any, ...]]()
    found: Iterable[Notice] = flags(question.views, question.day, question.known.position)
    found = (notice for notice in found if _is_asked(notice, severity, rule, thing))
    for notice in found if authority is None else of_authority(question.views, found, authority):
        kept.add(tuple(notice))
        counts[notice.severity, notice.rule] += 1
    rows = sourced(question.views, map(Notice._make, kept))
    table = (
        {"severity": row.severity, "rule": row.rule, "id": row.id, "decision": row.decision, "found": row.found}
        for row in rows
    )
    after = list(_totals(counts))
    emit(Answer({"notices": rows}, rows, table, context=question.context, empty="No notice.", after=after), form)


def _is_asked(notice: Notice, severity: str | None, rule: str | None, thing: str | None) -> bool:
    return (
        (severity is None or notice.severity in _AT_LEAST[severity])
        and rule in (None, notice.rule)
        and (thing is None or notice.id == thing or notice.id.startswith(f"{thing}/"))
    )


def _totals(counts: Counter[tuple[str, str]]) -> Iterator[str]:
    """Yield how many notices there are, and of which rules, the gravest and then the most frequent first."""
    if counts:
        ordered = sorted(counts.items(), key=lambda one: (SEVERITIES.index(one[0][0]), -one[1], one[0][1]))
        of_rules = ", ".join(f"{count} {rule} ({severity})" for (severity, rule), count in ordered)
        total = counts.total()
        yield f"{counted(total, 'notice')}: {of_rules}."


@click.command("rules", short_help="List every rule.")
@format_option
def rules(form: str | None) -> None:
    """List every rule: what is refused, what needs acceptance by name, what is flagged at any time."""
    table = [{"name": rule.name, "kind": rule.kind, "line": rule.line} for rule in RULES]
    emit(Answer({"rules": RULES}, RULES, table), form)


COMMANDS = {"notices": notices, "rules": rules}
