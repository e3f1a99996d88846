"""`init`: make a ledger for a government."""

from __future__ import annotations

from typing import NamedTuple

import click

from commands.configuration import keep, keepable
from commands.session import Session
from commands.terminal.options import format_option, recorder_option
from commands.terminal.output import Answer, emit
from commands.terminal.streams import say


class LedgerMade(NamedTuple):
    """A ledger that was made: where it lies, what stands in its first event, and its size and root."""

    ledger: str
    government: str
    origin: str
    timezone: str
    ledger_id: str
    tree_size: int
    root: str


@click.command("init", short_help="Make a ledger for a government.")
@click.option("--government", required=True, metavar="NAME", help="The government's name.")
@click.option(
    "--origin", metavar="NAME", help="Names the ledger's keys for ever, such as example.gov/ledger. Default: its id."
)
@click.option("--timezone", metavar="ZONE", help="Where its days begin, such as Europe/London. Default: UTC.")
@recorder_option
@format_option
@click.pass_obj
def init(
    session: Session, government: str, origin: str | None, timezone: str | None, recorder: str | None, form: str | None
) -> None:
    """Make a ledger for a government. An existing file is never touched.

    Name, origin and time zone stand in the first event, with a random ledger id, and are not changed later.
    """
    from ledger.application import Ledger

    session.recorder_flag = recorder
    zone = timezone or session.configuration.timezone or "UTC"
    office = session.recorder
    if recorder:
        keepable(session.location)
    with Ledger.create(
        session.location, government=government, origin=origin, timezone=zone, recorder=office
    ) as ledger:
        session.made = f'The ledger "{session.location}" is made, and stands.'
        known, made = ledger.known(), ledger.government
    if recorder:
        keep(session.location, office.id)
    payload = LedgerMade(
        session.location, made.name, made.origin, made.timezone, made.ledger_id, known.size, known.root
    )
    text = "".join(f"{name.replace('_', ' '):<12}{value}\n" for name, value in payload._asdict().items())
    emit(Answer(payload, [payload], text=text), form)
    if form is None:
        say(f"Next: cluster-ledger --ledger {session.location} plan FILE, with a decision in it.")


COMMANDS = {"init": init}
