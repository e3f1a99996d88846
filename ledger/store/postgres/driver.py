"""The one door to `psycopg`, which is an extra; and what it says of the server, in sentences that say what to do."""

from __future__ import annotations

from typing import Any

from ledger.errors import (
    DiskFull,
    LedgerDamaged,
    LedgerLocked,
    LedgerMissing,
    RecordConflict,
    StorageFailed,
    StoreError,
    harmless,
)
from ledger.errors.extras import MissingExtra
from ledger.errors.servers import MayNotRecord, ServerUnfit
from ledger.store.address import Address

try:
    import psycopg
    from psycopg import errors
except ImportError as missing:
    raise MissingExtra("Ledgers on a PostgreSQL server", "psycopg", "postgres") from missing

DriverError = psycopg.Error
Connection = psycopg.Connection[Any]
REFUSED = "CLREF"  # the state with which triggers refuse what would alter the past

_DAMAGE: tuple[type[psycopg.Error], ...] = (errors.DataCorrupted, errors.IndexCorrupted)
_GONE: tuple[type[psycopg.Error], ...] = (
    errors.UndefinedTable,
    errors.UndefinedColumn,
    errors.UndefinedFunction,
    errors.InvalidSchemaName,
)


def said(error: BaseException) -> str:
    """Return the first line of what the driver says, fit to be shown; the detail may repeat what is private."""
    diagnosis = error.diag.message_primary if isinstance(error, psycopg.Error) else None
    return harmless((diagnosis or str(error)).strip().partition("\n")[0] or type(error).__name__, 300)


def translate(address: Address, error: psycopg.Error) -> StoreError:
    """Return the error of ours that says what an error of the driver means for the ledger at an address."""
    why = said(error)
    if isinstance(error, errors.LockNotAvailable | errors.DeadlockDetected):
        return LedgerLocked(address)
    if isinstance(error, errors.UniqueViolation):
        return RecordConflict(address, "it collides with what is recorded")
    if isinstance(error, errors.DiskFull):
        return DiskFull(address)
    if isinstance(error, errors.IoError):
        return StorageFailed(address, why)
    if isinstance(error, errors.InsufficientPrivilege):
        return MayNotRecord(address, f"{why}. Ask for the role that records, or open it to read.")
    if isinstance(error, errors.ReadOnlySqlTransaction):
        return MayNotRecord(address, f"{why}. Give the address of the server that is written to.")
    if isinstance(error, _DAMAGE):
        return LedgerDamaged(address, f"the server cannot read it ({why})")
    if isinstance(error, _GONE):
        return LedgerDamaged(address, f"a part of it is gone ({why})")
    if isinstance(error, errors.QueryCanceled):
        return StoreError(f'The server took too long over the ledger "{address}" ({why}). Look at its load; try again.')
    if error.sqlstate == REFUSED or isinstance(error, errors.IntegrityError):
        return LedgerDamaged(address, f"its own guards refuse what is recorded ({why})")
    return StoreError(f'The ledger "{address}" could not be read or written ({why}). Look at the log of its server.')


def missing_or(address: Address, error: psycopg.Error, *, hidden: bool) -> StoreError:
    """Return what it means that the head of a ledger could not be read as it was opened.

    `hidden`: the schema is there, and this user may not look into it.
    """
    if hidden or isinstance(error, errors.InsufficientPrivilege):
        return ServerUnfit(address, "this user may not look into it. Ask for a role: recorder, auditor or keeper.")
    if isinstance(error, errors.UndefinedTable | errors.InvalidSchemaName):
        return LedgerMissing(address)
    return translate(address, error)


class Asking:
    """A block that the errors of the driver leave as errors of ours; all others pass unchanged."""

    __slots__ = ("address",)

    def __init__(self, address: Address) -> None:
        self.address = address

    def __enter__(self) -> None:
        return

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, psycopg.Error):
            raise translate(self.address, error) from error
