"""The roles of a ledger on a server: whose its tables are, who records, who reads, and who keeps personal data."""

from __future__ import annotations

from ledger.errors.servers import ServerUnfit
from ledger.store.address import Address
from ledger.store.postgres.schema import DUTIES

NAME_BYTES = 63  # of any name on the server


def roles_of(address: Address, database: str) -> dict[str, str]:
    """Return the names of the roles by duty: roles are those of the whole server, so its database is in them."""
    names = {duty: f"{database}_{address.schema}_{duty}" for duty in DUTIES}
    if any(len(name.encode()) > NAME_BYTES or '"' in name for name in names.values()):
        raise ServerUnfit(
            address, f'names of roles such as "{names["recorder"]}" are too long. Take a shorter schema or database.'
        )
    return names
