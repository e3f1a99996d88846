"""Matrix coverage: segments with missions, missions with segments, mandates carried out, reviews held."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ledger.names import GOVERNMENT
from ledger.timeline import day_of
from projections.agility.figures import Figure, Window, metric, nothing
from projections.agility.record import KnownRecord
from projections.agility.spans import Spans, affiliations, common, covers, days, homes_on, joined, missions, segments

_DESIGN = "Matrix of segments by missions; a plain share of unit-days."


def _within(spans: Spans, window: Window) -> Spans:
    return common(spans, [(window.start, window.end)])


def _covered(record: KnownRecord, window: Window, cluster: str | None) -> tuple[int, int, int]:
    """Return the segments, their unit-days in the window, and those of them with at least one mission."""
    return record.lately(("covered", window, cluster), lambda: _count_covered(record, window, cluster))


def _count_covered(record: KnownRecord, window: Window, cluster: str | None) -> tuple[int, int, int]:
    whole = covered = units = 0
    for id_, spans in segments(record, cluster).items():
        inside = _within(spans, window)
        if inside:
            units += 1
            whole += days(inside)
            with_mission = joined(span for found in affiliations(record, id_).values() for span in found)
            covered += days(common(inside, with_mission))
    return units, whole, covered


@metric(
    "matrix-coverage",
    "structure",
    "share",
    "The share of segment-days on which at least one live mission is affiliated.",
    denominator="days on which the segments were live in the window",
    source=_DESIGN,
    not_meaning="That the missions are the right ones, or carried out well.",
)
def matrix_coverage(record: KnownRecord, window: Window, cluster: str | None) -> Figure:
    """Return covered segment-days / segment-days, between 0 and 1; none where no segment was live."""
    units, whole, covered = _covered(record, window, cluster)
    return Figure(covered / whole, units, whole) if whole else nothing("no segment was live in the window")


@metric(
    "empty-segment-days",
    "structure",
    "unit-days",
    "The days that segments spent without any mission, added up over segments.",
    denominator="days on which the segments were live in the window",
    source=_DESIGN,
    not_meaning="That a segment is useless: a new theme may wait for its first mission.",
)
def empty_segment_days(record: KnownRecord, window: Window, cluster: str | None) -> Figure:
    """Return the unit-days of segments without a mission; none where no segment was live."""
    units, whole, covered = _covered(record, window, cluster)
    return Figure(whole - covered, units, whole) if whole else nothing("no segment was live in the window")


@metric(
    "unaffiliated-mission-days",
    "structure",
    "unit-days",
    "The days that live missions spent without any segment, added up over missions.",
    denominator="days on which the missions were live in the window",
    source=_DESIGN,
    not_meaning="That those missions were not carried out.",
)
def unaffiliated_mission_days(record: KnownRecord, window: Window, cluster: str | None) -> Figure:
    """Return the unit-days of missions without a segment; none for one cluster, whose missions all have one."""
    if cluster is not None:
        return nothing("a mission belongs to a cluster by its segments, so that one without any belongs to none")
    live = missions(record, None)
    whole = without = units = 0
    for id_, spans in live.items():
        inside = _within(spans, window)
        if inside:
            units += 1
            whole += days(inside)
            affiliated = joined((one.start, one.sure_to) for one in record.affiliations.get(id_, ()))
            without += days(inside) - days(common(inside, affiliated))
    return Figure(without, units, whole) if whole else nothing("no mission was live in the window")


@metric(
    "time-since-matrix-review",
    "structure",
    "days",
    "The days from the last review of the matrix to the end of the window.",
    denominator="one: the last review",
    source="Reviews as recorded (review-matrix).",
    not_meaning="That nothing was looked at: only reviews that were recorded count.",
)
def time_since_matrix_review(record: KnownRecord, window: Window, cluster: str | None) -> Figure:
    """Return the days since the last review of the cluster's (or the government's own) matrix before the end."""
    held = [row for row in record.of(cluster or GOVERNMENT, "reviewed_on") if row.start < window.end]
    if not held:
        return nothing("no review of the matrix was recorded")
    last = max(held, key=lambda row: row.start)
    return Figure(window.end - last.start, len(held), 1, (last.set_by,))


def _mandates(record: KnownRecord) -> dict[str | None, dict[str, Spans]]:
    """Return the live days of all mandates (None), and of those of each cluster."""
    found: dict[str | None, dict[str, Spans]] = {None: {}}
    for row in record.lives("mandate"):
        for cluster in (None, row.id.partition("/")[0]):
            found.setdefault(cluster, {}).setdefault(row.id, []).append((row.start, row.sure_to))
    return {of: {id_: joined(spans) for id_, spans in mandates.items()} for of, mandates in found.items()}


@metric(
    "mandates-carried-out",
    "structure",
    "share",
    "The share of mandate-days on which at least one live mission was assigned to carry the mandate out.",
    denominator="days on which the mandates were live in the window",
    source="Assignments as recorded (assign-mandate).",
    not_meaning="That a mandate was achieved.",
)
def mandates_carried_out(record: KnownRecord, window: Window, cluster: str | None) -> Figure:
    """Return carried mandate-days / mandate-days; none where no mandate was live."""
    live, active = record.once(_mandates).get(cluster, {}), missions(record, None)
    whole = carried = units = 0
    events: list[int] = []
    for id_, spans in live.items():
        inside = _within(spans, window)
        if not inside:
            continue
        units, whole = units + 1, whole + days(inside)
        by: list[tuple[int, int]] = []
        for row in record.of(id_, "missions"):
            if max(row.start, window.start) < min(row.sure_to, window.end):
                events.append(row.set_by)
            for mission in row.value:
                by += common([(row.start, row.sure_to)], active.get(mission, ()))
        carried += days(common(inside, joined(by)))
    return Figure(carried / whole, units, whole, tuple(sorted(events))) if whole else nothing("no mandate was live")


@metric(
    "mandates-misaligned",
    "structure",
    "share",
    "The share of mandates that, at the end of the window, a mission outside their segments carries out.",
    denominator="mandates with segments and missions assigned, live on the last day of the window",
    source="Assignments as recorded (assign-mandate) against affiliations.",
    not_meaning="That the mandate is badly carried out.",
)
def mandates_misaligned(record: KnownRecord, window: Window, cluster: str | None) -> Figure:
    """Return misaligned mandates / assigned mandates on the last day; none where no mandate was assigned."""
    day, out_of = window.end - 1, 0
    homes, missions_on = homes_on(record, day), record.on("missions", "mandate", day)
    segments_on = record.on("segments", "mandate", day)
    events: list[int] = []
    for id_, spans in record.once(_mandates).get(cluster, {}).items():
        assigned, themes = missions_on.get(id_, ()), segments_on.get(id_, ())
        if not covers(spans, day) or not assigned or not themes:
            continue
        out_of += 1
        if not all(_aligned(homes, mission, themes[0].value) for mission in assigned[0].value):
            events.append(assigned[0].set_by)
    if not out_of:
        return nothing("no mandate was assigned to segments and missions on the last day")
    return Figure(len(events) / out_of, out_of, out_of, tuple(sorted(events)))


def _aligned(homes: Mapping[str, Sequence[str]], mission: str, themes: Iterable[str]) -> bool:
    return any(mission in homes.get(segment, ()) for segment in themes)


@metric(
    "reviews-kept",
    "measurement",
    "share",
    "The share of promised reviews, due in the window, that were held by the day on which they were due.",
    denominator="reviews that were promised for a day in the window, and not taken back before",
    source="Promises and reviews as recorded (review-matrix, discontinue-review).",
    not_meaning="That the reviews were thorough.",
)
def reviews_kept(record: KnownRecord, window: Window, cluster: str | None) -> Figure:
    """Return kept promises / promises due; a promise taken back or moved before it was due is not counted."""
    kept, events = 0, []
    for row in record.family("next_review_on") if cluster is None else record.of(cluster, "next_review_on"):
        due = day_of(row.value)
        if not window.start <= due < window.end or row.end < due and not _held(record, row.id, row.end):
            continue
        events.append(row.set_by)
        kept += any(row.start < one.start <= due for one in record.of(row.id, "reviewed_on"))
    if not events:
        return nothing("no review was due in the window")
    return Figure(kept / len(events), len(events), len(events), tuple(sorted(events)))


def _held(record: KnownRecord, id_: str, day: int) -> bool:
    """Return whether a review was held on a day: a promise that ends with its review was kept, not taken back."""
    return any(row.start == day for row in record.of(id_, "reviewed_on"))
