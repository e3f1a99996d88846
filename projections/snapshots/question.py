"""Snapshots: the whole structure at one point of both times, as files that say what they are and can be made again."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypedDict, cast

from ledger.application import Known
from ledger.events.changes.settings import AdoptSettings
from ledger.names import GOVERNMENT, LIFE
from ledger.state.structure import Structure
from ledger.timeline import day_of
from projections.answers.structure import StructureShown, shown
from projections.fields import INLINE, named
from projections.views.context import Context, context
from projections.views.dossiers import Dossier, Fields, SourcedRows, content_of
from projections.views.read_model import Views

FORMAT = 2  # the version of the shape of snapshots


class Snapshot(NamedTuple):
    """The whole structure at one point: its context, and `size` dossiers, of each thing that is live or may be.

    They are in order of id, and read as often as one asks. `content_sha256` is the digest of the canonical JSON of
    context and things.
    """

    context: Fields
    dossiers: Iterable[Dossier]
    size: int
    content_sha256: str

    @property
    def things(self) -> list[Fields]:
        """Every thing as JSON values; all of them are in memory."""
        return [one.fields for one in self.dossiers]

    @property
    def structure(self) -> Structure:
        """The structure on the day; all of it is in memory."""
        things = {one.thing.id: one.thing for one in self.dossiers}
        return Structure.of_days(day_of(self.context["effective"]), things)


class Written(NamedTuple):
    """What was written: where, the digest of its content, and the command that makes it again."""

    path: str
    format: str
    things: int
    content_sha256: str
    command: str


def snapshot(views: Views, day: int, known: Known) -> Snapshot:
    """Return the whole structure on `day` as it was known; no thing is in it before the first record."""
    about = {**context(views, day, known), "format": FORMAT, **published(views, day, known.position)}
    return made_of(about, SourcedRows(views.sourced(day, known.position)))


def published(views: Views, day: int, known: int) -> Fields:
    """Return licence and publisher as the settings have them; without what they do not say."""
    if views.row_at(GOVERNMENT, LIFE, day, known) is None:
        return {}
    said = {name: views.row_at(GOVERNMENT, f"settings:{name}", day, known) for name in AdoptSettings.TEXTS}
    return {name: row.value for name, row in said.items() if row is not None}


def made_of(about: Fields, dossiers: Iterable[Dossier]) -> Snapshot:
    """Return the snapshot of a context and dossiers, which are read once for its digest, and may be read again."""
    content = content_of(about, (one.fields for one in dossiers))
    return Snapshot(about, dossiers, content.things, content.sha256)


class SnapshotContext(Context, total=False):
    """The context of a snapshot; licence and publisher where the settings say so."""

    licence: str
    publisher: str


class SnapshotAttribute(TypedDict):
    """An attribute of a thing, from when it is so as stated, and the event and decision that set it."""

    name: str
    value: Any
    stated: str
    position: int
    event: str
    authority: str
    reference: str


class SnapshotThing(TypedDict):
    """A thing with every attribute that it has on the day."""

    kind: str
    id: str
    attributes: list[SnapshotAttribute]


@dataclass(frozen=True)
class SnapshotDocument:
    """What a snapshot says as JSON: its context and digest, the structure as shown, and every attribute."""

    context: SnapshotContext
    content_sha256: str
    structure: StructureShown = field(metadata=INLINE)
    things: Iterable[SnapshotThing]


def as_document(found: Snapshot) -> Mapping[str, Any]:
    """Return the members of a snapshot as JSON; the things are read one by one."""
    about, things = cast(SnapshotContext, found.context), (cast(SnapshotThing, one.fields) for one in found.dossiers)
    return named(SnapshotDocument(about, found.content_sha256, shown(found.structure), things)) or {}


def command_again(about: Fields, path: object, format_: str, location: str) -> str:
    """Return the command that makes the same snapshot again, whatever was recorded since."""
    words: Iterable[str] = (
        *("cluster-ledger", "--ledger", location, "snapshot"),
        *("--effective", str(about["effective"]), "--known", f"p{about['known_position']}"),
        *("--format", format_, "-o", str(path)),
    )
    return shlex.join(words)
