"""Snapshots: the whole structure at one point of both times, as files that say what they are and can be made again."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable
from typing import Any, NamedTuple

from ledger.application import Known
from ledger.events.canonical import digest
from ledger.events.changes.settings import AdoptSettings
from ledger.events.types import GOVERNMENT
from ledger.state.structure import Structure
from projections.context import context
from projections.recorded import Places
from projections.structure import shown
from projections.values import as_json
from projections.views import Views

Fields = dict[str, Any]


class Snapshot(NamedTuple):
    """The whole structure at one point: context, every attribute of what is live or may be, the structure as shown.

    `content_sha256` is the digest of `content`: the canonical JSON of context and things.
    """

    context: Fields
    things: list[Fields]
    structure: Structure
    content_sha256: str

    @property
    def content(self) -> Fields:
        """What the digest is of."""
        return {"context": self.context, "things": self.things}


class Written(NamedTuple):
    """What was written: where, the digest of its content, and the command that makes it again."""

    path: str
    format: str
    things: int
    content_sha256: str
    command: str


def snapshot(views: Views, day: int, known: Known) -> Snapshot:
    """Return the whole structure on `day` as it was known; no thing is in it before the first record."""
    structure = views.structure(day, known.position)
    behind = _events_behind(views, structure)
    things = [
        {
            "kind": thing.kind,
            "id": thing.id,
            "attributes": [
                {"name": name, "value": json.loads(as_json(held.value)), "stated": held.stated, **behind[held.set_by]}
                for name, held in thing.attributes.items()
            ],
        }
        for thing in structure.possible.values()
    ]
    about = context(views, day, known) | published(structure)
    return Snapshot(about, things, structure, digest({"context": about, "things": things}))


def published(structure: Structure) -> Fields:
    """Return licence and publisher as the settings have them; without what they do not say."""
    government = structure.get(GOVERNMENT)
    said = {} if government is None else government.keyed("settings")
    return {name: said[name] for name in AdoptSettings.TEXTS if name in said}


def _events_behind(views: Views, structure: Structure) -> dict[int, Fields]:
    """Return the position, event id and decision behind every value of a structure, by position."""
    positions = {held.set_by for thing in structure.possible.values() for held in thing.attributes.values()}
    places = Places(views.file)
    places.look_up(positions)
    found = {}
    for at in map(places.at, positions):
        decision = {"authority": at.authority, "reference": at.reference}
        found[at.position] = {"position": at.position, "event": at.id, **decision}
    return found


def as_document(found: Snapshot) -> Fields:
    """Return a snapshot as JSON values: context, digest, the structure as shown, every attribute with its source."""
    return {
        "context": found.context,
        "content_sha256": found.content_sha256,
        **shown(found.structure),
        "things": found.things,
    }


def json_bytes(found: Snapshot) -> bytes:
    """Return a snapshot as JSON text: the same bytes for the same snapshot."""
    return (json.dumps(as_document(found), ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def command_again(about: Fields, path: object, format_: str, location: str) -> str:
    """Return the command that makes the same snapshot again, whatever was recorded since."""
    words: Iterable[str] = (
        *("cluster-ledger", "--ledger", location, "snapshot"),
        *("--effective", str(about["effective"]), "--known", f"p{about['known_position']}"),
        *("--format", format_, "-o", str(path)),
    )
    return shlex.join(words)
