"""A question whose page is a file: every link leads to another file of the site, relative to its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from projections.analysis.opened import PointOfBothTimes
from projections.pages.addresses import PagePoint, upwards
from projections.pages.question import OtherPoint, PageQuestion
from projections.pages.site.places import INDEX, SitePage, SitePlaces


class SiteQuestion(PageQuestion):
    """One page of a site."""

    def __init__(self, at: PointOfBothTimes, one: SitePage, places: SitePlaces, **shown: Any) -> None:
        """Take the point, the page, and where all pages are; `shown` is as of `PageQuestion`."""
        super().__init__(at, one.page, dict(one.asked), **shown)
        self._one, self._places = one, places

    @property
    def points(self) -> tuple[OtherPoint, ...]:
        """The points of the site, with the way to this page at each."""
        ways = (self.root + self._places.elsewhere(one, self.page) for one in self._places.points)
        return tuple(map(OtherPoint, self._places.points, ways))

    @property
    def path(self) -> str:
        """The folder of its file, below that of the site."""
        return self._one.folder

    @property
    def url(self) -> str:
        """Its address as one cites it: in full where the address of the site is known."""
        return self.place + self.path + INDEX

    @property
    def root(self) -> str:
        """The way to the folder of the site."""
        return upwards(self.path)

    def link(self, page: str = "", **asked: object) -> str:
        """Return the way to another page of the same point."""
        return self.root + self._places.way(self.point, page, _said(asked))

    def moved(self, day: int | None = None, known: int | None = None) -> str:
        """Return the way to this page at another point of the site; to itself where there is no such point."""
        point = PagePoint(self.day if day is None else day, self.known if known is None else known)
        if point == self.point or point not in self._places.points:
            return INDEX
        return self.root + self._places.elsewhere(point, self.page)

    def on_day(self, day: int, page: str) -> str:
        """Return the way to another page on another day, where the site has that; else at this point."""
        point = PagePoint(day, self.known)
        return self.root + self._places.elsewhere(point if point in self._places.points else self.point, page)

    def first_of(self, point: PagePoint) -> str:
        """Return the way to the first page of another point."""
        return self.root + self._places.way(point if point in self._places.points else self.point, "", {})


def _said(asked: Mapping[str, object]) -> dict[str, str]:
    return {name.rstrip("_"): str(value) for name, value in asked.items() if value not in (None, "")}
