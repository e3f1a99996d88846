"""Words of the explorer: every text of a template comes from the catalogue, so that a language can be added."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from markupsafe import Markup

from projections.pages.rendering import TEMPLATES
from projections.pages.words import Words

MADE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)  # by the template, when it is rendered
READ = (
    "title",
    "aria-label",
    "placeholder",
    "alt",
    "data-label",
    "data-good",
    "data-bad",
    "data-same",
    "data-other",
    "data-done",
)
AS_THEY_ARE = ("code", "pre")  # commands, which are the same in every language


class Said(HTMLParser):
    """The words that a template itself shows, or has read out."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._kept = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._kept += tag in AS_THEY_ARE
        self.words += [word for name, text in attrs if name in READ for word in re.findall(r"[A-Za-z]{2,}", text or "")]

    def handle_endtag(self, tag: str) -> None:
        self._kept -= tag in AS_THEY_ARE

    def handle_data(self, data: str) -> None:
        if not self._kept:
            self.words += re.findall(r"[A-Za-z]{2,}", data)


@pytest.mark.parametrize("template", sorted(TEMPLATES.glob("*.html")), ids=lambda path: path.stem)
def test_no_template_says_anything_that_is_not_in_the_catalogue(template: Path) -> None:
    said = Said()
    said.feed(MADE.sub("", template.read_text("utf-8")))
    assert said.words == []


def test_a_text_and_its_values_are_escaped_once() -> None:
    said = Words("x", {"Of {who}": "<De {who}>"}).say("Of {who}", who="A & B")
    assert said == "&lt;De A &amp; B&gt;"
    assert Words().say("Of {who}", who=Markup("<b>A</b>")) == "Of <b>A</b>"


def test_a_text_without_a_translation_is_said_in_english() -> None:
    assert Words("x").say("Overview") == "Overview"


def test_a_number_takes_the_text_that_agrees_with_it() -> None:
    assert Words().count(1, "{n} entry", "{n} entries") == "1 entry"
    assert Words().count(2000, "{n} entry", "{n} entries") == "2,000 entries"
