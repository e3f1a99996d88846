"""References of a change to things that are unknown, of the wrong kind, or not live on its day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ledger.errors import nothing_called, with_article
from ledger.rules.notice import Notice
from ledger.state.state import State
from ledger.state.thing import Thing
from ledger.timeline import FOREVER, day_of, iso


def unknown(state: State, id_: str, kind: str, known_ids: Iterable[str]) -> list[Notice]:
    """Return why an id is of nothing recorded, or of another kind (empty: of any); empty if it is right."""
    thing = state.thing(id_)
    if thing is None or not thing.kind:
        return [Notice("unknown-id", id_, nothing_called(kind, id_, known_ids))]
    if kind and thing.kind != kind:
        found = f'"{id_}" is {with_article(thing.kind)}; {with_article(kind)} is needed here.'
        return [Notice("wrong-kind", id_, found)]
    return []


def misnamed(
    state: State, references: Iterable[tuple[str, str]], effective: str, known_ids: Iterable[str]
) -> Iterator[Notice]:
    """Yield what a change names that is unknown, of the wrong kind, or not live on the day from which it is so."""
    for id_, kind in references:
        if kind.endswith("?"):
            continue
        faults = unknown(state, id_, kind, known_ids)
        yield from faults
        other = state.thing(id_)
        if not faults and other is not None and not other.live_at(day_of(effective)):
            yield Notice("reference-not-live", id_, lifetime(other, effective))


def lifetime(thing: Thing, stated: str) -> str:
    """Return when a thing lives, which is not on the day `stated`: a sentence."""
    name = f'{thing.kind.capitalize() or "Thing"} "{thing.id}"'
    if not thing.lives:
        return f"{name} is not live on any day."
    last = thing.lives[-1]
    until = f" to the day before {iso(last.end)}" if last.end < FOREVER else " on"
    return f"{name} is not live on {stated}: it lives from {last.stated}{until}."
