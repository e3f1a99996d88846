"""`token`: the tokens by which `serve` knows auditors and recorders."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import click

from commands.failures import Guarded
from commands.main import LINES
from commands.session import Session
from commands.terminal.moments import DATE
from commands.terminal.options import format_option
from commands.terminal.output import Answer, emit
from commands.terminal.streams import say

if TYPE_CHECKING:
    from commands.keep.tokens.kept import Token, TokenFile, TokenRole

file_option = click.option(
    "--tokens", "file", metavar="FILE", help="The file of tokens. Default: one a ledger, in your folder of states."
)


class TokenShown(NamedTuple):
    """A token as it is listed: `state` is taken, ended or withdrawn."""

    number: int
    role: str
    name: str
    made: str
    until: str | None
    state: str


@click.command("make", short_help="Make a token, and print it once.")
@click.option("--role", required=True, type=click.Choice(["auditor", "recorder"]), help="What it lets its holder do.")
@click.option("--name", required=True, metavar="OFFICE", help="Who holds it: an office, not a person.")
@click.option("--until", type=DATE, help="The last day on which it is taken. Default: until it is withdrawn.")
@file_option
@format_option
@click.pass_obj
def make(session: Session, role: str, name: str, until: str | None, file: str | None, form: str | None) -> None:
    """Make a token, and print it once: only its SHA-256 is kept, so nobody can show it again.

    An auditor sees all that is kept, names of persons too. A recorder may record as well, where `serve --record` runs.
    """
    from datetime import date

    from commands.keep.tokens.kept import NAME_MAX
    from ledger import clock
    from ledger.application.moments import end_of_day
    from ledger.errors import InputError, harmless

    if not name.strip() or len(name) > NAME_MAX or not name.isprintable():
        raise InputError(f'"{harmless(name)}" names no office. Write 1 to {NAME_MAX} characters on one line.')
    ends = None if until is None else end_of_day(date.fromisoformat(until), session.reader().government.timezone)
    made = tokens_file(session, file).make(cast("TokenRole", role), name, ends, clock.now())
    emit(Answer(made, [made._asdict()], text=f"{made.token}\n"), form)
    if form is None:
        say(f"Token {made.number}, for the {role} {harmless(name)}. Give it away by a way that nobody else reads.")


@click.command("list", short_help="List the tokens that were made.")
@file_option
@format_option
@click.pass_obj
def listed(session: Session, file: str | None, form: str | None) -> None:
    """List the tokens that were made, oldest first, and whether each is taken still. No token is shown."""
    shown = [_shown(one) for one in tokens_file(session, file).read().tokens]
    rows: list[dict[str, Any]] = [one._asdict() for one in shown]
    emit(Answer({"tokens": shown}, rows), form)


@click.command("withdraw", short_help="Withdraw a token.")
@click.argument("number", type=click.IntRange(1))
@file_option
@format_option
@click.pass_obj
def withdraw(session: Session, number: int, file: str | None, form: str | None) -> None:
    """Withdraw the token of a NUMBER that `token list` shows. A server that runs takes it no longer, at once."""
    from ledger import clock

    shown = _shown(tokens_file(session, file).withdraw(number, clock.now()))
    emit(Answer(shown, [shown._asdict()]), form)


def tokens_file(session: Session, file: str | None) -> TokenFile:
    """Return the file of tokens that is named, else that of the ledger."""
    from commands.keep.tokens.kept import TokenFile, tokens_of

    return TokenFile(tokens_of(session.reader().government.ledger_id) if file is None else Path(file))


def _shown(token: Token) -> TokenShown:
    from ledger import clock

    state = "withdrawn" if token.withdrawn is not None else "taken" if token.counts(clock.now()) else "ended"
    return TokenShown(token.number, token.role, token.name, token.made, token.until, state)


def _group() -> click.Group:
    group = Guarded("token", help=LINES["token"][1])
    for command in (make, listed, withdraw):
        group.add_command(command)
    return group


COMMANDS = {"token": _group()}
