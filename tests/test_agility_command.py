"""The command `agility`: two blocks, windows, clusters, explanations, every format, and words for what is wrong."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from support.agility_page import BLOCKS
from support.command_line import Desk, refused

from commands.terminal.figures import BLOCKS as TITLES
from commands.terminal.figures import report
from ledger.application import Ledger
from ledger.timeline import iso
from projections.agility.figures import Window
from projections.agility.query import figures, metrics
from projections.agility.reading import record_at
from projections.agility.windows import WINDOWS_MAX, last_day, windows
from projections.views.read_model import Views

SECOND = """\
authority: Council of Ministers
reference: CM-2
decided_on: 2026-04-02
effective: 2026-07-01
changes:
  - {change: add-segment, segment: wellbeing/food, title: Food}
  - {change: retitle-cluster, cluster: wellbeing, title: Being well}
  - {change: establish-cluster, cluster: places, title: Places}
"""
YEAR = ("--from", "2026", "--to", "2026")


@pytest.fixture
def governed(desk: Desk) -> Desk:
    """A desk with two decisions: `wellbeing` from 2026-04-01, a segment more, a title and `places` from 07-01."""
    return desk.record().record(SECOND)


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


def test_the_two_blocks_stand_side_by_side(governed: Desk) -> None:
    said = governed.run("agility", *YEAR).stdout.splitlines()
    assert said[0] == "The government, 2026-01-01 to 2026-12-31"
    assert said[2].startswith("structure (may change) ") and "measurement (should stay the same)" in said[2]
    every = [name for name in metrics() if any(name in line.split() for line in said[3:])]
    assert every == list(metrics())
    assert "comparable-assessments cannot be computed: nothing was assessed twice" in "\n".join(said)


def test_blocks_that_do_not_fit_stand_one_below_the_other(governed: Desk) -> None:
    with Views(Ledger.open(governed.ledger, read_only=True)) as views:
        record = record_at(views, 8, day("2026-12-31"))
    found = list(figures(record, list(metrics().values()), windows(day("2026-01-01"), day("2026-12-31")), [None]))
    wide, narrow = ("".join(report(found, columns)) for columns in (200, 80))
    assert wide == "".join(report(found)) and wide.count("value") == 2
    heads = [line for line in narrow.splitlines() if line.startswith(tuple(TITLES.values()))]
    assert len(heads) == 2 and all(len(head) <= 80 for head in heads)


def test_a_figure_says_what_it_is_made_of(governed: Desk) -> None:
    """Two units live from 1 April, two from 1 July: 275 + 275 + 184 + 184 = 918 days; five events."""
    answer = governed.json("agility", "restructuring-events", *YEAR)
    (found,) = answer["figures"]
    assert (found["n"], found["out_of"], found["value"]) == (5, round(918 / 365.25, 6), round(5 * 365.25 / 918, 6))
    assert found["denominator"].startswith("unit-years") and found["unit"] == "events per unit and year"
    assert (found["from"], found["to"], found["cluster"]) == ("2026-01-01", "2026-12-31", None)
    assert answer["context"]["effective"] == "2026-12-31" and answer["context"]["known_position"] == 8


def test_a_figure_that_cannot_be_computed_says_why_and_is_not_zero(governed: Desk) -> None:
    (found,) = governed.json("agility", "time-to-correct", *YEAR)["figures"]
    assert found["value"] is None and found["why_not"] == "no event recorded in the window was corrected"
    assert " - " in governed.run("agility", "time-to-correct", *YEAR).stdout


def test_there_is_no_score(governed: Desk) -> None:
    assert set(governed.json("agility", *YEAR)) == {"context", "figures"}


def test_one_cluster_several_metrics_and_all_clusters(governed: Desk) -> None:
    found = governed.json("agility", "wellbeing", "title-breadth", "segment-turnover", *YEAR)["figures"]
    assert [(one["cluster"], one["metric"]) for one in found] == [
        ("wellbeing", "title-breadth"), ("wellbeing", "segment-turnover")
    ]  # fmt: skip
    each = governed.json("agility", "title-breadth", "--each", *YEAR)["figures"]
    assert [(one["cluster"], one["value"]) for one in each] == [(None, 1), ("places", 0), ("wellbeing", 2)]


def test_windows_follow_the_calendar(governed: Desk) -> None:
    found = governed.json("agility", "restructuring-events", "--by", "quarter", "--from", "2026-03", "--to", "2026-08")
    assert [(one["from"], one["to"], one["n"]) for one in found["figures"]] == [
        ("2026-03-01", "2026-03-31", 0), ("2026-04-01", "2026-06-30", 3), ("2026-07-01", "2026-08-31", 2)
    ]  # fmt: skip


def test_without_dates_it_is_from_the_first_stated_day_to_the_effective_one(governed: Desk) -> None:
    (found,) = governed.json("agility", "wellbeing", "title-breadth", "--effective", "2026-06-30")["figures"]
    assert (found["from"], found["to"], found["value"]) == ("2026-04-01", "2026-06-30", 1)


def test_what_is_known_later_leaves_the_earlier_figure_answerable(governed: Desk) -> None:
    late = SECOND.replace("CM-2", "CM-3").replace("wellbeing/food", "wellbeing/rest").replace("Being well", "Well")
    governed.record(late.replace("cluster: places, title: Places", "cluster: people, title: People"))
    now, then = (
        governed.json("agility", "title-breadth", *YEAR, *known)["figures"][0] for known in ((), ("--known", "p8"))
    )
    assert (now["n"], then["n"]) == (3, 2)


def test_the_events_behind_a_figure(governed: Desk) -> None:
    answer = governed.json("agility", "--explain", "changes-per-retitling", *YEAR)
    assert [event["position"] for event in answer["events"]] == [2, 3, 5, 6, 7, 8]
    assert answer["events"][4] == {
        "metric": "changes-per-retitling", "cluster": None, "from": "2026-01-01", "to": "2026-12-31", "position": 7,
        "id": "cluster:wellbeing@4", "effective": "2026-07-01",
        "decision": {"authority": "Council of Ministers", "reference": "CM-2"},
        "sentence": "Cluster wellbeing is retitled: Being well.", "spoken_of": [],
    }  # fmt: skip
    assert [figure["value"] for figure in answer["figures"]] == [5]
    said = governed.run("agility", "--explain", "changes-per-retitling", *YEAR).stdout
    assert "Cluster wellbeing is retitled: Being well." in said and "n 5 out of 1" in said
    none = governed.run("agility", "--explain", "time-to-correct", *YEAR)
    assert none.stdout.startswith("No event.") and "cannot be computed" in none.stdout


def test_an_explanation_says_which_event_was_corrected_and_from_when_it_has_effect_now(governed: Desk) -> None:
    corrected = ("correct", "p7", "--new-effective", "2026-06-01", "--because", "A typo.", "--authority", "Office")
    assert governed.run(*corrected, "--reference", "C-1", "--yes").exit_code == 0
    asked = ("agility", "--explain", "title-tenure", *YEAR)
    (event,) = (one for one in governed.json(*asked)["events"] if one["position"] == 7)
    assert (event["effective"], event["spoken_of"]) == ("2026-06-01", [9])
    assert "Being well. (see also p9)" in governed.run(*asked).stdout
    (before,) = (one for one in governed.json(*asked, "--known", "p8")["events"] if one["position"] == 7)
    assert (before["effective"], before["spoken_of"]) == ("2026-07-01", [])


def test_every_format_has_the_same_figures_and_says_its_context(governed: Desk) -> None:
    whole = governed.json("agility", *YEAR)["figures"]
    jsonl, table = (governed.run("agility", *YEAR, "--format", form) for form in ("jsonl", "csv"))
    assert [json.loads(line) for line in jsonl.stdout.splitlines()] == whole
    rows = list(csv.DictReader(io.StringIO(table.stdout)))
    assert [row["metric"] for row in rows] == [one["metric"] for one in whole] == list(metrics())
    assert [row["value"] for row in rows] == ["" if one["value"] is None else str(one["value"]) for one in whole]
    for result in (jsonl, table):
        assert "On 2026-12-31, as known at p8" in result.stderr


def test_the_metrics_can_be_listed_without_a_ledger(bare: Desk) -> None:
    found = bare.json("agility", "--list")["metrics"]
    assert [one["name"] for one in found] == list(metrics()) and {one["block"] for one in found} == set(BLOCKS)


def test_before_the_first_record_there_is_nothing_and_every_figure_says_so(governed: Desk) -> None:
    found = governed.json("agility", *YEAR, "--known", "p0")["figures"]
    assert [one["metric"] for one in found if one["value"] is None and not one["why_not"]] == []
    assert [one for one in found if one["value"] is not None and one["value"] != 0] == []


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (["wellbeign"], ['No cluster or metric is called "wellbeign".', 'Did you mean "wellbeing"?']),
        (["title-tenur"], ['Did you mean "title-tenure"?']),
        (["wellbeing", "title-tenur"], ['No metric is called "title-tenur".', 'Did you mean "title-tenure"?']),
        (["wellbeing", "--each"], ["leave out wellbeing"]),
        (["--explain", "agility"], ['No metric is called "agility".']),
        (["--from", "2026-05-01", "--to", "2026-04-01"], ["ends on 2026-04-01, before it begins on 2026-05-01"]),
        (["--from", ".."], ['".."']),
        (["--to", "soon"], ['"soon"']),
        (["--from", "0001", "--to", "2026", "--by", "month"], ["more than 1,200 windows"]),
    ],
)
def test_what_cannot_be_asked_is_said_in_words(governed: Desk, asked: list[str], words: list[str]) -> None:
    refused(governed.run("agility", *asked), *words, code=2 if {"--each", "..", "soon"} & set(asked) else 1)


@pytest.mark.parametrize(
    ("begins", "starts"),
    [
        (1, ["2023-12-31", "2024-01-01", "2025-01-01", "2026-01-01"]),
        (4, ["2023-12-31", "2024-04-01", "2025-04-01"]),
        (10, ["2023-12-31", "2024-10-01", "2025-10-01"]),
        (12, ["2023-12-31", "2024-12-01", "2025-12-01"]),
    ],
)
def test_a_fiscal_year_begins_with_the_month_of_the_setting(begins: int, starts: list[str]) -> None:
    found = windows(day("2023-12-31"), day("2026-03-15"), "fiscal-year", begins)
    assert [iso(window.start) for window in found] == starts
    assert all(one.end == other.start for one, other in pairwise(found)) and found[-1].end == day("2026-03-16")
    assert windows(day("9999-11-05"), day("9999-12-31"), "fiscal-year", 12)[-1].end == 3652060


def test_the_setting_moves_the_years_of_figures_and_counts(governed: Desk) -> None:
    adopted = ("--fiscal-year-begins", "4", "--effective", "2026-01-01", "--reference", "S-1", "--because", "Law.")
    governed.run("settings", "adopt", *adopted, "--authority", "Council of Ministers")
    over = ("--from", "2025-10-01", "--to", "2026-09-30", "--by", "fiscal-year")
    found = governed.json("agility", "restructuring-events", *over)["figures"]
    assert [one["from"] for one in found] == ["2025-10-01", "2026-04-01"]
    counted = governed.json("restate", "missions", *over, "--effective", "2026-09-30")["series"]
    assert {row["date"] for row in counted} == {"2026-04-01"}
    refused(governed.run("restate", "missions", "--from", "..", "--by", "fiscal-year"), "no day to count on")


def test_periods_of_the_calendar_cover_every_day_once() -> None:
    for by, count in (("year", 4), ("quarter", 10), ("month", 28), (None, 1)):
        found = windows(day("2023-12-31"), day("2026-03-15"), by)
        assert len(found) == count, by
        assert (found[0].start, found[-1].end) == (day("2023-12-31"), day("2026-03-16"))
        assert all(one.end == other.start for one, other in zip(found, found[1:], strict=False))
    assert windows(day("9999-11-05"), day("9999-12-31"), "month")[-1] == Window(day("9999-12-01"), 3652060)
    assert len(windows(day("1926-01-01"), day("2025-12-31"), "month")) == WINDOWS_MAX


def test_the_last_day_of_a_day_a_month_and_a_year() -> None:
    assert [last_day(text) for text in ("2024-02-03", "2024-02", "2024", "9999-12")] == [
        day("2024-02-03"), day("2024-02-29"), day("2024-12-31"), day("9999-12-31")
    ]  # fmt: skip


def test_the_page_names_the_metrics_that_the_program_has(governed: Desk) -> None:
    page = (Path(__file__).resolve().parents[1] / "docs" / "agility.md").read_text(encoding="utf-8")
    assert [line[4:] for line in page.splitlines() if line.startswith("### ")] == list(metrics())
