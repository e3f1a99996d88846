"""Rendering of pages: templates that escape every text, around what a page tells."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ledger.events.sentences import listed
from ledger.lags import Lag
from ledger.timeline import iso
from projections.html import clean
from projections.pages.controls import time_controls
from projections.pages.question import PageQuestion
from projections.pages.words import ENGLISH, Words
from projections.report import wording

FOLDER = Path(__file__).parent
TEMPLATES, STATIC = FOLDER / "templates", FOLDER / "static"
VERIFIER = FOLDER / "verify.html"  # whole in itself: whoever takes it checks proofs without any of the rest


@cache
def environment() -> Environment:
    """Return the templates, read once."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    made.filters |= {
        "day": wording.date,
        "iso": iso,
        "instant": wording.instant,
        "value": wording.in_words,
        "attribute": wording.attribute,
        "attribute_value": wording.attribute_value,
        "listed": listed,
        "sentence": wording.sentence,
        "entitled": wording.entitled,
        "beginning": wording.beginning,
        "pretty": lambda value: json.dumps(value, ensure_ascii=False, indent=2, default=str),
        "digits": _digits,
        "days": _days,
    }
    return made


def _shown(value: Any) -> Any:
    """Return a value as it is put into a page: nothing for None, a text without what could steer a reader."""
    if value is None:
        return ""
    return clean(value) if type(value) is str and "\n" not in value else value


def _digits(root: str) -> list[str]:
    """Return the 64 digits of a fingerprint in eight groups of eight, that two people can read to each other."""
    digits = root.rpartition(":")[2]
    return [digits[at : at + 8] for at in range(0, len(digits), 8)]


def _days(lag: Lag | None) -> str:
    return "" if lag is None else wording.days(lag.least, lag.most)


def rendered(question: PageQuestion, template: str, page: Any, words: Words = ENGLISH, *, records: bool = False) -> str:
    """Return a page as HTML; `page` is what it tells, by the names that its template uses.

    `records`: whether decisions are recorded where it is shown; it leads those there who may.
    """
    return (
        environment()
        .get_template(f"{template}.html")
        .render(
            question=question,
            page=page,
            controls=time_controls(question) if question.points is None else None,
            context=question.context,
            link=question.link,
            titles=question.titles,
            say=words.say,
            count=words.count,
            language=words.language,
            root=question.root,
            records=records and question.viewer.role == question.viewer.own == "recorder",
            viewer=question.viewer,
        )
    )


@cache
def verifier_policy() -> str:
    """Return the content security policy of the verifier: the one that it states itself, and that no page frames it."""
    found = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', VERIFIER.read_text("utf-8"))
    assert found is not None
    return f"{found[1]}; frame-ancestors 'none'"


def told_apart(template: str, root: str, words: Words = ENGLISH, **values: Any) -> str:
    """Return a page that stands beside the points: for a visitor whose question has no answer, or no ledger yet."""
    found = environment().get_template(f"{template}.html")
    return found.render(say=words.say, count=words.count, language=words.language, root=root, **values)
