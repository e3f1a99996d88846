"""Reports as tests read them: made of a ledger, and the text of their page by section."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

from ledger.application import Ledger
from ledger.timeline import day_of
from projections.charts.question import Question
from projections.report.audit import WHOLE, Audit, Caps, audit
from projections.report.contents import report
from projections.report.document import Report
from projections.report.pages import page
from projections.views.read_model import Views


def asked(
    ledger: Ledger, folder: Path, day: str = "2026-12-31", known: str | None = None, since: str = "", caps: Caps = WHOLE
) -> Audit:
    """Return the question of a report on a day, of the period from `since`, else of the year before it."""
    question = Question(Views(ledger, folder), day_of(day), ledger.known(known))
    return audit(question, day_of(since) if since else None, caps=caps)


def made(ledger: Ledger, folder: Path, day: str = "2026-12-31", known: str | None = None, since: str = "") -> Report:
    """Return a whole report, as `asked`."""
    return report(asked(ledger, folder, day, known, since))


class Words(HTMLParser):
    """The text of a page by section, and its tags."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.sections: list[str] = [""]
        self.tags: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag == "section":
            self.sections.append("")

    def handle_data(self, data: str) -> None:
        self.sections[-1] += data + " "


def sections(found: Report) -> dict[str, str]:
    """Return the text of each section, by title."""
    texts = Words(page(found)).sections[1:]
    return {one.title: text for one, text in zip(found.sections, texts, strict=True)}
