"""Dossiers: all that a snapshot says of one thing, read one after the other, so that no structure is in memory."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import lru_cache
from hashlib import sha256
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from ledger.events.canonical import canonical
from ledger.names import IN_DOUBT, LIFE
from ledger.state.structure import Held, ThingAt
from ledger.timeline import day_of

Fields = dict[str, Any]
# Id, kind, attribute, value as JSON, the day from which it is so as stated, position, event, authority, reference.
SourcedRow = tuple[str, str, str, str, str, int, str, str, str]
_NAMES = ("name", "value", "stated", "position", "event", "authority", "reference")
_day_of = lru_cache(maxsize=65_536)(day_of)  # many things begin on few days


class Dossier(NamedTuple):
    """A thing with every attribute that it has on one day, each with the event and the decision that set it."""

    thing: ThingAt
    attributes: list[Fields]

    @property
    def fields(self) -> Fields:
        """The thing as JSON values."""
        return {"kind": self.thing.kind, "id": self.thing.id, "attributes": self.attributes}


def dossier(kind: str, id_: str, attributes: list[Fields]) -> Dossier:
    """Return the dossier of one thing; raises `KeyError`, `ValueError` or `TypeError` where it can be none."""
    held = {said["name"]: _held(said) for said in attributes}
    if LIFE not in held and IN_DOUBT not in held:
        raise KeyError(LIFE)
    return Dossier(ThingAt(kind, id_, held), attributes)


def _held(said: Fields) -> Held:
    value, stated = said["value"], said["stated"]
    return Held(tuple(value) if isinstance(value, list) else value, said["position"], _day_of(stated), stated)


class SourcedRows:
    """The dossiers that rows of the views come to, which are in order of id and attribute."""

    def __init__(self, rows: Iterable[SourcedRow]) -> None:
        self._rows = rows

    def __iter__(self) -> Iterator[Dossier]:
        for id_, group in groupby(self._rows, itemgetter(0)):
            rows = list(group)
            if any(row[2] in (LIFE, IN_DOUBT) for row in rows):  # others were only judged
                values = json.loads(f"[{','.join(row[3] for row in rows)}]")
                said = [(row[2], value, *row[4:]) for row, value in zip(rows, values, strict=True)]
                yield dossier(rows[0][1], id_, [dict(zip(_NAMES, one, strict=True)) for one in said])


class Content(NamedTuple):
    """What a snapshot says in short: how many things, and the digest of them all and of the context."""

    things: int
    sha256: str


def content_of(context: Fields, things: Iterable[Fields]) -> Content:
    """Return the digest of the canonical JSON of context and things, made thing by thing."""
    hashed = sha256(b'{"context":' + canonical(context) + b',"things":[')
    count = 0
    for thing in things:
        hashed.update((b"," if count else b"") + canonical(thing))
        count += 1
    hashed.update(b"]}")
    return Content(count, f"sha256:{hashed.hexdigest()}")
