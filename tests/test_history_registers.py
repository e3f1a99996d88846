"""The jobcentre registers (GDS open registers, Crown copyright, OGL v3.0), audited: what was known, what put right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from support import registers_oracle as oracle
from support.jobcentres import jobcentres
from support.plain import history, lags, lineage, matrix, why

from ledger.application import Ledger, import_register
from ledger.events.envelope import Recorder
from ledger.timeline import day_of
from projections.differences.replay import Replay
from projections.differences.turns import Turned
from projections.views.read_model import Views


@pytest.fixture(scope="module")
def views(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Views]:
    """The views of the ledger that the import of the three registers makes."""
    folder = tmp_path_factory.mktemp("registers")
    import_register(
        folder / "jobcentres.ledger", jobcentres(folder),
        government="United Kingdom", timezone="Europe/London", source="GDS open registers",
        recorder=Recorder(id="registers-office", basis="configured"),
    )  # fmt: skip
    with Ledger.open(folder / "jobcentres.ledger", read_only=True) as ledger, Views(ledger, folder) as found:
        yield found


def known(views: Views, text: str | None = None) -> int:
    return views.ledger.known(text).position


def step(views: Views, day: str) -> list[Turned]:
    """What turned on one day of effect, with all that is known."""
    (found,) = Replay(views, known(views), "effective", "day", day, day).steps()
    return list(found.differences)


def counted(found: list[Turned], attribute: str, *, begun: bool | None = None) -> dict[str, int]:
    return dict(
        Counter(
            one.difference.kind
            for one in found
            if one.difference.attribute == attribute and (begun is None or (one.difference.before is None) == begun)
        )
    )


def test_group_15_was_taken_to_begin_on_the_day_that_it_ended(views: Views) -> None:
    told = history(views, "group-15", known(views, "2018-08-01"))
    opened, moved = (one for one in told if one["role"] in ("subject", "record"))
    assert (opened["type"], opened["status"]) == ("cluster.established/1", "corrected")
    assert (opened["effective"], opened["effective_as_recorded"]) == ("2018-03-31", "..")
    assert (moved["type"], moved["corrects"]) == ("record.corrected/1", [opened["event"]])
    assert [(one["before"], one["after"]) for one in moved["replaced"]] == [("..", "2018-03-31")]


def test_the_end_of_group_15_is_a_correction_in_place_of_a_correction(views: Views) -> None:
    found = {one["type"]: one for one in history(views, "group-15", known(views)) if one["role"] != "named"}
    opened, moved, ended = (
        found[name] for name in ("cluster.established/1", "record.corrected/1", "cluster.dissolved/1")
    )
    assert (opened["status"], opened["effective"]) == ("stands", "..")
    assert (moved["status"], moved["because_of"]) == ("replaced", [ended["event"]])
    assert (ended["status"], ended["effective"], ended["corrects"]) == ("stands", "2018-04-01", [moved["event"]])
    assert (ended["recorded_at"][:19], ended["late_days"]) == ("2018-10-03T14:43:11", {"least": 185, "most": 185})


def test_a_lag_is_told_beside_every_line_that_states_a_day(views: Views) -> None:
    for id_ in ("group-18", "group-15", "group-15/district-127", "jobcentre-9618"):
        for one in history(views, id_, known(views)):
            stated = one["effective"] not in (None, "..") and one["effective_basis"] != "inferred"
            assert (one["late_days"] is not None) == stated, one
    (opened,) = (one for one in history(views, "group-18", known(views)) if one["role"] == "subject")
    assert (opened["effective"], opened["late_days"]) == ("2018-04-01", {"least": 95, "most": 95})


def test_why_a_group_is_open_depends_on_what_was_known(views: Views) -> None:
    day = day_of("2018-03-31")
    then = why(views, "group-15", day, known(views, "2018-08-01"))[0]
    now = why(views, "group-15", day, known(views))[0]
    assert (then["since"], now["since"]) == ("2018-03-31", "..")
    assert then["event"] == now["event"] == "cluster:group-15@1"
    assert len(then["because_of"]) == 1 and now["because_of"] == []


def test_the_replay_of_the_day_of_the_restructuring_counts_what_was_counted(views: Views) -> None:
    found = step(views, "2018-04-01")
    assert counted(found, "life", begun=True) == {"cluster": 8, "segment": 6}
    assert counted(found, "life", begun=False) == {"cluster": 4, "segment": 4}
    assert (counted(found, "cluster"), counted(found, "segments")) == ({"segment": 21}, {"mission": 102})
    assert {one.difference.cause for one in found if one.difference.id == "group-15"} == {"correction"}
    assert counted(step(views, "2019-11-18"), "segments") == {"mission": 6}


def test_the_replay_of_the_record_has_a_step_for_every_entry(views: Views) -> None:
    *steps, ended = Replay(views, known(views), "recorded", "decision", None, None).steps()
    assert ended.label == "register taken over" and not ended.differences
    assert len(steps) == 1 + 22 + 66 + 893
    assert [place.second.known for place in steps][-1] == known(views) - 1
    (put_right,) = (one for one in steps if one.label == "jobcentre-group:22")
    said = [(one.difference.before is None, one.effective, one.until) for one in put_right.differences]
    assert said == [(True, 0, day_of("2018-03-31")), (False, day_of("2018-04-01"), day_of("9999-12-31") + 1)]


def test_days_of_recording_are_days_in_the_governments_time_zone(views: Views) -> None:
    taken_in = known(views) - 1  # what follows says that all is taken over
    days = [step.label for step in Replay(views, taken_in, "recorded", "day", None, None).steps()]
    assert days == sorted({at[:10] for at in oracle.record_times()})  # none was recorded around midnight
    months = [step.label for step in Replay(views, taken_in, "recorded", "month", None, None).steps()]
    assert months == sorted({day[:7] for day in days})


def test_districts_that_moved_are_the_lineage_of_their_groups(views: Views) -> None:
    moved = [one.difference for one in step(views, "2018-04-01") if one.difference.attribute == "cluster"]
    for group in {one.before for one in moved}:
        found = lineage(views, group, known(views))["successors"]
        onward = {node["link"]["segment"]: node["id"] for node in found if node["depth"] == 1}
        assert onward == {one.id: one.after for one in moved if one.before == group}


def test_what_was_learnt_late_is_found_by_its_day_of_recording(views: Views) -> None:
    found = lags(views, day_of("2019-12-01"), known(views), recorded_from="2018-10-03", recorded_to="2018-10-03")
    (only,) = found["records"]
    assert (only["decision"]["reference"], only["days_from_effect"]["least"]) == ("jobcentre-group:22", 185)
    whole = lags(views, day_of("2019-12-01"), known(views))
    assert whole["from_decision"]["n"] == 0 and whole["inferred"] > 0  # the source states no day of decision
    assert whole["from_effect"]["n"] + whole["from_effect"]["not_stated"] == whole["pairs"]


def test_the_matrix_of_the_day_holds_every_jobcentre_once(views: Views) -> None:
    found: dict[str, Any] = matrix(views, day_of("2018-04-01"), known(views))
    assert [len(found[name]) for name in ("clusters", "segments", "missions", "cells")] == [11, 36, 642, 642]
    assert not any(one["rule"] == "dangling-affiliation" for one in found["notices"])
