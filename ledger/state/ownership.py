"""Ownership of an id: the beginning that has it, and what is said of the id as of something else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ledger.timeline import Entry


class Beginning(NamedTuple):
    """A standing beginning of an id: the first in order owns it."""

    order: int  # the position in whose place its event stands
    position: int
    kind: str


class Aside(NamedTuple):
    """What is said of the id, and not of the thing that has it."""

    attribute: str
    entry: Entry

    @property
    def source(self) -> tuple[str, int]:
        """The attribute, and the position of the event that says it."""
        return self.attribute, self.entry.position


def is_of_owner(beginnings: Sequence[Beginning], entry: Entry) -> bool:
    """Return whether an entry speaks of the thing that has the id; while nothing has it, every entry does."""
    if not beginnings:
        return True
    if len(beginnings) > 1 and any(entry.position == other.position for other in beginnings[1:]):
        return False
    return entry.kind in ("", beginnings[0].kind)
