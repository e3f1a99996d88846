"""The log as a file: one canonical JSON line an event, which is what the tree is made of and others can re-hash."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from pydantic import ValidationError

from ledger.application import Reader, Verification
from ledger.application.facts import document_of, header_of
from ledger.application.verification import NOT_PROVEN, NOT_PROVEN_WHOLE
from ledger.documents.decision import MAX_CHANGES
from ledger.errors import LedgerError
from ledger.events.canonical import digest
from ledger.events.envelope import LINE_BYTES_MAX, Event, decode
from ledger.events.ids import decision_key
from ledger.integrity.tree import Frontier, format_root, leaf_hash, parse_root
from ledger.plurals import counted
from ledger.store.types import StoredRow
from ledger.store.verification.damage import Damage
from ledger.store.verification.events import RowWalk

NOT_IN_EXPORT = "That the export is of this ledger, or whole: compare its size and root with the ledger's."


DAMAGE_MAX = 1_000  # that are told of one export: what is more is another file
_STREAM_CHARS_MAX = 80  # more than the name of a stream has


def write_lines(ledger: Reader, file: BinaryIO, upto: int | None = None) -> tuple[int, str]:
    """Write every line up to a position (None: all) and return size and root of what was written."""
    frontier = Frontier()
    for line in ledger.lines(upto=upto):
        file.write(line + b"\n")
        frontier.append(leaf_hash(line))
    return frontier.size, format_root(frontier.root())


def verify_lines(lines: Iterable[bytes], size: int | None = None, root: str | None = None) -> Verification:
    """Re-hash the lines of an export and check that they add up: order, versions, decisions, documents.

    `size` and `root` as in `verify` of a ledger. Raises `ProofError` for a root that cannot be read.
    """
    expected = None if root is None else parse_root(root)
    walk, held_to = _Export(), None
    damage: list[Damage] = []
    for raw in lines:
        damage += walk.take(raw.removesuffix(b"\n"))
        if walk.rows.frontier.size == size:
            held_to = walk.rows.frontier.root()
        if len(damage) >= DAMAGE_MAX:
            damage.append(Damage(None, "file", f"fewer than {DAMAGE_MAX:,} damages", "more; the rest was not read"))
            break
    damage += walk.rows.end()
    events = walk.rows.frontier.size
    if expected is not None and held_to != expected:
        said = counted(events, "event") if held_to is None else format_root(held_to)
        damage.append(Damage(None, "root", f"{format_root(expected)} at size {size}", said))
    not_proven = (NOT_IN_EXPORT, *((NOT_PROVEN_WHOLE,) if expected is None else ()), *NOT_PROVEN)
    return Verification(not damage, tuple(damage), events, format_root(walk.rows.frontier.root()), not_proven)


class _Export:
    """Judges lines one by one; memory grows with the number of streams only."""

    def __init__(self) -> None:
        self.rows = RowWalk()
        self._decision: list[Event] = []  # the parts of the decision so far

    def take(self, line: bytes) -> list[Damage]:
        """Take the next line into the tree and return what is wrong with it."""
        position = self.rows.frontier.size + 1
        nodes = b"".join(self.rows.frontier.copy().append(leaf_hash(line)))
        columns = _columns(line) if len(line) <= LINE_BYTES_MAX else None
        found = self.rows.check(StoredRow._make((position, *(columns or [None] * 7), line, nodes)))
        if columns is None:  # nothing else can be said of a line that is no event
            return [damage for damage in found if damage.kind == "line"]
        return found or list(self._documents(position, line))

    def _documents(self, position: int, line: bytes) -> Iterator[Damage]:
        """Hold the events of a decision, once it is whole, to the digest of its document."""
        try:
            event = decode(line)
            part, parts = event.decision.part
            if part == 1 or len(self._decision) >= MAX_CHANGES:
                self._decision = []
            self._decision.append(event)
            if part != parts or len(self._decision) != parts:
                return
            rebuilt = digest(document_of(self._decision))
        except (LedgerError, ValidationError, ValueError, KeyError, TypeError) as error:
            yield Damage(position, "event", "an event of a type that is known", str(error).splitlines()[0])
            return
        for place, event in enumerate(self._decision, position - parts + 1):
            if event.decision.document != rebuilt:
                yield Damage(place, "document", event.decision.document, rebuilt)
            elif header_of(event.decision) != header_of(self._decision[0].decision):
                yield Damage(place, "document", "what the first event says of the decision", "something else")


def _columns(line: bytes) -> list[Any] | None:
    """Return what the columns of a ledger would hold of a line; None for a line that is no event."""
    try:
        held = json.loads(line)
        decision = held["decision"]
        key = decision_key(decision["authority"], decision["reference"])
        part, parts = decision["part"]
        if len(held["stream"]) > _STREAM_CHARS_MAX:
            return None
        return [held["stream"], held["version"], held["type"], key, part, parts, held["recorded_at"]]
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError):
        return None
