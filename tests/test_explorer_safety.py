"""Safety of the explorer: hosts, methods, headers, and texts that would steer a browser."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from support.demonstrations import REGISTRY, demonstration
from support.exploring import Browser

from ledger.application import Ledger
from projections.pages.words import Words

HARMFUL = '<script>alert(1)</script> "quoted" \N{RIGHT-TO-LEFT OVERRIDE}' + "wide" * 20
POINT = "/2026-11-25/p{position}/"


def document(title: str) -> dict[str, object]:
    return {
        "authority": "Council <b>of</b> Ministers",
        "reference": "X-<i>1</i>",
        "effective": "2026-11-03",
        "rationale": title,
        "changes": [
            {"change": "establish-cluster", "cluster": "odd", "title": "Odd </title><script>x</script>"},
            {"change": "appoint-leader", "of": "odd", "office": "minister", "holder": "Ada Example"},
        ],
    }


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("CLUSTER_LEDGER_VIEWS", str(tmp_path / "views"))
    with demonstration(tmp_path / "odd.ledger", 0) as made:
        made.record(document(HARMFUL.replace("\N{RIGHT-TO-LEFT OVERRIDE}", "")))
    yield tmp_path / "odd.ledger"


def test_texts_of_the_record_are_never_marks_of_a_page(ledger: Path) -> None:
    with Browser(ledger) as browser:
        for path in ("", "things/odd/", "decisions/2/", "entries/2/", "journal/", "map/odd/"):
            html = browser.get(f"/2026-11-25/p3/{path}").html
            assert "<script>" not in html
            assert "<i>1" not in html
            assert "<b>of" not in html


def test_only_the_names_of_this_machine_are_answered(ledger: Path) -> None:
    with Browser(ledger) as browser:
        assert browser.get("/", host="elsewhere.example").status == 421
        assert browser.get("/health", host="127.0.0.1:8000").status == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE"])
def test_nothing_is_changed_by_any_method(ledger: Path, method: str) -> None:
    with Browser(ledger) as browser:
        assert browser.send(method, "/2026-11-25/p3/") == 405


def test_every_answer_has_the_headers_of_safety(ledger: Path) -> None:
    with Browser(ledger) as browser:
        for path in ("/2026-11-25/p3/", "/nothing", "/static/explorer.css", "/health"):
            headers = browser.get(path).headers
            assert "script-src 'self'" in headers["content-security-policy"]
            assert headers["x-content-type-options"] == "nosniff"


def test_a_long_address_is_refused(ledger: Path) -> None:
    with Browser(ledger) as browser:
        assert browser.get("/?" + "x" * 5_000).status == 414


def test_no_file_beside_those_of_the_pages_is_given_away(ledger: Path) -> None:
    with Browser(ledger) as browser:
        assert browser.get("/static/../pages/words.py").status == 404
        assert browser.get("/static/%2e%2e/words.py").status == 404


def test_the_public_is_shown_no_name_of_a_person(ledger: Path) -> None:
    with Browser(ledger) as browser:
        assert (
            "Ada Example"
            in browser.get("/2026-11-25/p3/entries/3/").text + browser.get("/2026-11-25/p3/things/odd/").text
        )
    with Browser(ledger, public=True) as browser:
        for path in ("", "things/odd/", "entries/3/", "decisions/2/", "journal/"):
            assert "Ada Example" not in browser.get(f"/2026-11-25/p3/{path}").html


def test_no_tag_outlives_a_name_that_was_deleted(ledger: Path) -> None:
    with Browser(ledger) as browser:
        visit = browser.get("/2026-11-25/p3/things/odd/")
        assert browser.get(visit.path, if_none_match=visit.headers["etag"]).status == 304
        with closing(sqlite3.connect(ledger)) as connection, connection:
            connection.execute("DELETE FROM personal")
        again = browser.get(visit.path, if_none_match=visit.headers["etag"])
        assert again.status == 200
        assert "Ada Example" in visit.html
        assert "Ada Example" not in again.html


def test_programs_are_answered_beside_the_pages_and_as_safely(ledger: Path) -> None:
    with Browser(ledger) as browser:
        visit = browser.get("/api/v1/show?id=odd&known=p3")
        assert visit.status == 200
        assert visit.headers["content-type"] == "application/json"
        assert {"content-security-policy", "x-content-type-options"} <= visit.headers.keys()
        assert browser.get("/api/v1/nothing").headers["content-type"] == "application/problem+json"


def test_a_fault_of_the_program_shows_no_trace(ledger: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: Words, text: str, **values: object) -> str:
        if text == "The structure":
            raise RuntimeError("secret of the house")
        return text

    monkeypatch.setattr(Words, "say", broken)
    with Browser(ledger) as browser:
        visit = browser.get("/2026-11-25/p3/")
    assert visit.status == 500
    assert "secret" not in visit.html


def test_a_page_follows_what_is_recorded_meanwhile(ledger: Path) -> None:
    change = {"change": "retitle-cluster", "cluster": "odd", "title": "Even"}
    with Browser(ledger) as browser:
        assert browser.get("/").path.endswith("/p3/")
        with Ledger.open(ledger, recorder=REGISTRY) as opened:
            opened.record(document("more") | {"reference": "X-2", "changes": [change]})
        assert browser.get("/").path.endswith("/p4/")
        assert "Even" in browser.get("/2026-11-25/p4/").text


def test_a_ledger_that_is_gone_is_said_without_its_place_but_to_who_runs_the_server(
    ledger: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Browser(ledger) as browser:
        ledger.rename(ledger.with_suffix(".away"))
        visit = browser.get("/")
        assert visit.status == 503
        assert str(ledger.parent) not in visit.html
    assert str(ledger) in capsys.readouterr().err
