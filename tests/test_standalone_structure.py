"""The structure that the standalone verifier tells from lines: at every pair of times what the product tells."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from support.command_line import Desk
from support.demonstrations import demonstration
from support.examples import examples
from support.histories import History, histories
from support.standalone import asked_on, checked, checked_apart, told

from ledger.events.canonical import canonical
from projections.answers.structure import shown
from projections.fields import fields

DAYS = ("..", "2001-06-08", "2009-06-06", "2016", "2023-02-07", "2023-11", "2024-05-15", "2024-06-02", "2026-10-31")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ledger of the demonstration and, beside it, its export."""
    folder = tmp_path_factory.mktemp("demo")
    with demonstration(folder / "government.ledger") as ledger:
        folder.joinpath("lines.jsonl").write_bytes(b"".join(line + b"\n" for line in ledger.lines()))
    return folder


@pytest.mark.parametrize("known", ["p1", "p60", "p128", "p200", "p233", None])
def test_it_tells_of_the_demonstration_what_show_tells(bare: Desk, demo: Path, known: str | None) -> None:
    for day in DAYS:
        as_known = ("--known", known) if known else ()
        of_product = bare.json("--ledger", str(demo / "government.ledger"), "show", "--effective", day, *as_known)
        of_verifier = checked(demo / "lines.jsonl", "--clusters-on", day, *as_known)
        assert of_verifier.faults == [] and of_verifier.code == 4
        assert of_verifier.told == told(of_product), day
        position = of_product["context"]["known_position"]
        assert f"On {day}, as known at p{position}" in of_verifier.said


def test_it_tells_a_structure_where_nothing_of_the_project_can_be_imported(demo: Path, tmp_path: Path) -> None:
    lines = tmp_path / "lines.jsonl"
    lines.write_bytes((demo / "lines.jsonl").read_bytes())
    apart = checked_apart(tmp_path, lines, "--clusters-on", "2024-05-15", "--known", "p233")
    assert "cluster wellbeing: Health and prevention" in apart.said
    assert apart.told == checked(lines, "--clusters-on", "2024-05-15", "--known", "p233").told


def compare(history: History, folder: Path) -> None:
    """Hold what it tells to the fold of the product, on days on which something turns, as known after decisions."""
    file = folder / "lines.jsonl"
    lines = [{name: value for name, value in line.items() if name != "position"} for line in history.lines()]
    file.write_bytes(b"".join(canonical(line) + b"\n" for line in lines))
    pairs = list(product(history.ends(), history.days()))
    for known, day in pairs[:: max(1, len(pairs) // 8)]:
        ran = checked(file, "--clusters-on", asked_on(day), "--known", f"p{known}")
        assert ran.faults == []
        assert ran.told == told(fields(shown(history.state(known).at(day)))), (asked_on(day), known)


@settings(max_examples=examples(25), deadline=None, suppress_health_check=list(HealthCheck))
@given(history=histories(max_decisions=6, execution=True, clashes=True, plots=True))
def test_it_tells_of_troubled_histories_what_the_fold_tells(
    tmp_path_factory: pytest.TempPathFactory, history: History
) -> None:
    compare(history, tmp_path_factory.mktemp("history"))


def test_a_position_in_the_middle_of_a_decision_is_that_of_the_decision_before(demo: Path) -> None:
    told_at = {
        known: checked(demo / "lines.jsonl", "--clusters-on", "2026", "--known", known) for known in ("p3", "p2")
    }
    assert "as known at p1:" in told_at["p2"].said and told_at["p3"].told == told_at["p2"].told


def test_a_position_beyond_the_end_is_refused(demo: Path) -> None:
    ran = checked(demo / "lines.jsonl", "--clusters-on", "2026", "--known", "p9999")
    assert ran.code == 2 and "before p9999" in ran.said


@pytest.mark.parametrize("words", [("--clusters-on", "yesterday"), ("--clusters-on", "2026", "--known", "noon")])
def test_a_question_that_cannot_be_meant_is_refused(demo: Path, words: tuple[str, ...]) -> None:
    ran = checked(demo / "lines.jsonl", *words)
    assert ran.code == 2 and "Traceback" not in ran.said
