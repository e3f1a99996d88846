"""How long things last: the survival curve by hand, held to lifelines, and the lives of a small government."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import oracles
from support.agile import detail, figure, moved
from support.examples import examples
from support.governing import constituted, decide, event_id, governed

from ledger.application import Ledger
from projections.agility.figures import Window
from projections.agility.metrics.survival import Life, Observed, curve, median_survival, observed, quantile, survival

YEAR = 365.25
LATE = [{"rule": "events-left-without-effect", "on": "care/work", "because": "It ended before."}]


def test_the_curve_of_a_textbook_example() -> None:
    """Six lives: 6, 6 and 7 ended, 6 censored, 10 ended, 9 censored (days).

    At 6: 2 of 6 end, 4/6. The one censored at 6 was still at risk. At 7: 1 of 3, 4/6 x 2/3 = 4/9. At 10: 1 of 1, 0.
    """
    lives = [(6, True), (6, True), (7, True), (6, False), (10, True), (9, False)]
    steps = curve(Observed(0, age, ended) for age, ended in lives)
    assert [(step.age, pytest.approx(step.share)) for step in steps] == [(6, 4 / 6), (7, 4 / 9), (10, 0)]
    assert (quantile(steps, 0.5), quantile(steps, 0.7)) == (7, 6)


def test_one_that_enters_late_is_no_survivor_of_what_came_before() -> None:
    """Of two at risk from the start one ends at 5: 1/2. The third enters at 5, so that 1 of 2 ends at 8: 1/4."""
    steps = curve([Observed(0, 5, True), Observed(0, 9, False), Observed(5, 8, True)])
    assert [(step.age, step.share) for step in steps] == [(5, 0.5), (8, 0.25)]


def test_no_curve_without_an_end_and_no_median_above_a_half() -> None:
    assert curve([]) == [] and curve([Observed(0, 5, False)]) == []
    assert median_survival([Observed(0, 5, True), Observed(0, 9, False), Observed(0, 9, False)]) is None


def test_what_a_window_sees_of_a_life() -> None:
    """The window is days 100 to 199. Ages are days since the start; what lives on day 199 is censored at that age."""
    window = Window(100, 200)
    assert observed(Life(120, 150), window) == Observed(0, 30, True)
    assert observed(Life(40, 150), window) == Observed(59, 110, True)
    assert observed(Life(120, 200), window) == observed(Life(120, 900), window) == Observed(0, 79, False)
    assert observed(Life(40, 100), window) == Observed(59, 60, True)  # it ended on the first day
    assert observed(Life(40, 99), window) is observed(Life(200, 300), window) is observed(Life(0, 150), window) is None


def test_windows_that_follow_one_another_count_every_end_once() -> None:
    lives = [Life(start, start + lasting) for start in range(1, 60, 7) for lasting in (1, 30, 31, 60)]
    months = [Window(day, day + 30) for day in range(1, 151, 30)]
    seen = [found for month in months for life in lives if (found := observed(life, month)) and found.ended]
    assert len(seen) == len(lives)


seen_lives = st.lists(
    st.tuples(st.integers(0, 30), st.integers(1, 30), st.booleans()).map(
        lambda life: Observed(life[0] * 2, life[0] * 2 + life[1] * 2 - 1, life[2])  # no entry at the age of an end
    ),
    min_size=1,
    max_size=40,
)


@pytest.mark.parametrize("number", range(oracles.CASES))
def test_the_curve_is_that_of_lifelines(number: int) -> None:
    """Also where some enter late; its values were recorded by scripts/oracles."""
    lives, (made_of, theirs) = oracles.lives(number), oracles.recorded("survival")["cases"][number]
    assert oracles.digest(lives) == made_of
    ours = curve(Observed(*life) for life in lives)
    assert ours == [(age, pytest.approx(share, abs=1e-9)) for age, share in theirs]


@settings(max_examples=examples(150), deadline=None)
@given(seen_lives)
def test_the_curve_is_the_product_of_the_shares_that_survive_each_age(lives: Sequence[Observed]) -> None:
    """Counted in fractions, at each age anew: of those at risk, the share that does not end."""
    share, expected = Fraction(1), []
    for age in sorted({life.left for life in lives if life.ended}):
        at_risk = [life for life in lives if life.entered < age <= life.left]
        ends = sum(life.ended and life.left == age for life in at_risk)
        share *= 1 - Fraction(ends, len(at_risk))
        expected.append((age, pytest.approx(float(share), abs=1e-9)))
    assert curve(lives) == expected


def test_the_median_of_clusters_counts_those_that_live_on(tmp_path: Path) -> None:
    """Three clusters from 2000-01-01; one ends after 5 years (1827 days), one after 10 (3653), one lives on in 2026.

    The curve falls to 2/3 at 1827 and to 1/3 at 3653 days: the median is 10.0 years, and 7.5 of those that ended.
    """
    ledger = _clusters(tmp_path)
    found = figure(ledger, "cluster-survival", "2000", "2025")
    assert (found.value, found.n, found.censored) == (pytest.approx(3653 / YEAR), 3, 1)
    assert detail(found)["median of the ended"] == pytest.approx((1827 + 3653) / 2 / YEAR)
    assert detail(found) | {"ended": 2, "entered late": 0, "start not stated": 0} == detail(found)


def _clusters(folder: Path) -> Ledger:
    ledger = constituted(folder)
    names = ("a", "b", "c")
    decide(
        ledger,
        *({"change": "establish-cluster", "cluster": name, "title": name} for name in names),
        effective="2000-01-01",
    )
    decide(ledger, {"change": "dissolve-cluster", "cluster": "a"}, effective="2005-01-01")
    decide(ledger, {"change": "dissolve-cluster", "cluster": "b"}, effective="2010-01-01")
    return ledger


def test_a_start_not_stated_gives_no_age_and_is_counted_apart(tmp_path: Path) -> None:
    ledger = _clusters(tmp_path)
    decide(ledger, {"change": "establish-cluster", "cluster": "old", "title": "Old"}, effective="..")
    decide(ledger, {"change": "dissolve-cluster", "cluster": "old"}, effective="2001-01-01")
    found = figure(ledger, "cluster-survival", "2000", "2025")
    assert (found.value, found.n, found.out_of) == (pytest.approx(3653 / YEAR), 3, 4)
    assert detail(found)["start not stated"] == 1


def test_what_began_before_the_window_enters_late(tmp_path: Path) -> None:
    found = figure(_clusters(tmp_path), "cluster-survival", "2004", "2025")
    assert detail(found)["entered late"] == 3 and found.value == pytest.approx(3653 / YEAR)


def test_where_too_few_have_ended_there_is_no_median_and_a_reason(tmp_path: Path) -> None:
    ledger = _clusters(tmp_path)
    early = figure(ledger, "cluster-survival", "2000", "2007")
    assert early.value is None and early.why_not == "the curve stays above a half: 67% of the clusters last 5.0 years"
    assert figure(ledger, "cluster-survival", "2000", "2003").why_not == "none of the 3 clusters ended in the window"
    assert figure(ledger, "cluster-survival", "1990", "1991").why_not == "there were no clusters in it"
    assert "ask for the government" in figure(ledger, "cluster-survival", "2000", "2025", "a").why_not


def test_an_end_recorded_late_shortens_a_life_from_then_on(tmp_path: Path) -> None:
    ledger = _clusters(tmp_path)
    before = moved(ledger)
    decide(ledger, {"change": "dissolve-cluster", "cluster": "c"}, effective="2001-01-01")
    assert figure(ledger, "cluster-survival", "2000", "2025", known=before).value == pytest.approx(3653 / YEAR)
    assert figure(ledger, "cluster-survival", "2000", "2025").value == pytest.approx(1827 / YEAR)


def test_segments_and_missions_of_a_cluster_live_their_whole_lives(tmp_path: Path) -> None:
    """`care/work` lives 2026-01-01 to 2028-01-01, the last year in `places`: 730 days, for both clusters.

    `sleep` is completed after 365 days and reopened: one life of 365 days, one that goes on; the median is 365.
    """
    ledger = governed(tmp_path)
    decide(ledger, {"change": "transfer-segment", "segment": "care/work", "to": "places"}, effective="2027-01-01")
    decide(ledger, {"change": "retire-segment", "segment": "care/work"}, effective="2028-01-01")
    decide(ledger, {"change": "complete-mission", "mission": "sleep"}, effective="2027-01-01")
    decide(ledger, {"change": "resume-mission", "mission": "sleep"}, effective="2027-06-01")
    before = moved(ledger)
    for cluster, among in (("care", 2), ("places", 1)):
        found = figure(ledger, "segment-survival", "2026", "2029", cluster)
        assert (found.value, found.n) == (pytest.approx(730 / YEAR), among)
    found = figure(ledger, "mission-survival", "2026", "2029", "care")
    assert (found.value, found.n, found.censored) == (pytest.approx(365 / YEAR), 2, 1)
    decide(ledger, {"change": "retire-segment", "segment": "care/work"}, effective="2027-07-01", accept=LATE)
    assert figure(ledger, "segment-survival", "2026", "2029", "places").value == pytest.approx(546 / YEAR)
    assert figure(ledger, "segment-survival", "2026", "2029", "places", known=before).value == pytest.approx(730 / YEAR)
    for name in ("segment-survival", "mission-survival"):
        assert figure(ledger, name, "2020", "2021").why_not.startswith("there were no")


def test_a_mission_struck_has_never_lived(tmp_path: Path) -> None:
    ledger = governed(tmp_path)
    launched = decide(ledger, {"change": "launch-mission", "mission": "walk", "title": "Walk"}, effective="2026-02-01")
    decide(ledger, {"change": "stop-mission", "mission": "walk"}, effective="2026-03-01")
    before = moved(ledger)
    assert figure(ledger, "mission-survival", "2026", "2029", known=before).value == pytest.approx(28 / YEAR)
    strike = {"change": "strike", "target": event_id(ledger, launched), "because": "Never launched."}
    because = {"rule": "events-left-without-effect", "on": "walk", "because": "The stop goes with it."}
    decide(ledger, strike, effective=None, accept=[because])
    assert figure(ledger, "mission-survival", "2026", "2029").value is None
    assert figure(ledger, "mission-survival", "2026", "2029", known=before).n == 2


def test_survival_of_nothing_is_nothing() -> None:
    found = survival([], Window(1, 100), "titles")
    assert (found.value, found.n, found.why_not) == (None, 0, "there were no titles in it")
