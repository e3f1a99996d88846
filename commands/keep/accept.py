"""`accept`: go on with a ledger that is not the one that was last seen, for a reason that is kept."""

from __future__ import annotations

import click

from commands.session import Session
from commands.terminal.text import one_line
from ledger.application.reader import opened_reader
from ledger.application.seen.file import folder_of_state
from ledger.application.seen.last import Look

REASON_CHARS = 2_000


@click.command("accept", short_help="Go on with a ledger that is not the one last seen, and say why.")
@click.option("--because", required=True, metavar="REASON", help="Why this is the true ledger; kept in your folder.")
@click.pass_obj
def accept(session: Session, because: str) -> None:
    """Take a ledger for the true one that does not hold what you last saw, such as one restored from a copy.

    Every command refuses it until then, with exit code 3. It is accepted for you alone: nothing in the ledger changes.
    `doctor` lists what was accepted, with both sizes, roots and times and the reason.
    """
    reason = one_line(because).strip()
    if not 0 < len(reason) <= REASON_CHARS:
        said = f"Give the reason in words, {REASON_CHARS:,} characters at most."
        raise click.UsageError(said, click.get_current_context())
    with opened_reader(session.location) as ledger:
        look = Look(ledger, folder_of_state())
        found = look.divergence()
        if found is not None:
            look.accept(found, reason)
    if found is None:
        click.echo("There is nothing to accept: this ledger holds all that was seen of it before.")
    else:
        click.echo(one_line(f"Accepted: {found.now.said}, in place of {found.before.said}."))


COMMANDS = {"accept": accept}
