"""What people read is in words: no screen shows JSON, and what has parts is told part by part."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.command_line import Desk
from support.demonstrations import demonstration

from commands.terminal.values import in_cell, shown
from projections.differences.sentences import keyed, named

SCREENS = [
    ("agility",),
    ("check",),
    ("diff", "2000-01-01", "2026-12-31", "--all"),
    ("diff", "2026-12-31", "2000-01-01"),
    ("documents", "check", "."),
    ("history", "government"),
    ("history", "sleep-well"),
    ("lags",),
    ("log",),
    ("matrix",),
    ("notices",),
    ("overrides",),
    ("replay",),
    ("replay", "--along", "effective", "--by", "month"),
    ("sample", "--size", "50"),
    ("show",),
    ("show", "ILL-AO-2025"),
    ("show", "government"),
    ("show", "sleep-well"),
    ("show", "sleep-well/hours"),
    ("why", "government"),
    ("why", "sleep-well"),
    ("why", "sleep-well/hours"),
]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder: Path = tmp_path_factory.mktemp("words")
    demonstration(folder / "government.ledger").close()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("CLUSTER_LEDGER_VIEWS", str(folder / "views"))
        yield Desk(folder)


@pytest.mark.parametrize("command", SCREENS, ids=" ".join)
def test_no_screen_shows_json(desk: Desk, command: tuple[str, ...]) -> None:
    result = desk.run(*command)
    assert result.exit_code in (0, 4), result.output
    said = result.stdout
    assert said and re.findall(r".{0,40}(?:[\[{]\s*[\"{\[]|'\]).{0,20}", said) == []


def test_a_value_with_parts_is_told_by_them_and_a_sentence_within_brings_no_full_stop() -> None:
    assessed = {
        "evidence": [{"title": "Survey"}, {"title": "Count"}],
        "grade": "at risk",
        "objectives": {"sleep-well/hours": "off course"},
        "quality": {"limits": "Rain.", "sources": "One.", "note": None},
        "period": "2024",
    }
    assert shown(assessed) == (
        "evidence Survey; Count, grade at risk, objectives (sleep-well/hours: off course), "
        "quality (limits: Rain, sources: One.), period 2024"
    )
    assert shown({"amount": "12.50", "currency": "EUR"}) == "12.50 EUR"
    assert shown([{"title": "Minute", "url": "https://a.example"}]) == "title Minute, url https://a.example"
    assert shown({"source": {"commitment": f"sha256:{64 * '0'}"}, "value": "7"}) == "source withheld, value 7"
    assert (shown({}), shown([]), shown(None), shown(False)) == ("", "", "", "no")


def test_a_cell_of_csv_keeps_the_json_of_what_has_parts() -> None:
    value = {"grade": "at risk", "evidence": [{"title": "Survey"}]}
    assert json.loads(in_cell(value)) == value
    assert (in_cell(["a", "b"]), in_cell(None), in_cell(True)) == ("a, b", "", "yes")


def test_a_decision_that_is_the_key_of_an_attribute_is_told_by_reference_and_authority() -> None:
    name = 'decision-reviews:["Council of Ministers","CM-1"]'
    assert keyed(name) == "decision-reviews:CM-1 of Council of Ministers"
    assert named(name) == "decision-reviews CM-1 of Council of Ministers"
    assert (keyed("title"), named("relations:gp/b")) == ("title", "relations gp/b")


def test_a_matrix_that_does_not_fit_is_told_in_blocks_of_words(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    said = desk.run("matrix", "--effective", "2026-11-01").stdout
    assert (
        "\nwellbeing: Missions for wellbeing\n"
        "  wellbeing/care-with-evidence: Care with evidence\n"
        "    in full: care-within-reach\n"
        "    in part: sleep-well\n"
    ) in said
    assert "\n  cabinet-office/equalities: Equalities\n    no mission\n" in said
    assert said.count("Clusters without a segment\n") == 1 and "\n  culture: Department for Culture" in said
    assert (
        "\n  government/no-region-left-behind\n"
        "    Publish every result by region, and close the widest gap first.\n"
        "    segments: wellbeing/holistic-health, living-places/quiet-streets\n"
        "    carried out by: sleep-well\n"
    ) in said
    monkeypatch.setenv("COLUMNS", "200")
    assert "  wellbeing/cool-homes              -  " in desk.run("matrix", "wellbeing").stdout
