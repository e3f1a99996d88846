"""Metrics of yardsticks, whether they stay the same: objectives, definitions and targets, horizons of missions."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from statistics import median, quantiles

from ledger.plurals import counted
from ledger.timeline import UNSTATED, day_of
from projections.agility.figures import Figure, Window, metric, nothing
from projections.agility.record import Holding, KnownRecord
from projections.agility.spans import Spans, common, covers, days, missions, parts

_YARDSTICKS = "Objectives as recorded (set-, state-, redefine-, retarget-, withdraw-, return-objective)."


def _live(record: KnownRecord, window: Window, cluster: str | None) -> dict[str, Spans]:
    """Return the live days, within the window, of the objectives in scope that are live in it."""
    return record.lately(("objectives", window, cluster), lambda: _live_within(record, window, cluster))


def _live_within(record: KnownRecord, window: Window, cluster: str | None) -> dict[str, Spans]:
    found = {
        id_: common(spans, [(window.start, window.end)]) for id_, spans in parts(record, "objective", cluster).items()
    }
    return {id_: spans for id_, spans in found.items() if spans}


def _turned(record: KnownRecord, id_: str, attribute: str, window: Window) -> Iterator[tuple[Holding, Holding]]:
    """Yield (before, after) for each change of an attribute's value within the window, in order."""
    rows = record.of(id_, attribute)
    for before, after in zip(rows, rows[1:], strict=False):
        if before.value != after.value and window.start <= after.start < window.end:
            yield before, after


@metric(
    "definition-drift",
    "measurement",
    "share",
    "The share of objectives, there on the window's first and last day, whose definition was changed in between.",
    denominator="objectives live on both the first and the last day of the window",
    source=f"{_YARDSTICKS} Under half of either day's objectives in common: a break, and no figure.",
    not_meaning="That the new definitions are worse; only that values before and after cannot be compared.",
)
def definition_drift(record: KnownRecord, window: Window, cluster: str | None) -> Figure:
    """Return redefined objectives / those there on both days, 0 to 1; none without such, and where identity breaks.

    New objectives have nothing to drift from: counted, they would make a year of replaced yardsticks look steady.
    """
    live = _live(record, window, cluster)
    first = {id_ for id_, spans in live.items() if covers(spans, window.start)}
    last = {id_ for id_, spans in live.items() if covers(spans, window.end - 1)}
    kept = first & last
    if not first or not last:
        return nothing(f"no objective was live on the {'last' if first else 'first'} day of the window")
    if 2 * len(kept) < max(len(first), len(last)):
        days = f"{counted(len(first), 'objective')} on the first day and {len(last)} on the last"
        return nothing(f"a break: of {days}, {len(kept) or 'none'} {'is' if len(kept) < 2 else 'are'} the same")
    turned = {id_: [after.set_by for _, after in _turned(record, id_, "definition_version", window)] for id_ in kept}
    events = tuple(sorted(position for found in turned.values() for position in found))
    redefined = sum(1 for found in turned.values() if found)
    return Figure(redefined / len(kept), redefined, len(kept), events)


@metric(
    "objective-churn",
    "measurement",
    "per objective-year",
    "How many objectives were set or withdrawn, for each objective live a year.",
    denominator="objective-years: days on which the objectives were live, by 365.25",
    source=_YARDSTICKS,
    not_meaning="That the objectives are bad: a young cluster sets many.",
)
def objective_churn(record: KnownRecord, window: Window, cluster: str | None) -> Figure:
    """Return begun and ended objectives / objective-years; none where no objective was live."""
    live = _live(record, window, cluster)
    events: list[int] = []
    for id_ in live:
        for row in record.of(id_, "life", "objective"):
            events += [row.set_by] * (window.start <= row.start < window.end)
            events += [row.ended_by] * (window.start <= row.end < window.end)
    return _rate(events, live, "no objective was live in the window")


@metric(
    "objective-moves",
    "measurement",
    "per objective-year",
    "How often a target or its day was moved, for each objective live a year.",
    denominator="objective-years: days on which the objectives were live, by 365.25",
    source=_YARDSTICKS,
    not_meaning="That targets were eased: a harder target is a move, too.",
)
def objective_moves(record: KnownRecord, window: Window, cluster: str | None) -> Figure:
    """Return events that moved a target or due day / objective-years; none where no objective was live."""
    live = _live(record, window, cluster)
    events = {
        after.set_by for id_ in live for name in ("target", "due_on") for _, after in _turned(record, id_, name, window)
    }
    return _rate(sorted(events), live, "no objective was live in the window")


def _rate(events: list[int], live: dict[str, Spans], why_not: str) -> Figure:
    years = sum(days(spans) for spans in live.values()) / 365.25
    if not years:
        return nothing(why_not)
    return Figure(len(events) / years, len(events), years, tuple(sorted(events)))


@metric(
    "targets-eased",
    "measurement",
    "share",
    "The share of moved targets that were eased, or put off, shortly before they were due.",
    denominator="changes of a target whose direction is stated, or of its day, in the window",
    source=f"{_YARDSTICKS} Shortly: within the setting target_notice_days.",
    not_meaning="That the reason was not good: an easing needs acceptance, and its reason is recorded.",
)
def targets_eased(record: KnownRecord, window: Window, cluster: str | None) -> Figure:
    """Return eased moves / all moves; none where no target was moved."""
    moves: set[int] = set()
    eased: set[int] = set()
    unclear: set[int] = set()
    for id_ in _live(record, window, cluster):
        for before, after in (*_turned(record, id_, "target", window), *_turned(record, id_, "due_on", window)):
            is_eased = _is_eased(record, id_, before, after)
            (unclear if is_eased is None else moves).add(after.set_by)
            if is_eased:
                eased.add(after.set_by)
    unclear -= moves
    if not moves:
        return nothing("no target was moved in the window" if not unclear else "no moved target states its direction")
    detail = (("left out, direction not stated", float(len(unclear))),) if unclear else ()
    return Figure(len(eased) / len(moves), len(eased), len(moves), tuple(sorted(moves)), detail=detail)


def _is_eased(record: KnownRecord, id_: str, before: Holding, after: Holding) -> bool | None:
    """Return whether a move eased an objective shortly before it was due; None where its direction is not stated."""
    directions = [row.value for row in record.of(id_, "direction")]
    if after.attribute == "target" and not directions:
        return None
    due = next((row for row in record.of(id_, "due_on") if row.start < after.start <= row.end), None)
    notice_days = record.settings["target_notice_days"]
    if due is None or not 0 <= day_of(due.value) - after.start <= notice_days:
        return False
    if after.attribute == "due_on":
        return day_of(after.value) > day_of(before.value)
    change = Decimal(after.value) - Decimal(before.value)
    return change < 0 if directions[-1] == "up" else change > 0


def _horizons(record: KnownRecord, window: Window, cluster: str | None) -> list[tuple[Holding, int]]:
    """Return the horizons in force on the last day, with the days from the mission's start to each."""
    day = window.end - 1
    horizons = record.on("horizon_on", "mission", day)
    found = []
    for id_, spans in missions(record, cluster).items():
        begun = max((row.start for row in record.of(id_, "life", "mission")), default=UNSTATED)
        if covers(spans, day) and begun > UNSTATED:
            found += [(row, day_of(row.value) - begun) for row in horizons.get(id_, ())]
    return found


@metric(
    "horizon-length",
    "measurement",
    "days",
    "How far ahead missions look: the median of the days from a mission's start to its horizon.",
    denominator="missions with a stated start and horizon, live on the last day of the window",
    source="Horizons as recorded (launch-mission, reschedule-mission).",
    not_meaning="That a mission will take so long, or that a short one is worse.",
)
def horizon_length(record: KnownRecord, window: Window, cluster: str | None) -> Figure:
    """Return the median in days, quartiles in the detail; none where no live mission states both."""
    found = _horizons(record, window, cluster)
    if not found:
        return nothing("no live mission states both its start and its horizon")
    lengths = [length for _, length in found]
    detail: tuple[tuple[str, float], ...] = ()
    if len(lengths) > 1:
        low, _, high = quantiles(lengths, n=4, method="inclusive")
        detail = (("lower quartile", low), ("upper quartile", high))
    events = tuple(sorted(row.set_by for row, _ in found))
    return Figure(float(median(lengths)), len(found), len(found), events, detail=detail)


@metric(
    "short-horizons",
    "measurement",
    "share",
    "The share of missions whose horizon is shorter than the settings ask.",
    denominator="missions with a stated start and horizon, live on the last day of the window",
    source="Horizons as recorded, against the setting minimum_horizon_days.",
    not_meaning="That those missions should not be: some matters are urgent.",
)
def short_horizons(record: KnownRecord, window: Window, cluster: str | None) -> Figure:
    """Return short horizons / horizons; none where no live mission states both start and horizon."""
    found, least = _horizons(record, window, cluster), record.settings["minimum_horizon_days"]
    if not found:
        return nothing("no live mission states both its start and its horizon")
    short = sorted(row.set_by for row, length in found if length < least)
    return Figure(len(short) / len(found), len(short), len(found), tuple(short))
