"""Lags: what was recorded late, in advance or retroactively, and how all lags are distributed."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.examples import examples
from support.governing import constituted, document
from support.histories import History, histories
from support.plain import history, lags
from support.two_times_example import INSTANTS, Hands, recorded
from support.written_ledgers import written as ledger_of

from ledger.application import Ledger, import_register
from ledger.errors import InputError
from ledger.events.changes.assertion import Assertion
from ledger.events.envelope import Recorder
from ledger.events.registry import BY_TYPE
from ledger.lags import Lag
from ledger.timeline import day_of
from projections.answers.lags import spread
from projections.answers.notices import notices
from projections.differences.explained import Point, differences
from projections.views.read_model import Views

DAY = day_of("2026-07-01")


@pytest.fixture
def views(tmp_path: Path) -> Iterator[Views]:
    """The example of docs/two-times.md."""
    with recorded(tmp_path) as ledger, Views(ledger, tmp_path) as found:
        yield found


def told(views: Views, known: int = 5, **options: Any) -> dict[str, Any]:
    return lags(views, DAY, known, **options)


def days(record: dict[str, Any], name: str) -> tuple[int, int] | None:
    """The least and the most days of a line."""
    found = record[f"days_from_{name}"]
    return None if found is None else (found["least"], found["most"])


def least(entry: dict[str, Any], name: str) -> int | None:
    """The least days of an entry of a history."""
    found = entry[f"{name}_days"]
    return None if found is None else int(found["least"])


def kinds(found: dict[str, Any]) -> dict[str, list[str]]:
    return {one["decision"]["reference"]: one["kinds"] for one in found["records"]}


def test_a_paper_from_the_tray_is_late_and_retroactive_and_one_for_april_was_in_advance(views: Views) -> None:
    found = told(views)
    assert kinds(found) == {"CM-2026-14": ["in advance"], "CM-2026-09": ["late", "retroactive"]}
    (late,) = (one for one in found["records"] if "late" in one["kinds"])
    assert (days(late, "decision"), days(late, "effect"), late["retroactive_days"]) == ((89, 89), (94, 94), 5)


def test_what_was_known_before_the_correction_measures_the_effect_that_was_known_then(views: Views) -> None:
    (now,) = (one for one in told(views)["records"] if one["decision"]["reference"] == "CM-2026-14")
    (before,) = (one for one in told(views, 4)["records"] if one["decision"]["reference"] == "CM-2026-14")
    assert (now["effective"], days(now, "effect"), days(now, "effect_to_correction")) == (
        "2026-05-01",
        (-57, -57),
        (32, 32),
    )
    assert (before["effective"], days(before, "effect"), days(before, "effect_to_correction")) == (
        "2026-04-01",
        (-27, -27),
        None,
    )


def test_lags_from_the_decision_and_from_its_effect_are_counted_apart(views: Views) -> None:
    found = told(views)
    assert (found["from_decision"]["n"], found["from_decision"]["not_stated"]) == (2, 2)
    assert (found["from_effect"]["n"], found["from_effect"]["not_stated"]) == (3, 0)
    assert [found["from_effect"]["least"][name] for name in ("min", "median", "max", "over")] == [-57, 11, 94, 1]
    assert found["from_effect"]["most"] == found["from_effect"]["least"]
    counts = [found[name]["counts"] for name in ("from_decision", "from_effect")]
    assert counts == ["decisions", "pairs of a decision and an effective date"]


def test_the_setting_decides_what_is_late_unless_days_are_given(tmp_path: Path) -> None:
    change = {"change": "adopt-settings", "late_after_days": 5}
    documents = [document(change, effective="2026-01-01", reference="settings", decided_on="2026-01-01")]
    instants = ["2026-01-01T09:00:00+00:00", "2026-01-09T10:00:00+00:00"]
    with recorded(tmp_path, documents, instants) as ledger, Views(ledger, tmp_path) as views:
        assert (told(views, 2)["late_after_days"], kinds(told(views, 2))) == (5, {"settings": ["late"]})
        assert lags(views, day_of("2025-12-31"), 2)["late_after_days"] == 30
        assert kinds(told(views, 2, over=8)) == {} and kinds(told(views, 2, over=7)) == {"settings": ["late"]}


def test_only_what_was_recorded_in_a_period(views: Views) -> None:
    def references(**options: str) -> list[str]:
        found = told(views, **options, over=0)
        return [one["decision"]["reference"] for one in found["records"]]

    assert references(recorded_from="2026-05-20", recorded_to="2026-05-20") == ["CM-2026-09"]
    assert references(recorded_from="2026-05-21") == []
    assert references(recorded_to="2026-03-05") == ["CM-2026-03", "CM-2026-14"]
    assert references(recorded_from="p3", recorded_to="p4") == ["CM-2026-14", "CM-2026-09"]
    assert references(recorded_from="2026-05-20T10:00:00Z") == ["CM-2026-09"]
    assert references(recorded_from="2026-05-20T10:00:01Z") == []


def test_decisions_of_which_nothing_stands_are_left_out(tmp_path: Path) -> None:
    with constituted(tmp_path, Hands("2026-03-01T09:00:00+00:00")) as ledger, Views(ledger, tmp_path) as views:
        change = {"change": "establish-cluster", "cluster": "care", "title": "Care"}
        receipt = ledger.record(document(change, effective="2020-01-01", reference="slip"))
        assert kinds(told(views, receipt.tree_size)) == {"slip": ["late"]}
        target = {"authority": "Council of Ministers", "reference": "slip"}
        strike = {"change": "strike", "target": target, "because": "A draft."}
        ledger.record(document(strike, effective=None, reference="strike"))
        assert kinds(told(views, ledger.head().position)) == {}


def test_a_day_that_is_not_stated_or_was_inferred_measures_nothing(tmp_path: Path) -> None:
    def imported(reference: str, effective: str, **more: str) -> dict[str, Any]:
        change = {"change": "establish-cluster", "cluster": reference, "title": "Care", **more}
        return {**document(change, effective=effective, reference=reference), "recorded_at": "2026-03-01T10:00:00Z"}

    given_ = [imported("a", ".."), imported("b", "2026-03-01", effective_basis="inferred"), imported("c", "2026-01-01")]
    import_register(
        tmp_path / "i.ledger", given_, government="Illyria", source="A list",
        recorder=Recorder(id="Registry", basis="configured"),
    )  # fmt: skip
    with Ledger.open(tmp_path / "i.ledger", read_only=True) as ledger, Views(ledger, tmp_path) as views:
        found = told(views, ledger.head().position)
        assert found["inferred"] == 1 and kinds(found) == {"c": ["late"]}
        days = {
            one.id: one.late_days and one.late_days.least
            for one in differences(views, Point(DAY, 1), Point(DAY, ledger.head().position))
        }
        assert days == {"a": None, "b": None, "c": 59}
        assert (found["from_effect"]["n"], found["from_effect"]["least"]["max"]) == (1, 59)


def test_a_ledger_without_a_decision_has_no_lags(views: Views) -> None:
    found = told(views, 0)
    assert (found["decisions"], found["records"]) == (0, [])
    nothing = dict.fromkeys(("min", "q1", "median", "q3", "max", "over", "share_over"))
    of = {"n": 0, "not_stated": 0, "ranges": 0, "least": nothing, "most": nothing}
    assert found["from_decision"] == {"counts": "decisions", **of}
    assert found["from_effect"] == {"counts": "pairs of a decision and an effective date", **of}
    assert json.dumps(found)


MISSIONS = ("one", "two", "three")


def test_what_one_decision_lets_begin_on_three_days_is_one_decision_and_three_pairs(tmp_path: Path) -> None:
    launched = [
        {"change": "launch-mission", "mission": name, "title": f"{name} more", "effective": f"2025-0{at}-01"}
        for at, name in enumerate(MISSIONS, 1)
    ]
    launched.append({**launched[0], "mission": "four", "title": "four more"})  # on a day that was counted
    decision = document(*launched, effective=None, reference="three days", decided_on="2025-03-02")
    with recorded(tmp_path, [decision], INSTANTS[:2]) as ledger, Views(ledger, tmp_path) as views:
        found = told(views)
        assert (found["decisions"], found["pairs"]) == (1, 3)
        assert (found["from_decision"]["n"], found["from_effect"]["n"]) == (1, 3)
        assert [found["from_effect"]["least"][name] for name in ("min", "median", "max")] == [317, 345, 376]
        assert found["counts"] == {"late": 1, "in advance": 0, "retroactive": 1}
        assert [one["retroactive_days"] for one in found["records"]] == [60, 29, 1]
        assert agrees_with_history(views, found, [*MISSIONS, "four"])


def test_neither_the_founding_of_the_ledger_nor_the_end_of_an_import_is_a_decision(tmp_path: Path) -> None:
    change = {"change": "establish-cluster", "cluster": "care", "title": "Care"}
    taken = {**document(change, effective="2026-01-01", reference="a"), "recorded_at": "2026-03-01T10:00:00Z"}
    import_register(
        tmp_path / "i.ledger", [taken], government="Illyria", source="A list",
        recorder=Recorder(id="Registry", basis="configured"),
    )  # fmt: skip
    with Ledger.open(tmp_path / "i.ledger", read_only=True) as ledger, Views(ledger, tmp_path) as views:
        assert ledger.head().position == 3
        found = told(views, 3)
        assert (found["decisions"], found["from_decision"]["not_stated"]) == (1, 1)


@pytest.mark.parametrize(
    ("effective", "least", "most", "is_late"),
    [("2025", 11, 375, False), ("2025-12", 11, 41, False), ("2025-11", 42, 71, True), ("2025-12-11", 31, 31, True)],
)
def test_a_date_known_to_the_year_or_month_gives_a_range_and_is_late_only_if_the_shortest_lag_is(
    tmp_path: Path, effective: str, least: int, most: int, is_late: bool
) -> None:
    change = {"change": "establish-cluster", "cluster": "care", "title": "Care"}
    decision = document(change, effective=effective, reference="a")
    with (
        recorded(tmp_path, [decision], ["2026-01-02T09:00:00Z", "2026-01-11T10:00:00Z"]) as ledger,
        Views(ledger, tmp_path) as views,
    ):
        found = told(views, over=30)
        spread = found["from_effect"]
        assert (spread["least"]["median"], spread["most"]["median"], spread["ranges"]) == (
            least, most, int(least < most),
        )  # fmt: skip
        assert kinds(found) == ({"a": ["late"]} if is_late else {})
        assert agrees_with_history(views, found, ["care"])
        noticed = [one.found for one in notices(views, DAY, 5) if one.rule == "recorded-late"]
        days_ = f"{'at least ' if least < most else ''}{least} days"
        assert noticed == ([f'Decision "a" was recorded {days_} after it was in effect.'] if is_late else [])


def test_a_day_of_decision_known_to_the_year_is_late_and_retroactive_only_where_every_day_of_it_is(
    tmp_path: Path,
) -> None:
    change = {"change": "establish-cluster", "cluster": "care", "title": "Care"}
    decision = document(change, effective="2024-12", reference="a", decided_on="2025")
    with (
        recorded(tmp_path, [decision], ["2026-01-02T09:00:00Z", "2026-01-11T10:00:00Z"]) as ledger,
        Views(ledger, tmp_path) as views,
    ):
        (line,) = told(views, over=10)["records"]
        assert (days(line, "decision"), line["kinds"]) == ((11, 375), ["late", "retroactive"])
        assert line["retroactive_days"] == 1  # 31 December 2024 to 1 January 2025


def test_a_corrected_date_is_measured_to_the_record_and_to_its_correction_in_both_answers(views: Views) -> None:
    found = told(views, over=0)
    assert agrees_with_history(views, found, ["wellbeing"])
    assert found["from_effect_to_correction"]["least"]["median"] == 32
    (corrected,) = (one for one in history(views, "wellbeing", 5) if one["status"] == "corrected")
    assert (least(corrected, "late"), least(corrected, "learnt")) == (3, 32)
    (before,) = (one for one in history(views, "wellbeing", 4) if one["position"] == corrected["position"])
    assert before["learnt_days"] is None


def test_a_corrected_date_is_stated_and_its_basis_can_be_corrected_by_itself(tmp_path: Path) -> None:
    change = {"change": "establish-cluster", "cluster": "care", "title": "Care"}
    decision = document(change, effective="2026-01-01", reference="a")
    target = {"authority": "Council of Ministers", "reference": "a"}

    def correction(**fields: str) -> dict[str, Any]:
        said = {"change": "correct", "target": target, "because": "The minute.", **fields}
        return document(said, effective=None, reference=f"correction {' '.join(fields.values())}")

    decisions = [decision, correction(new_effective_basis="inferred"), correction(new_effective="2026-01-05")]
    with recorded(tmp_path, decisions, INSTANTS[:4]) as ledger, Views(ledger, tmp_path) as views:
        lags_, bases = [], []
        for known in (2, 3, 4):
            found = told(views, known, over=0)
            (entry,) = (one for one in history(views, "care", known) if one["position"] == 2)
            lags_.append((found["from_effect"]["n"], found["inferred"], least(entry, "late"), least(entry, "learnt")))
            bases.append(entry["effective_basis"])
            assert agrees_with_history(views, found, ["care"], known)
        assert lags_ == [(1, 0, 11, None), (0, 1, None, None), (1, 0, 7, 135)]
        assert bases == [None, "inferred", None]


def agrees_with_history(views: Views, found: dict[str, Any], things: list[str], known: int = 5) -> bool:
    """Whether each line of `lags` says the days that `history` says of the events, and both have the same pairs."""
    told = {
        (one["decision"]["reference"], one["effective"]): (least(one, "late"), least(one, "learnt"))
        for thing in things
        for one in history(views, thing, known)
        if one["effective"] is not None and one["position"] > 1
    }
    lines = {}
    for one in found["records"]:
        late, learnt = days(one, "decision") or days(one, "effect"), days(one, "effect_to_correction")
        lines[one["decision"]["reference"], one["effective"]] = (late and late[0], learnt and learnt[0])
    limit = found["late_after_days"]
    left_out = [late for pair, (late, _) in told.items() if pair not in lines and late is not None]
    return all(told[pair] == line for pair, line in lines.items()) and all(0 <= late <= limit for late in left_out)


def test_less_than_no_days_is_refused(views: Views) -> None:
    with pytest.raises(InputError, match="from 0 upwards"):
        told(views, over=-1)


@given(st.lists(st.integers(-1000, 1000), min_size=1, max_size=30), st.integers(0, 100), st.integers(0, 5))
def test_a_distribution_is_that_of_its_days(days: list[int], over: int, unstated: int) -> None:
    stated = [Lag(day, day) for day in days]
    counted = spread("days", [*stated, *[None] * unstated], over)
    assert (counted.n, counted.not_stated, counted.ranges) == (len(days), unstated, 0)
    assert counted.least == counted.most
    found = counted.least._asdict()
    assert (found["min"], found["max"]) == (min(days), max(days))
    assert found["median"] == statistics.median_low(days)
    for name, share in (("q1", 0.25), ("q3", 0.75)):
        assert found[name] in days
        assert sum(day <= found[name] for day in days) >= share * len(days)
        assert sum(day < found[name] for day in days) < share * len(days)
    assert found["over"] == sum(day > over for day in days)
    assert found["share_over"] == round(found["over"] / len(days), 4)


@given(histories(), st.sampled_from([None, "2021-03", "2020-12-31"]))
@settings(max_examples=examples(60), deadline=None, suppress_health_check=list(HealthCheck))
def test_on_any_history_lags_and_history_measure_the_same_days_of_the_same_pairs(
    history_: History, decided_on: str | None
) -> None:
    header = {} if decided_on is None else {"decided_on": decided_on}
    with (
        TemporaryDirectory() as name,
        ledger_of(Path(name, "a.ledger"), history_, **header) as ledger,
        Views(ledger, name) as views,
    ):
        known = ledger.head().position
        views.catch_up()
        ids = [id_ for (id_,) in views.file.select("SELECT DISTINCT id FROM mentioned")]
        entries: dict[int, dict[str, Any]] = {}
        for id_ in ids:
            with suppress(InputError):  # named by what a correction put in another's place alone: no history of its own
                entries |= {one["position"]: one for one in history(views, id_, known)}
        lines = {(one["positions"][0], one["effective"]): one for one in lags(views, DAY, known, over=0)["records"]}
        told = {pair: measured(line) for pair, line in lines.items()}
        for pair, behind in pairs(views, entries.values()).items():
            late = behind[0]["late_days"]
            assert all(one["late_days"] == late for one in behind)
            # A pair is known from the first record at which one of its events stood with its date.
            learnt = [one["learnt_days"] for one in behind]
            first = None if None in learnt else min(learnt, key=lambda days: days["least"])
            assert told.get(pair, (late, first)) == (late, first)
            assert pair in told or late is None or late["least"] <= 0 <= late["most"]


def measured(line: dict[str, Any]) -> tuple[Any, Any]:
    """The days of a line, from the decision or else the effect, and to the record that put the date right."""
    return line["days_from_decision"] or line["days_from_effect"], line["days_from_effect_to_correction"]


def pairs(views: Views, entries: Iterable[dict[str, Any]]) -> dict[tuple[int, str], list[dict[str, Any]]]:
    """The entries of histories that stand, by decision and effective date, but for those that speak of a day."""
    first = dict(views.file.select("SELECT position, decision FROM events"))
    found: dict[tuple[int, str], list[dict[str, Any]]] = {}
    for one in entries:
        stands = one["status"] not in ("struck", "replaced", "rescinded") and one["effective"] is not None
        if stands and first[one["position"]] > 1 and not issubclass(BY_TYPE[one["type"]], Assertion):
            found.setdefault((first[one["position"]], one["effective"]), []).append(one)
    return found
