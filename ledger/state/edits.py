"""Edits of a thing: which entries the fold put into its timelines and took out, and the thing as it was before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ledger.names import ACT, LIFE
from ledger.state.thing import Thing
from ledger.timeline import Entry


class Edit(NamedTuple):
    """An entry that was put into the timeline of an attribute, or taken out of it."""

    said: bool  # whether it was put in
    entry: Entry


# By attribute, in the order in which they were made. An attribute without any is one that may turn with the others;
# `act:POSITION` is whether that act is void.
Edits = Mapping[str, Sequence[Edit]]


def undone(thing: Thing, edits: Edits) -> Thing:
    """Return a thing as it was before these edits, which are all that were made since; empty where it was not there."""
    if thing.size == sum(map(len, edits.values())) and all(edit.said for made in edits.values() for edit in made):
        return Thing(thing.id)
    before = thing.copy()
    first = {(name, edit.entry.position): edit for name in edits for edit in reversed(edits[name])}
    back = [(name, edit.entry) for (name, _), edit in first.items() if not edit.said]
    for name, position in first:
        if name.startswith(ACT):
            before.void.pop(position, None)
        else:
            before.unsay(name, position)
    for name, entry in sorted(back, key=lambda one: one[0] != LIFE):  # whose the id is decides where the others go
        if name.startswith(ACT):
            before.void[entry.position] = entry
        else:
            before.say(name, entry)
    return before
