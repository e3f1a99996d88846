"""Writing of a site: every page of its points, one at a time, and the files beside them."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from ledger.errors import InputError
from ledger.timeline import iso
from projections.analysis.opened import PointOfBothTimes
from projections.pages.addresses import PagePoint
from projections.pages.catalogue import PAGES, PageKind
from projections.pages.kinds.proof import checkpoint_file, decision_proof, entry_proof
from projections.pages.question import AUDITOR, PUBLIC
from projections.pages.rendering import STATIC, VERIFIER, rendered, told_apart
from projections.pages.site.places import INDEX, SitePage, SitePlaces
from projections.pages.site.question import SiteQuestion
from projections.pages.vouched import CheckpointAtHand
from projections.pages.words import ENGLISH, Words
from projections.snapshots.formats import FORMATS
from projections.snapshots.question import Snapshot, snapshot
from projections.views.queries.record import decision_at, decisions_counted
from projections.views.read_model import Views

MARKER = "site.json"
FORMAT = "cluster-ledger-site/1"
STRUCTURES = {"json": "structure.json", "csv": "structure.zip"}  # the snapshot of each point, beside its first page
_FIXED = 15  # pages of a point whatever it holds: the first of each kind


class SiteShown(NamedTuple):
    """How a site is shown: to whom, in which words, under which checkpoint, and at which address, if that is known."""

    public: bool = True
    words: Words = ENGLISH
    checkpoint: CheckpointAtHand | None = None
    place: str = ""


class SiteWritten(NamedTuple):
    """A site that was written: how many pages, and how many files beside them."""

    pages: int
    files: int


def pages_at_least(views: Views, points: Sequence[PagePoint]) -> int:
    """Return how many pages a site of these points has at least; more are led to by pages, such as those of things."""
    views.catch_up()
    return sum(2 * one.known + decisions_counted(views.file, one.known) + _FIXED for one in points) + 1


class SiteWriter:
    """What writes a site of one ledger into an empty folder."""

    def __init__(self, views: Views, points: Sequence[PagePoint], shown: SiteShown) -> None:
        """Take points of which the position of each ends a decision, the first of them that to which one is led."""
        self._views, self._points, self._shown = views, points, shown
        self._at = {one: PointOfBothTimes(views, one.day, views.ledger.known_at(one.known)) for one in points}

    def write(self, folder: Path, told: Callable[[int], None] | None = None) -> SiteWritten:
        """Write every page and file; `told` is called with the number of pages so far.

        Raises `LedgerError` where the ledger cannot be read, `OSError` where the folder takes no more.
        """
        self._views.catch_up()
        places, pages = SitePlaces(self._views.file, self._points), 0
        for one in self._all(places):
            target = folder / one.folder
            target.mkdir(parents=True, exist_ok=True)
            (target / INDEX).write_text(self._page(one, places), "utf-8")
            pages += 1
            if told is not None:
                told(pages)
        (folder / INDEX).write_text(self._first(), "utf-8")
        return SiteWritten(pages + 1, sum(1 for _ in self._beside(folder)))

    def _all(self, places: SitePlaces) -> Iterator[SitePage]:
        for point in self._points:
            for one in places.counted(point):
                yield from places.waiting()
                yield one
        yield from places.waiting()

    def _page(self, one: SitePage, places: SitePlaces) -> str:
        shown = self._shown
        downloads = STRUCTURES if one.page == "" else {}
        question = SiteQuestion(
            self._at[one.point],
            one,
            places,
            viewer=PUBLIC if shown.public else AUDITOR,
            checkpoint=shown.checkpoint,
            downloads=downloads,
            place=shown.place,
        )
        kind, parameters = page_kind(one.page)
        try:
            return rendered(question, kind.template, kind.answer(question, **parameters), shown.words)
        except InputError as error:  # such as a thing that only another entry names
            said, back = "This cannot be answered", question.link()
            return told_apart(
                "unanswered", question.root, shown.words, heading=said, sentence=str(error), back=back, in_site=True
            )

    def _first(self) -> str:
        points = [(iso(one.day), one.known, one.path + INDEX) for one in self._points]
        government = self._views.ledger.government
        return told_apart("site", "./", self._shown.words, government=government.name, points=points)

    def _beside(self, folder: Path) -> Iterator[Path]:
        """Write what stands beside the pages; yield each file."""
        shutil.copytree(STATIC, folder / "static")
        yield from (folder / "static").iterdir()
        yield Path(shutil.copyfile(VERIFIER, folder / VERIFIER.name))
        for point, at in self._at.items():
            found = snapshot(self._views, point.day, at.known)
            for form, name in STRUCTURES.items():
                path = folder / point.path / name
                with path.open("wb") as file:
                    _write_of(form)(found, file)
                yield path
        if self._shown.checkpoint is not None:
            yield from self._proofs(folder / "proofs", self._shown.checkpoint)
        yield _written(folder / MARKER, json.dumps(self._about(), indent=2).encode())

    def _proofs(self, folder: Path, at_hand: CheckpointAtHand) -> Iterator[Path]:
        size = at_hand.read(self._views.ledger).size
        folder.mkdir()
        yield _written(folder / "checkpoint", checkpoint_file(self._views, at_hand))
        for position in range(1, min(size, max(one.known for one in self._points)) + 1):
            raw = entry_proof(self._views, at_hand, position)
            yield _written(folder / f"p{position}.tlog-proof", raw)
            place = decision_at(self._views.file, position)
            if place is None or place.first != position or place.last > size:
                continue
            try:
                raw = decision_proof(self._views, at_hand, position)
            except InputError:  # it is too long for a file; no page leads to it
                continue
            yield _written(folder / f"decision-p{position}.tlog-proof", raw)

    def _about(self) -> dict[str, object]:
        points = [
            {"effective": iso(point.day), "known": point.known, "root": at.known.root} for point, at in self._at.items()
        ]
        return {"format": FORMAT, "ledger_id": self._views.ledger.government.ledger_id, "points": points}


def _written(path: Path, raw: bytes) -> Path:
    path.write_bytes(raw)
    return path


def _write_of(form: str) -> Callable[[Snapshot, BinaryIO], None]:
    write = FORMATS[form].write
    assert write is not None
    return write


def site_of(folder: Path) -> str | None:
    """Return the id of the ledger of which a folder is a site; None for any other folder."""
    try:
        found = json.loads((folder / MARKER).read_bytes())
    except (OSError, ValueError):
        return None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        return None
    return str(found.get("ledger_id"))


def page_kind(page: str) -> tuple[PageKind, dict[str, Any]]:
    """Return the kind of a page by its address below the point, and what its address says."""
    for kind in PAGES:
        pattern = re.sub(r"\{(\w+)(:\w+)?\}", _group, kind.path)
        found = re.fullmatch(pattern, page)
        if found is not None:
            return kind, {
                name: int(value) if name == "position" else value for name, value in found.groupdict().items()
            }
    raise KeyError(page)


def _group(found: re.Match[str]) -> str:
    shape = {":path": ".+", ":int": r"\d+", None: "[^/]+"}[found[2]]
    return f"(?P<{found[1]}>{shape})"
