"""The examination of what is stored at a location, whether it can be opened or not."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from ledger.store.address import address_of
from ledger.store.protocol import Examination, Judge, Location, Progress, ReadLines
from ledger.store.sqlite.examination import FileExamination, schema_damages, stored_lines
from ledger.store.sqlite.opening import check_file, format_of_file
from ledger.store.verification.damage import Damage


def examination(
    location: Location,
    sizes: Collection[int] = (),
    progress: Progress | None = None,
    judge: Judge | None = None,
    read: ReadLines | None = None,
) -> Examination:
    """Return the examination of what is stored at a location, which may be too damaged to be opened.

    `sizes` are those whose roots are wanted. `progress` is called now and then and at the end; `judge` is given the
    events of each decision, but for those whose lines `read` finds sound, all at once and quickly. Raises `StoreError`
    where no store can lie there.
    """
    if (address := address_of(location)) is not None:
        from ledger.store.postgres.examination import ServerExamination

        return ServerExamination(address, sizes, progress, judge, read)
    path = Path(location)
    check_file(path, read_only=True)
    return FileExamination(path, sizes, progress, judge, read)


def found_lines(location: Location) -> Iterator[bytes]:
    """Yield the line of each event in the order of positions, as its bytes are found; none is held to anything.

    Raises `StoreError` where no store can lie there, and `LedgerDamaged` where it cannot be read on.
    """
    if (address := address_of(location)) is not None:
        from ledger.store.postgres.examination import stored_lines as lines_of_server

        return lines_of_server(address)
    path = Path(location)
    check_file(path, read_only=True)
    return stored_lines(path)


def guards(location: Location) -> Iterator[Damage]:
    """Yield which tables, triggers, functions, owners and grants of a store are not as they were made.

    Raises `StoreError` where no store can lie there.
    """
    if (address := address_of(location)) is not None:
        from ledger.store.postgres.opening import guard_damages

        return guard_damages(address)
    return schema_damages(Path(location))


def stored_format(location: Location) -> int | None:
    """Return the format that a file says it has; None for a store on a server. Raises `StoreError`."""
    return None if address_of(location) is not None else format_of_file(Path(location))
