"""The log of the program: one line of JSON a run on standard error, with nothing in it that a decision says.

What may stand in a line is a list of fields, each of a kind that cannot hold text of anybody's: a time, the words of
a command as the program spells them, an id of digits, positions, a duration, an exit code, the name of a kind of error.
"""

from __future__ import annotations

import json
import os
import time
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from ledger.application.seen.sighting import Sighting

    Seen = tuple[Sighting | None, Sighting | None]

VARIABLE, FORMATS = "CLUSTER_LEDGER_LOG_FORMAT", ("text", "json")
_OUTCOMES = {0: "done", 1: "refused", 2: "usage", 3: "found", 4: "not-proven", 141: "reader-gone"}


class RunLog:
    """What one run did, noted while it runs."""

    def __init__(self) -> None:
        self.flag: str | None = None
        self.words: list[str] = []  # of the command, as the program spells them
        self.kind: str | None = None  # of the error that ended it
        self._began = time.monotonic()

    def write(self, code: int, configured: Callable[[], str | None], seen: Seen) -> None:
        """Write the line of a run that ended with an exit code, if lines were asked for.

        `configured` gives the format of the configuration, and `seen` is how the ledger was first and last seen.
        """
        if self.words and self.asked(configured) == "json":
            click.echo(json.dumps(self._line(code, *seen), separators=(",", ":")), err=True)

    def asked(self, configured: Callable[[], str | None]) -> str | None:
        """Return the format: by flag, environment, or configuration; None where that cannot be read."""
        if self.flag is not None:
            return self.flag
        if os.environ.get(VARIABLE):
            return os.environ[VARIABLE]
        from ledger.errors import LedgerError

        try:
            return configured()
        except (LedgerError, OSError, ImportError):  # said already, by whoever needs it
            return None

    def _line(self, code: int, first: Sighting | None, last: Sighting | None) -> dict[str, str | int | None]:
        from ledger import clock
        from ledger.instants import stamp

        return {
            "time": stamp(clock.now()),
            "action": " ".join(self.words),
            "ledger_id": None if last is None else last.ledger_id,
            "from": None if first is None else first.size,
            "to": None if last is None else last.size,
            "ms": round((time.monotonic() - self._began) * 1000),
            "outcome": _OUTCOMES.get(code, "stopped"),
            "code": code,
            "kind": self.kind,
        }
