"""The government of a ledger, as its first event names it, read without the model of that event."""

from __future__ import annotations

import json
from typing import NamedTuple

from ledger.errors import LedgerDamaged
from ledger.store.types import Sealed

TRIAL = "TRIAL of "  # begins the name of whoever a trial is a trial of
_CONSTITUTED = "government.constituted/"


class Government(NamedTuple):
    """Whose ledger it is."""

    name: str
    origin: str
    timezone: str
    ledger_id: str

    @property
    def is_trial(self) -> bool:
        """Whether its ledger is a trial: a copy of another one, to try things on."""
        return self.name.startswith(TRIAL)

    def called(self, name: str) -> str:
        """Return a name that it was given later as it is shown: in a trial, that of a trial."""
        return f"{TRIAL}{name}" if self.is_trial and not name.startswith(TRIAL) else name


def government_of(location: object, first: Sealed | None) -> Government:
    """Return whose ledger it is that begins with an event; raises `LedgerDamaged` where that does not say it."""
    data = json.loads(first.line)["data"] if first is not None and first.type.startswith(_CONSTITUTED) else {}
    said = [data.get(name) for name in Government._fields] if isinstance(data, dict) else []
    if not said or not all(isinstance(text, str) for text in said):
        raise LedgerDamaged(location, "its first event does not say whose ledger it is")
    return Government._make(said)
