"""Steps through a replay at a terminal: one key a step, forwards and back, or straight to a date."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable

import click

from commands.session import Session
from commands.terminal.keys import Keyboard
from commands.terminal.text import one_line
from ledger.errors import InputError, LedgerError
from ledger.plurals import counted
from projections.differences.replay import Along, Replay, Step

KEYS = "n next   b back   g go to a date   d the whole difference   ? keys   q quit"
_NEXT, _BACK = {"n", " ", "\r", "\n", "\x1b[C", "\x1b[B"}, {"b", "p", "\x7f", "\x08", "\x1b[D", "\x1b[A"}
_QUIT = {"q", "Q", "\x04", "\x1b"}
_ROOM = 6  # lines that head, keys and what is left out take beside the differences

Lines = Callable[[Step, Along], list[str]]


def interact(session: Session, replay: Replay, lines: Lines) -> None:
    """Step through a replay until it is quit; raises `InputError` where there is no terminal."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise InputError("Stepping needs a terminal. Leave --interactive out to see every step at once.")
    session.stopped = "A replay changes nothing."
    step = replay.after(None)
    if step is None:
        click.echo("Nothing happened.")
        return
    with Keyboard() as keyboard:
        _Player(replay, step, lines, keyboard).play()


class _Player:
    """Where somebody stands in a replay."""

    def __init__(self, replay: Replay, step: Step, lines: Lines, keyboard: Keyboard) -> None:
        self._replay, self._step, self._lines, self._keyboard = replay, step, lines, keyboard

    def play(self) -> None:
        """Show steps as keys ask for them; Ctrl-C ends it as everywhere, Ctrl-D and q end it too."""
        self._show()
        for key in self._keyboard.pressed():
            if key in _QUIT:
                return
            if key in _NEXT:
                self._to(self._replay.after(self._step), "This is the last step.")
            elif key in _BACK:
                self._to(self._replay.before(self._step), "This is the first step.")
            elif key in ("g", "G"):
                self._go()
            elif key in ("d", "D"):
                self._show(whole=True)
            else:
                click.echo(KEYS)

    def _to(self, step: Step | None, otherwise: str) -> None:
        if step is None:
            click.echo(otherwise)
            return
        self._step = step
        self._show()

    def _go(self) -> None:
        """Ask for a date and go to the first step on or after it."""
        with self._keyboard.line():
            text = click.prompt("Go to", default="", show_default=False, prompt_suffix=": ").strip()
        try:
            if text:
                self._to(self._replay.at(text), "Nothing happened on or after it.")
        except LedgerError as error:
            click.echo(one_line(str(error)))

    def _show(self, *, whole: bool = False) -> None:
        found = self._lines(self._step, self._replay.along)
        room = max(4, shutil.get_terminal_size().lines - _ROOM)
        shown = found if whole or len(found) <= room else found[:room]
        click.echo("\n" + "\n".join(shown))
        if len(shown) < len(found):
            click.echo(f"  ... {counted(len(found) - len(shown), 'line')} more; d shows them.")
        click.echo(KEYS)
