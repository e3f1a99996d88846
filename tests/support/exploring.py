"""A browser without a screen for the pages of the explorer: what is asked, and what a page says and links to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin

from starlette.testclient import TestClient

from commands.keep.tokens.kept import Role, Token, TokenFile, TokensTaken, digest_of, new_token
from commands.serve.access.door import Door
from commands.serve.access.limits import WrongTokens, a_minute
from commands.serve.access.visits import Visits
from commands.serve.application import application
from commands.serve.pool import AnsweringThreads
from commands.serve.recording.desk import RecordingDesk
from commands.serve.recording.routes import RecordingPages
from ledger.clock import now
from projections.pages.vouched import CheckpointAtHand
from projections.pages.words import ENGLISH, Words

SITE = "http://localhost"
EXAMPLES = {  # of the demonstration, for each kind of page whose address names something
    "decisions/{position:int}/": "decisions/70/",
    "entries/{position:int}/": "entries/70/",
    "matrix/{cluster:path}/": "matrix/wellbeing/",
    "agility/{cluster:path}/": "agility/wellbeing/",
    "execution/{cluster:path}/": "execution/wellbeing/",
    "lineage/{cluster:path}/": "lineage/wellbeing/",
    "charts/{name}/": "charts/matrix/",
    "map/{id_:path}/": "map/wellbeing/",
    "things/{id_:path}/": "things/wellbeing/",
}
_INLINE = ("a", "b", "bdi", "code", "i", "small", "span", "time")


class Browser:
    """A visitor of one ledger's pages."""

    def __init__(
        self,
        location: Path,
        words: Words = ENGLISH,
        *,
        public: bool = False,
        recorder: str | None = None,
        tokens: Path | None = None,
        checkpoint: CheckpointAtHand | None = None,
        limit: int | None = None,
        proxies: Sequence[str] = (),
    ) -> None:
        """Visit a ledger, from the address 192.0.2.1.

        With `recorder` it is visited where decisions are recorded by who has `token`; with `tokens`, a file, where
        whoever shows none of them is the public; with `limit`, where an address may ask so often a minute, behind
        `proxies`.
        """
        self.desk = None if recorder is None else RecordingDesk(str(location), recorder)
        self.token = new_token()
        own = None if self.desk is None else Token(0, "recorder", "", digest_of(self.token), "")
        file = None if tokens is None else TokenFile(tokens)
        visits = Visits(now, TokensTaken(file, own))
        wrong = WrongTokens()
        door = Door(visits, wrong, words, https=False, records=self.desk is not None)
        pages = None if self.desk is None else RecordingPages(self.desk, visits, words)
        unasked: Role = "auditor" if tokens is None and not public else "public"
        pool = AnsweringThreads(str(location), 1)
        app = application(
            pool,
            words=words,
            unasked=unasked,
            door=None if file is None and pages is None else door,
            checkpoint=checkpoint,
            recording=pages,
            requests=None if limit is None else a_minute(limit),
            wrong=wrong,
            proxies=proxies,
        )
        self._client = TestClient(app, base_url=SITE, raise_server_exceptions=False, client=("192.0.2.1", 50_000))

    def __enter__(self) -> Browser:
        self._client.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._client.__exit__(*error)
        if self.desk is not None:
            self.desk.close()

    def get(self, path: str, *, follow: bool = True, **headers: str) -> Visit:
        """Return the page at a path, after where it sends on."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = self._client.get(path, follow_redirects=follow, headers=named)
        return Visit(answer.status_code, answer.text, str(answer.url).removeprefix(SITE), dict(answer.headers))

    def raw(self, path: str) -> bytes:
        """Return the bytes that are at a path."""
        return self._client.get(path).content

    def post(self, path: str, fields: Mapping[str, str], **headers: str) -> Visit:
        """Return the page that answers a form, after where it sends on."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = self._client.post(path, data=dict(fields), headers=named)
        return Visit(answer.status_code, answer.text, str(answer.url).removeprefix(SITE), dict(answer.headers))

    def send(self, method: str, path: str) -> int:
        """Return the status by which another method is answered."""
        return self._client.request(method, path).status_code


class Visit:
    """A page that was visited."""

    def __init__(self, status: int, html: str, path: str, headers: dict[str, str]) -> None:
        self.status, self.html, self.path, self.headers = status, html, path, headers

    @property
    def text(self) -> str:
        """All that it says, on one line."""
        found = _Text()
        found.feed(self.html)
        return " ".join("".join(found.said).split())

    def field(self, name: str) -> str:
        """Return what stands in a field of one line."""
        found = re.search(rf'name="{re.escape(name)}" value="([^"]*)"', self.html)
        return unescape(found[1]) if found else ""

    def names(self) -> list[str]:
        """Return the names of its fields."""
        return [unescape(name) for name in re.findall(r'name="([^"]+)"', self.html)]

    def main(self) -> str:
        """Return what stands between its header and its footer, as HTML."""
        return self.html.partition("<main")[2].partition("</main>")[0]

    def links(self) -> Iterator[str]:
        """Yield the addresses that it links to, in full, without what comes after a #."""
        for address in re.findall(r'href="([^"]+)"', self.html):
            yield urljoin(SITE + self.path, unescape(address)).partition("#")[0]


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._hidden = False

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._hidden = tag in ("script", "style")
        if tag not in _INLINE:
            self.said.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.said.append(data)
