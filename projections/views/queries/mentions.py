"""Questions about what events name, and which of them speak of others, by position."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from projections.views.file import ViewsFile


class Mention(NamedTuple):
    """An id, and the position of an event that names it."""

    id: str
    position: int


class Speech(NamedTuple):
    """The position of an event, and that of a later one that speaks of it."""

    position: int
    later: int


def naming(file: ViewsFile, id_: str, known: int, after: int = 0) -> list[int]:
    """Return the positions of the events after one position, up to `known`, that name a thing, in order."""
    rows = file.select(
        "SELECT position FROM mentioned WHERE id = ? AND position > ? AND position <= ? ORDER BY position",
        (id_, after, known),
    )
    return [int(position) for (position,) in rows]


def saying(file: ViewsFile, ids: Iterable[str], known: int) -> list[int]:
    """Return the positions of the events, up to `known`, that say something of one of some things."""
    rows = file.select(
        "SELECT m.position FROM json_each(?) j JOIN mentioned m ON m.id = j.value WHERE m.says AND m.position <= ?",
        (json.dumps(list(ids)), known),
    )
    return [int(position) for (position,) in rows]


def versions(file: ViewsFile, streams: Iterable[str]) -> dict[str, int]:
    """Return the version of the last event of each of some streams, by its name; no entry for one without events."""
    rows = file.select(
        "SELECT s.stream, s.version FROM json_each(?) j JOIN streams s ON s.stream = j.value",
        (json.dumps(list(streams)),),
    )
    return {str(stream): int(version) for stream, version in rows}


def things_naming(file: ViewsFile, id_: str) -> set[str]:
    """Return the ids of the things of which an event names another thing."""
    return {str(thing) for (thing,) in file.select("SELECT DISTINCT thing FROM mentions WHERE id = ?", (id_,))}


def naming_of_types(file: ViewsFile, id_: str, types: Sequence[str], known: int) -> list[int]:
    """Return the positions of the events of some types, up to `known`, that name a thing."""
    marks = ", ".join("?" * len(types))
    rows = file.select(
        "SELECT m.position FROM mentioned m JOIN events e ON e.position = m.position "
        f"WHERE m.id = ? AND m.position <= ? AND e.type IN ({marks})",
        (id_, known, *types),
    )
    return [int(position) for (position,) in rows]


def first_naming(file: ViewsFile, id_: str) -> int | None:
    """Return the position of the first event that names a thing, whenever it was recorded; None: no event does."""
    ((position,),) = file.select("SELECT min(position) FROM mentioned WHERE id = ?", (id_,))
    return None if position is None else int(position)


def named_ids(file: ViewsFile) -> list[str]:
    """Return every id that an event names."""
    return [str(id_) for (id_,) in file.select("SELECT DISTINCT id FROM mentioned")]


def parts_named(file: ViewsFile, id_: str, known: int) -> list[Mention]:
    """Return the mentions, up to `known`, of things whose id begins with `id_` and a stroke, in order of id."""
    rows = file.select(
        "SELECT id, position FROM mentioned WHERE id >= ? AND id < ? AND position <= ? ORDER BY id",
        (f"{id_}/", f"{id_}0", known),  # 0 follows the stroke
    )
    return [Mention(str(part), int(position)) for part, position in rows]


def mentions_spoken_of(file: ViewsFile, known: int) -> list[Mention]:
    """Return what each event names of which another speaks by `known`, in order of position and id."""
    rows = file.select(
        "SELECT id, position FROM mentioned WHERE position IN (SELECT position FROM spoken WHERE later <= ?) "
        "ORDER BY position, id",
        (known,),
    )
    return [Mention(str(id_), int(position)) for id_, position in rows]


def speeches(file: ViewsFile, known: int) -> list[Speech]:
    """Return who speaks of whom, up to `known`, in order."""
    rows = file.select("SELECT position, later FROM spoken WHERE later <= ? ORDER BY position, later", (known,))
    return [Speech(int(position), int(later)) for position, later in rows]


def speaking_of(file: ViewsFile, positions: Iterable[int], known: int, after: int = 0) -> list[Speech]:
    """Return who speaks of the events at `positions` after one position and up to `known`, in order."""
    rows = file.select(
        "SELECT s.position, s.later FROM json_each(?) j JOIN spoken s ON s.position = j.value "
        "WHERE s.later > ? AND s.later <= ? ORDER BY s.position, s.later",
        (json.dumps(list(positions)), after, known),
    )
    return [Speech(int(position), int(later)) for position, later in rows]


def spoken_between(file: ViewsFile, first: int, last: int, known: int) -> list[int]:
    """Return the positions, `first` to `last`, of events of which another speaks by `known`, in order."""
    rows = file.select(
        "SELECT DISTINCT position FROM spoken WHERE position BETWEEN ? AND ? AND later <= ? ORDER BY position",
        (first, last, known),
    )
    return [int(position) for (position,) in rows]


def speaking_of_type(file: ViewsFile, type_: str, known: int) -> list[int]:
    """Return the positions of the events of a type, up to `known`, that speak of another, in order."""
    rows = file.select(
        "SELECT DISTINCT s.later FROM spoken s JOIN events e ON e.position = s.later "
        "WHERE e.type = ? AND s.later <= ? ORDER BY s.later",
        (type_, known),
    )
    return [int(position) for (position,) in rows]
