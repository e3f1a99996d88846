"""How long titles of clusters last, what they withstand, and how much lies under them."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.agile import detail, figure, moved
from support.governing import constituted, decide, event_id, governed

from ledger.application import Ledger

YEAR = 365.25


def retitle(ledger: Ledger, title: str, day: str, cluster: str = "care") -> str:
    """Retitle a cluster; return the id of the event."""
    change = {"change": "retitle-cluster", "cluster": cluster, "title": title}
    return event_id(ledger, decide(ledger, change, effective=day))


def test_a_title_lasts_until_the_next(tmp_path: Path) -> None:
    """`care` bears its first title 365 days, the second 365, the third goes on; `places` keeps its own.

    Of 4 titles 2 end at 365 days: the curve falls to a half there. Borne in 2026 to 2028: 2 x 1096 days, 2 retitlings.
    """
    ledger = governed(tmp_path)
    retitle(ledger, "Caring", "2027-01-01")
    retitle(ledger, "Care for all", "2028-01-01")
    found = figure(ledger, "title-tenure", "2026", "2028")
    assert (found.value, found.n, found.censored) == (pytest.approx(365 / YEAR), 4, 2)
    assert detail(found)["title-years"] == pytest.approx(2 * 1096 / YEAR)
    assert detail(found)["title-years per retitling"] == pytest.approx(1096 / YEAR)


def test_a_title_that_ends_with_its_cluster_was_not_changed(tmp_path: Path) -> None:
    ledger = governed(tmp_path)
    because = {"rule": "cluster-dissolved-with-live-parts", "on": "care", "because": "They follow."}
    decide(ledger, {"change": "dissolve-cluster", "cluster": "care"}, effective="2027-01-01", accept=[because])
    found = figure(ledger, "title-tenure", "2026", "2028", "care")
    assert found.value is None and found.why_not == "none of the 1 titles ended in the window"
    assert (found.n, found.censored) == (1, 1)


def test_a_retitling_recorded_late_ends_a_tenure_from_then_on(tmp_path: Path) -> None:
    ledger = governed(tmp_path)
    retitle(ledger, "Caring", "2028-01-01")
    before = moved(ledger)
    retitle(ledger, "Being cared for", "2027-01-01")
    first, second = (figure(ledger, "title-tenure", "2026", "2028", "care", known=known) for known in (before, None))
    assert (first.value, first.n) == (pytest.approx(730 / YEAR), 2)
    assert (second.value, second.n) == (pytest.approx(365 / YEAR), 3)


def test_titles_of_a_government_without_clusters(tmp_path: Path) -> None:
    ledger = constituted(tmp_path)
    for name, why in (
        ("title-tenure", "there were no titles in it"),
        ("changes-per-retitling", "no cluster was retitled"),
        ("title-breadth", "no cluster was live"),
        ("title-breadth-divisions", "no live segment states its sectors"),
    ):
        found = figure(ledger, name, "2026", "2028")
        assert found.value is None and found.why_not.startswith(why)


def test_structural_changes_are_absorbed_by_a_title(tmp_path: Path) -> None:
    """In 2027 `care` gets a segment, loses one to `places` and is retitled twice: 2 / 2; `places` is not: no ratio."""
    ledger = governed(tmp_path)
    add = {"change": "add-segment", "segment": "care/food", "title": "Food"}
    transfer = {"change": "transfer-segment", "segment": "care/work", "to": "places"}
    positions = decide(ledger, add, transfer, effective="2027-04-01").positions
    retitle(ledger, "Caring", "2027-05-01")
    wrong = retitle(ledger, "Being cared for", "2027-06-01")
    before = moved(ledger)
    found = figure(ledger, "changes-per-retitling", "2027", "2027", "care")
    assert (found.value, found.n, found.out_of) == (1, 2, 2) and set(positions) < set(found.events)
    none = figure(ledger, "changes-per-retitling", "2027", "2027", "places")
    assert none.value is None and "1 structural event was absorbed" in none.why_not
    decide(ledger, {"change": "strike", "target": wrong, "because": "Never decided."}, effective=None)
    assert figure(ledger, "changes-per-retitling", "2027", "2027", "care").value == 2
    assert figure(ledger, "changes-per-retitling", "2027", "2027", "care", known=before).value == 1


def test_what_lies_under_a_title_on_the_last_day(tmp_path: Path) -> None:
    """`care` has two segments, one with COFOG 07.1 and 10.2, one with 07.4: divisions 07 and 10. `places` has none.

    For the government: 2 segments / 2 clusters, 2 divisions / 1 cluster that states any.
    """
    ledger = governed(tmp_path)
    scopes = {"care/homes": ["07.1", "10.2"], "care/work": ["07.4"]}
    scoped = [{"change": "rescope-segment", "segment": id_, "sectors": codes} for id_, codes in scopes.items()]
    done = decide(ledger, *scoped, effective="2027-04-01")
    segments = figure(ledger, "title-breadth", "2027", "2027")
    divisions = figure(ledger, "title-breadth-divisions", "2027", "2027")
    assert (segments.value, segments.n, segments.out_of) == (1, 2, 2)
    assert (divisions.value, divisions.n, divisions.out_of, divisions.events) == (2, 2, 1, done.positions)
    assert figure(ledger, "title-breadth", "2027", "2027", "care").value == 2
    assert figure(ledger, "title-breadth", "2027", "2027", "places").value == 0
    assert figure(ledger, "title-breadth-divisions", "2027", "2027", "places").value is None
    assert figure(ledger, "title-breadth-divisions", "2026", "2027-03").value is None  # before it took effect


def test_breadth_follows_what_is_known(tmp_path: Path) -> None:
    ledger = governed(tmp_path)
    sectors = ["07.1", "10.2"]
    done = decide(ledger, {"change": "rescope-segment", "segment": "care/homes", "sectors": sectors})
    retire = decide(ledger, {"change": "retire-segment", "segment": "care/work"}, effective="2027-01-01")
    before = moved(ledger)
    correct = {"change": "correct", "target": event_id(ledger, done), "data": {"sectors": ["07.1"]}, "because": "Typo."}
    strike = {"change": "strike", "target": event_id(ledger, retire), "because": "It goes on."}
    decide(ledger, correct, strike, effective=None)
    assert [figure(ledger, "title-breadth-divisions", "2027", "2027", known=at).value for at in (before, None)] == [
        2,
        1,
    ]
    assert [figure(ledger, "title-breadth", "2027", "2027", "care", known=at).value for at in (before, None)] == [1, 2]
