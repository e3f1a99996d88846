"""The views of the jobcentre registers: equal to the fold, and their restructuring told as explained differences.

Figures were counted from the registers (GDS open registers, Crown copyright, OGL v3.0), independently of this code.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from support.jobcentres import jobcentres

from ledger.application import Ledger, import_register
from ledger.events.envelope import Recorder
from ledger.state.state import State
from ledger.timeline import day_of
from projections.differences.explained import Difference, Point, differences
from projections.views.read_model import Views


@pytest.fixture(scope="module")
def views(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Views]:
    folder = tmp_path_factory.mktemp("registers")
    documents = jobcentres(folder)
    recorder = Recorder(id="registers-office", basis="configured")
    location = folder / "jobcentres.ledger"
    import_register(
        location, documents, government="United Kingdom", timezone="Europe/London", source="GDS", recorder=recorder
    )
    with Ledger.open(location, read_only=True) as ledger, Views(ledger, folder) as found:
        yield found


def counted(found: list[Difference]) -> Counter[tuple[str, str]]:
    """How many things of each kind began, ended or moved."""
    began = {True: "begun", False: "ended"}
    moves = {("segment", "cluster"), ("mission", "segments")}
    return Counter(
        (one.kind, began[one.before is None] if one.attribute == "life" else "moved")
        for one in found
        if one.attribute == "life" or (one.kind, one.attribute) in moves
    )


def at(views: Views, day: str, known: str | None = None) -> Point:
    return Point(day_of(day), views.ledger.known(known).position)


def test_the_views_of_real_registers_hold_against_replay_fold_and_index(views: Views) -> None:
    assert list(views.check()) == []


@pytest.mark.parametrize("known", [None, "2018-03-01", "2018-06-30", "2018-07-06", "2018-08-01", "2018-10-04"])
def test_the_views_of_real_registers_equal_the_fold(views: Views, known: str | None) -> None:
    position = views.ledger.known(known).position
    state = State(views.ledger.facts(position))
    state.load({found.event.stream for found in views.ledger.events(0, position)})
    for day in ("1900-01-01", "2018-03-31", "2018-04-01", "2018-05-01", "2018-12-01", "2030-01-01"):
        assert views.structure(day_of(day), position) == state.at(day_of(day))


def test_the_restructuring_of_april_2018_is_what_came_into_effect_from_one_day_to_the_next(views: Views) -> None:
    found = differences(views, at(views, "2018-03-31"), at(views, "2018-04-01"))
    assert counted(found) == {
        ("cluster", "ended"): 4,
        ("cluster", "begun"): 8,
        ("segment", "ended"): 4,
        ("segment", "begun"): 6,
        ("segment", "moved"): 21,
        ("mission", "moved"): 102,
    }
    assert all(one.cause in ("came into effect", "correction") for one in found)
    assert all(one.events and one.decisions for one in found)


def test_what_was_learnt_of_may_2018_in_july_is_told_with_the_decisions_that_said_it(views: Views) -> None:
    first, second = at(views, "2018-05-01", "2018-06-30"), at(views, "2018-05-01", "2018-08-01")
    found = differences(views, first, second)
    counts = counted(found)
    assert [counts["cluster", turn] for turn in ("ended", "begun")] == [3, 8]
    assert [counts["segment", turn] for turn in ("ended", "begun", "moved")] == [4, 6, 21]
    assert [counts["mission", turn] for turn in ("begun", "ended", "moved")] == [9, 1, 98]
    ended = {one.id for one in found if (one.kind, one.attribute, one.after) == ("cluster", "life", None)}
    assert ended == {"group-12", "group-13", "group-16"}
    assert "came into effect" not in {one.cause for one in found}


def test_the_recording_error_put_right_in_october_is_a_correction(views: Views) -> None:
    first, second = at(views, "2018-05-01", "2018-08-01"), at(views, "2018-05-01", "2018-10-04")
    (found,) = [one for one in differences(views, first, second) if one.id == "group-15"]
    assert (found.attribute, found.after, found.cause) == ("life", None, "correction")
