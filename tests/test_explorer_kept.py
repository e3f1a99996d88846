"""Pages that a server keeps: made once for all who ask for the same, anew for whatever makes them another."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from support.exploring import Browser
from support.governing import decide, governed

from commands.serve.explorer import pages
from commands.serve.explorer.kept import KeptPages


class Made:
    """Counts how often it makes a page."""

    def __init__(self, text: str = "a page") -> None:
        self.times, self.text = 0, text

    def __call__(self) -> str:
        self.times += 1
        return self.text


def test_a_page_is_made_once_for_each_key() -> None:
    kept, made = KeptPages(), Made()
    assert [kept.page(key, made) for key in (("tag", "/a"), ("tag", "/a"), ("tag", "/b"), ("other", "/a"))] == [
        b"a page"
    ] * 4
    assert made.times == 3


def test_parts_of_keys_do_not_run_into_each_other() -> None:
    kept = KeptPages()
    assert kept.page(("a", "bc"), lambda: "one") != kept.page(("ab", "c"), lambda: "two")


def test_those_who_ask_at_once_wait_for_one_to_be_made() -> None:
    kept, made, together = KeptPages(), Made(), Barrier(8)

    def ask(_: int) -> bytes:
        together.wait()
        return kept.page(("tag", "/"), made)

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(ask, range(8))) == {b"a page"}
    assert made.times == 1


def test_what_fails_is_not_kept() -> None:
    kept = KeptPages()
    with pytest.raises(ZeroDivisionError):
        kept.page(("tag", "/"), lambda: str(1 // 0))
    assert kept.page(("tag", "/"), lambda: "right") == b"right"


def test_no_more_bytes_are_kept_than_allowed_and_the_last_asked_for_stay() -> None:
    kept, made = KeptPages(bytes_max=100), Made("x" * 40)
    for key in "abacab":  # b goes when c comes, and c when b comes again
        kept.page((key,), made)
    assert made.times == 4
    assert kept.page(("large",), Made("y" * 101)) == b"y" * 101
    again = Made()
    assert kept.page(("large",), again) == b"a page" and again.times == 1


def test_a_page_that_was_asked_for_is_given_again_until_something_is_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    real = pages.rendered
    monkeypatch.setattr(pages, "rendered", lambda *asked, **more: (made.append(1), real(*asked, **more))[1])
    with governed(tmp_path) as ledger, Browser(Path(ledger.location)) as browser:
        point = f"/2026-06-01/p{ledger.head().position}/"
        first = browser.get(point).html
        assert browser.get(point).html == first and len(made) == 1
        assert browser.get(f"{point}matrix/").html != first and len(made) == 2
        decide(ledger, {"change": "retitle-cluster", "cluster": "care", "title": "Other"}, effective="2026-05-01")
        assert browser.get(point).status == 200 and len(made) == 3
        assert "Other" in browser.get(f"/2026-06-01/p{ledger.head().position}/").html
