"""Charts of very many alike: a few have rows, the others one row together, and none is lost from table and count."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from support.demonstrations import demonstration
from support.governing import constituted, decide

from ledger.application import Ledger
from ledger.timeline import day_of
from projections.charts import drawing
from projections.charts.catalogue import ChartRequest, chart
from projections.charts.grouping import ALIKE_MAX, grouped
from projections.charts.joins import SUCCEEDED, TRANSFERRED, Join, joins
from projections.charts.question import Question
from projections.charts.style import SMALL
from projections.views.read_model import Views

MANY = 800
PHONE_PIXELS, LETTER_PIXELS = 480, 8.5  # the width of a phone, and the smallest letter that is read there


def question(ledger: Ledger, folder: Path, day: str = "2026-12-31") -> Question:
    return Question(Views(ledger, folder), day_of(day), ledger.known(None))


def bars(spec: Any) -> list[str]:
    return [row["cluster"] for row in spec["layer"][0]["data"]["values"]]


def split(ledger: Ledger) -> None:
    """The whole is dissolved into very many parts; the last three have a segment, and all go into one in the end."""
    parts = [f"part-{number:03}" for number in range(MANY)]
    whole = [{"change": "establish-cluster", "cluster": id_, "title": f"The {id_}"} for id_ in ("whole", *parts)]
    themes = [{"change": "add-segment", "segment": f"{id_}/theme", "title": f"Theme of {id_}"} for id_ in parts[-3:]]
    decide(ledger, *whole, *themes, effective="2026-01-01")
    decide(ledger, {"change": "dissolve-cluster", "cluster": "whole", "successors": parts}, effective="2026-06-01")


def test_of_very_many_successors_a_few_are_drawn_those_with_segments_first_and_the_others_as_one_row(
    tmp_path: Path,
) -> None:
    with constituted(tmp_path) as ledger:
        split(ledger)
        found = chart(question(ledger, tmp_path), ChartRequest("timeline"))
    drawn = bars(found.spec)
    together = MANY - ALIKE_MAX
    assert len(drawn) == 1 + ALIKE_MAX + 1 and f"and {together} more, out of The whole" in drawn
    assert {f"The part-{MANY - number}" for number in (1, 2, 3)} < set(drawn)
    said = f"{together} of the {MANY + 1} clusters stand together in 1 row"
    assert said in found.alt and said in found.lead and f"{MANY} successions, among them 1 split" in found.alt
    names = {str(row[1]) for row in found.rows} | {str(row[2]) for row in found.rows}
    assert {f"The part-{number:03}" for number in range(MANY)} < names
    assert drawing.html(found).count("<tr>") > 2 * MANY


def test_what_is_joined_to_anything_else_keeps_its_row_and_a_merger_of_many_has_one_too() -> None:
    day = 800_000
    ids = [f"c{number:03}" for number in range(ALIKE_MAX + 10)]
    merged = [Join(day, id_, "one", SUCCEEDED, "", 0) for id_ in ids]
    moved = Join(day, ids[-1], "elsewhere", TRANSFERRED, "x/y", 0)
    found = grouped([], [*merged, moved], {}, {"one": "The one"})
    assert list(found.names.values()) == ["and 9 more, into The one"] and found.clusters == 9
    assert ids[-1] in {one.earlier for one in found.joins}
    assert len([one for one in found.joins if one.how == SUCCEEDED]) == ALIKE_MAX + 1 + 1


def test_a_few_that_are_alike_are_left_as_they_are(tmp_path: Path) -> None:
    with demonstration(tmp_path / "demo.ledger") as ledger:
        asked = question(ledger, tmp_path)
        lives, found = sorted(asked.record.lives("cluster")), joins(asked)
        assert grouped(lives, found, {}, {}) == (lives, found, {}, 0)


@pytest.mark.parametrize("name", ["timeline", "matrix", "flows", "execution", "restructuring-events"])
def test_letters_are_read_on_a_phone_and_no_page_has_a_width_of_its_own(name: str, tmp_path: Path) -> None:
    with demonstration(tmp_path / "demo.ledger") as ledger:
        found = chart(question(ledger, tmp_path, "2026-10-31"), ChartRequest(name))
    text = drawing.svg(found)
    width, _ = drawing.size_of(text)
    letters = min(float(size) for size in re.findall(r'font-size="([\d.]+)', text))
    assert letters * PHONE_PIXELS / width >= LETTER_PIXELS and letters >= SMALL and "viewBox" in text
    page = drawing.html(found)
    assert "figure svg{width:100%;" in page and "overflow-x:auto" not in page.partition("details{")[0]
