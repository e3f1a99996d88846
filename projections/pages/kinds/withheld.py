"""Texts that are withheld: which they are, by what rule, who decided it, and who sees them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from ledger.events.commitments import is_commitment
from ledger.events.envelope import Event
from projections.answers.grounds import DecisionRef
from projections.pages.question import PageQuestion
from projections.views.queries.personal import PersonalPlace, commitments, personal_counted, personal_places
from projections.views.queries.record import decisions_with_papers

PLACES = 100  # on a page
TextState = Literal["shown", "withheld", "deleted"]
_TEXTS = {  # what a field holds, as pages say it
    "holder": "Name of a holder of office",
    "owner": "Name of who is to answer a recommendation",
    "rationale": "Reason of a decision",
    "source": "Source",
    "title": "Title of a paper",
}
_OTHER = "Personal text"


class WithheldText(NamedTuple):
    """A personal text: what it is, of which thing and office, where it stands, and whether this reader sees it."""

    what: str
    of: str
    office: str
    is_always: bool  # whether such a text is personal by rule, and not because the decision marks it
    state: TextState
    value: str | None
    position: int
    decision: DecisionRef


class WithheldPage(NamedTuple):
    """Personal texts of a page of them, newest first; of all how many are kept, and how many were deleted.

    `papers` counts the decisions that name papers, of which nothing but titles and fingerprints is kept.
    """

    texts: Sequence[WithheldText]
    total: int
    kept: int
    deleted: int
    papers: int
    first: int
    newer: str | None
    older: str | None


def withheld_page(question: PageQuestion) -> WithheldPage:
    """Return which personal texts there are, as known; a text that stands in several entries counts once."""
    views, known = question.views, question.known
    views.catch_up()
    distinct = set(commitments(views.file, known))
    kept = views.ledger.personal_among(distinct)
    total = personal_counted(views.file, known)
    asked = question.asked.get("skip", "")
    begin = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 12 else 0
    begin = min(begin, max(0, total - 1)) // PLACES * PLACES
    places = personal_places(views.file, known, begin, PLACES)

    def page(skip: int) -> str:
        return question.link("withheld/", skip=skip or None)

    return WithheldPage(
        texts=list(_texts(question, places, kept)),
        total=len(distinct),
        kept=len(kept),
        deleted=len(distinct) - len(kept),
        papers=decisions_with_papers(views.file, known),
        first=begin + 1 if places else 0,
        newer=page(max(0, begin - PLACES)) if begin else None,
        older=page(begin + PLACES) if begin + PLACES < total else None,
    )


def _texts(question: PageQuestion, places: Sequence[PersonalPlace], kept: set[str]) -> Iterator[WithheldText]:
    events = {one.position: one.event for one in question.views.ledger.among({place.position for place in places})}
    for position, commitment in places:
        event = events[position]
        field = _field_of(event, commitment)
        value = question.names(commitment)
        state: TextState = "deleted" if commitment not in kept else "shown" if value is not None else "withheld"
        of_decision = field in ("rationale", "title")
        yield WithheldText(
            what=_TEXTS.get(field, _OTHER),
            of="" if of_decision else event.data.subject,
            office=str(vars(event.data).get("office", "")),
            is_always=field in event.data.PERSONAL,
            state=state,
            value=value,
            position=position,
            decision=DecisionRef(event.decision.authority, event.decision.reference),
        )


def _field_of(event: Event, commitment: str) -> str:
    """Return the name of the field of an event, or of its decision, that holds a commitment; empty for none."""
    for stated in (event.data.normal(), event.decision.normal()):
        for field in _fields(stated, commitment):
            return field
    return ""


def _fields(value: Any, commitment: str, name: str = "") -> Iterator[str]:
    if is_commitment(value):
        if value["commitment"] == commitment:
            yield name
    elif isinstance(value, Mapping):
        for inner_name, inner in value.items():
            yield from _fields(inner, commitment, inner_name)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _fields(inner, commitment, name)
