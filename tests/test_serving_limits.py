"""Limits of a server: how often an address may ask, how many wrong tokens it may show, and whose address that is."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.command_line import Desk, refused
from support.demonstrations import demonstration
from support.exploring import Browser, Visit

from commands.keep.tokens.kept import TokenFile
from ledger.clock import now

PROXY = "192.0.2.1"  # from where a browser of these tests asks


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("VIEWS", "STATE"):
        monkeypatch.setenv(f"CLUSTER_LEDGER_{name}", str(tmp_path / name.lower()))
    demonstration(tmp_path / "illyria.ledger", 3).close()
    return tmp_path / "illyria.ledger"


def wrong(browser: Browser, by: str = "") -> int:
    """The status by which a wrong token of a program is answered."""
    return browser.get("/api/v1/rules", authorization="Bearer wrong", x_forwarded_for=by).status


def may_wait(visit: Visit) -> bool:
    return (
        visit.status == 429 and int(visit.headers["retry-after"]) >= 1 and "no-store" in visit.headers["cache-control"]
    )


def test_who_asks_too_often_is_told_when_to_ask_again(ledger: Path) -> None:
    with Browser(ledger, limit=12) as browser:  # a quarter of them at once
        assert [browser.get("/health").status for _ in range(4)] == [200, 200, 200, 429]
        page, answer = browser.get("/"), browser.get("/api/v1/rules")
    assert may_wait(page) and may_wait(answer)
    assert page.html.startswith("So many requests came from your address that this one was not answered. Ask again in ")
    assert answer.headers["content-type"] == "application/problem+json"
    assert "x-content-type-options" in page.headers


def test_without_a_limit_nobody_is_refused(ledger: Path) -> None:
    with Browser(ledger, limit=0) as browser:
        assert {browser.get("/health").status for _ in range(20)} == {200}


def test_behind_a_proxy_that_is_named_each_address_has_a_limit_of_its_own(ledger: Path) -> None:
    with Browser(ledger, limit=4, proxies=["192.0.2.0/28"]) as browser:
        for by in ("198.51.100.1", "198.51.100.2", "2001:db8:0:1::7", "198.51.100.9, 198.51.100.3, 192.0.2.2"):
            statuses = [browser.get("/health", x_forwarded_for=by).status for _ in range(2)]
            assert statuses == [200, 429], by
        assert browser.get("/health", x_forwarded_for="198.51.100.3").status == 429
        assert browser.get("/health", x_forwarded_for="198.51.100.9").status == 200  # somebody wrote it, nobody asked


def test_what_anybody_but_the_proxy_says_of_who_asks_is_not_believed(
    ledger: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Browser(ledger, limit=4, proxies=["192.0.2.99"]) as browser:
        statuses = [browser.get("/health", x_forwarded_for=f"198.51.100.{number}").status for number in range(4)]
    assert statuses == [200, 429, 429, 429]
    assert capsys.readouterr().err.count("Give --proxy with its address.") == 1


def test_wrong_tokens_of_programs_and_of_forms_count_together(ledger: Path) -> None:
    tokens = ledger.with_name("tokens.json")
    token = TokenFile(tokens).make("auditor", "Court of audit", None, now()).token
    with Browser(ledger, tokens=tokens) as browser:
        assert [wrong(browser) for _ in range(3)] == [401] * 3
        assert [browser.post("/enter/", {"token": "wrong"}).status for _ in range(3)] == [403, 403, 429]
        refusal = browser.get("/api/v1/rules", authorization="Bearer wrong")
        assert may_wait(refusal) and "a right one is taken all the same" in refusal.text
        assert browser.get("/api/v1/rules", authorization=f"Bearer {token}").status == 200
        assert browser.post("/enter/", {"token": token}).status == 200


def test_wrong_tokens_are_counted_for_who_sent_them_and_not_for_the_proxy(ledger: Path) -> None:
    with Browser(ledger, tokens=ledger.with_name("tokens.json"), proxies=[PROXY]) as browser:
        assert [wrong(browser, "198.51.100.1") for _ in range(6)] == [401] * 5 + [429]
        assert wrong(browser, "198.51.100.2") == 401


@pytest.mark.parametrize("proxy", ["proxy.example.org", "", "192.0.2.1/99", "*"])
def test_a_proxy_is_named_by_its_address(desk: Desk, proxy: str) -> None:
    desk.record()
    refused(desk.run("serve", "--listen", "127.0.0.1:0", "--proxy", proxy), "is no address of a web server")
