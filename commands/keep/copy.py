"""`copy`: the ledger at another place, between files and servers, or as a trial to try things on."""

from __future__ import annotations

from typing import NamedTuple

import click

from commands.servers import address_given
from commands.session import Session
from commands.terminal.options import format_option
from commands.terminal.output import Answer, emit
from commands.terminal.progress import bar
from commands.terminal.streams import say
from ledger.application.copying.moving import LedgerCopied, copy_ledger
from ledger.application.copying.trials import copy_as_trial
from ledger.application.reader import opened_reader
from ledger.errors import LedgerError
from ledger.plurals import counted


class CopyMade(NamedTuple):
    """A copy: of which ledger, where it lies, whose it is, its size and root, and how much of it was there before."""

    ledger: str
    copy: str
    trial: bool
    with_personal: bool
    government: str
    origin: str
    ledger_id: str
    tree_size: int
    root: str
    already_there: int


@click.command("copy", short_help="Copy the ledger to a file or a server, while others record too; or make a trial.")
@click.argument("places", metavar="[FROM] TO", nargs=-1, required=True)
@click.option("--as-trial", "trial", is_flag=True, help="Make a ledger of its own, called TRIAL, to try things on.")
@click.option("--with-personal", is_flag=True, help="Take personal texts into a trial too; a plain copy has them.")
@format_option
@click.pass_obj
def copy(session: Session, places: tuple[str, ...], trial: bool, with_personal: bool, form: str | None) -> None:
    """Copy the ledger, or FROM, to TO: a file, or an address on a server. FROM and TO may each be either.

    A plain copy is the same ledger at one moment, whoever records meanwhile, held to its size and root. Where TO is an
    earlier copy, or one that was stopped, only what it lacks is copied; where it is no beginning of FROM, nothing is. A
    trial has an id of its own and the name "TRIAL of NAME", which every answer shows: what is recorded into it is no
    fork.
    """
    if with_personal and not trial:
        raise click.UsageError("A plain copy has all personal texts. Give --with-personal with --as-trial alone.")
    to = _placed(session, places)
    size = session.reader().head().position
    with bar(0, size, "Copying") as moved:
        if trial:
            made = copy_as_trial(session.location, to, with_personal=with_personal, progress=moved)
        else:
            made = copy_ledger(
                session.location,
                to,
                progress=moved,
                wait_seconds=session.wait_seconds,
                told=session.waiting,
                begun=lambda: _say_what_stands(session, to),
            )
    session.made = f'The copy "{to}" is made, and stands.'
    see(session, to)
    emit(_answer(session.location, to, made, trial=trial, with_personal=with_personal or not trial), form)
    if form is None:
        say(f'To check all of it: cluster-ledger --ledger "{to}" verify --size {made.size} --root {made.root}')


def _say_what_stands(session: Session, to: str) -> None:
    """Have whoever stops it told that what stands is of use."""
    session.stopped = f'What stands at "{to}" is a beginning of the ledger: the same command goes on from it.'


def _placed(session: Session, places: tuple[str, ...]) -> str:
    """Return where to copy to; where two places are given, the first is the ledger of this run."""
    *source, to = places
    if len(source) > 1 or (source and session.location_flag is not None):
        raise click.UsageError("Give FROM and TO, or --ledger FROM and TO alone.")
    if source:
        session.location_flag = source[0]
    return address_given(to, on_command_line=True) if "://" in to else to


def see(session: Session, to: str) -> None:
    """Keep what the copy is; where another ledger was seen in its place before, say so."""
    session.watch.looks_only = True
    try:
        with opened_reader(to) as made:
            session.watch.see(made)
    except LedgerError as error:
        say(str(error))


def _answer(location: str, to: str, made: LedgerCopied, *, trial: bool, with_personal: bool) -> Answer:
    whose = made.government
    named = (whose.name, whose.origin, whose.ledger_id, made.size, made.root, made.before)
    payload = CopyMade(location, to, trial, with_personal, *named)
    what = "a trial, which is a ledger of its own" if trial else "the same ledger, at one moment"
    personal = "with what opens personal texts" if with_personal else "without what opens personal texts"
    lines = [f"Copied: {to}: {what}, {personal}."]
    lines += [f"  of          {location}", f"  government  {whose.name}", f"  origin      {whose.origin}"]
    lines += [f"  ledger id   {whose.ledger_id}", f"  size        {made.size}", f"  root        {made.root}"]
    if made.before:
        added = made.size - made.before
        lines.append(f"  copied now  {counted(added, 'event')} after the {made.before} that were there")
    return Answer(payload, [payload], text="\n".join(lines) + "\n")


COMMANDS = {"copy": copy}
