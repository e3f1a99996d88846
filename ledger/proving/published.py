"""Keys of a ledger as they stand in it: published, and retired since."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ledger.application.reader import Reader
from ledger.application.source import StoreSource
from ledger.events.changes.key import PublishKey, RetireKey
from ledger.events.changes.record import Correct, PostponeDecision, RescindDecision, Strike
from ledger.events.registry import schemas_of
from ledger.names import GOVERNMENT
from ledger.state.record import Fact, Record
from ledger.state.standing import Standing
from ledger.timeline import NOT_STATED, day_of

_PUBLISHED = schemas_of(PublishKey)
# What may follow the publication of a key and turn it; nothing else can stand in its place (rule `other-thing`).
_FOLLOWING = (RetireKey, Correct, Strike, RescindDecision, PostponeDecision)
_LATER = tuple(event_type for change in _FOLLOWING for event_type in schemas_of(change))


class Retirement(NamedTuple):
    """The event that retires a key, and since when nothing signed with it is vouched for: a day or an instant."""

    position: int
    since: str


class PublishedKey(NamedTuple):
    """A verifier key of the ledger as one line of text, the event that publishes it, and when that was recorded."""

    vkey: str
    position: int
    recorded_at: str
    retired: Retirement | None = None


def published_keys(reader: Reader, known: int | None = None) -> tuple[PublishedKey, ...]:
    """Return the keys whose publication stands, in order of position, as known at a position; all that is, where None.

    A key that is published or retired from a later day on is among them as well. Empty where none was published.
    Read are the events that publish and retire keys, and those that correct, strike, rescind or postpone.
    """
    upto = reader.head().position if known is None else known
    published = reader.store.of_types(GOVERNMENT, _PUBLISHED, 0, upto)
    if not published:
        return ()
    recorded = {row.position: row.recorded_at for row in published}
    rows = [*published, *reader.store.of_types(GOVERNMENT, _LATER, published[0].position, upto)]
    source = StoreSource(reader.store, upto)
    standing = list(_standing([source.fact(row) for row in rows], source))
    retired = _retired(standing)
    return tuple(
        PublishedKey(now.change.key, fact.position, recorded[fact.position], retired.get(now.change.key_id))
        for fact, now in standing
        if isinstance(now.change, PublishKey)
    )


def _standing(facts: Iterable[Fact], source: StoreSource) -> Iterator[tuple[Fact, Standing]]:
    """Yield the facts that stand, each as it now reads."""
    facts, record = list(facts), Record(source.event)
    for fact in facts:
        record.register(fact)
    for fact in facts:
        now = record.standing(fact) if isinstance(fact.change, PublishKey | RetireKey) else None
        if now is not None and now.status == "stands":
            yield fact, now


def _retired(standing: Iterable[tuple[Fact, Standing]]) -> dict[str, Retirement]:
    """Return the retirement of each key by its id: of several, the one that the fold takes last."""
    found: dict[str, tuple[tuple[int, int, int], Retirement]] = {}
    for fact, now in standing:
        if isinstance(now.change, RetireKey):
            stated = now.effective or NOT_STATED
            place = (day_of(stated), now.order, fact.position)
            one = (place, Retirement(fact.position, now.change.since or stated))
            found[now.change.key_id] = max(found.get(now.change.key_id, one), one)
    return {key: retirement for key, (_, retirement) in found.items()}
