"""The government of a ledger, as its first event names it, read without the model of that event."""

from __future__ import annotations

import json
from typing import NamedTuple

from ledger.errors import LedgerDamaged
from ledger.store.types import Sealed

_CONSTITUTED = "government.constituted/"


class Government(NamedTuple):
    """Whose ledger it is."""

    name: str
    origin: str
    timezone: str
    ledger_id: str


def government_of(location: object, first: Sealed | None) -> Government:
    """Return whose ledger it is that begins with an event; raises `LedgerDamaged` where that does not say it."""
    data = json.loads(first.line)["data"] if first is not None and first.type.startswith(_CONSTITUTED) else {}
    said = [data.get(name) for name in Government._fields] if isinstance(data, dict) else []
    if not said or not all(isinstance(text, str) for text in said):
        raise LedgerDamaged(location, "its first event does not say whose ledger it is")
    return Government._make(said)
