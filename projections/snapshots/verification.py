"""A snapshot held against itself and against the ledger: its question is asked again, and what differs is named."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from ledger.application import EventReader, Known, Verification
from ledger.errors import LedgerError
from ledger.store.verification.damage import Damage
from ledger.timeline import day_of
from projections.fields import fields
from projections.snapshots.comparison import DAMAGE_MAX, compared_tables, compared_values, first_of
from projections.snapshots.copy import DIGEST, Copy, NotASnapshot
from projections.snapshots.formats import read
from projections.snapshots.question import Snapshot, as_document, made_of, snapshot
from projections.snapshots.rebuilt import rebuilt
from projections.snapshots.tables import ATTRIBUTES, LAYOUTS
from projections.views.read_model import Views

_LAYOUT = "How the snapshot is laid out, and in which order its lines stand: only what they say was compared."
NOT_PROVEN = ("That the ledger itself is undamaged: verify it without a file.", _LAYOUT)
NOT_PROVEN_OLDER = "All but its attributes: it has the shape of an older format, and they hold everything."
NOT_PROVEN_ALONE = ("That the snapshot is what its ledger says: there is none at hand. Name it with --ledger.", _LAYOUT)
_TYPED = 2  # the first format whose columns have types
_ABOUT_JSON = ("context", DIGEST, "things")


def verify_snapshot(views: Views | None, path: str | os.PathLike[str]) -> Verification:
    """Read a snapshot of any format, ask the ledger the same question again, and name everything that differs.

    Without `views` it is held against itself alone: its digest, and whether all of it says the same. `events` and
    `root` are those of the ledger at the position that the snapshot knows, or as it states them where there is none.
    Raises `NotASnapshot`, `MissingExtra` and `InputError` for what cannot be read.
    """
    copy = read(path)
    _need_readable(copy)
    try:
        own = rebuilt(copy)
        alone = list(first_of(_content(copy, own))) if views is None else []
    except NotASnapshot:
        raise
    except (LedgerError, KeyError, ValueError, TypeError, AttributeError, RecursionError):
        raise NotASnapshot(path, "what it says of its attributes cannot be read") from None
    if views is None:
        size = copy.context.get("tree_size")
        stated = (size if type(size) is int else 0, str(copy.context.get("root")))
        return Verification(not alone, tuple(alone), *stated, NOT_PROVEN_ALONE)
    damage = list(_elsewhere(views.ledger, copy))
    if damage:
        return Verification(False, tuple(damage), views.ledger.head().position, views.ledger.known().root, NOT_PROVEN)
    day, known = _question(views.ledger, copy, Path(path))
    again, older = _shaped_as(copy, snapshot(views, day, known))
    different = chain(_context(copy, again), _content(copy, again, attributes_alone=older), _itself(copy, own))
    damage = list(first_of(different))
    not_proven = (NOT_PROVEN_OLDER, *NOT_PROVEN) if older else NOT_PROVEN
    return Verification(not damage, tuple(damage), known.position, known.root, not_proven)


def _need_readable(copy: Copy) -> None:
    """Raise `NotASnapshot` for tables of the format whose cells held JSON; what a JSON snapshot says did not change."""
    stated = copy.context.get("format")
    if copy.document is None and type(stated) is int and stated < _TYPED:
        again = f"snapshot --effective {copy.context.get('effective')} --known p{copy.context.get('known_position')}"
        raise NotASnapshot(
            copy.path, f"it has the shape of format {stated}, before columns had types; make it again by `{again}`"
        )


def _elsewhere(ledger: EventReader, copy: Copy) -> Iterator[Damage]:
    """Yield why the question cannot be asked here at all: another ledger, or one that does not reach as far."""
    ours, theirs = ledger.government.ledger_id, copy.context.get("ledger_id")
    position, head = copy.context.get("known_position"), ledger.head().position
    if ours != theirs:
        yield Damage(None, "ledger", f"ledger_id {ours}", f"ledger_id {theirs}")
    elif type(position) is int and position > head:
        yield Damage(None, "position", f"a ledger that reaches position {position}", f"one that ends at {head}")


def _question(ledger: EventReader, copy: Copy, path: Path) -> tuple[int, Known]:
    """Return the day and what was known, as the context of a snapshot names them; raises `NotASnapshot`."""
    position = copy.context.get("known_position")
    known = ledger.known(f"p{position}") if type(position) is int and position >= 0 else None
    if known is None or known.position != position:
        raise NotASnapshot(path, f"no decision of the ledger ends at its known_position {position}")
    return day_of(copy.context["effective"]), known


def _shaped_as(copy: Copy, again: Snapshot) -> tuple[Snapshot, bool]:
    """Return a snapshot with the format of an older copy, and whether it is older: what it says stays comparable."""
    theirs = copy.context.get("format")
    if type(theirs) is not int or theirs >= again.context["format"]:
        return again, False
    return made_of({**again.context, "format": theirs}, again.dossiers), True


def _context(copy: Copy, again: Snapshot) -> Iterator[Damage]:
    ours = again.context
    for name in dict.fromkeys((*ours, *copy.context)):
        expected, found = ours.get(name), copy.context.get(name)
        if expected != found:
            yield Damage(None, "context", f"{name} {expected}", f"{name} {found}")


def _content(copy: Copy, expected: Snapshot, *, attributes_alone: bool = False) -> Iterator[Damage]:
    """Yield where a copy says something else than a snapshot does."""
    if copy.content_sha256 != expected.content_sha256:
        yield Damage(None, "digest", expected.content_sha256, copy.content_sha256 or "none")
    alone = attributes_alone or copy.document is not None
    damage = compared_tables(expected.dossiers, [ATTRIBUTES] if alone else LAYOUTS, copy)
    yield from damage
    if copy.document is not None and not attributes_alone and len(damage) < DAMAGE_MAX:  # else it is another size
        document = as_document(expected)
        for name in dict.fromkeys((*document, *copy.document)):
            if name not in _ABOUT_JSON:
                yield from compared_values(name, fields(document.get(name)), copy.document.get(name))


def _itself(copy: Copy, own: Snapshot) -> Iterator[Damage]:
    """Yield where the digest that a copy states is not that of what it says."""
    if copy.content_sha256 != own.content_sha256:
        yield Damage(None, "digest", f"{own.content_sha256}, of what it says", copy.content_sha256 or "none")
