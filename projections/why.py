"""Which event and which decision set each attribute of a thing, on a day as known at a position."""

from __future__ import annotations

from typing import Any

from ledger.errors import InputError, harmless, suggestion
from ledger.state.effects import LIFE
from ledger.state.structure import Structure, ThingAt
from ledger.timeline import iso
from projections.standings import Standings
from projections.views import Views


def why(views: Views, id_: str, day: int, known: int) -> list[dict[str, Any]]:
    """Return each attribute of a thing with its value and what set it, its life first and then by name.

    `because_of` names the events that corrected, struck or postponed what set it, so that it reads as it does. The
    decision is as known at `known`, its corrections included. Raises `InputError` for what is not live then.
    """
    thing = thing_on(views, views.structure(day, known), id_, known)
    standings = Standings(views, known)
    told = standings.of(held.set_by for held in thing.attributes.values())
    found = []
    for name, held in sorted(thing.attributes.items(), key=lambda item: (item[0] != LIFE, item[0])):
        one, header = told[held.set_by], standings.header(held.set_by)
        found.append(
            {
                "name": name,
                "value": held.value,
                "since": held.stated,
                "event": one.fact.id,
                "position": held.set_by,
                "decision": {
                    "authority": header.authority,
                    "reference": header.reference,
                    "decided_on": header.decided_on,
                    "rationale": header.rationale,
                },
                "because_of": [later.id for later in one.because_of],
            }
        )
    return found


def thing_on(views: Views, structure: Structure, id_: str, known: int) -> ThingAt:
    """Return a thing of a structure as known at `known`; raises `InputError`, with the nearest id, for none."""
    found = structure.get(id_)
    if found is not None:
        return found
    ids = [str(one) for (one,) in views.file.select("SELECT DISTINCT id FROM rows WHERE known_from <= ?", (known,))]
    if id_ in ids:
        raise InputError(f'"{harmless(id_)}" is recorded, and not live on {iso(structure.day)}. Ask for another day.')
    raise InputError(f'Nothing is called "{harmless(id_)}".{suggestion(id_, ids)}')
