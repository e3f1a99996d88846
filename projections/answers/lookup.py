"""An id looked up among all that was ever known, for the error that names the nearest."""

from __future__ import annotations

from ledger.errors import InputError, harmless, suggestion
from ledger.timeline import iso
from projections.views.filled import FilledViews
from projections.views.queries.spans import known_ids


def not_there(views: FilledViews, day: int, id_: str, known: int) -> InputError:
    """Return the error for an id of nothing that is live on a day, as known at a position, with the nearest id."""
    ids = known_ids(views.file, known)
    if id_ in ids:
        return InputError(f'"{harmless(id_)}" is recorded, and not live on {iso(day)}. Ask for another day.')
    return InputError(f'Nothing is called "{harmless(id_)}".{suggestion(id_, ids)}')
