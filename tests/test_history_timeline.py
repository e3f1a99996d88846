"""History: every event about a thing in both times, with what became of it, equal to the fold at every position."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from support.examples import examples
from support.governing import decide, event_id, governed
from support.histories import History, Recording, histories
from support.plain import history
from support.small_world import change, constitution
from support.two_times_example import recorded
from support.written_ledgers import written

from ledger.errors import InputError
from ledger.state.record import speaks_of
from ledger.timeline import day_of
from projections.views.read_model import Views

FEW = settings(max_examples=examples(40), deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture
def views(tmp_path: Path) -> Iterator[Views]:
    """The example of docs/two-times.md."""
    with recorded(tmp_path) as ledger, Views(ledger, tmp_path) as found:
        yield found


def test_the_timeline_is_by_effective_day_and_a_correction_follows_what_it_corrects(views: Views) -> None:
    found = history(views, "wellbeing", 5)
    assert [(one["effective"], one["position"], one["status"]) for one in found] == [
        ("2026-01-01", 2, "stands"),
        ("2026-02-15", 4, "stands"),
        ("2026-05-01", 3, "corrected"),
        (None, 5, "stands"),
    ]


def test_the_same_timeline_can_be_told_as_it_was_recorded(views: Views) -> None:
    assert [one["position"] for one in history(views, "wellbeing", 5, order="recorded")] == [2, 3, 4, 5]


def test_what_was_known_earlier_is_told_without_what_came_later(views: Views) -> None:
    found = history(views, "wellbeing", 4)
    assert [(one["effective"], one["status"]) for one in found] == [
        ("2026-01-01", "stands"), ("2026-02-15", "stands"), ("2026-04-01", "stands"),
    ]  # fmt: skip


def test_a_correction_says_what_it_replaced_and_the_event_what_it_said(views: Views) -> None:
    _, _, corrected, correction = history(views, "wellbeing", 5)
    assert corrected["effective_as_recorded"] == "2026-04-01"
    assert corrected["because_of"] == [correction["event"]] and correction["corrects"] == [corrected["event"]]
    assert corrected["decision"]["legal_basis"] == "Organisation Act, s. 9"
    assert [(one["field"], one["before"], one["after"]) for one in correction["replaced"]] == [
        ("effective", "2026-04-01", "2026-05-01"), ("decision.legal_basis", None, "Organisation Act, s. 9"),
    ]  # fmt: skip


def test_every_line_says_how_late_it_was_recorded(views: Views) -> None:
    lags = [((one["late_days"] or {}).get("least"), one["retroactive_days"]) for one in history(views, "wellbeing", 5)]
    assert lags == [(11, None), (89, 5), (3, 0), (None, None)]  # a correction has no day that it could be late after


def test_only_what_was_to_take_effect_by_a_day(views: Views) -> None:
    assert [one["position"] for one in history(views, "wellbeing", 5, effective=day_of("2026-04-30"))] == [2, 4]
    assert history(views, "wellbeing", 5, effective=day_of("2025-12-31")) == []


def test_what_is_not_known_yet_or_at_all_is_said(views: Views) -> None:
    with pytest.raises(InputError, match='Nothing was known of "wellbeing" at p1; the first record of it is p2'):
        history(views, "wellbeing", 1)
    with pytest.raises(InputError, match='Did you mean "wellbeing"'):
        history(views, "welbeing", 5)


def renaming(*fixes: Any) -> History:
    """A relation of a/x to a/y, and what is then recorded about it: each fix is a change, the first at p4."""
    recording = Recording()
    recording.decide(reference="constitution")
    recording.say(constitution(), "..")
    recording.decide()
    recording.say(change("add-segment", segment="a/x", title="X"), "2020")
    recording.say(change("relate-segments", segment="a/x", other="a/y"), "2021")
    for fix in fixes:
        recording.decide()
        recording.say(fix, None)
    return recording.history()


def corrected(target: str, **data: Any) -> Any:
    return change("correct", target=target, data=data, because="A slip.")


ELSEWHERE = corrected("cluster:a@2", other="b/z")


@pytest.mark.parametrize(
    "undoing",
    [corrected("cluster:a@2", other="a/y"), change("strike", target="cluster:a@3", because="A slip.")],
)
def test_an_id_that_only_something_fallen_named_is_told_so_with_its_positions(tmp_path: Path, undoing: Any) -> None:
    with written(tmp_path / "a.ledger", renaming(ELSEWHERE, undoing)) as ledger, Views(ledger, tmp_path) as views:
        assert [one["position"] for one in history(views, "b/z", 4)] == [3, 4]
        with pytest.raises(
            InputError, match=r'known at p5 names "b/z" itself: only what no longer stands named it, at p4\.$'
        ):
            history(views, "b/z", 5)
        with pytest.raises(InputError, match=r'names "b" itself: only parts of it are named, as b/z\.$'):
            history(views, "b", 5)
        with pytest.raises(InputError, match=r'Nothing was known of "b/z" at p3; the first record of it is p4\.$'):
            history(views, "b/z", 3)


def test_what_a_corrected_correction_names_now_has_the_event_that_it_corrects_in_its_history(tmp_path: Path) -> None:
    again = corrected("cluster:a@3", data={"other": "b/q"})
    with written(tmp_path / "a.ledger", renaming(ELSEWHERE, again)) as ledger, Views(ledger, tmp_path) as views:
        assert [(one["position"], one["role"]) for one in history(views, "b/q", 5)][0] == (3, "named")


def test_each_way_to_fall_has_its_name(tmp_path: Path) -> None:
    def retitled(reference: str, effective: str = "2026-04-01", **more: str) -> str:
        change = {"change": "retitle-cluster", "cluster": "care", "title": f"Care as of {reference}", **more}
        return event_id(ledger, decide(ledger, change, effective=effective, reference=reference))

    def named(reference: str) -> dict[str, str]:
        return {"authority": "Council of Ministers", "reference": reference}

    with governed(tmp_path) as ledger, Views(ledger, tmp_path) as views:
        struck, replaced = retitled("struck"), retitled("replaced")
        stand_in = retitled("stand-in", "2026-05-01", corrects=replaced)
        rescinded, postponed = retitled("rescinded", "2099-01-01"), retitled("postponed", "2098-01-01")
        strike = decide(ledger, {"change": "strike", "target": struck, "because": "A slip."}, reference="strike")
        decide(ledger, {"change": "rescind-decision", "decision": named("rescinded")}, reference="rescission")
        decide(
            ledger,
            {"change": "postpone-decision", "decision": named("postponed"), "new_effective": "2099-06-01"},
            reference="postponement",
        )
        found = {one["event"]: one for one in history(views, "care", ledger.head().position)}
        assert {id_: found[id_]["status"] for id_ in (struck, replaced, stand_in, rescinded, postponed)} == {
            struck: "struck", replaced: "replaced", stand_in: "stands", rescinded: "rescinded", postponed: "postponed",
        }  # fmt: skip
        assert found[stand_in]["corrects"] == [replaced] and found[replaced]["because_of"] == [stand_in]
        assert found[struck]["because_of"] == [event_id(ledger, strike)]
        decide(
            ledger, {"change": "strike", "target": event_id(ledger, strike), "because": "No slip."}, reference="again"
        )
        again = {one["event"]: one for one in history(views, "care", ledger.head().position)}
        assert again[struck]["status"] == "stands" and again[event_id(ledger, strike)]["status"] == "struck"


def test_a_cluster_tells_which_segments_came_and_left(tmp_path: Path) -> None:
    with governed(tmp_path) as ledger, Views(ledger, tmp_path) as views:
        decide(ledger, {"change": "transfer-segment", "segment": "care/work", "to": "places"}, reference="move")
        roles = {
            id_: [one["role"] for one in history(views, id_, ledger.head().position) if "transferred" in one["type"]]
            for id_ in ("care", "places", "care/work")
        }
        assert roles == {"care": ["part"], "places": ["named"], "care/work": ["subject"]}


@FEW
@given(histories())
def test_what_is_told_of_every_event_is_what_the_fold_makes_of_it(history_: History) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        written(Path(folder, "a.ledger"), history_) as ledger,
        Views(ledger, folder) as views,
    ):
        for known in history_.ends()[1:]:
            state, facts = history_.state(known), [fact for fact in history_.facts if fact.position <= known]
            idle = {place for thing in state.things() for place in thing.without_effect()}
            for id_ in {fact.change.subject for fact in facts} - {"government"}:
                found = {one["event"]: one for one in history(views, id_, known)}
                for fact in facts:
                    if fact.change.subject == id_ and (speaks_of(fact) is None or fact.corrects):
                        standing = state.standing(fact)
                        status = found[fact.id]["status"]
                        if standing.status != "stands":
                            assert status == standing.status
                        else:
                            assert (status == "without effect") == (fact.position in idle)
                            assert found[fact.id]["effective"] == standing.effective
