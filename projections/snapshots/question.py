"""Snapshots: the whole structure at one point of both times, as files that say what they are and can be made again."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from typing import NamedTuple

from ledger.application import Known
from ledger.events.changes.settings import AdoptSettings
from ledger.names import GOVERNMENT, LIFE
from ledger.state.structure import Structure
from ledger.timeline import day_of
from projections.answers.structure import shown
from projections.fields import named
from projections.views.context import context
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


def as_document(found: Snapshot) -> dict[str, object]:
    """Return what a snapshot says as JSON: context, digest, the structure as shown, every attribute with its source.

    The things are read one by one.
    """
    return {
        "context": found.context,
        "content_sha256": found.content_sha256,
        **(named(shown(found.structure)) or {}),
        "things": (one.fields for one in found.dossiers),
    }


def command_again(about: Fields, path: object, format_: str, location: str) -> str:
    """Return the command that makes the same snapshot again, whatever was recorded since."""
    words: Iterable[str] = (
        *("cluster-ledger", "--ledger", location, "snapshot"),
        *("--effective", str(about["effective"]), "--known", f"p{about['known_position']}"),
        *("--format", format_, "-o", str(path)),
    )
    return shlex.join(words)
