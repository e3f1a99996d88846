"""Places of pages in a site: each is a file of its own, also where a page was asked for something."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import urlencode

from projections.pages.addresses import PagePoint
from projections.views.file import ViewsFile
from projections.views.queries.mentions import first_naming
from projections.views.queries.record import decision_at, first_of, named_by

INDEX = "index.html"
_OF_ONE = {"matrix/": "matrix/", "agility/": "agility/"}  # of a cluster, which another day may not have: of all
Asked = Mapping[str, str]


class SitePage(NamedTuple):
    """A page of a site: its point, its address below that, and what it is asked."""

    point: PagePoint
    page: str
    asked: tuple[tuple[str, str], ...] = ()

    @property
    def folder(self) -> str:
        """The folder of its file, below that of the site.

        >>> SitePage(PagePoint(736330, 5), "journal/", (("thing", "a/b"), ("skip", "50"))).folder
        '2017-01-01/p5/journal/thing=a~2Fb&skip=50/'
        """
        asked = urlencode(self.asked).replace("~", "%7E").replace("%", "~")  # names that mean the same to every server
        return self.point.path + self.page + (f"{asked}/" if asked else "")


class SitePlaces:
    """The pages that a site holds: every entry, every decision, and what else a page leads to, each once."""

    def __init__(self, file: ViewsFile, points: Sequence[PagePoint]) -> None:
        """Begin with the first page of each point."""
        self.points = tuple(points)
        self._file = file
        self._seen: set[str] = set()
        self._waiting: deque[SitePage] = deque()
        for point in self.points:
            self.way(point, "", {})

    def way(self, point: PagePoint, page: str, asked: Asked) -> str:
        """Return the place of a page, from the folder of the site; it is one of those that are to be written."""
        found = self._settled(point, page, {name: value for name, value in asked.items() if value})
        if not _is_counted(found) and found.folder not in self._seen:
            self._seen.add(found.folder)
            self._waiting.append(found)
        return found.folder + INDEX

    def elsewhere(self, point: PagePoint, page: str) -> str:
        """Return the place of the same page at another point; of its first page, where it is not there."""
        kind, _, rest = page.partition("/")
        if kind in ("entries", "decisions"):
            return self.way(point, page if int(rest.rstrip("/")) <= point.known else "", {})
        if kind in ("things", "map"):
            first = first_naming(self._file, rest.rstrip("/"))
            return self.way(point, f"things/{rest}" if first is not None and first <= point.known else "", {})
        return self.way(point, _OF_ONE.get(f"{kind}/", page), {})

    def waiting(self) -> Iterator[SitePage]:
        """Yield the pages that were led to and not yielded before, until no page leads to another."""
        while self._waiting:
            yield self._waiting.popleft()

    def counted(self, point: PagePoint) -> Iterator[SitePage]:
        """Yield the pages of every entry, of its way to the fingerprint, and of every decision that are known."""
        for position in range(1, point.known + 1):
            place = decision_at(self._file, position)
            if place is not None and place.first == position:
                yield SitePage(point, f"decisions/{position}/")
            yield SitePage(point, f"entries/{position}/")
            yield SitePage(point, "proof/", (("entry", str(position)),))

    def _settled(self, point: PagePoint, page: str, asked: dict[str, str]) -> SitePage:
        """Return the page that stands for others that tell the same."""
        first = None
        if page.startswith("decisions/"):
            place = decision_at(self._file, int(page.split("/")[1]))
            first = None if place is None else place.first
        elif page == "journal/" and "reference" in asked:
            first = self._decision(asked["reference"], asked.get("authority"), point.known)
            asked = {}
        return SitePage(point, page, tuple(asked.items())) if first is None else SitePage(point, f"decisions/{first}/")

    def _decision(self, reference: str, authority: str | None, known: int) -> int | None:
        found = named_by(self._file, reference, known)
        if authority is None:
            return found[0][1] if len(found) == 1 else None
        return first_of(self._file, authority, reference)


def _is_counted(page: SitePage) -> bool:
    """Return whether a page is written because its entry is there, and not because one leads to it."""
    return page.page.startswith(("entries/", "decisions/")) or (page.page == "proof/" and bool(page.asked))
