"""How the record lags behind decisions and their effect, and how often it was put right."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from support.agile import detail, figure, moved
from support.governing import constituted, event_id
from support.governing import decide as decide_now

from commands.terminal.figures import beside
from ledger.application import Ledger, Receipt
from projections.agility.figures import Window
from projections.agility.query import Found, metrics
from projections.agility.windows import first_day, last_day

LAGS = ("lag-from-decision", "lag-from-effect", "recorded-late", "recorded-in-advance")


class Calendar:
    """A clock that stands still until the next decision."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 5, 10, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def office(folder: Path) -> Ledger:
    """A ledger that was opened on 2026-03-05."""
    return constituted(folder, Calendar())


def decide(ledger: Ledger, *changes: dict[str, Any], **header: Any) -> Receipt:
    """Record a decision ten days after the one before: on 2026-03-15, 03-25, 04-04, 04-14, 04-24 and so on."""
    assert isinstance(ledger.clock, Calendar)
    ledger.clock.now += timedelta(days=10)
    return decide_now(ledger, *changes, **header)


def four(folder: Path) -> Ledger:
    """Four decisions on `care` and one on `places`.

    | recorded | decided | effective | from decision | from effect |
    |---|---|---|---|---|
    | 2026-03-15 | 2026-03-05 | 2026-01-01 | 10 | 73 |
    | 2026-03-25 | 2026-02-03 | 2026-03-20 | 50 | 5 |
    | 2026-04-04 | 2026-04-01 | 2026-05-01 | 3 | -27 |
    | 2026-04-14 | - | 2026-02-23 | - | 50 |
    | 2026-04-24 | - | `..` | - | - |
    """
    ledger = office(folder)
    days = [("2026-03-05", "2026-01-01"), ("2026-02-03", "2026-03-20"), ("2026-04-01", "2026-05-01")]
    first = {"change": "establish-cluster", "cluster": "care", "title": "Care"}
    retitle = {"change": "retitle-cluster", "cluster": "care"}
    for number, (decided, effective) in enumerate(days):
        change = {**retitle, "title": f"Care {number}"} if number else first
        decide(ledger, change, effective=effective, decided_on=decided)
    decide(ledger, {**retitle, "title": "Late"}, effective="2026-02-23")
    decide(ledger, {"change": "establish-cluster", "cluster": "places", "title": "Places"}, effective="..")
    return ledger


def test_lags_from_decision_and_from_effect_and_their_quartiles(tmp_path: Path) -> None:
    """From decision: 3, 10, 50, median 10. From effect: -27, 5, 50, 73, median (nearest rank) 5."""
    ledger = four(tmp_path)
    decision, effect = (figure(ledger, name, "2026", "2026") for name in LAGS[:2])
    assert (decision.value, decision.n, decision.out_of) == (10, 3, 5)
    assert detail(decision) == {"least": 3, "first quartile": 3, "third quartile": 50, "most": 50}
    assert (effect.value, effect.n, effect.out_of) == (5, 4, 5)
    assert detail(effect) == {"least": -27, "first quartile": -27, "third quartile": 50, "most": 73}


def test_dates_of_a_year_or_month_tell_the_lags_at_the_most_too(tmp_path: Path) -> None:
    """Recorded on 2026-03-15 and 03-25.

    Decided in January (43 to 73 days before) and on 03-20 (5): at the least 5 and 43, at the most 5 and 73.
    """
    ledger = office(tmp_path)
    first = {"change": "establish-cluster", "cluster": "care", "title": "Care"}
    decide(ledger, first, effective="2026-01-31", decided_on="2026-01")
    decide(ledger, {"change": "retitle-cluster", "cluster": "care", "title": "Cure"}, decided_on="2026-03-20")
    found = figure(ledger, "lag-from-decision", "2026", "2026")
    assert (found.value, found.n) == (5, 2)
    assert detail(found) == {
        "least": 5, "first quartile": 5, "third quartile": 43, "most": 43,
        "least at the most": 5, "first quartile at the most": 5, "third quartile at the most": 73,
        "most at the most": 73, "median at the most": 5, "dates without a day": 1,
    }  # fmt: skip
    lag = "lag-from-decision"
    sentence = beside(Found(metrics()[lag], Window(first_day("2026"), last_day("2026") + 1), None, found))
    assert sentence.endswith("; most at the most 73; median at the most 5; dates without a day 1.")


def test_late_is_over_the_setting_and_in_advance_is_before_the_effect(tmp_path: Path) -> None:
    """Late (from decision, else from effect): 10, 50, 3, 50: 2 of 4. In advance: 1 of the 4 that state an effect."""
    ledger = four(tmp_path)
    late, advance = (figure(ledger, name, "2026", "2026") for name in LAGS[2:])
    assert (late.value, late.n, late.out_of, tuple(late.events)) == (0.5, 2, 4, (3, 5))
    assert detail(late) == {"limit in days": 30}
    assert (advance.value, advance.n, advance.out_of, tuple(advance.events)) == (0.25, 1, 4, (4,))
    decide(ledger, {"change": "adopt-settings", "late_after_days": 60}, effective="2026-05-04")
    assert figure(ledger, "recorded-late", "2026", "2026").value == 0


def test_a_cluster_is_measured_by_the_decisions_that_concern_it(tmp_path: Path) -> None:
    ledger = four(tmp_path)
    assert figure(ledger, "lag-from-effect", "2026", "2026", "care").out_of == 4
    assert figure(ledger, "lag-from-effect", "2026", "2026", "places").why_not == (
        "none of the 1 decision recorded in the window states from when it has effect"
    )


def test_the_window_is_of_record_time(tmp_path: Path) -> None:
    assert figure(four(tmp_path), "lag-from-decision", "2026-03-15", "2026-03-25").n == 2


@pytest.mark.parametrize("name", [*LAGS, "correction-rate", "time-to-correct"])
def test_where_nothing_was_recorded_there_is_no_figure_and_a_reason(tmp_path: Path, name: str) -> None:
    found = figure(office(tmp_path), name, "2020", "2021")
    assert (found.value, found.n) == (None, 0) and "recorded in the window" in found.why_not


def test_an_effect_that_was_only_inferred_measures_nothing(tmp_path: Path) -> None:
    """It was inferred from the record itself, whose lag would be nought by making."""
    ledger = office(tmp_path)
    change = {"change": "establish-cluster", "cluster": "care", "title": "Care", "effective_basis": "inferred"}
    decide(ledger, change, effective="2026-03-15")
    assert figure(ledger, "lag-from-effect", "2026", "2026").value is None


def test_a_day_of_decision_corrected_changes_the_lag_from_then_on(tmp_path: Path) -> None:
    """Decided on 2026-01-05 and not 03-05: 69 days and not 10; of 3, 50 and 69 the median is 50."""
    ledger = four(tmp_path)
    before = moved(ledger)
    first = ledger.at(2)
    assert first is not None
    name = {"authority": first.event.decision.authority, "reference": first.event.decision.reference}
    fields = {"decided_on": "2026-01-05"}
    decide(ledger, {"change": "correct", "target": name, "decision": fields, "because": "Misread."}, effective=None)
    until = "2026-04-30"  # before the correction, which is a decision too
    assert figure(ledger, "lag-from-decision", "2026", until, known=before).value == 10
    assert figure(ledger, "lag-from-decision", "2026", until).value == 50
    assert figure(ledger, "recorded-late", "2026", until, known=before).n == 2
    assert figure(ledger, "recorded-late", "2026", until).n == 3


def test_an_effect_corrected_is_no_longer_in_advance(tmp_path: Path) -> None:
    ledger = four(tmp_path)
    before, target = moved(ledger), ledger.at(4)
    assert target is not None
    correct = {"change": "correct", "target": target.event.id, "new_effective": "2026-04-02", "because": "Typo."}
    decide(ledger, correct, effective=None)
    assert figure(ledger, "recorded-in-advance", "2026", "2026", known=before).n == 1
    assert figure(ledger, "recorded-in-advance", "2026", "2026").n == 0
    assert detail(figure(ledger, "lag-from-effect", "2026", "2026"))["least"] == 2


def test_what_was_put_right_and_how_long_that_took(tmp_path: Path) -> None:
    """Three events (03-15, 03-25, 04-04), of which one is corrected on 04-14 and one struck on 04-24.

    2 of 3 events; after 30 and after 20 days: the median is 25. The second correction of the first counts once.
    """
    ledger, ids = three(tmp_path)
    correct = {"change": "correct", "target": ids[0], "data": {"title": "Care!"}, "because": "Typo."}
    decide(ledger, correct, effective=None)
    before = moved(ledger)
    decide(ledger, {"change": "strike", "target": ids[2], "because": "Never decided."}, effective=None)
    decide(ledger, {**correct, "data": {"title": "Care"}}, effective=None)
    rate, time = figure(ledger, "correction-rate", "2026", "2026"), figure(ledger, "time-to-correct", "2026", "2026")
    assert (rate.value, rate.n, rate.out_of, rate.events) == (pytest.approx(2 / 3), 2, 3, (2, 4, 5, 6))
    assert (time.value, time.n, time.events) == (25, 2, (2, 4, 5, 6))
    assert figure(ledger, "correction-rate", "2026", "2026", known=before).value == pytest.approx(1 / 3)
    assert figure(ledger, "time-to-correct", "2026", "2026", known=before).value == 30


def three(folder: Path) -> tuple[Ledger, list[str]]:
    """Three events on `care`, and their ids."""
    ledger = office(folder)
    changes = [
        {"change": "establish-cluster", "cluster": "care", "title": "Car"},
        {"change": "repurpose-cluster", "cluster": "care", "purpose": "To care."},
        {"change": "retitle-cluster", "cluster": "care", "title": "Caring"},
    ]
    days = ("2026-03-15", "2026-03-25", "2026-04-04")
    return ledger, [
        event_id(ledger, decide(ledger, change, effective=day)) for change, day in zip(changes, days, strict=True)
    ]


def test_what_was_struck_still_concerns_its_cluster(tmp_path: Path) -> None:
    ledger, ids = three(tmp_path)
    decide(ledger, {"change": "strike", "target": ids[2], "because": "Never decided."}, effective=None)
    found = figure(ledger, "correction-rate", "2026", "2026", "care")
    assert (found.n, found.out_of) == (1, 3)


def test_a_correction_that_was_struck_put_nothing_right(tmp_path: Path) -> None:
    ledger, ids = three(tmp_path)
    correct = {"change": "correct", "target": ids[0], "data": {"title": "Care!"}, "because": "Typo."}
    done = decide(ledger, correct, effective=None)
    before = moved(ledger)
    decide(ledger, {"change": "strike", "target": event_id(ledger, done), "because": "It was right."}, effective=None)
    assert figure(ledger, "correction-rate", "2026", "2026", known=before).n == 1
    assert figure(ledger, "correction-rate", "2026", "2026").n == 0


def test_a_change_that_stands_in_the_place_of_another_puts_it_right(tmp_path: Path) -> None:
    ledger, ids = three(tmp_path)
    change = {"change": "retitle-cluster", "cluster": "care", "title": "Cared for", "corrects": ids[2]}
    decide(ledger, change, effective="2026-04-04")
    assert figure(ledger, "correction-rate", "2026", "2026").n == 1


def test_a_decision_taken_back_was_no_error(tmp_path: Path) -> None:
    ledger, _ = three(tmp_path)
    retitle = {"change": "retitle-cluster", "cluster": "care", "title": "Cared for"}
    later = decide(ledger, retitle, effective="2027-01-01")
    name = {"authority": later.authority, "reference": later.reference}
    decide(ledger, {"change": "rescind-decision", "decision": name}, effective="2026-04-24")
    assert figure(ledger, "correction-rate", "2026", "2026").n == 0
