"""The watch over ledgers: each that a run opens is held to what was last seen, before it is asked anything."""

from __future__ import annotations

from commands.terminal.streams import say
from ledger.application.reader import Reader
from ledger.application.seen.file import UnreadableState, folder_of_state
from ledger.application.seen.last import Look
from ledger.application.seen.sighting import Divergence, Sighting
from ledger.errors import InputError, LedgerError, LedgerReplaced, OutputFailed


class Watch:
    """What one run saw of ledgers; `replaced` is the divergence for which one must not be used, if there is one."""

    def __init__(self) -> None:
        self.replaced: Divergence | None = None
        self.looks_only = False  # whether a replaced ledger is told of and no more, for those who look into it
        self.seen: list[Sighting] = []  # ledgers as this run saw them, in order
        self._told: set[str] = set()

    def see(self, ledger: Reader) -> None:
        """Hold a ledger to what was last seen, and keep what is seen now.

        Raises `LedgerReplaced` unless this run only looks, and `StoreError` where the ledger cannot be read.
        """
        try:
            look = Look(ledger, folder_of_state())
        except UnreadableState as error:
            return self._tell("unreadable", str(error))
        self.seen.append(look.now)
        found = look.divergence()
        if found is None or found.usable:
            self._keep(look)
        else:
            self.replaced = found
            if not self.looks_only:
                raise LedgerReplaced(found.refusal)
        if found is not None:
            self._tell(found.kind, found.message)
        return None

    def _keep(self, look: Look) -> None:
        try:
            look.keep()
        except (InputError, OutputFailed, OSError) as error:
            why = str(error) if isinstance(error, LedgerError) else f'"{folder_of_state()}": {error.strerror}.'
            self._tell("unkept", f"What was seen of this ledger could not be kept. {why}")

    def _tell(self, what: str, sentence: str) -> None:
        """Say sentences, each kind of them once a run."""
        if what not in self._told:
            self._told.add(what)
            for line in sentence.splitlines():
                say(line)
