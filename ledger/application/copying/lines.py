"""The copy of a ledger that is at hand as its lines alone, such as those of an export or an archive."""

from __future__ import annotations

import json
from collections.abc import Iterable

from ledger.events.ids import decision_key
from ledger.store.choice.copying import copied_lines
from ledger.store.protocol import Location
from ledger.store.types import Sealed


def copy_of_lines(lines: Iterable[bytes], place: Location) -> None:
    """Make a ledger of lines that were verified, at a place where nothing stands: whole or not at all.

    It has the size and root that they lead to, and nothing that opens commitments. Raises `LedgerExists` or another
    `StoreError`, and `ValueError` or `KeyError` for a line that is no event.
    """
    copied_lines(map(_sealed, range(1, 2**31), lines), place)


def _sealed(position: int, line: bytes) -> Sealed:
    held = json.loads(line)
    decision = held["decision"]
    key = decision_key(decision["authority"], decision["reference"])
    part, parts = decision["part"]
    return Sealed(position, held["stream"], held["version"], held["type"], key, part, parts, held["recorded_at"], line)
