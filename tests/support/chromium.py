"""Debian's Chromium, driven by Playwright: a browser that a module shares, and visitors by mouse and by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
TABS_MAX = 400


@contextmanager
def chromium() -> Iterator[Any]:
    """Yield a browser; skip the tests where there is none, which scripts/browser does not let happen."""
    playwright = pytest.importorskip("playwright.sync_api", reason="scripts/browser installs Playwright")
    if not Path(CHROMIUM).exists():
        pytest.skip(f"{CHROMIUM} is not here: apt-get install chromium")
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@contextmanager
def visit(browser: Any, site: str, **options: Any) -> Iterator[Any]:
    """Yield a page whose addresses are those of one site; a request to anywhere else fails the test."""
    context = browser.new_context(base_url=site, **options)
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    yield context.new_page()
    context.close()
    assert [url for url in asked if not url.startswith((f"{site}/", "data:"))] == []


class Mouse:
    """A visitor who points and clicks, and types into the field that was clicked."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def follow(self, role: str, name: str) -> None:
        """Go through the first link, button or summary of a name."""
        self.page.get_by_role(role, name=name, exact=True).first.click()

    def open(self, text: str) -> None:
        """Open what a summary of this text closes."""
        self.page.locator("summary", has_text=text).first.click()

    def fill(self, label: str, text: str) -> None:
        """Write a text in place of what stands in the first visible field of a label."""
        field = self.page.get_by_label(label).locator("visible=true").first
        field.click()
        field.fill(text)

    def choose(self, label: str, option: str) -> None:
        """Choose among the options of a list."""
        self.page.get_by_label(label).select_option(label=option)


class Keyboard(Mouse):
    """A visitor without a mouse: Tab leads to everything, Enter and the arrows do the rest."""

    def follow(self, role: str, name: str) -> None:
        self._reach(lambda: self.page.get_by_role(role, name=name, exact=True).first)
        self.page.keyboard.press("Enter")

    def open(self, text: str) -> None:
        self._reach(lambda: self.page.locator("summary", has_text=text).first)
        self.page.keyboard.press("Enter")

    def fill(self, label: str, text: str) -> None:
        self._reach(lambda: self.page.get_by_label(label).locator("visible=true").first)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)

    def choose(self, label: str, option: str) -> None:
        self._reach(lambda: self.page.get_by_label(label).first)
        self.page.keyboard.type(option)

    def reach(self, selector: str) -> None:
        """Go on by Tab to the first element of a selector."""
        self._reach(lambda: self.page.locator(selector).first)

    def _reach(self, wanted: Any) -> None:
        found = wanted()
        found.wait_for()
        is_there = "element => element === document.activeElement"
        for _ in range(TABS_MAX):
            if found.evaluate(is_there):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{TABS_MAX} times Tab do not lead to it.")
