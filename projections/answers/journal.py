"""The journal: what was recorded, newest last, with its filters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from ledger.application import EventReader
from ledger.errors import UnknownName
from ledger.events.envelope import Migrated, Recorded, Recorder
from ledger.events.registry import BY_NAME, BY_TYPE
from ledger.lots import lots
from ledger.timeline import first_day_of, last_day_of
from projections.answers.grounds import DecisionRef
from projections.views.queries.mentions import speaking_of
from projections.views.queries.record import JournalSearch
from projections.views.read_model import Views
from projections.views.search import words

_AT_ONCE = 1_000  # events looked up together
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


class JournalFilter(NamedTuple):
    """What of the journal is asked for; None: all. Both ends of a period belong to it."""

    thing: str | None = None  # an id that the event names, or whose part it is about
    type: str | None = None  # cluster.retitled/1, cluster.retitled, cluster, or the change: retitle-cluster
    authority: str | None = None
    reference: str | None = None
    recorded_from: str | None = None  # a date in the government's time zone, or an instant
    recorded_to: str | None = None
    effective_from: str | None = None  # a date; of reduced precision: its first day
    effective_to: str | None = None  # a date; of reduced precision: its last day
    search: str | None = None  # words, each of which is in the event or its decision
    after: int | None = None  # a position: the events behind it
    limit: int | None = None  # at most so many, the first of them


EVERYTHING = JournalFilter()


def journal(views: Views, asked: JournalFilter = EVERYTHING, known: int | None = None) -> Iterator[JournalEntry]:
    """Yield the events asked for in order of position; `known` bounds them (None: the head).

    An event is shown as it was recorded. `spoken_of` lists the positions of what later corrected, struck, replaced,
    rescinded or postponed it, as far as that was known. Raises `UnknownName` for a type that does not exist.
    """
    head = views.catch_up().position
    upto = head if known is None else known
    for some in lots(_search(views.ledger, asked, upto).positions(views.file), _AT_ONCE):
        yield from journal_page(views, some, upto)


def journal_total(views: Views, asked: JournalFilter, known: int) -> int:
    """Return how many events are asked for, up to a position; raises as `journal` does."""
    views.catch_up()
    return _search(views.ledger, asked, known).count(views.file)


def journal_newest(views: Views, asked: JournalFilter, known: int, skip: int, most: int) -> list[int]:
    """Return the positions of the newest events asked for, the last first, after so many that are passed over."""
    views.catch_up()
    return _search(views.ledger, asked, known).newest(views.file, skip, most)


def journal_page(views: Views, positions: Sequence[int], known: int) -> Iterator[JournalEntry]:
    """Yield the events at some positions, in order, as `journal` does."""
    spoken = _spoken_of(views, positions, known)
    for recorded in views.ledger.among(positions):
        yield entry(recorded, spoken.get(recorded.position))


class JournalEntry(NamedTuple):
    """An event as it was recorded; `spoken_of` are the positions of what later corrected, struck or moved it."""

    position: int
    id: str
    type: str
    effective: str | None
    recorded_at: str
    recorder: Recorder
    decision: dict[str, Any]
    data: dict[str, Any]
    summary: str
    effective_basis: str | None = None
    corrects: str | None = None
    migrated: Migrated | None = None
    spoken_of: list[int] | None = None

    @property
    def name(self) -> DecisionRef:
        """The name of its decision."""
        return DecisionRef(self.decision["authority"], self.decision["reference"])


def entry(recorded: Recorded, spoken_of: list[int] | None = None) -> JournalEntry:
    """Return one event as the journal shows it."""
    event = recorded.event
    return JournalEntry(
        position=recorded.position,
        id=event.id,
        type=event.type,
        effective=event.takes_effect,
        recorded_at=event.recorded_at,
        recorder=event.recorder,
        decision=event.decision.normal(),
        data=event.data.normal(),
        summary=event.data.sentence,
        effective_basis=event.effective_basis,
        corrects=event.corrects,
        migrated=event.migrated,
        spoken_of=spoken_of,
    )


def _spoken_of(views: Views, positions: Sequence[int], known: int) -> dict[int, list[int]]:
    """Return, for each of some events that a later one known then speaks of, the positions of those, in order."""
    spoken_of: dict[int, list[int]] = {}
    for position, later in speaking_of(views.file, positions, known):
        spoken_of.setdefault(position, []).append(later)
    return spoken_of


def _search(ledger: EventReader, asked: JournalFilter, upto: int) -> JournalSearch:
    """Return what is asked for, of the events up to a position."""
    search = JournalSearch(upto)
    if asked.thing is not None:
        search.naming(asked.thing)
    if asked.type is not None:
        search.of_types(types_named(asked.type))
    if asked.authority is not None:
        search.decided_by(asked.authority)
    if asked.reference is not None:
        search.of_reference(asked.reference)
    if asked.recorded_from is not None:
        search.recorded(after=ledger.known_before(asked.recorded_from).position)
    if asked.recorded_to is not None:
        search.recorded(upto=ledger.known(asked.recorded_to).position)
    if asked.effective_from is not None:
        search.effective(first=first_day_of(asked.effective_from))
    if asked.effective_to is not None:
        search.effective(last=last_day_of(asked.effective_to))
    if asked.after is not None:
        search.recorded(after=asked.after)
    if asked.limit is not None:
        search.first(asked.limit)
    for word in words(asked.search or ""):
        search.with_word(word)
    return search


def types_named(text: str) -> tuple[str, ...]:
    """Return the event types that a type, the beginning of one, or the name of a change stands for."""
    if text in BY_NAME:
        return (BY_NAME[text].TYPE,)
    types = tuple(type_ for type_ in BY_TYPE if type_ == text or type_.startswith((f"{text}.", f"{text}/")))
    if not types:
        known = {type_.partition("/")[0] for type_ in BY_TYPE} | {type_.partition(".")[0] for type_ in BY_TYPE}
        raise UnknownName("event type", text, sorted(known))
    return types
