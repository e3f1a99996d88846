"""The verification of a ledger: everything that its own bytes can prove, and what they cannot."""

from __future__ import annotations

from collections.abc import Iterator
from os import PathLike
from typing import NamedTuple

from pydantic import ValidationError

from ledger.application.facts import document_of, header_of
from ledger.application.source import recorded
from ledger.collector import uncollected
from ledger.errors import LedgerError
from ledger.events.canonical import digest
from ledger.integrity.tree import format_root, parse_root
from ledger.plurals import counted
from ledger.store.choice.examining import examination, guards, stored_format
from ledger.store.choice.reading import opened_to_read
from ledger.store.protocol import Examination, Location, Progress
from ledger.store.types import Sealed
from ledger.store.verification.damage import Damage
from ledger.store.verification.lines import LineReader

NOT_PROVEN: tuple[str, ...] = (
    "That what was recorded is true, or that everything decided was recorded.",
    "That the recorder named in an unsigned event typed it in.",
)
NOT_PROVEN_WHOLE = (
    "That the ledger was not rewritten as a whole, or cut off at its end: only a size and root kept elsewhere can "
    "tell. Give those of a receipt or snapshot with --size and --root."
)


class Verification(NamedTuple):
    """The outcome of a verification; `ok` where nothing is damaged. `root` is rebuilt from the stored bytes."""

    ok: bool
    damage: tuple[Damage, ...]
    events: int
    root: str
    not_proven: tuple[str, ...]


def verify_file(
    location: str | PathLike[str],
    size: int | None = None,
    root: str | None = None,
    progress: Progress | None = None,
) -> Verification:
    """Re-hash every stored byte, check columns, decisions and documents, and hold the ledger to `size` and `root`.

    The file may be too damaged to be opened as a ledger. `size` and `root` (`sha256:<hex>`) come from an earlier
    receipt or snapshot, both or neither. `progress` is told the number of events read so far. Everything is checked as
    it stands at one moment, whoever writes. Raises `ProofError` for a root that cannot be read, `StoreError` for a file
    that is no ledger.
    """
    return _verified(examination(location, _sizes(size), progress, _document, LineReader().read), size, root)


def _sizes(size: int | None) -> tuple[int, ...]:
    return () if size is None else (size,)


def _verified(checked: Examination, size: int | None, root: str | None) -> Verification:
    expected = None if root is None else parse_root(root)
    with uncollected():
        damage = list(checked)
    not_proven = NOT_PROVEN
    if size is None or expected is None:
        not_proven = (NOT_PROVEN_WHOLE, *NOT_PROVEN)
    else:
        damage += _held_to(size, expected, checked.roots.get(size), checked.size)
    return Verification(not damage, tuple(damage), checked.size, format_root(checked.root), not_proven)


def format_of(location: Location) -> int | None:
    """Return the format of the file that holds a ledger; None for one on a server. Raises `StoreError`."""
    return stored_format(location)


def guards_of(location: Location) -> list[Damage]:
    """Return which tables, triggers, functions, owners and grants are not as they were made; raises `StoreError`."""
    return list(guards(location))


def events_to_verify(location: str | PathLike[str]) -> int:
    """Return the number of events that `verify_file` will read; 0 where it cannot be told."""
    try:
        with opened_to_read(location) as store:
            return store.head().position
    except LedgerError:
        return 0


def _held_to(size: int, expected: bytes, rebuilt: bytes | None, events: int) -> Iterator[Damage]:
    """Yield the damage that only a size and root kept elsewhere betray."""
    if rebuilt is None:
        yield Damage(None, "root", f"at least {counted(size, 'event')}", counted(events, "event"))
    elif rebuilt != expected:
        yield Damage(None, "root", f"{format_root(expected)} at size {size}", format_root(rebuilt))


def _document(rows: list[Sealed]) -> Iterator[Damage]:
    """Yield where the events of a decision do not add up to the document whose digest they hold."""
    try:
        events = [recorded(row).event for row in rows]
        rebuilt = digest(document_of(events))
    except (LedgerError, ValidationError, ValueError, KeyError, TypeError) as error:
        yield Damage(rows[0].position, "event", f"an event of type {rows[0].type}", str(error).splitlines()[0])
        return
    for row, event in zip(rows, events, strict=True):
        if event.decision.document != rebuilt:
            yield Damage(row.position, "document", event.decision.document, rebuilt)
        elif header_of(event.decision) != header_of(events[0].decision):
            yield Damage(row.position, "document", "what the first event says of the decision", "something else")
