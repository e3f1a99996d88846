"""The plain words of a report: no key, brace or clipped id of the record stands in it, and dates are written out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support.demonstrations import demonstration
from support.governing import decide, governed
from support.reporting import made, sections

from ledger.application import Ledger
from projections.differences.sentences import clauses
from projections.report.wording import attribute, attribute_value, date, in_words, instant, late, sentence

RAW = re.compile(
    r"[{}]|\[\"|\['|\\u|\b[a-z]+[_-]?[a-z]*:\S|\b[a-z]+_[a-z_]+\b"
)  # braces, lists, family:key, snake_case
TOLD = (
    "Summary",
    "Every decision of the period",
    "The structure",
    "Net differences",
    "What was learnt since",
    "Notices",
)


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("plain")
    demonstration(folder / "demo.ledger").close()
    with Ledger.open(folder / "demo.ledger", read_only=True) as ledger:
        return sections(made(ledger, folder, "2026-10-31", since="2024-01-01"))


@pytest.mark.parametrize("title", TOLD)
def test_no_attribute_stands_with_its_raw_key(text: dict[str, str], title: str) -> None:
    found = re.sub(r"\bifg:[0-9a-z+-]+", "", text[title])  # references of the example, as its source writes them
    assert [match[0] for match in RAW.finditer(found)] == []


def test_nothing_that_is_told_is_cut_short(text: dict[str, str]) -> None:
    """An ellipsis stands only where the summary, or the sentence of a change, leaves out the end of a long text."""
    for title in ("Net differences", "References and fingerprints"):
        assert "\N{HORIZONTAL ELLIPSIS}" not in text[title] and " ..." not in text[title]


def test_the_review_of_a_decision_and_its_cost_are_told_in_words(text: dict[str, str]) -> None:
    said = "Review of the decision ILL-2025-05 of Council of Ministers (illustrative): actual: GBP 65,000; outcome: One"
    assert said in text["Net differences"]


def test_a_text_within_a_sentence_does_not_bring_its_full_stop(text: dict[str, str]) -> None:
    assert [found for found in text.values() if ".;" in found or ".," in found] == []


def test_only_the_last_part_of_a_sentence_keeps_a_full_stop() -> None:
    assert clauses(["scope Clean rivers.", "title Rivers."]) == "scope Clean rivers; title Rivers."
    assert clauses(["and so on...", "etc."], ", ") == "and so on..., etc."
    assert clauses([]) == ""


def test_things_stand_by_their_titles(text: dict[str, str]) -> None:
    found = text["Net differences"]
    assert "Segments: Parks and paths and Holistic health; before: Green space and Holistic health." in found
    assert "Cluster: Department for Education; before: Cabinet Office." in found
    assert "Assessment for 1 October 2025 to 30 September 2026: at risk, on scale execution/2." in found
    assert "Measurement of 31 March 2024, Sleep survey (illustrative): 61.8, by definition 1." in found


def test_the_summary_tells_the_period_in_sum(text: dict[str, str]) -> None:
    said = " ".join(text["Summary"].split())
    for part in (
        "what was decided about the mission clusters of Illyria from 1 January 2024 to 31 October 2026",
        "Segments 6 7 3 10",
        "Missions 3 4 0 7",
        "1 objective was defined anew.",
        "Overridden: 2 decisions with a reason.",
        "REG-2026-02: Decision ILL-2024-01 is corrected: The minute says 2 May; 2 June was a slip of the pen.",
        "do not say by what power they were made",
        "Every segment has at least one mission: 1 exception.",
        "Not proven: that the ledger was not rewritten as a whole",
    ):
        assert part in said, part


def test_notices_are_counted_by_rule_and_ten_are_told(text: dict[str, str]) -> None:
    by_rule, most = text["Notices"].split("To look at first")
    assert "recorded-late" in by_rule and len(re.findall(r"\b(?:error|warning|information)\b", most)) == 10


def test_an_attribute_that_came_lately_is_told_in_words_too(tmp_path: Path) -> None:
    with governed(tmp_path) as ledger:
        decide(ledger, {"change": "appoint-leader", "of": "care", "office": "Minister"})
        decide(
            ledger, {"change": "relate-segments", "segment": "care/homes", "other": "care/work", "relation": "eases"}
        )
        decide(ledger, {"change": "adopt-settings", "late_after_days": 45})
        found = sections(made(ledger, tmp_path, since="2026-03-01"))["Net differences"]
    assert "The office Minister is filled, the holder not named." in found
    assert "Tie to Work: relation: eases." in found and "Setting late after days: 45." in found


def test_words_for_dates_numbers_and_keys() -> None:
    assert date("[..2024-06]") == "by June 2024" and date(None) == "not stated" and date("2018-04") == "April 2018"
    assert instant(None) == "not stated"
    assert late(3, 33, "it was decided") == "3 to 33 days after it was decided"
    assert late(-2, 5, "it was decided") == "2 days before to 5 days after it was decided"
    assert in_words({"due_on": "2026-01-02", "none": None, "by": ["x", "y"]}) == "due on: 2 January 2026; by: x and y"
    assert in_words({"amount": "-1234567.50", "currency": "EUR"}) == "EUR -1,234,567.50"
    assert (
        in_words(True) == "yes" and in_words(()) == "" and in_words({"commitment": "sha256:" + "0" * 64}) == "withheld"
    )
    assert attribute("draws:care/street design", str.upper) == "help from CARE in street design"
    assert attribute("novelty:some-key") == "novelty some-key"
    assert attribute_value("expertise:x", True) == ""
    assert sentence('He said "Yes."') == 'He said "Yes."' and sentence("Done") == "Done."
