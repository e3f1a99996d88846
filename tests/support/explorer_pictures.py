"""The pictures of docs/first-look.md, taken in Chromium while somebody does what that page tells.

Run it after a page has changed: PYTHONPATH=.:tests python -m support.explorer_pictures
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

from support.chromium import Mouse, chromium, visit
from support.demonstrations import demonstration
from support.pictures import OWN, PICTURES
from support.served import Served, served

NAMES = ("overview", "form", "plan", "receipt", "correction", "times", "learnt", "why", "files", "late", "overrides")
TOKEN = "Your token, or the one that the server printed when it started"
POINT = "/2026-11-25/p234/"
HEADER = {
    "Authority": "Council of Ministers (illustrative)",
    "Reference": "CM-2026-31",
    "Effective": "2026-12-01",
    "Decided on": "2026-11-22",
    "Legal basis": "Organisation of Government Act, s. 7 (illustrative)",
    "Rationale": "Wellbeing needs one home for care outside hospitals.",
}
CORRECTION = {
    "Authority": "Registrar (illustrative)",
    "Reference": "REG-2026-4",
    "Effective": "2026-12-15",
    "Target": "cluster:wellbeing@39",
    "New effective": "2026-12-15",
    "Because": "The minute says 15 December.",
}


def file_of(name: str) -> str:
    """Return the name of the file of a picture."""
    return f"explorer-{name}.png"


class Camera:
    """Somebody who takes a picture after each step."""

    def __init__(self, page: Any, server: Served, folder: Path) -> None:
        self._page, self._server, self._folder, self._mouse = page, server, folder, Mouse(page)

    def all(self) -> None:
        """Take every picture."""
        self._recorded()
        self._corrected()
        self._looked_at()

    def _take(self, name: str, selector: str | None = None) -> None:
        into_view = "element => scrollTo(0, element.getBoundingClientRect().top + scrollY - 60)"
        if selector:
            self._page.locator(selector).first.evaluate(into_view)
        self._page.screenshot(path=str(self._folder / file_of(name)))

    def _show(self, name: str, address: str, selector: str | None = None) -> None:
        self._page.goto(address)
        self._take(name, selector)

    def _fill(self, fields: dict[str, str]) -> None:
        for label, text in fields.items():
            self._mouse.fill(label, text)

    def _planned(self, change: str, fields: Callable[[], None]) -> None:
        self._page.goto("/record/")
        self._mouse.choose("One more change", change)
        self._mouse.follow("button", "Add")
        fields()

    def _recorded(self) -> None:
        self._show("overview", POINT)
        self._page.goto("/record/")
        self._mouse.fill(TOKEN, self._server.token)
        self._mouse.follow("button", "Log in")
        self._planned("retitle cluster", self._reorganisation)
        self._take("form", "h1")
        self._mouse.follow("button", "Show what it would do")
        self._take("plan", "#plan")
        self._mouse.follow("button", "Record")
        self._take("receipt", "h1")

    def _reorganisation(self) -> None:
        self._fill(HEADER)
        minute = {"name": "Minute of 22 November.pdf", "mimeType": "application/pdf", "buffer": b"An illustration."}
        self._page.locator("#paper").set_input_files(minute)
        self._page.wait_for_function("document.getElementById('documents').value.includes('sha256')")
        self._fill({"Cluster": "wellbeing", "Title": "Missions for a good life"})

    def _corrected(self) -> None:
        self._planned("correct", lambda: self._fill(CORRECTION))
        self._mouse.follow("button", "Show what it would do")
        self._take("correction", "#plan")

    def _looked_at(self) -> None:
        self._page.goto("/2024-05-15/p234/things/wellbeing/")
        self._mouse.open("Change either time")
        self._mouse.fill("A day, a time or an entry", "entry 233")
        self._take("times")
        self._show("learnt", "/2024-05-15/p234/learnt/?as_known=entry+233", "main .lede")
        self._show("why", f"{POINT}things/wellbeing/", "#why")
        self._show("files", POINT, "footer")
        self._show("late", f"{POINT}late/", "main .lede")
        self._show("overrides", f"{POINT}overrides/")


def taken(folder: Path) -> None:
    """Take every picture of the demonstration into a folder, in which its ledger is made as well."""
    with patch("secrets.token_hex", lambda size: "0a" * size), patch("secrets.token_bytes", lambda size: bytes(size)):
        demonstration(folder / "illyria.ledger").close()
    with (
        served(folder / "illyria.ledger", "--record", "--recorder", "Registry") as server,
        chromium() as browser,
        visit(browser, server.url, viewport={"width": 700, "height": 420}) as page,
    ):
        Camera(page, server, folder).all()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place, patch.dict(os.environ, dict.fromkeys(OWN, place)):
        taken(Path(place))
        for name in NAMES:
            made = (Path(place) / file_of(name)).read_bytes()
            print(f"{PICTURES / file_of(name)}: {(PICTURES / file_of(name)).write_bytes(made)} bytes")
