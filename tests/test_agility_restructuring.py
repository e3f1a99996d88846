"""How often structures are changed, by how much segments turn over, and what is taken back."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.agile import detail, figure, moved
from support.governing import constituted, decide, event_id, governed

ADD = {"change": "add-segment", "segment": "care/food", "title": "Food"}
RETIRE = {"change": "retire-segment", "segment": "care/food"}
TRANSFER = {"change": "transfer-segment", "segment": "care/work", "to": "places"}


def test_events_and_decisions_are_counted_apart_per_unit_and_year(tmp_path: Path) -> None:
    """In 2027 two clusters and two segments live all year: 4 x 365 days. A third segment lives 365 - 90 from 1 April.

    One decision adds it and transfers another; one, on 1 July, only retitles. (4 x 365 + 275) / 365.25 = 4.750
    unit-years; 2 events / 4.750 = 0.4210, 1 decision / 4.750 = 0.2105, on one date.
    """
    ledger = governed(tmp_path)
    done = decide(ledger, ADD, TRANSFER, effective="2027-04-01")
    decide(ledger, {"change": "retitle-cluster", "cluster": "care", "title": "Caring"}, effective="2027-07-01")
    events = figure(ledger, "restructuring-events", "2027", "2027")
    decisions = figure(ledger, "restructuring-decisions", "2027", "2027")
    assert (events.n, events.events) == (2, done.positions)
    assert events.out_of == pytest.approx((4 * 365 + 275) / 365.25)
    assert events.value == pytest.approx(0.4210, abs=1e-4)
    assert (decisions.n, decisions.value) == (1, pytest.approx(0.2105, abs=1e-4))
    assert detail(decisions) == {"change dates": 1}


def test_a_cluster_counts_what_concerns_it_and_its_own_years(tmp_path: Path) -> None:
    """In 2027 `places` lives 365 days, and `care/work` in it 275: 640 days. The transfer concerns both clusters."""
    ledger = governed(tmp_path)
    add, transfer = decide(ledger, ADD, TRANSFER, effective="2027-04-01").positions
    found = figure(ledger, "restructuring-events", "2027", "2027", "places")
    assert (found.value, found.events) == (pytest.approx(1 / (640 / 365.25)), (transfer,))
    assert figure(ledger, "restructuring-events", "2027", "2027", "care").events == (add, transfer)


def test_missions_that_move_restructure_and_missions_that_end_do_not(tmp_path: Path) -> None:
    """A realignment counts once though it ends one affiliation and begins another; a completion, which ends both, not.

    Neither does a mission that is reopened: it goes on where it was.
    """
    ledger = governed(tmp_path)
    realign = {"change": "realign-mission", "mission": "sleep", "from": ["care/homes"], "to": ["care/work"]}
    done = decide(ledger, realign, effective="2027-02-01")
    decide(ledger, {"change": "complete-mission", "mission": "sleep"}, effective="2027-03-01")
    decide(ledger, {"change": "resume-mission", "mission": "sleep"}, effective="2027-09-01")
    assert figure(ledger, "restructuring-events", "2027", "2027").events == done.positions


@pytest.mark.parametrize(
    "name", ["restructuring-events", "restructuring-decisions", "reversal-rate", "segment-turnover"]
)
def test_where_nothing_lived_there_is_no_rate_and_a_reason(tmp_path: Path, name: str) -> None:
    found = figure(constituted(tmp_path), name, "2027", "2027")
    assert (found.value, found.n) == (None, 0) and "in the window" in found.why_not


def test_a_quiet_year_is_a_rate_of_zero(tmp_path: Path) -> None:
    found = figure(governed(tmp_path), "restructuring-events", "2027", "2027")
    assert (found.value, found.n, found.events) == (0, 0, ())


def test_a_correction_moves_a_change_to_another_year_and_the_old_figure_stays_answerable(tmp_path: Path) -> None:
    ledger = governed(tmp_path)
    done = decide(ledger, ADD, effective="2027-04-01")
    before = moved(ledger)
    correct = {"change": "correct", "target": event_id(ledger, done), "new_effective": "2028-04-01", "because": "Typo."}
    decide(ledger, correct, effective=None)
    assert figure(ledger, "restructuring-events", "2027", "2027", known=before).n == 1
    assert figure(ledger, "restructuring-events", "2027", "2027").n == 0
    assert figure(ledger, "restructuring-events", "2028", "2028").n == 1
    decisions = [figure(ledger, "restructuring-decisions", "2027", "2027", known=known).n for known in (before, None)]
    assert decisions == [1, 0]
    assert figure(ledger, "reversal-rate", "2027", "2027", known=before).value == 0
    assert figure(ledger, "reversal-rate", "2027", "2027").value is None


def test_a_change_undone_within_a_year_is_counted_when_it_is_undone(tmp_path: Path) -> None:
    """2027: a segment added, one transferred. 2028: the first retired after 366 days, the other back after 300.

    Both years have two events; of those of 2028 the transfer back undoes one: 1 / 2.
    """
    ledger = governed(tmp_path)
    there = decide(ledger, TRANSFER, effective="2027-04-01")
    decide(ledger, ADD, effective="2027-04-01", reference="add")
    back = decide(ledger, {**TRANSFER, "to": "care"}, effective="2028-01-26")
    decide(ledger, RETIRE, effective="2028-04-01")
    assert figure(ledger, "reversal-rate", "2027", "2027").value == 0
    found = figure(ledger, "reversal-rate", "2028", "2028")
    assert (found.value, found.n, found.out_of) == (0.5, 1, 2)
    assert found.events == (*there.positions, *back.positions)


def test_a_year_to_the_day_is_within_a_year(tmp_path: Path) -> None:
    """1 April 2026 to 1 April 2027 is 365 days."""
    ledger = governed(tmp_path)
    decide(ledger, ADD, effective="2026-04-01")
    decide(ledger, RETIRE, effective="2027-04-01")
    assert figure(ledger, "reversal-rate", "2027", "2027").value == 1


def test_an_old_title_restored_is_a_reversal_and_a_third_title_is_none(tmp_path: Path) -> None:
    ledger = governed(tmp_path)
    for day, title in (("2027-01-10", "B"), ("2027-02-10", "Care"), ("2027-03-10", "C")):
        decide(ledger, {"change": "retitle-cluster", "cluster": "care", "title": title}, effective=day)
    found = figure(ledger, "reversal-rate", "2027", "2027")
    assert (found.n, found.out_of) == (1, 3)


def test_segments_that_join_and_leave_are_turned_over(tmp_path: Path) -> None:
    """`care` has two segments on 1 January 2027; one leaves and one joins on 1 April: 2 x 365 days in all.

    (1 + 1) / 2 / (730 / 365.25) = 0.5003: half of its segments are exchanged in a year. For the government the one
    that was transferred neither left nor joined: 1 / 2 / ((2 x 365 + 275) / 365.25) = 0.1817.
    """
    ledger = governed(tmp_path)
    decide(ledger, ADD, TRANSFER, effective="2027-04-01")
    found = figure(ledger, "segment-turnover", "2027", "2027", "care")
    assert found.value == pytest.approx(0.5003, abs=1e-4) and detail(found) == {"joined": 1, "left": 1}
    assert figure(ledger, "segment-turnover", "2027", "2027").value == pytest.approx(0.1817, abs=1e-4)


def test_a_segment_struck_has_never_joined(tmp_path: Path) -> None:
    ledger = governed(tmp_path)
    done = decide(ledger, ADD, effective="2027-04-01")
    before = moved(ledger)
    decide(ledger, {"change": "strike", "target": event_id(ledger, done), "because": "Wrong year."}, effective=None)
    assert figure(ledger, "segment-turnover", "2027", "2027", known=before).n == 1
    assert figure(ledger, "segment-turnover", "2027", "2027").n == 0
