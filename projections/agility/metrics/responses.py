"""Metrics of responses: how soon decisions follow signals."""

from __future__ import annotations

from array import array
from collections.abc import Iterable

from ledger.names import LIFE
from ledger.plurals import counted, plural
from ledger.timeline import FOREVER, UNSTATED, day_of
from projections.agility.figures import Figure, Window, metric, nothing
from projections.agility.metrics.survival import Observed, curve, quantile
from projections.agility.record import KnownRecord
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
    signals = record.once(_Signals)
    observed: list[Observed] = []
    events: list[int] = []
    for place in signals.places(record, cluster):
        seen, answer = signals.seen[place], signals.answers[place]
        if seen <= UNSTATED or not window.start <= seen < window.end:
            continue
        answered = answer < window.end
        until = max(seen, answer) if answered else min(window.end, signals.sure_to[place])
        # At risk from the eve on: an answer of the same day takes no days, and is one.
        observed.append(Observed(-1, max(0, until - seen), answered))
        events.append(signals.answered_by[place] if answered else signals.set_by[place])
    if not observed:
        return nothing("no signal was observed in the window")
    middle, censored = quantile(curve(observed), 0.5), sum(not one.ended for one in observed)
    why = (
        ""
        if middle is not None
        else f"{censored} of {counted(len(observed), 'signal')} {plural(censored, 'is', 'are')} not answered yet"
    )
    return Figure(middle, len(observed), len(observed), tuple(sorted(events)), why, censored)


class _Signals:
    """The lives of all signals: when each was seen, until when it surely lived, and the first decision that cites it.

    Each has a place in the arrays, so that many go in. An answer that there is not is on the day `FOREVER`.
    """

    def __init__(self, record: KnownRecord) -> None:
        """Read them out of a record."""
        self.seen, self.sure_to, self.set_by = array("i"), array("i"), array("i")
        self.answers, self.answered_by = array("i"), array("i")
        self._naming: dict[str, array[int]] = {}
        seen = {row.id: day_of(row.value) for row in reversed(record.family("observed_on", "signal"))}
        cited, places = _first_citations(record), dict[str, list[int]]()
        for row in record.read(LIFE, "signal"):
            places.setdefault(row.id, []).append(len(self.seen))
            self.seen.append(seen.get(row.id, row.start))
            self.sure_to.append(row.sure_to)
            self.set_by.append(row.set_by)
            day, position = cited.get(row.id, (FOREVER, 0))
            self.answers.append(day)
            self.answered_by.append(position)
        for row in record.read("concerns", "signal"):
            for id_ in row.value:
                self._naming.setdefault(id_, array("i")).extend(places.get(row.id, ()))

    def places(self, record: KnownRecord, cluster: str | None) -> Iterable[int]:
        """Return all places, or those of what ever concerned a cluster or what was ever its own."""
        if cluster is None:
            return range(len(self.seen))
        of = (cluster, *segments(record, cluster), *missions(record, cluster))
        return {place for id_ in of for place in self._naming.get(id_, ())}


def _first_citations(record: KnownRecord) -> dict[str, tuple[int, int]]:
    """Return, for each signal, the day of the first decision that cites it and the position of its last event."""
    found: dict[str, tuple[int, int]] = {}
    for signal, day, position in record.decisions.cited:
        found[signal] = min(found.get(signal, (day, position)), (day, position))
    return found
