"""Roles in the explorer: what the public, an auditor and a recorder each see, on every page and of every answer."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from support.demonstrations import demonstration
from support.exploring import SITE, Browser
from support.written_ledgers import RECORDER

from commands.keep.tokens.kept import TokenFile, TokenRole
from commands.serve.api.resources import RESOURCES
from ledger.application.ledger import Ledger
from projections.pages.catalogue import PAGES

NAME = "Ada Example"
NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
DECISION = {
    "authority": "Council of Ministers",
    "reference": "X-1",
    "effective": "2026-11-03",
    "changes": [
        {"change": "establish-cluster", "cluster": "odd", "title": "Odd"},
        {"change": "appoint-leader", "of": "odd", "office": "minister", "holder": NAME},
    ],
}
PARAMETERS = {"{cluster:path}": "odd", "{name}": "timeline", "{position:int}": "3", "{id_:path}": "odd"}
PAGES_ASKED = {page.path: page.path for page in PAGES}
TELLING = ("things/{id_:path}/", "entries/{position:int}/")  # pages of this ledger on which a name stands
NAMING = ("show", "log", "why")  # answers that tell who holds an office
ASKED_OF_PROGRAMS = {
    **dict.fromkeys(RESOURCES, ""),
    "why": "?id=odd",
    "history": "?id=odd",
    "show": "?id=odd&effective=2026-11-25",
    "diff": "?from=2026-01-01&to=2026-11-25",
    "restate": "?kind=missions&from=2026-01-01&to=2026-11-25",
}


class Visited:
    """A ledger with one name of a person in it, and where it is looked at."""

    def __init__(self, folder: Path) -> None:
        self.path, self.tokens = folder / "odd.ledger", folder / "tokens.json"

    def token(self, role: TokenRole, until: datetime | None = None) -> str:
        return TokenFile(self.tokens).make(role, "Court of audit", until, NOW).token

    def browser(self, role: str, token: str = "") -> Browser:
        """Return a browser of whoever has a role, before whom the door stands."""
        browser = Browser(self.path, tokens=self.tokens, recorder="Registry")
        if role != "public":
            browser.post("/enter/", {"token": token or self.token("auditor" if role == "auditor" else "recorder")})
        return browser


@pytest.fixture
def visited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Visited]:
    for name in ("VIEWS", "STATE"):
        monkeypatch.setenv(f"CLUSTER_LEDGER_{name}", str(tmp_path / name.lower()))
    with demonstration(tmp_path / "odd.ledger", 0) as made:
        made.record(DECISION)
    yield Visited(tmp_path)


def filled(path: str) -> str:
    for name, value in PARAMETERS.items():
        path = path.replace(name, value)
    return path


@pytest.mark.parametrize("role", ["public", "auditor", "recorder"])
def test_every_page_shows_a_role_what_it_may_see(visited: Visited, role: str) -> None:
    with visited.browser(role) as browser:
        seen = {page.path: browser.get(f"/2026-11-25/p3/{filled(page.path)}") for page in PAGES}
    assert {path for path, visit in seen.items() if visit.status >= 500} == set()
    telling = {path for path, visit in seen.items() if NAME in visit.html}
    assert telling == set() if role == "public" else telling >= set(TELLING)
    for visit in seen.values():
        assert "Cookie" in visit.headers["vary"]
        assert ("private" in visit.headers.get("cache-control", "")) == (role != "public")


@pytest.mark.parametrize("role", ["public", "auditor", "recorder"])
@pytest.mark.parametrize("resource", RESOURCES)
def test_every_answer_to_a_program_tells_a_role_what_it_may_know(visited: Visited, resource: str, role: str) -> None:
    given = {} if role == "public" else {"Authorization": f"Bearer {visited.token('auditor')}"}
    with visited.browser("public") as browser:
        visit = browser.get(f"/api/v1/{resource}{ASKED_OF_PROGRAMS[resource]}", **given)
    assert visit.status == 200, visit.text
    assert (NAME in visit.html) == (role != "public" and resource in NAMING)
    assert "Authorization" in visit.headers["vary"]


def test_a_page_for_an_auditor_is_not_the_one_that_the_public_has(visited: Visited) -> None:
    path = "/2026-11-25/p3/things/odd/"
    with visited.browser("public") as browser:
        tag = browser.get(path).headers["etag"]
    with visited.browser("auditor") as browser:
        assert browser.get(path, if_none_match=tag).status == 200
        assert browser.get(path).headers["etag"] != tag


def test_a_page_that_is_kept_for_an_auditor_is_not_given_to_the_public_nor_one_of_a_deleted_name(
    visited: Visited,
) -> None:
    path = "/2026-11-25/p3/things/odd/"
    with visited.browser("public") as browser:
        public = browser.get(path).html
        browser.post("/enter/", {"token": visited.token("auditor")})
        auditors = browser.get(path).html
        assert NAME in auditors and browser.get(path).html == auditors
        assert NAME not in browser.get("/as/public" + path).html
        with closing(sqlite3.connect(visited.path)) as raw, raw:
            raw.execute("DELETE FROM personal")
        assert NAME not in browser.get(path).html
        assert browser.get(path, Cookie="").html == public


def test_a_cookie_lets_no_program_in_and_a_bearer_token_no_page(visited: Visited) -> None:
    with visited.browser("auditor") as browser:
        assert NAME not in browser.get("/api/v1/show?id=odd&effective=2026-11-25").html
    with visited.browser("public") as browser:
        given = {"Authorization": f"Bearer {visited.token('auditor')}"}
        assert NAME not in browser.get("/2026-11-25/p3/things/odd/", **given).html
        assert NAME not in browser.get(f"/2026-11-25/p3/things/odd/?token={visited.token('auditor')}").html


@pytest.mark.parametrize("said", ["Bearer guessed", "Basic Og==", "Bearer", "Bearer " + "x" * 999, ""])
def test_a_program_with_a_wrong_token_is_told_so(visited: Visited, said: str) -> None:
    with visited.browser("public") as browser:
        visit = browser.get("/api/v1/rules", Authorization=said)
    assert visit.status == 401
    assert visit.headers["www-authenticate"] == "Bearer"
    assert visit.headers["content-type"] == "application/problem+json"


def test_a_token_that_is_withdrawn_ends_what_it_opened_at_once(visited: Visited) -> None:
    token = visited.token("auditor")
    given = {"Authorization": f"Bearer {token}"}
    with visited.browser("auditor", token) as browser:
        assert NAME in browser.get("/2026-11-25/p3/things/odd/").html
        TokenFile(visited.tokens).withdraw(1, NOW)
        assert NAME not in browser.get("/2026-11-25/p3/things/odd/").html
        assert browser.get("/api/v1/rules", **given).status == 401
        assert browser.post("/enter/", {"token": token}).status == 403


def test_a_token_ends_with_its_last_day(visited: Visited) -> None:
    with visited.browser("public") as browser:
        ended = visited.token("auditor", datetime(2020, 1, 1, tzinfo=UTC))
        assert browser.post("/enter/", {"token": ended}).status == 403
        lasting = visited.token("auditor", datetime(2999, 1, 1, tzinfo=UTC))
        assert browser.post("/enter/", {"token": lasting}).status == 200


def test_a_file_of_tokens_that_cannot_be_read_lets_nobody_in(visited: Visited) -> None:
    with visited.browser("auditor") as browser:
        for spoilt in (b"{}{", b'{"format":1,"tokens":[{"number":1}]}', b""):
            visited.tokens.write_bytes(spoilt)
            assert NAME not in browser.get("/2026-11-25/p3/things/odd/").html


def test_an_auditor_records_nothing(visited: Visited) -> None:
    with visited.browser("auditor") as browser:
        door = browser.get("/enter/")
        assert "You are in as: auditor." in door.text
        assert browser.get("/record/").path == "/enter/"
        assert browser.post("/record/", {"mark": door.field("mark"), "action": "record"}).status == 403


def test_whoever_leaves_is_the_public_again_and_the_cookie_opens_nothing_more(visited: Visited) -> None:
    with visited.browser("auditor") as browser:
        kept = dict(browser._client.cookies)
        browser.post("/leave/", {"mark": browser.get("/enter/").field("mark")})
        assert NAME not in browser.get("/2026-11-25/p3/things/odd/").html
        browser._client.cookies.update(kept)
        assert NAME not in browser.get("/2026-11-25/p3/things/odd/").html


@pytest.mark.parametrize("cookie", ["", "1", "1.9999999999.x.y", "1.9999999999.x." + "0" * 64, "0.1.2", "9" * 5_000])
def test_a_cookie_that_was_made_elsewhere_opens_nothing(visited: Visited, cookie: str) -> None:
    visited.token("auditor")
    with visited.browser("public") as browser:
        assert NAME not in browser.get("/2026-11-25/p3/things/odd/", Cookie=f"cluster-ledger={cookie}").html


def test_a_cookie_says_nothing_of_its_token_and_cannot_be_made_to_say_more(visited: Visited) -> None:
    auditor = visited.token("auditor")
    visited.token("recorder")
    with visited.browser("auditor", auditor) as browser:
        (cookie,) = browser._client.cookies.values()
        assert auditor not in cookie
        browser._client.cookies.clear()
        forged = cookie.replace("1.", "2.", 1)
        assert browser.get("/enter/", Cookie=f"cluster-ledger={forged}").text.count("You are in as") == 0
        assert browser.get("/enter/", Cookie=f"cluster-ledger={cookie}").text.count("You are in as") == 1


# As others see it


ADDRESSES = [f"2026-11-25/p3/{filled(page.path)}" for page in PAGES]
DOWNLOADS = [f"2026-11-25/p3/{path}?format={form}" for path in ("", "journal/", "notices/") for form in ("csv", "json")]
PLACE_OF_NAME = "2026-11-25/p3/things/odd/"


@pytest.mark.parametrize("role", ["auditor", "recorder"])
def test_every_page_as_the_public_sees_it_is_the_page_that_the_public_sees(visited: Visited, role: str) -> None:
    with visited.browser(role) as browser, visited.browser("public") as outside:
        for address in ADDRESSES + DOWNLOADS:
            lessened, public = browser.get(f"/as/public/{address}"), outside.get(f"/{address}")
            assert NAME not in lessened.html, address
            assert (lessened.status, lessened.headers.get("etag") is None) == (public.status, False), address
            assert "private" in lessened.headers["cache-control"], address
            assert lessened.main() == public.main(), address
        assert NAME in browser.get(f"/{PLACE_OF_NAME}").html


@pytest.mark.parametrize("path", [*ADDRESSES, "nothing-here/", "things/od/", "2026-11-25/p99/"])
def test_a_page_as_the_public_sees_it_says_so_and_every_link_of_it_stays_there(visited: Visited, path: str) -> None:
    with visited.browser("auditor") as browser:
        visit = browser.get(f"/as/public/{path}")
    assert "As the public sees it" in visit.text
    back = f"{SITE}/{urlsplit(visit.path).path.removeprefix('/as/public/')}"
    inside = {link for link in visit.links() if link.startswith(SITE)} - {back}
    assert inside and {link for link in inside if not link.startswith(f"{SITE}/as/public/")} == set()
    assert back in set(visit.links())


@pytest.mark.parametrize("role", ["public", "auditor"])
@pytest.mark.parametrize(
    "asked", ["auditor", "recorder", "administrator", "AUDITOR", "public%2F..%2Fauditor", "auditor/as/recorder"]
)
def test_no_address_lets_anybody_see_more_than_their_role(visited: Visited, role: str, asked: str) -> None:
    with visited.browser(role) as browser:
        seen = browser.get(f"/{PLACE_OF_NAME}")
        for address in (f"/as/{asked}/{PLACE_OF_NAME}", f"/as/public/as/{asked}/{PLACE_OF_NAME}"):
            visit = browser.get(address)
            assert NAME not in visit.html or (role != "public" and visit.html == seen.html), address
            assert "As an auditor sees it" not in visit.text
        for query in (f"as={asked}", f"role={asked}", f"viewer={asked}"):
            assert browser.get(f"/as/public/{PLACE_OF_NAME}?{query}").main() == visited_as_public(visited)


def visited_as_public(visited: Visited) -> str:
    with visited.browser("public") as browser:
        return browser.get(f"/{PLACE_OF_NAME}").main()


@pytest.mark.parametrize(
    "rest", ["/evil.example/", "//evil.example/", "\\evil.example/", "%5Cevil.example/", "%2F%2Fevil.example/"]
)
def test_who_is_sent_on_to_the_page_itself_stays_at_this_server(visited: Visited, rest: str) -> None:
    with visited.browser("public") as browser:
        visit = browser.get(f"/as/auditor/{rest}", follow=False)
    assert visit.status == 307
    assert urlsplit(urljoin(SITE, visit.headers["location"])).netloc == urlsplit(SITE).netloc


def test_a_recorder_sees_what_an_auditor_sees_and_a_view_records_nothing(visited: Visited) -> None:
    with visited.browser("recorder") as browser:
        as_auditor = browser.get(f"/as/auditor/{PLACE_OF_NAME}")
        assert "As an auditor sees it" in as_auditor.text and NAME in as_auditor.html
        assert 'record/">' in browser.get(f"/{PLACE_OF_NAME}").html
        assert 'record/">' not in as_auditor.html
        assert browser.get("/as/public/record/").status == 404
        assert browser.post("/as/public/record/", {"action": "record"}).status in (404, 405)
        assert browser.get("/as/public/api/v1/show?id=odd").status == 404


def test_what_is_withheld_is_told_with_its_rule_its_decision_and_never_itself(visited: Visited) -> None:
    with visited.browser("auditor") as browser:
        own, public = (browser.get(f"{view}/2026-11-25/p3/withheld/") for view in ("", "/as/public"))
    assert NAME in own.text and NAME not in public.html
    for visit in (own, public):
        assert "Names of holders of office are personal always." in visit.text
        assert "kept 1 deleted for everybody 0" in " ".join(visit.text.split())
        assert "X-1" in visit.text and "minister" in visit.text


def test_a_name_that_is_deleted_is_told_as_deleted_to_everybody_at_once(visited: Visited) -> None:
    path = "/2026-11-25/p3/withheld/"
    with visited.browser("public") as browser:
        tag = browser.get(path).headers["etag"]
        with closing(sqlite3.connect(visited.path, isolation_level=None)) as db:
            db.execute("DELETE FROM personal")
        visit = browser.get(path, if_none_match=tag)
    assert visit.status == 200
    assert "It was deleted where it was kept, for everybody." in visit.text
    assert "0" in visit.text.partition("kept")[2][:4]


def test_a_reason_that_is_marked_as_personal_is_withheld_once_for_a_decision(visited: Visited) -> None:
    reason, paper = "A reason for few", "A minute for few"
    marked = {name: {"text": text, "personal": True} for name, text in (("rationale", reason), ("title", paper))}
    changes = [{"change": "retitle-cluster", "cluster": "odd", "title": title} for title in ("One", "Two")]
    documents = [{"title": marked["title"]}]
    second = {"authority": "A", "reference": "X-2", "effective": "2026-11-04", "rationale": marked["rationale"]}
    with Ledger.open(visited.path, recorder=RECORDER) as ledger:
        ledger.record({**second, "documents": documents, "changes": changes})
    with visited.browser("auditor") as browser:
        own, public = (browser.get(f"{view}/2026-11-25/p5/withheld/") for view in ("", "/as/public"))
    assert reason in own.text and paper in own.text
    assert reason not in public.html and paper not in public.html
    assert public.text.count("The decision marks it as personal.") == 2
    assert "1 decision names papers" in public.text


@pytest.mark.parametrize(("role", "records"), [("public", 0), ("auditor", 0), ("recorder", 1)])
def test_a_page_leads_to_the_door_and_those_who_may_record_to_the_form(
    visited: Visited, role: str, records: int
) -> None:
    with visited.browser(role) as browser:
        visit = browser.get(f"/{PLACE_OF_NAME}")
        assert f"{SITE}/enter/" in visit.links()
        assert list(visit.links()).count(f"{SITE}/record/") == records
        assert ("Log out" in visit.text) == (role != "public")
        browser.post("/leave/", {"mark": browser.get("/enter/").field("mark")})
        again = browser.get(f"/{PLACE_OF_NAME}", if_none_match=visit.headers["etag"])
        assert again.status == (304 if role == "public" else 200)


def test_where_no_token_is_taken_no_page_leads_to_a_door(visited: Visited) -> None:
    with Browser(visited.path) as browser:
        assert f"{SITE}/enter/" not in browser.get(f"/{PLACE_OF_NAME}").links()
