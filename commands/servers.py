"""Servers on the command line: the address of a ledger as it was given, with no password where others see it."""

from __future__ import annotations

from ledger.errors import InputError, harmless
from ledger.store.address import Address, is_server


def address_given(text: str, *, on_command_line: bool) -> Address:
    """Return the address that a URL is; raises `InputError` for any other URL, and for a password that others see."""
    if not is_server(text):
        scheme = harmless(text.partition("://")[0], 20)
        raise InputError(
            f"A ledger is a file, or lies at an address postgresql://..., and {scheme}:// is none. Give one of these."
        )
    address = Address(text)
    if on_command_line and address.secrets:
        raise InputError(
            "A password on the command line is seen by everybody on this machine. Leave it out, and put it into "
            "~/.pgpass, a file that $PGPASSFILE names, or the service that $PGSERVICE names; or give the whole address "
            "as $CLUSTER_LEDGER."
        )
    return address
