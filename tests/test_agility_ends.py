"""Ends by reason: counted per window and cluster, as corrected, and never guessed."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.agile import detail, figure, moved
from support.governing import constituted, decide, event_id

from ledger.application import Ledger

KNOWN = ("merged", "split", "replaced", "completed", "abolished", "transferred", "out-of-scope", "not stated")


def government(folder: Path) -> Ledger:
    """Two clusters and three missions; of `care` two segments and the mission `one` end, `places` does itself.

    | ends | what | reason |
    |---|---|---|
    | 2021-03-01 | care/a | merged |
    | 2021-06-01 | care/b | not stated |
    | 2022-01-01 | one (care) | completed, as it was completed |
    | 2022-02-01 | two (of no cluster) | out-of-scope |
    | 2022-03-01 | places | abolished |
    """
    ledger = constituted(folder)
    decide(
        ledger,
        *({"change": "establish-cluster", "cluster": name, "title": f"{name} cluster"} for name in ("care", "places")),
        *({"change": "add-segment", "segment": f"care/{name}", "title": f"Segment {name}"} for name in "abc"),
        *(
            {"change": "launch-mission", "mission": name, "title": f"Mission {name}"}
            for name in ("one", "two", "three")
        ),
        {"change": "add-mission", "mission": "one", "segments": ["care/c"]},
        effective="2020-01-01",
    )
    for change, effective in (
        ({"change": "retire-segment", "segment": "care/a", "reason": "merged"}, "2021-03-01"),
        ({"change": "retire-segment", "segment": "care/b"}, "2021-06-01"),
        ({"change": "complete-mission", "mission": "one"}, "2022-01-01"),
        ({"change": "stop-mission", "mission": "two", "reason": "out-of-scope"}, "2022-02-01"),
        ({"change": "dissolve-cluster", "cluster": "places", "reason": "abolished"}, "2022-03-01"),
    ):
        decide(ledger, change, effective=effective)
    return ledger


@pytest.mark.parametrize(
    ("since", "until", "cluster", "reasons", "live"),
    [
        ("2020", "2022", None, {"merged", "completed", "out-of-scope", "abolished", "not stated"}, 8),
        ("2021", "2021", None, {"merged", "not stated"}, 8),
        ("2022", "2022", None, {"completed", "out-of-scope", "abolished"}, 6),
        ("2020", "2022", "care", {"merged", "completed", "not stated"}, 5),
        ("2020", "2022", "places", {"abolished"}, 1),
        ("2023", "2023", "care", set(), 2),
    ],
)
def test_ends_are_counted_by_reason_window_and_cluster(
    tmp_path: Path, since: str, until: str, cluster: str | None, reasons: set[str], live: int
) -> None:
    found = figure(government(tmp_path), "ends", since, until, cluster)
    assert detail(found) == {reason: float(reason in reasons) for reason in KNOWN}
    assert (found.value, found.n, found.out_of, len(found.events)) == (len(reasons), len(reasons), live, len(reasons))


def test_a_corrected_reason_is_counted_as_corrected_and_a_struck_end_not_at_all(tmp_path: Path) -> None:
    ledger = government(tmp_path)
    retire = {"change": "retire-segment", "segment": "care/c", "reason": "split"}
    target = event_id(ledger, decide(ledger, retire, effective="2023-05-01"))
    before = moved(ledger)
    decide(
        ledger, {"change": "correct", "target": target, "data": {"reason": "replaced"}, "because": "Misread."},
        effective=None,
    )  # fmt: skip
    corrected = moved(ledger)
    decide(ledger, {"change": "strike", "target": target, "because": "Never decided."}, effective=None)
    for known, reason in ((before, "split"), (corrected, "replaced"), (None, None)):
        found = figure(ledger, "ends", "2023", "2023", known=known)
        assert detail(found) == {name: float(name == reason) for name in KNOWN}
        assert found.value == (reason is not None)


def test_an_end_on_one_of_several_days_counts_on_the_last_of_them(tmp_path: Path) -> None:
    ledger = government(tmp_path)
    retire = {"change": "retire-segment", "segment": "care/c", "reason": "split"}
    decide(ledger, retire, effective="[2023-05-01..2024-02-01]")
    assert [figure(ledger, "ends", year, year).value for year in ("2023", "2024")] == [0, 1]


def test_where_nothing_was_live_nothing_is_counted(tmp_path: Path) -> None:
    found = figure(government(tmp_path), "ends", "2019", "2019")
    assert (found.value, found.why_not) == (None, "no cluster, segment or mission was live in the window")
