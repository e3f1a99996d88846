"""The line of progress of what follows a ledger: which position it took in, and how far it is behind."""

from __future__ import annotations

import sys
from datetime import datetime

import click

from commands.terminal.streams import say
from ledger.application.reader import Reader
from ledger.errors import LedgerError
from ledger.plurals import counted

_EACH = 20_000  # events of a long filling, for a line of a file


class Shown:
    """One line that is written over at a terminal, and a line each time elsewhere."""

    def __init__(self, ledger: Reader) -> None:
        self.ledger = ledger
        self._over = sys.stdout.isatty()
        self._width = self._told = 0
        self.position = 0
        self.recorded_at: datetime | None = None

    def filling(self, position: int) -> None:
        """Tell how far a filling is; elsewhere than at a terminal, now and then."""
        self.position = position
        behind = self.ledger.head().position - position
        if behind > 0 and (self._over or position - self._told >= _EACH):
            self._line(f"Position {position:,}, {counted(behind, 'event')} behind.")

    def reached(self, position: int) -> None:
        """Tell that all is taken in that was there."""
        self.position = position
        when = "" if self.recorded_at is None else f", recorded {self.recorded_at:%Y-%m-%dT%H:%M:%SZ}"
        self._line(f"Position {position:,}{when}, nothing behind.")

    def trouble(self, error: LedgerError | None) -> None:
        """Say what keeps from reading for a while, or that this is over."""
        self._ended()
        say(f"{error} The views are followed on as soon as that is over." if error else "It can be read again.")

    def end(self) -> None:
        """Say that it is over, and where the views are."""
        self._ended()
        click.echo(f"Stopped: the views are filled to position {self.position:,}. Whoever asks fills them further.")

    def _line(self, text: str) -> None:
        self._told = self.position
        if not self._over:
            click.echo(text)
            sys.stdout.flush()
            return
        click.echo(f"\r{text.ljust(self._width)}", nl=False)
        self._width = len(text)

    def _ended(self) -> None:
        """End the line that is written over."""
        if self._over and self._width:
            click.echo()
            self._width = 0
