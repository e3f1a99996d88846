"""What charts show: joins of clusters, affiliations, segments that moved, figures with gaps, breaks of definition."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from support.governing import constituted, decide, event_id, governed

from ledger.application import Ledger
from ledger.timeline import day_of
from projections.charts.catalogue import ChartRequest, chart
from projections.charts.heatmap import DRAWN_MAX
from projections.charts.joins import SUCCEEDED, TRANSFERRED, joins
from projections.charts.question import Question
from projections.charts.series import series
from projections.charts.timeline import CLUSTERS_MAX, timelines
from projections.execution.objectives import Objective, objectives
from projections.views.read_model import Views


def question(ledger: Ledger, folder: Path, day: str = "2026-12-31", known: str | None = None) -> Question:
    return Question(Views(ledger, folder), day_of(day), ledger.known(known))


def marks(found: Any, kind: str) -> list[dict[str, Any]]:
    """The data of every layer of a specification whose mark is of a kind."""
    return [row for layer in layers(found, kind) for row in layer["data"]["values"]]


def layers(found: Any, kind: str) -> list[dict[str, Any]]:
    """Every layer of a specification whose mark is of a kind."""
    whole = [layer for panel in found.get("vconcat", [found]) for layer in panel["layer"]]
    return [layer for layer in whole if layer["mark"]["type"] == kind]


def split(ledger: Ledger) -> Any:
    """`care` is dissolved into `places` and `new` on the first of June; `care/work` goes to `places` in May."""
    decide(ledger, {"change": "establish-cluster", "cluster": "new", "title": "New"}, effective="2026-04-01")
    decide(ledger, {"change": "transfer-segment", "segment": "care/work", "to": "places"}, effective="2026-05-01")
    return decide(
        ledger,
        {"change": "transfer-segment", "segment": "care/homes", "to": "places"},
        {"change": "dissolve-cluster", "cluster": "care", "successors": ["places", "new"]},
        effective="2026-06-01",
    )


def test_the_time_line_joins_what_succeeded_and_what_was_transferred(tmp_path: Path) -> None:
    with governed(tmp_path) as ledger:
        split(ledger)
        asked = question(ledger, tmp_path)
        found = [(one.day, one.earlier, one.later, one.how, one.what) for one in joins(asked)]
        may, june = day_of("2026-05-01"), day_of("2026-06-01")
        assert found == [
            (may, "care", "places", TRANSFERRED, "care/work"),
            (june, "care", "new", SUCCEEDED, ""),
            (june, "care", "places", TRANSFERRED, "care/homes"),
            (june, "care", "places", SUCCEEDED, ""),
        ]
        alt = chart(asked, ChartRequest("timeline")).alt
        assert "3 clusters, of which 2 are live" in alt and "1 split and no merger; 2 transfers" in alt


def test_a_dissolution_that_was_struck_joins_nothing_but_did_as_known_before(tmp_path: Path) -> None:
    with governed(tmp_path) as ledger:
        receipt = split(ledger)
        known = f"p{receipt.tree_size}"
        strike = {"change": "strike", "target": event_id(ledger, receipt, 2), "because": "Never decided."}
        decide(ledger, strike, effective=None)
        now = [one.how for one in joins(question(ledger, tmp_path))]
        then = [one.how for one in joins(question(ledger, tmp_path, known=known))]
        assert SUCCEEDED not in now and then.count(SUCCEEDED) == 2


def test_a_beginning_that_is_not_stated_has_a_mark_of_its_own(tmp_path: Path) -> None:
    with governed(tmp_path) as ledger:
        decide(ledger, {"change": "establish-cluster", "cluster": "old", "title": "Old"}, effective="..")
        spec = chart(question(ledger, tmp_path), ChartRequest("timeline")).spec
        assert [row["cluster"] for row in marks(spec, "point") if row.get("end") == "not stated"] == ["Old"]


def test_the_matrix_tells_full_from_partial_and_marks_what_stands_empty(tmp_path: Path) -> None:
    with governed(tmp_path) as ledger:
        decide(
            ledger,
            {"change": "launch-mission", "mission": "walk", "title": "Walk"},
            {"change": "add-mission", "mission": "walk", "segments": ["care/homes"], "extent": "partial"},
            {"change": "launch-mission", "mission": "alone", "title": "Alone"},
        )
        found = chart(question(ledger, tmp_path), ChartRequest("matrix"))
        assert sorted(row["extent"] for row in marks(found.spec, "square")) == ["full", "partial"]
        assert sorted(marks(found.spec, "rect"), key=str) == [{"x": "Work · Care"}, {"y": "Alone"}]
        assert "2 segments by 3 missions, 2 affiliations, of which 1 in part" in found.alt
        only = chart(question(ledger, tmp_path), ChartRequest("matrix", of="care"))
        assert "by 2 missions" in only.alt
        assert marks(only.spec, "rect") == [{"y": "Work"}]  # the title of the chart names the cluster
        assert "Segments stand by cluster" in found.lead and "Segments stand by cluster" not in only.lead


def test_the_alluvial_counts_what_stayed_moved_began_and_ended(tmp_path: Path) -> None:
    with governed(tmp_path) as ledger:
        decide(ledger, {"change": "transfer-segment", "segment": "care/work", "to": "places"}, effective="2026-05-01")
        decide(ledger, {"change": "add-segment", "segment": "places/new", "title": "New"}, effective="2026-05-02")
        asked = ChartRequest("flows", since=day_of("2026-02-01"))
        found = chart(question(ledger, tmp_path), asked)
        assert found.alt.endswith("1 segment stayed in the same cluster, 1 went to another, 1 began and 0 ended.")
        assert sorted(found.rows) == [
            ("care/homes", "Care", "Care"),
            ("care/work", "Care", "Places"),
            ("places/new", "not there yet", "Places"),
        ]


def test_a_window_without_a_figure_is_a_gap_and_never_zero(tmp_path: Path) -> None:
    """Segments live in 2020 and from 2022: no segment-day in 2021, so no coverage, and two runs of line."""
    with constituted(tmp_path) as ledger:
        decide(ledger, {"change": "establish-cluster", "cluster": "a", "title": "A"}, effective="2020-01-01")
        decide(ledger, {"change": "add-segment", "segment": "a/b", "title": "B"}, effective="2020-01-01")
        decide(ledger, {"change": "retire-segment", "segment": "a/b"}, effective="2021-01-01")
        decide(ledger, {"change": "add-segment", "segment": "a/c", "title": "C"}, effective="2022-01-01")
        found = series(question(ledger, tmp_path, "2022-12-31"), "matrix-coverage")
        assert [row[2] for row in found.rows] == [0.0, None, 0.0]
        assert [row["run"] for row in marks(found.spec, "line")] == [0, 1]
        assert len(marks(found.spec, "text")) == 1
        assert "2 years with a figure (unit: share), 1 without" in found.alt


def test_structural_decisions_are_marked_on_their_day(tmp_path: Path) -> None:
    with governed(tmp_path) as ledger:
        split(ledger)
        found = series(question(ledger, tmp_path), "restructuring-decisions", "month")
        assert found.alt.endswith("4 structural decisions in all.")


def measured(ledger: Ledger) -> None:
    """An objective with two measurements by its first definition and one by its second."""
    decide(
        ledger,
        {
            "change": "set-objective", "objective": "sleep/hours", "indicator": "Sleepers", "definition": "One.",
            "unit": "per cent", "direction": "up", "baseline": "60", "target": "90", "due_on": "2030-12-31",
        },
        effective="2026-01-01",
    )  # fmt: skip
    for value, day in (("62", "2026-03-01"), ("64.5", "2026-05-01")):
        fields = {"change": "record-measurement", "objective": "sleep/hours", "value": value, "observed_on": day}
        decide(ledger, fields, effective=day)
    redefine = {"change": "redefine-objective", "objective": "sleep/hours", "definition": "Two."}
    retarget = {"change": "retarget-objective", "objective": "sleep/hours", "target": "80"}
    decide(ledger, redefine, retarget, effective="2026-06-01")
    late = {"change": "record-measurement", "objective": "sleep/hours", "value": "70", "observed_on": "2026-07-01"}
    decide(ledger, late, effective="2026-07-01")


def the_one(ledger: Ledger, folder: Path, day: str = "2026-12-31", known: str | None = None) -> Objective:
    (found,) = objectives(question(ledger, folder, day, known).record, day_of(day))
    return found


def test_no_line_is_drawn_across_a_change_of_definition(tmp_path: Path) -> None:
    with governed(tmp_path) as ledger:
        measured(ledger)
        found = chart(question(ledger, tmp_path), ChartRequest("execution"))
        drawn = [(row["definition"], row["value"]) for row in marks(found.spec, "line")]
        assert drawn == [("1", 62.0), ("1", 64.5), ("2", 70.0)]
        (layer,) = layers(found.spec, "line")
        assert layer["encoding"]["detail"]["field"] == "definition"
        assert the_one(ledger, tmp_path).breaks == [(day_of("2026-06-01"), 2)]
        assert "3 measurements, 1 break of definition" in found.alt
        broken = (day_of("2026-06-01") - day_of("1970-01-01")) * 86_400_000
        levels = [row for row in marks(found.spec, "rule") if "to" in row]
        assert levels and not [row for row in levels if row["from"] < broken < row["to"]]


def test_a_target_ends_where_the_next_begins_and_else_where_it_is_due(tmp_path: Path) -> None:
    with governed(tmp_path) as ledger:
        measured(ledger)
        assert the_one(ledger, tmp_path).targets == (
            (day_of("2026-01-01"), day_of("2026-06-01"), "90"),
            (day_of("2026-06-01"), day_of("2030-12-31"), "80"),
        )
        assert the_one(ledger, tmp_path, "2026-05-15").targets == (
            (day_of("2026-01-01"), day_of("2030-12-31"), "90"),
        )  # what was decided for later is not drawn yet


def test_execution_can_be_asked_of_a_cluster_a_mission_and_one_objective(tmp_path: Path) -> None:
    with governed(tmp_path) as ledger:
        measured(ledger)
        record = question(ledger, tmp_path).record
        day = day_of("2026-12-31")
        ids = {of: [one.id for one in objectives(record, day, of)] for of in ("care", "places", "sleep", "sleep/hours")}
        assert ids == {"care": ["sleep/hours"], "places": [], "sleep": ["sleep/hours"], "sleep/hours": ["sleep/hours"]}


def test_a_time_line_of_more_clusters_than_it_can_show_says_how_many_it_draws_and_lists_all(tmp_path: Path) -> None:
    count = CLUSTERS_MAX + 2
    with constituted(tmp_path) as ledger:
        changes = [{"change": "establish-cluster", "cluster": f"c{n}", "title": f"Cluster {n}"} for n in range(count)]
        decide(ledger, *changes, effective="2026-01-01")
        asked = question(ledger, tmp_path)
        found = chart(asked, ChartRequest("timeline"))
        said = f"Only the first {CLUSTERS_MAX} of {count} rows are drawn; a page (html) lists all clusters."
        assert said in found.alt and said in found.lead and f"Time line of {count} clusters" in found.alt
        assert len(marks(found.spec, "bar")) == CLUSTERS_MAX and len(found.rows) == count
        parts, left_out = timelines(asked, 40, 400)
        assert sum(len(marks(one.spec, "bar")) for one in parts) == CLUSTERS_MAX and left_out == 2


def test_a_matrix_and_flows_of_more_than_they_can_show_say_how_many_they_draw_and_list_all(tmp_path: Path) -> None:
    """Each of 302 clusters has a segment with a mission; the segments of the last two clusters go to the first."""
    count = DRAWN_MAX + 2
    with constituted(tmp_path) as ledger:
        changes: list[dict[str, Any]] = []
        for n in range(count):
            changes += [
                {"change": "establish-cluster", "cluster": f"c{n:03}", "title": f"Cluster {n}"},
                {"change": "add-segment", "segment": f"c{n:03}/s", "title": f"Segment {n}"},
                {"change": "launch-mission", "mission": f"m{n:03}", "title": f"Mission {n}"},
                {"change": "add-mission", "mission": f"m{n:03}", "segments": [f"c{n:03}/s"]},
            ]
        alone = {"change": "launch-mission", "mission": "a", "title": "Alone"}
        decide(ledger, *changes, alone, effective="2026-01-01")
        moves = [{"change": "transfer-segment", "segment": f"c{n}/s", "to": "c000"} for n in range(count - 2, count)]
        decide(ledger, *moves, effective="2026-06-01")
        asked = question(ledger, tmp_path)

        found = chart(asked, ChartRequest("matrix"))
        said = (
            f"Only the first {DRAWN_MAX} of the {count} segments and the first {DRAWN_MAX} of the {count + 1} missions"
        )
        assert said in found.alt and said in found.lead and len(found.rows) == count + 1
        assert len(marks(found.spec, "square")) == DRAWN_MAX and not marks(found.spec, "rect")

        found = chart(asked, ChartRequest("flows", since=day_of("2026-02-01")))
        there = f"{DRAWN_MAX - 2} of the {count - 2} clusters at the right are drawn"
        said = f"Only {DRAWN_MAX} of the {count} clusters at the left and {there}, first those whose segments did not"
        assert said in found.alt and said in found.lead and len(found.rows) == count
        assert (found.svg or "").count("<path") == DRAWN_MAX and "Cluster 301" in (found.svg or "")
        assert "Cluster 299" not in (found.svg or "")


def test_charts_mark_what_may_have_ended_and_count_it_apart(tmp_path: Path) -> None:
    with governed(tmp_path) as ledger:
        accepted = {"rule": "segment-retired-with-missions", "on": "care/homes", "because": "So it was decided."}
        retire, days = {"change": "retire-segment", "segment": "care/homes"}, "[2026-06-01..2027-03-31]"
        sure = series(question(ledger, tmp_path), "matrix-coverage", "month")
        decide(ledger, retire, effective=days, accept=[accepted])
        asked = question(ledger, tmp_path)
        drawn = chart(asked, ChartRequest("matrix"))
        assert "1 to 2 segments by 1 mission, 0 to 1 affiliations" in drawn.alt
        assert "0 to 1 missions without a segment" in drawn.alt and "(?)" in drawn.lead
        assert ("(?) Homes · Care", "Sleep well", "full") in drawn.rows
        (plain, hollow) = layers(drawn.spec, "square")
        assert not plain["data"]["values"] and len(hollow["data"]["values"]) == 1
        moved = chart(asked, ChartRequest("flows", since=day_of("2026-02-01")))
        assert moved.alt.endswith("0 ended. Apart from these, 1 segment may have ended by 2026-12-31.")
        assert ("care/homes", "Care", "may have ended") in moved.rows
        found = series(asked, "matrix-coverage", "month")
        assert [row[-1] for row in found.rows] == [0] * 5 + [1] * 7
        assert "In 7 months things may have ended" in found.alt and len(marks(found.spec, "text")) >= 7
        assert "may have ended" not in sure.alt and len(sure.heads) == len(found.heads) - 1
