"""Checks of a ledger on a server before it is recorded into."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.errors import LedgerDamaged
from ledger.errors.servers import MayNotRecord
from ledger.store.address import Address
from ledger.store.postgres.asked import AskedServer
from ledger.store.postgres.connections import STANDBY
from ledger.store.postgres.guards import damages, damages_to_record
from ledger.store.postgres.schema import ARGUMENTS
from ledger.store.reading.nodes import Query
from ledger.store.verification.damage import Damage

_MAY = "SELECT pg_is_in_recovery(), has_function_privilege(?, 'EXECUTE'), current_user::text"


def check_to_record(address: Address, query: Query) -> None:
    """Raise the error that says why this user cannot record there: `MayNotRecord`, or `LedgerDamaged`."""
    for damage in damages_to_record(address, query):
        raise LedgerDamaged(address, f"expected {damage.expected}, found {damage.found}")
    if why := _why(address, query):
        raise MayNotRecord(address, why)


def _why(address: Address, query: Query) -> str:
    append = f'"{address.schema}".append({", ".join(one.split()[-1] for one in ARGUMENTS["append"].split(", "))})'
    ((standby, may, user),) = query(_MAY, (append,))
    if standby:
        return STANDBY
    return "" if may else f'"{user}" is granted no role that records. Ask its administrator for one, or only read.'


def why_not(address: Address) -> str:
    """Return why this user cannot record into a ledger, in a sentence; empty where nothing keeps them from it."""
    asked = AskedServer(address)
    try:
        return _why(address, asked.query)
    finally:
        asked.close()


def guard_damages(address: Address) -> Iterator[Damage]:
    """Yield which guards of a ledger are not as they were made; raises `StoreError`."""
    asked = AskedServer(address)
    try:
        yield from damages(address, asked.query)
    finally:
        asked.close()
