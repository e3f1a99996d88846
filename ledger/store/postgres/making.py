"""A ledger in the making on a server: roles, schema, tables and first decision in one transaction, all or none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime

from psycopg import errors

from ledger.errors import LedgerBeingMade, LedgerExists
from ledger.errors.servers import OutcomeUnknown, ServerUnfit
from ledger.integrity.tree import Frontier
from ledger.store.address import Address
from ledger.store.library.sealing import rows_of, seal
from ledger.store.postgres.connections import Server, connect
from ledger.store.postgres.driver import DriverError, said, translate
from ledger.store.postgres.entering import APPEND, channel_of, given
from ledger.store.postgres.roles import roles_of
from ledger.store.postgres.schema import create
from ledger.store.protocol import Progress
from ledger.store.types import Decided, Draft, Head

_WAIT_MS = 10_000
_WHO = "SELECT current_user::text, current_database()::text, rolsuper FROM pg_roles WHERE rolname = current_user"
_STANDS = "SELECT to_regclass(%s) IS NOT NULL FROM pg_namespace WHERE nspname = %s"
_ROLES = """SELECT rolname::text, rolcanlogin OR rolsuper OR rolcreaterole OR rolbypassrls FROM pg_roles
    WHERE rolname = ANY(%s)"""


def make_ledger(location: str, first: Sequence[Draft], *, at: Callable[[], datetime]) -> Address:
    """Make a ledger that begins with one decision, recorded `at`; whole or not at all. Raises as `make_ledger_of`."""
    address = Address(location)
    make_ledger_of(address, ([(first, at())] for _ in first[:1]))
    return address


def make_ledger_of(address: Address, batches: Iterable[Sequence[Decided]], progress: Progress | None = None) -> bytes:
    """Make a ledger of decisions with their record times, in batches, each in memory by itself; return its root.

    It is there whole or not at all. Raises LedgerExists, LedgerBeingMade, ServerUnfit (the user may not make one, or
    something else stands there), ServerRefused or another StoreError.
    """
    with connect(address, read_only=False) as connection:
        try:
            user, database, power = connection.execute(_WHO).fetchall()[0]
            _need_room(address, connection)
            connection.execute("BEGIN")
            _make(address, connection, roles_of(address, database), user, power=power)
            root = _enter(address, connection, batches, progress)
            _end(address, connection)
        except errors.InsufficientPrivilege as error:
            raise ServerUnfit(address, _needed(user, database, said(error))) from error
        except (errors.DuplicateSchema, errors.DuplicateObject, errors.UniqueViolation) as error:
            raise LedgerBeingMade(address) from error
        except DriverError as error:
            raise translate(address, error) from error
        finally:
            with suppress(DriverError):
                connection.execute("ROLLBACK")
    return root


def _need_room(address: Address, connection: Server) -> None:
    """Raise the error that says what stands in the place of a ledger."""
    found = connection.execute(_STANDS, (f'"{address.schema}".head', address.schema)).fetchall()
    if found == [(True,)]:
        raise LedgerExists(address)
    if found:
        raise ServerUnfit(address, f'schema "{address.schema}" stands already. Give another by ?schema=NAME.')


def _make(address: Address, connection: Server, roles: dict[str, str], user: str, *, power: bool) -> None:
    """Make roles, schema and tables. Whoever makes them and has no power of its own is granted what records."""
    there = dict(connection.execute(_ROLES, (list(roles.values()),)).fetchall())
    for role in roles.values():
        if there.get(role):
            raise ServerUnfit(address, f'role "{role}" stands already, and may log in or more. Give another schema.')
        if role not in there:
            connection.execute(f'CREATE ROLE "{role}" NOLOGIN')
    owner = roles["owner"]
    if not power:
        connection.execute(f'GRANT "{owner}" TO CURRENT_USER')
    connection.execute(f'CREATE SCHEMA "{address.schema}" AUTHORIZATION "{owner}"')
    connection.execute(f'SET LOCAL ROLE "{owner}"')
    _all(connection, create(address.schema, roles))
    connection.execute("RESET ROLE")
    if not power:
        connection.execute(f'GRANT "{roles["recorder"]}" TO CURRENT_USER')
        connection.execute(f'REVOKE "{owner}" FROM CURRENT_USER')


def _enter(
    address: Address, connection: Server, batches: Iterable[Sequence[Decided]], progress: Progress | None
) -> bytes:
    tree, head, stamp = Frontier(), Head(0, None), ""
    versions = defaultdict[str, int](int)  # of the streams so far
    for decisions in batches:
        batch = seal(decisions, lambda stream, _: versions[stream])
        if batch is None:
            continue
        rows = rows_of(batch.events, batch.beside.columns, tree)
        connection.execute(APPEND, given(head, stamp, _WAIT_MS, channel_of(address), rows, batch.beside.personal))
        head, stamp = Head(tree.size, batch.beside.recorded_at), rows[-1].recorded_at
        versions.update(batch.beside.versions)
        if progress is not None:
            progress(tree.size)
    return tree.root()


def _end(address: Address, connection: Server) -> None:
    try:
        connection.execute("COMMIT")
    except DriverError as error:
        if connection.closed:
            raise OutcomeUnknown(address, said(error)) from error
        raise


def _all(connection: Server, statements: Iterable[str]) -> None:
    connection.execute(";\n".join(statements).encode())


def _needed(user: str, database: str, why: str) -> str:
    return (
        f'"{user}" may not make one ({why}). It needs CREATEROLE, and CREATE on database "{database}": ask its '
        "administrator for both, or to run init."
    )
