"""Metrics of assessments: whether they can be compared over time, and are kept up, as their recommendations are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import merge
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from ledger.names import GOVERNMENT
from ledger.timeline import UNSTATED, day_of
from projections.agility.figures import Figure, Window, metric, nothing
from projections.agility.record import Holding, KnownRecord
from projections.agility.spans import covers, missions, parts

_SAID = "Assessments as recorded (assess-mission, assess-cluster)."
_ASSESSED = ("cluster", "mission")
BREAKS = ("scale", "definition", "baseline", "objectives")  # the last: which objectives there are, not what they say


def last_day(row: Holding) -> int:
    """Return the last day of the period that an assessment is about."""
    return day_of(row.value["period"].partition("/")[2])


class AssessedPeriod(NamedTuple):
    """An assessment, the last word on its period; `apart` is where its comparison with the one before breaks."""

    start: int
    last_day: int
    set_by: int
    apart: tuple[str, ...] | None  # None of the first of a thing


def assessed(record: KnownRecord) -> Iterator[tuple[str, list[Holding]]]:
    """Yield each thing that was assessed, by id, with the last word on each period, by the end of the period.

    Those of one thing are in memory at a time.
    """
    scope = {row.id for kind in _ASSESSED for row in record.lives(kind)}
    by_id = merge(*(record.read("assessments", kind) for kind in _ASSESSED), key=attrgetter("id"))
    for id_, rows in groupby(by_id, key=attrgetter("id")):
        if id_ in scope:
            yield id_, _last_words(rows)


def _scope(record: KnownRecord, cluster: str | None) -> set[str]:
    return {*missions(record, cluster), *([cluster] if cluster else [row.id for row in record.lives("cluster")])}


def _last_words(rows: Iterable[Holding]) -> list[Holding]:
    """Return the last word on each period, by the end of the period."""
    found: dict[str, Holding] = {}
    for row in rows:
        found[row.key] = max(row, found.get(row.key, row), key=_start)
    return sorted(found.values(), key=last_day)


def _every(record: KnownRecord) -> dict[str, list[AssessedPeriod]]:
    """Return the assessments of each thing, by the end of their periods."""
    by_thing = groupby(record.read("assessments"), key=lambda row: row.id)
    return {id_: list(_compared(record, _last_words(rows))) for id_, rows in by_thing}


def _compared(record: KnownRecord, rows: Sequence[Holding]) -> Iterator[AssessedPeriod]:
    for before, row in zip([None, *rows], rows, strict=False):
        apart = None if before is None else breaks(record, before, row)
        yield AssessedPeriod(row.start, last_day(row), row.set_by, apart)


def _start(row: Holding) -> int:
    return row.start


def breaks(record: KnownRecord, before: Holding, after: Holding) -> tuple[str, ...]:
    """Return where the comparison of two assessments of one thing breaks; empty where they are comparable.

    `scale`: another scale without a declared mapping; `definition`, `baseline`: an objective graded in both was
    defined anew, or begins elsewhere; `objectives`: other objectives were graded (identity, not content).
    """
    found = []
    if not _same_scale(record, before, after):
        found.append("scale")
    one, other = set(before.value.get("objectives", ())), set(after.value.get("objectives", ()))
    for attribute, name in (("definition_version", "definition"), ("baseline", "baseline")):
        if any(
            _on(record, id_, attribute, last_day(before)) != _on(record, id_, attribute, last_day(after))
            for id_ in one & other
        ):
            found.append(name)
    if one != other:
        found.append("objectives")
    return tuple(found)


def _same_scale(record: KnownRecord, before: Holding, after: Holding) -> bool:
    one, other = before.value["scale"], after.value["scale"]
    if one == other:
        return True
    scales = {row.key: row.value for row in record.of(GOVERNMENT, "scales")}
    return _maps(scales, one, other, before.value["grade"]) or _maps(scales, other, one, after.value["grade"])


def _maps(scales: Mapping[str, Any], one: str, other: str, grade: str) -> bool:
    return grade in scales.get(one, {}).get("maps_to", {}).get(other, {})


def _on(record: KnownRecord, id_: str, attribute: str, day: int) -> Any:
    return next((row.value for row in record.of(id_, attribute) if row.start <= day < row.end), None)


@metric(
    "comparable-assessments",
    "measurement",
    "share",
    "The share of assessments comparable with the one before: same scale, definitions, baselines and objectives.",
    denominator="assessments with an earlier one of the same thing, whose period ends in the window",
    source=_SAID,
    not_meaning="That execution is good: a comparable series may be a bad one.",
)
def comparable_assessments(record: KnownRecord, window: Window, cluster: str | None) -> Figure:
    """Return comparable pairs / pairs; the detail counts the breaks by kind; none where nothing was assessed twice."""
    every = record.once(_every)
    found = [
        (one.apart, one.set_by)
        for id_ in _scope(record, cluster)
        for one in every.get(id_, ())
        if one.apart is not None and window.start <= one.last_day < window.end
    ]
    if not found:
        return nothing("nothing was assessed twice, the second time in the window")
    counted = Counter(kind for kinds, _ in found for kind in kinds)
    whole = sum(not kinds for kinds, _ in found)
    detail = tuple((f"breaks of {kind}", float(counted[kind])) for kind in BREAKS)
    return Figure(whole / len(found), whole, len(found), tuple(sorted(event for _, event in found)), detail=detail)


@metric(
    "assessments-overdue",
    "measurement",
    "share",
    "The share of live missions whose last assessment (or launch) lies further back than the settings ask.",
    denominator="missions with a stated start, live on the last day of the window",
    source=f"{_SAID} Against the setting assessment_after_days.",
    not_meaning="That those missions do badly.",
)
def assessments_overdue(record: KnownRecord, window: Window, cluster: str | None) -> Figure:
    """Return overdue missions / live missions; none where no mission is live on the last day."""
    day, allowed = window.end - 1, record.settings["assessment_after_days"]
    done = record.once(_every)
    live = {
        id_: row
        for id_, spans in missions(record, cluster).items()
        if covers(spans, day)
        for row in record.of(id_, "life", "mission")
        if row.start <= day < row.end and row.start > UNSTATED
    }
    if not live:
        return nothing("no mission with a stated start is live on the last day")
    late = []
    for id_, life in live.items():
        known = [one.last_day for one in done.get(id_, ()) if one.start <= day]
        if day - max([life.start, *known]) > allowed:
            late.append(life.set_by)
    return Figure(len(late) / len(live), len(late), len(live), tuple(sorted(late)))


@metric(
    "recommendations-answered",
    "measurement",
    "share",
    "The share of recommendations, due in the window, that were answered by the day on which they were due.",
    denominator="recommendations whose day lies in the window",
    source="Recommendations and answers as recorded (assess-, answer-recommendation).",
    not_meaning="That they were followed: a rejection is an answer.",
)
def recommendations_answered(record: KnownRecord, window: Window, cluster: str | None) -> Figure:
    """Return those answered in time / those due; none where none was due."""
    due = kept = 0
    events: list[int] = []
    for id_ in parts(record, "recommendation", cluster):
        days = [row for row in record.of(id_, "due_on") if window.start <= day_of(row.value) < window.end]
        if not days:
            continue
        due += 1
        by = day_of(days[-1].value)
        answers = [row for row in record.of(id_, "answer") if row.start <= by]
        kept += bool(answers)
        events += [answers[0].set_by if answers else days[-1].set_by]
    return Figure(kept / due, kept, due, tuple(sorted(events))) if due else nothing("no recommendation was due")
