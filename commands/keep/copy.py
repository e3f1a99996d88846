"""`copy`: the ledger at another place, whole and at one moment, or as a trial to try things on."""

from __future__ import annotations

from typing import NamedTuple

import click

from commands.session import Session
from commands.terminal.options import format_option
from commands.terminal.output import Answer, emit
from commands.terminal.progress import bar
from commands.terminal.streams import say
from ledger.application.copying.copies import LedgerCopied, copy_as_trial, copy_ledger
from ledger.application.reader import opened_reader
from ledger.errors import LedgerError


class CopyMade(NamedTuple):
    """A copy that was made: of which ledger, where it lies, whose it is, and its size and root."""

    ledger: str
    copy: str
    trial: bool
    with_personal: bool
    government: str
    origin: str
    ledger_id: str
    tree_size: int
    root: str


@click.command("copy", short_help="Copy the ledger, while others record too; or make a trial of it.")
@click.argument("to", metavar="TO")
@click.option("--as-trial", "trial", is_flag=True, help="Make a ledger of its own, called TRIAL, to try things on.")
@click.option("--with-personal", is_flag=True, help="Take personal texts into a trial too; a plain copy has them.")
@format_option
@click.pass_obj
def copy(session: Session, to: str, trial: bool, with_personal: bool, form: str | None) -> None:
    """Copy the ledger to TO, where nothing may stand. The copy is there whole or not at all.

    A plain copy is the same ledger at one moment, whoever records meanwhile, held to its size and root. A trial has an
    id of its own and the name "TRIAL of NAME", which every answer shows: what is recorded into it is no fork.
    """
    if with_personal and not trial:
        raise click.UsageError("A plain copy has all personal texts. Give --with-personal with --as-trial alone.")
    size = session.reader().head().position
    if trial:
        with bar(0, size, "Copying") as moved:
            made = copy_as_trial(session.location, to, with_personal=with_personal, progress=moved)
    else:
        made = copy_ledger(session.location, to)
    session.made = f'The copy "{to}" is made, and stands.'
    _see(session, to)
    emit(_answer(session.location, to, made, trial=trial, with_personal=with_personal or not trial), form)
    if form is None:
        say(f"To check all of it: cluster-ledger --ledger {to} verify --size {made.size} --root {made.root}")


def _see(session: Session, to: str) -> None:
    """Keep what the copy is; where another ledger was seen in its place before, say so."""
    session.watch.looks_only = True
    try:
        with opened_reader(to) as made:
            session.watch.see(made)
    except LedgerError as error:
        say(str(error))


def _answer(location: str, to: str, made: LedgerCopied, *, trial: bool, with_personal: bool) -> Answer:
    whose = made.government
    payload = CopyMade(
        location, to, trial, with_personal, whose.name, whose.origin, whose.ledger_id, made.size, made.root
    )
    what = "a trial, which is a ledger of its own" if trial else "the same ledger, at one moment"
    personal = "with what opens personal texts" if with_personal else "without what opens personal texts"
    lines = [f"Copied: {to}: {what}, {personal}."]
    lines += [f"  of          {location}", f"  government  {whose.name}", f"  origin      {whose.origin}"]
    lines += [f"  ledger id   {whose.ledger_id}", f"  size        {made.size}", f"  root        {made.root}"]
    return Answer(payload, [payload], text="\n".join(lines) + "\n")


COMMANDS = {"copy": copy}
