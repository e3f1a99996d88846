"""Failures as a person meets them: one sentence and an exit code, never a trace that nobody asked for.

0 done; 1 refused; 2 usage; 3 a check found something; 4 a check found nothing wrong, and did not prove all that it was
asked; 130 stopped with Ctrl-C, 143 by SIGTERM, 129 by SIGHUP; 141 the reader went away.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from typing import Any, NoReturn

import click

from commands import stopping
from commands.session import Session
from commands.stopping import Stopped
from commands.terminal.streams import AnswerLost, StreamFailed, say

_WHOLE = 10_000  # characters: no sentence of help is longer
REFUSED, USAGE, FOUND, UNPROVEN, READER_GONE = 1, 2, 3, 4, 141


class Guarded(click.Group):
    """A group whose `main` answers every failure of a command in words."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> NoReturn:
        """Run, and leave with an exit code; a command that returns a number leaves with that number."""
        session = extra.setdefault("obj", Session(debug=os.environ.get("CLUSTER_LEDGER_DEBUG", "") not in ("", "0")))
        try:
            stopping.let_in()
            try:
                # Never standalone, whatever is asked: failures are answered here.
                found = super().main(args, prog_name or "cluster-ledger", complete_var, False, **extra)
                code = found if isinstance(found, int) else 0
                if said := session.afterwards():
                    say(said)
                if code == 0 and not session.made and session.replaced:
                    code = FOUND
            except Exception as error:
                code = _said(error, session)
            session.stop.end()
        except KeyboardInterrupt as error:  # also of one who would not wait to be told what went wrong
            code = _said(error, session)
        finally:
            session.close()
        session.log.write(code, lambda: session.configuration.log_format, session.seen)
        sys.exit(code)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that is asked for; a name that is not known gets the nearest one proposed."""
        if args and not args[0].startswith("-") and args[0] not in self.list_commands(ctx):
            from ledger.errors import suggestion

            raise click.UsageError(f'No such command "{args[0]}".{suggestion(args[0], self.list_commands(ctx))}', ctx)
        name, command, rest = super().resolve_command(ctx, args)
        if name is not None and (session := ctx.find_object(Session)) is not None:
            session.log.words.append(name)
        return name, command, rest

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write each command with the whole first sentence of its help, which is folded and never cut."""
        listed = ((name, self.get_command(ctx, name)) for name in self.list_commands(ctx))
        lines = [(name, found.get_short_help_str(_WHOLE)) for name, found in listed if found and not found.hidden]
        if lines:
            with formatter.section("Commands"):
                formatter.write_dl(lines)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; it is done when what it printed went out."""
        try:
            found = super().invoke(ctx)
            sys.stdout.flush()
        except KeyboardInterrupt as error:  # of which click would make an empty line
            raise Stopped from error
        return found


def _said(error: BaseException, session: Session) -> int:
    """Say what went wrong on standard error; return the exit code."""
    from ledger.errors import LedgerDamaged, LedgerError, LedgerReplaced, NotRecorded, RecordingUncertain

    session.log.kind = type(error).__name__
    if session.debug and not isinstance(error, click.ClickException | click.Abort | Stopped | KeyboardInterrupt):
        traceback.print_exception(error)
    match error:
        case click.UsageError():
            _usage(error)
            return USAGE
        case click.ClickException():
            say(f"Error: {error.format_message()}")
        case click.Abort() | Stopped() | KeyboardInterrupt():
            if sys.stderr.isatty():
                click.echo(err=True)  # the terminal has shown ^C on the line
            say(f"Stopped. {session.standing()}")
            return session.stop.code
        case AnswerLost():
            return _lost(error, session)
        case StreamFailed():
            say(f"{error} {session.standing()}")
        case NotRecorded():
            say(error.said(session.made or session.standing()))
        case RecordingUncertain() if session.recorded:
            say(f"{error} {session.before()}")
        case LedgerReplaced():
            for line in str(error).splitlines():
                say(line)
            return FOUND
        case LedgerError():
            say(f"{error} {session.left}".rstrip())
            return FOUND if isinstance(error, LedgerDamaged) else REFUSED
        case UnicodeEncodeError() if error.reason == "surrogates not allowed":  # bytes that were typed, and no text
            say(f'"{error.object[:80]}" is not UTF-8: half a character stands in it. {session.standing()}')
            return USAGE
        case OSError() if error.filename:
            say(f'"{error.filename}": {error.strerror}. {session.standing()}')
        case _:
            say(
                f"This is a fault of cluster-ledger itself ({type(error).__name__}: {error}). {session.standing()} "
                "Please report it to those who maintain it, with what you did and with the trace that "
                "`cluster-ledger --debug ...` shows."
            )
    return REFUSED


def _lost(error: AnswerLost, session: Session) -> int:
    """Say what stands although its receipt was not read; where the reader went away, that alone."""
    again = "The same command prints the receipt again, and records nothing twice." if session.recorded else ""
    sentence = " ".join(filter(None, ("" if error.gone else str(error), session.left, again)))
    if sentence:
        say(sentence)
    return READER_GONE if error.gone else REFUSED


def _usage(error: click.UsageError) -> None:
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        click.echo(error.format_message(), err=True)
        return
    if error.ctx is not None:
        click.echo(error.ctx.get_usage(), err=True)
        say(f"Try `{error.ctx.command_path} -h` for help.")
    say(f"Error: {error.format_message()}")
