"""Pages of the explorer: each tells at both times what the command line tells, and leads on to what is behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from support.demonstrations import demonstration
from support.exploring import EXAMPLES, SITE, Browser

from ledger.timeline import day_of
from projections.pages.catalogue import PAGES
from projections.pages.question import PageQuestion

POINT = "/2026-11-25/p234/"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    folder = tmp_path_factory.mktemp("explorer")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLUSTER_LEDGER_VIEWS", str(folder / "views"))
        demonstration(folder / "illyria.ledger").close()
        with Browser(folder / "illyria.ledger") as found:
            yield found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.path or "overview")
def test_each_page_is_complete_without_script(browser: Browser, page: object) -> None:
    visit = browser.get(POINT + EXAMPLES.get(page.path, page.path))  # type: ignore[attr-defined]
    assert visit.status == 200
    assert "In effect on 25 November 2026, as known from all 234 entries." in visit.text
    assert visit.html.count("<h1>") == 1


def test_one_entry_is_told_as_one(browser: Browser) -> None:
    text = browser.get("/2026-11-25/p1/").text
    assert "as known from the first entry." in text and "Its fingerprint:" in text
    assert "The one entry on which this page rests has a fingerprint." in text
    assert "entries" not in text


def test_a_page_is_the_same_when_it_is_asked_again(browser: Browser) -> None:
    assert browser.get(POINT).html == browser.get(POINT).html


def test_an_address_without_a_point_leads_to_today_and_all_that_is_known(browser: Browser) -> None:
    visit = browser.get("/things/wellbeing/")
    assert re.fullmatch(r"/\d{4}-\d\d-\d\d/p234/things/wellbeing/", visit.path)


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("effective=15+May+2024", "/2024-05-15/p234/"),
        ("effective=2018-04", "/2018-04-01/p234/"),
        ("effective=2018", "/2018-01-01/p234/"),
        ("known=entry+100", "/2026-11-25/p95/"),
        ("known=p95", "/2026-11-25/p95/"),
        ("effective=May+2024&known=p95", "/2024-05-01/p95/"),
    ],
)
def test_what_is_typed_leads_to_a_dated_address(browser: Browser, typed: str, path: str) -> None:
    assert browser.get(f"{POINT}?{typed}").path == path


def test_the_form_keeps_what_else_was_asked(browser: Browser) -> None:
    visit = browser.get(f"{POINT}journal/?search=health&effective=2024-05-15")
    assert visit.path == "/2024-05-15/p234/journal/?search=health"


def test_steps_lead_to_the_change_before_and_the_one_after(browser: Browser) -> None:
    visit = browser.get("/2024-05-15/p234/")
    earlier, later = re.findall(r'<a rel="(?:prev|next)" href="([^"]+)">', visit.html)[:2]
    assert earlier.endswith("2024-05-02/p234/")
    assert later.endswith("2024-07-01/p234/")


def test_a_position_inside_a_decision_leads_to_where_it_began(browser: Browser) -> None:
    assert browser.get("/2026-11-25/p100/").path == "/2026-11-25/p95/"


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        (f"{POINT}things/welbeing/", 'Did you mean "wellbeing"?'),
        (f"{POINT}?effective=2026-02-30", "2026-02-30"),
        (f"{POINT}?known=soon", "not understood as a state of knowledge"),
        ("/2026-11-25/p9999/", "the ledger ends at p234"),
        (f"{POINT}entries/9999/", "There is no entry 9999"),
        (f"{POINT}proof/?entry=x", "An entry is a number from 1 to 234"),
        (f"{POINT}journal/?type=nothing", "nothing"),
        (f"{POINT}map/wellbeing/?attribute=colour", "colour"),
        (f"{POINT}compare/?since=never", "never"),
        (f"{POINT}charts/pie/", "pie"),
        ("/2026-02-30/p234/", "There is no page at this address"),
        ("/2026-11-25/nothing/here/", "There is no page at this address"),
    ],
)
def test_what_has_no_answer_is_said_in_a_sentence(browser: Browser, path: str, sentence: str) -> None:
    visit = browser.get(path)
    assert visit.status == 404
    assert sentence in visit.text
    assert "Traceback" not in visit.html


def test_where_nothing_was_known_the_overview_says_so(browser: Browser) -> None:
    visit = browser.get("/2026-11-25/p1/")
    assert "Nothing is in effect on this day, as far as was known. That is an answer too." in visit.text


def test_every_link_of_the_first_pages_leads_somewhere(browser: Browser) -> None:
    first = ("", "things/wellbeing/", "decisions/70/", "overrides/", "learnt/?as_known=p95")
    found = {link for path in first for link in browser.get(POINT + path).links()}
    inside = {urlsplit(link)._replace(scheme="", netloc="").geturl() for link in found if link.startswith(SITE)}
    wanted = sorted(path for path in inside if "/charts/" not in path)[:120]
    assert len(wanted) > 60
    assert {path: browser.get(path).status for path in wanted} == dict.fromkeys(wanted, 200)


def test_no_page_loads_anything_from_elsewhere(browser: Browser) -> None:
    for path in ("", "things/wellbeing/", "decisions/70/", "proof/?entry=3"):
        html = browser.get(POINT + path).html
        assert not re.search(r'(?:src|href|action)="(?:https?:)?//', html)
        assert not re.search(r"<script(?! src=)|<style|\sstyle=|\son\w+=", html)


def test_one_who_was_told_of_this_state_is_told_that_nothing_changed(browser: Browser) -> None:
    first = browser.get(POINT)
    assert browser.get(POINT, If_None_Match=first.headers["etag"]).status == 304


def test_what_was_learnt_since_is_what_the_record_corrected(browser: Browser) -> None:
    visit = browser.get("/2024-05-15/p234/learnt/?as_known=p95")
    assert "things are known otherwise of this day" in visit.text


def test_the_way_of_an_entry_to_the_fingerprint_is_shown(browser: Browser) -> None:
    assert len(re.findall(r"<li><code>[0-9a-f]{64}</code></li>", browser.get(f"{POINT}proof/?entry=3").html)) == 8


def test_an_empty_ledger_says_how_to_begin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLUSTER_LEDGER_VIEWS", str(tmp_path / "views"))
    demonstration(tmp_path / "new.ledger", 0).close()
    with Browser(tmp_path / "new.ledger") as browser:
        assert "three ways to begin" in browser.get("/").text


@pytest.mark.parametrize(
    ("stated", "ahead"), [("2026-11-26", True), ("2026-11-25", False), ("2026", False), ("..", False)]
)
def test_what_comes_after_the_day_is_not_yet_in_effect(stated: str, ahead: bool) -> None:
    assert asked_on("2026-11-25").is_ahead(stated) is ahead


def test_one_of_several_days_is_ahead_only_where_its_last_day_is() -> None:
    assert not asked_on("2026-11-25").is_ahead("[2015-03..2016-02-28]")
    assert not asked_on("2026-11-25").is_ahead(None)


def asked_on(day: str) -> PageQuestion:
    """Return a question of a day, of which nothing else is asked."""
    at = SimpleNamespace(day=day_of(day), known=SimpleNamespace(position=1))
    return PageQuestion(at, "", {})  # type: ignore[arg-type]


def test_every_class_of_a_page_is_one_of_the_style_sheet_or_of_the_script(browser: Browser) -> None:
    known = set(re.findall(r"[a-z][\w-]*", browser.get("/static/explorer.css").html))
    known |= set(re.findall(r"[a-z][\w-]*", browser.get("/static/explorer.js").html))
    asked = [EXAMPLES.get(page.path, page.path) for page in PAGES] + ["learnt/?as_known=p95", "compare/?since=2025"]
    for path in asked:
        html = re.sub(r"<svg xmlns.*</svg>", "", browser.get(POINT + path).html, flags=re.DOTALL)
        used = {name for names in re.findall(r'class="([^"]*)"', html) for name in names.split()}
        assert used <= known, (path, used - known)


def test_of_an_office_the_holder_is_told_and_nothing_that_commits_to_the_name(browser: Browser) -> None:
    told = browser.get(POINT + "things/wellbeing/").main()
    assert "Office-holder A (fictitious)" in told
    assert "sha256:" not in told


def test_the_title_of_a_thing_comes_first_among_what_it_is(browser: Browser) -> None:
    said = browser.get(POINT + "things/wellbeing/").text.partition("What it is, and who decided it")[2]
    assert 0 < said.index("Title") < said.index("Purpose") < said.index("Life") < said.index("Assessment")
    assert "as above" in said
