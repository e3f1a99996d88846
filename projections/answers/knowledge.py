"""Knowledge of a date: since when the record has it, as every command tells that shows what was learnt later."""

from __future__ import annotations

from collections.abc import Sequence

from ledger.zones import zone
from projections.views.queries.decisions import day_recorded
from projections.views.queries.standings import Standings, Told


class Knowledge:
    """Answers from which day of the record dates are known; what it read it keeps."""

    def __init__(self, standings: Standings) -> None:
        """Take what stands at the position that is asked about."""
        self._now = standings
        self._then: dict[int, Standings] = {}
        self._zone = zone(standings.views.ledger.government.timezone)

    def learnt_on(self, events: Sequence[Told]) -> int | None:
        """Return the day of the first record at which one of `events` stood with its date; None: it was recorded so.

        `events` have one date as known now. A date that was put right while its event was struck or replaced is learnt
        when the event stands again; of an event that stands no longer, when the date was put right.
        """
        if any(event.standing.effective == event.fact.effective for event in events):
            return None
        of = {event.fact.position: event for event in events}
        later = sorted({later for _, later in self._now.speaking_of(of)})
        at = next(at for at in later if any(self._is_known(event, at) for event in events))
        recorded = self._now.views.ledger.need(at)
        return day_recorded(recorded.event.recorded_at, self._zone)

    def _is_known(self, event: Told, at: int) -> bool:
        """Return whether an event stood with its date at a position, or if it has fallen by now, had it at all."""
        position = event.fact.position
        then = self._then.setdefault(at, Standings(self._now.views, at)).of([position]).get(position)
        if then is None or then.standing.effective != event.standing.effective:
            return False
        return then.standing.status == "stands" or event.standing.status != "stands"
