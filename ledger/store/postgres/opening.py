"""Checks of a ledger on a server before it is recorded into."""

from __future__ import annotations

from ledger.errors import LedgerDamaged
from ledger.errors.servers import MayNotRecord
from ledger.store.address import Address
from ledger.store.postgres.guards import damages
from ledger.store.postgres.schema import ARGUMENTS
from ledger.store.reading.nodes import Query

_MAY = "SELECT pg_is_in_recovery(), has_function_privilege(?, 'EXECUTE'), current_user::text"


def check_to_record(address: Address, query: Query) -> None:
    """Raise the error that says why this user cannot record there: `MayNotRecord`, or `LedgerDamaged`."""
    append = f'"{address.schema}".append({", ".join(one.split()[-1] for one in ARGUMENTS["append"].split(", "))})'
    for damage in damages(address, query):
        raise LedgerDamaged(address, f"expected {damage.expected}, found {damage.found}")
    ((standby, may, user),) = query(_MAY, (append,))
    if standby:
        raise MayNotRecord(address, "its server is a standby, which only reads. Give the address of the primary.")
    if not may:
        raise MayNotRecord(
            address, f'"{user}" is granted no role that records. Ask its administrator for one, or only read.'
        )
