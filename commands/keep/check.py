"""`check`: which of the facts that officials asserted still hold."""

from __future__ import annotations

from collections.abc import Iterator

import click

from commands.failures import FOUND, UNPROVEN
from commands.session import Session
from commands.terminal.options import format_option, known_option
from commands.terminal.output import Answer, emit
from commands.terminal.text import one_line
from ledger.timeline import FOREVER
from projections.answers.assertions import Checked, checked
from projections.views.context import context, of_all_days

_WORDS = {True: "holds", False: "DOES NOT HOLD", None: "CANNOT BE SAID"}


@click.command("check", short_help="Tell which of the facts that were asserted still hold.")
@click.option(
    "--strict",
    is_flag=True,
    help="Leave with exit code 3 if one does not hold, else with 4 if of one it cannot be said.",
)
@known_option
@format_option
@click.pass_obj
def check(session: Session, strict: bool, known: str | None, form: str | None) -> int:
    """Ask every assertion that stands whether it holds: on its own day, by what is known (or was, at --known).

    Each was so when it was recorded. What was recorded since, late or as a correction, may say otherwise. Of what rests
    on something that may have ended by that day, it cannot be said.
    """
    views = session.views()
    asked = views.ledger.known(known)
    assertions = checked(views, asked.position)
    broken, unsaid = (sum(one.holds is so for one in assertions) for so in (False, None))
    text = "".join(f"{one_line(line)}\n" for one in assertions for line in _lines(one)) or "Nothing was asserted.\n"
    so = f"{len(assertions) - broken - unsaid} of {len(assertions)} hold"
    after = [f"{so}; of {unsaid} it cannot be said." if unsaid else f"{so}."] if assertions else []
    rows = [one.shown for one in assertions]
    place = of_all_days(context(views, FOREVER - 1, asked))  # each has a day of its own
    emit(Answer({"assertions": rows}, rows, text=text, context=place, after=after), form)
    return (FOUND if broken else UNPROVEN if unsaid else 0) if strict else 0


def _lines(one: Checked) -> Iterator[str]:
    """Yield one assertion for people; what is so, and since when, only where it does not hold."""
    event = one.recorded.event
    said = one.said.claim_on(one.effective)
    yield f'{_WORDS[one.holds]}: {said} ({event.id}, decision "{event.decision.reference}")'
    if not one.holds:
        yield f"  {one.found}"
    if one.since is not None:
        since = one.since
        by = f", by {since.event}" if since.event else ""
        decision = f'decision "{since.reference}" of {since.authority}'
        yield f"  It held until {decision}, p{since.position}, {since.recorded_at}{by}."


COMMANDS = {"check": check}
