"""Forms of the explorer under attack: every address that takes one, by whoever is not let in or sends what is none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.routing import Route
from support.demonstrations import demonstration
from support.exploring import Browser

FORM = "application/x-www-form-urlencoded"
ADDRESSES = ("/enter/", "/leave/", "/record/")
FIELDS = {"action": "record", "authority": "A", "reference": "R", "token": "guessed"}
ATTACKS = {
    "no mark": ({}, {}),
    "a guessed mark": ({"mark": "0" * 64}, {}),
    "a mark that is no ASCII": ({"mark": "\N{GREEK SMALL LETTER ALPHA}"}, {}),
    "another site": ({}, {"Origin": "https://elsewhere.example"}),
    "a site that is hidden": ({}, {"Origin": "null"}),
    "a page of another site": ({}, {"Sec-Fetch-Site": "cross-site"}),
}
BODIES = {
    "ten megabytes": (b"x=" + b"y" * 10_000_000, FORM, 413),
    "JSON": (b"{}", "application/json", 415),
    "parts": (b"--a--", "multipart/form-data; boundary=a", 415),
    "no kind": (b"a=1", "", 415),
    "no text": (b"a=%ff", FORM, 400),
    "thousands of fields": (b"&".join(b"a%d=1" % n for n in range(3_000)), FORM, 400),
}


@pytest.fixture
def browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    for name in ("VIEWS", "STATE", "DRAFTS"):
        monkeypatch.setenv(f"CLUSTER_LEDGER_{name}", str(tmp_path / name.lower()))
    demonstration(tmp_path / "a.ledger", 1).close()
    with Browser(tmp_path / "a.ledger", recorder="Registry") as made:
        yield made


def entered(browser: Browser) -> str:
    """Let a recorder in, and return the mark of the visit."""
    return browser.post("/enter/", {"token": browser.token}).field("mark")


def test_these_are_all_addresses_that_take_a_form(browser: Browser) -> None:
    routes = [one for one in browser._client.app.routes if isinstance(one, Route)]  # type: ignore[attr-defined]
    assert sorted(one.path for one in routes if "POST" in (one.methods or ())) == sorted(ADDRESSES)


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("address", ADDRESSES)
def test_a_form_that_was_not_sent_by_who_is_in_does_nothing(browser: Browser, address: str, attack: str) -> None:
    mark = entered(browser)
    fields, headers = ATTACKS[attack]
    sent = FIELDS | ({"mark": mark} if headers else {}) | fields
    assert browser._client.post(address, data=sent, headers=headers).status_code == 403
    assert browser.get("/record/").path == "/record/"  # the visit goes on


@pytest.mark.parametrize("address", ["/leave/", "/record/"])
def test_a_mark_is_worth_nothing_after_its_visit(browser: Browser, address: str) -> None:
    mark = entered(browser)
    browser.post("/leave/", {"mark": mark})
    assert browser.post(address, FIELDS | {"mark": mark}).status == 403
    entered(browser)
    assert browser.post(address, FIELDS | {"mark": mark}).status == 403  # nor in the next one


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("address", ADDRESSES)
def test_what_is_no_form_is_refused_by_every_address(browser: Browser, address: str, body: str) -> None:
    entered(browser)
    content, kind, status = BODIES[body]
    assert browser._client.post(address, content=content, headers={"content-type": kind}).status_code == status
