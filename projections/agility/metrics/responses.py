"""Metrics of responses: how soon decisions follow signals."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.names import LIFE
from ledger.timeline import UNSTATED, day_of
from projections.agility.figures import Figure, Window, metric, nothing
from projections.agility.metrics.survival import Observed, curve, quantile
from projections.agility.record import Holding, KnownRecord
from projections.agility.spans import missions, segments


@metric(
    "response-time",
    "structure",
    "days",
    "The median of the days from a signal to the first decision that cites it (Kaplan-Meier: the unanswered censored).",
    denominator="signals observed in the window",
    source="Signals and citations as recorded (observe-signal, responds_to). Kaplan and Meier (1958), JASA 53.",
    not_meaning="That the response was slow for a bad reason, or that a quick one was right.",
)
def response_time(record: KnownRecord, window: Window, cluster: str | None) -> Figure:
    """Return the median response in days; none where no signal was observed, or fewer than half were answered."""
    first = record.once(_first_citations)
    observed: list[Observed] = []
    events: list[int] = []
    for row in _signals(record, cluster):
        seen = _seen(record, row.id, row.start)
        if seen <= UNSTATED or not window.start <= seen < window.end:
            continue
        answer = first.get(row.id)
        answered = answer is not None and answer[0] < window.end
        until = max(seen, answer[0]) if answer is not None and answered else min(window.end, row.sure_to)
        # At risk from the eve on: an answer of the same day takes no days, and is one.
        observed.append(Observed(-1, max(0, until - seen), answered))
        events.append(answer[1] if answer is not None and answered else row.set_by)
    if not observed:
        return nothing("no signal was observed in the window")
    middle, censored = quantile(curve(observed), 0.5), sum(not one.ended for one in observed)
    why = "" if middle is not None else f"{censored} of {len(observed)} signals are not answered yet"
    return Figure(middle, len(observed), len(observed), tuple(sorted(events)), why, censored)


def _first_citations(record: KnownRecord) -> dict[str, tuple[int, int]]:
    """Return, for each signal, the day of the first decision that cites it and the position of its last event.

    The day is that of the decision; where it is not stated, of its record.
    """
    found: dict[str, tuple[int, int]] = {}
    for decision in record.decisions.values():
        day = decision.recorded_day if decision.decided_day is None else decision.decided_day
        for signal in decision.responds_to:
            found[signal] = min(found.get(signal, (day, decision.position)), (day, decision.position))
    return found


def _seen(record: KnownRecord, signal: str, start: int) -> int:
    stated = record.of(signal, "observed_on")
    return day_of(stated[0].value) if stated else start


def _signals(record: KnownRecord, cluster: str | None) -> Iterator[Holding]:
    """Yield the lives of all signals, or of those that ever concerned a cluster or what was ever its own."""
    if cluster is None:
        yield from record.lives("signal")
        return
    naming = record.once(_naming)
    for id_ in {
        id_ for of in (cluster, *segments(record, cluster), *missions(record, cluster)) for id_ in naming.get(of, ())
    }:
        yield from record.of(id_, LIFE)


def _naming(record: KnownRecord) -> dict[str, set[str]]:
    """Return the signals that ever concerned each thing."""
    found: dict[str, set[str]] = {}
    for row in record.family("concerns", "signal"):
        for id_ in row.value:
            found.setdefault(id_, set()).add(row.id)
    return found
