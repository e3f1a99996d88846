"""A question that a page answers: the point of both times, who looks, and what people call things there."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Any, NamedTuple

from ledger.timeline import day_of
from projections.analysis.opened import PointOfBothTimes
from projections.pages.addresses import PagePoint, address, upwards
from projections.pages.vouched import CheckpointAtHand
from projections.report.titles import Titles
from projections.views.context import Context
from projections.views.read_model import Views
from projections.withheld import Names, unnamed


class OtherPoint(NamedTuple):
    """A point at which the same page can be seen, and the way there."""

    point: PagePoint
    way: str


class Viewer(NamedTuple):
    """Whoever looks at a page: the role that it is shown to, and their own, which sees as much or more.

    `ways` lead to the same page as other roles of theirs see it; `enter` to where a token is shown, empty for nowhere;
    `inside`: whether they showed one.
    """

    role: str
    own: str
    ways: Mapping[Any, str] = MappingProxyType({})
    enter: str = ""
    inside: bool = False


PUBLIC, AUDITOR = Viewer("public", "public"), Viewer("auditor", "auditor")


class PageQuestion:
    """One page as it is asked for."""

    def __init__(
        self,
        at: PointOfBothTimes,
        page: str,
        asked: Mapping[str, str],
        *,
        viewer: Viewer = AUDITOR,
        checkpoint: CheckpointAtHand | None = None,
        downloads: Mapping[str, str] | None = None,
        place: str = "",
    ) -> None:
        """Take the point, the part of the address after it, what was asked there, and who looks.

        `checkpoint` is the newest one that those who show the page have; `downloads` are the ways to what it gives out,
        by format; `place` is where the root of the explorer is found, where that is known.
        """
        self.place = place
        self.downloads = downloads or {}
        self.at, self.page, self.asked, self.viewer, self.checkpoint = at, page, asked, viewer, checkpoint
        self.point = PagePoint(at.day, at.known.position)

    @property
    def views(self) -> Views:
        """The views of the ledger."""
        return self.at.views

    @property
    def day(self) -> int:
        """The day that is asked about."""
        return self.point.day

    @property
    def known(self) -> int:
        """The position of what is known."""
        return self.point.known

    @property
    def is_all_known(self) -> bool:
        """Whether nothing was recorded after what is known here."""
        return self.views.ledger.head().position <= self.known

    def is_ahead(self, stated: str | None) -> bool:
        """Return whether a date, as it was stated, comes after the day that is asked about; none does not."""
        return stated is not None and day_of(stated) > self.day

    @property
    def public(self) -> bool:
        """Whether it is shown as the public sees it."""
        return self.viewer.role == "public"

    @property
    def names(self) -> Names:
        """What tells personal texts: nothing for the public, and never one that was deleted."""
        return unnamed if self.public else self.views.ledger.personal

    @cached_property
    def context(self) -> Context:
        """The context that every answer carries."""
        return self.at.context

    @cached_property
    def titles(self) -> Titles:
        """What people call things."""
        self.views.catch_up()
        return Titles(self.views, self.day, self.known)

    @property
    def points(self) -> tuple[OtherPoint, ...] | None:
        """The only points there are, with the ways to this page there; None where every point can be asked for."""
        return None

    @property
    def path(self) -> str:
        """Its address, below the root of the explorer."""
        return address(self.point, self.page)

    @property
    def url(self) -> str:
        """Its address with all that was asked, as one cites it: in full where the place of the explorer is known."""
        return self.place + address(self.point, self.page, **self.asked)

    @property
    def root(self) -> str:
        """The way to the root of the explorer."""
        return upwards(self.path)

    def link(self, page: str = "", **asked: object) -> str:
        """Return the way to another page of the same point."""
        return self.root + address(self.point, page, **asked)

    def moved(self, day: int | None = None, known: int | None = None) -> str:
        """Return the way to this page at another point."""
        point = PagePoint(self.day if day is None else day, self.known if known is None else known)
        return self.root + address(point, self.page, **self.asked)

    def on_day(self, day: int, page: str) -> str:
        """Return the way to another page on another day, as known here."""
        return self.root + address(PagePoint(day, self.known), page)

    def first_of(self, point: PagePoint) -> str:
        """Return the way to the first page of another point."""
        return self.root + address(point)
