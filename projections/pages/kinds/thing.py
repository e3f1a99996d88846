"""A thing: what it is on the day, who decided each part of it, and its history in both times."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ledger.errors import InputError
from projections.answers.ended import as_it_ended, ended
from projections.answers.history import TimelineEntry, history
from projections.answers.lineage import Descent, lineage
from projections.answers.sourced import SourcedAttribute, sourced_as_recorded
from projections.answers.structure import OneThing, one_thing
from projections.answers.surroundings import not_there, surroundings
from projections.answers.why import why
from projections.differences.lives import LifeShown, lives_of
from projections.pages.question import PageQuestion
from projections.withheld import told

FIRST = ("title", "text", "statement", "name", "purpose", "scope", "description")  # what one looks for first
HISTORY_MAX = 200  # entries on the page itself; the journal has all


class AttributeShown(NamedTuple):
    """An attribute with its value, and what set it; several that one event set stand together."""

    name: str
    value: object
    sourced: SourcedAttribute


class ThingPage(NamedTuple):
    """A thing at the point, live or as it ended; `history` holds the last `HISTORY_MAX` of `entries`."""

    id: str
    title: str
    kind: str
    thing: OneThing | None
    shown: object
    lives: Sequence[LifeShown]
    attributes: Sequence[AttributeShown]
    history: Sequence[TimelineEntry]
    entries: int
    descent: Descent | None


def thing(question: PageQuestion, id_: str) -> ThingPage:
    """Return what a page tells of a thing; raises `InputError` for an id of nothing known, with the nearest."""
    views, day, known, names = question.views, question.day, question.known, question.names
    found = one_thing(surroundings(views, id_, day, known), id_, names) or _ended(question, id_)
    try:
        entries = told(history(views, id_, known), names)
    except InputError:
        raise not_there(views, day, id_, known) from None
    descent = told(lineage(views, id_, known), names)
    return ThingPage(
        id=id_,
        title=question.titles.of(id_),
        kind=found.kind if found is not None else descent.node.kind or "",
        thing=None if found is None else told(found, names),
        shown=None if found is None else told(found.thing, names),
        lives=[life.shown for life in lives_of(views, id_, day, known)],
        attributes=_attributes(question, id_) if found is not None and found.end is None else [],
        history=entries[-HISTORY_MAX:],
        entries=len(entries),
        descent=descent if descent.predecessors or descent.successors else None,
    )


def _ended(question: PageQuestion, id_: str) -> OneThing | None:
    past = ended(question.views, id_, question.day, question.known)
    return None if past is None else as_it_ended(question.views, past, question.known, question.names)


def _attributes(question: PageQuestion, id_: str) -> list[AttributeShown]:
    views, day, known, names = question.views, question.day, question.known, question.names
    found = sourced_as_recorded(views, id_, day, known, names) or why(views, id_, day, known, names)
    return _by_decision([AttributeShown(one.name, one.value, one) for one in told(found, names)])


def _by_decision(found: Sequence[AttributeShown]) -> list[AttributeShown]:
    """Return attributes with those of one decision together, beginning with that of the title."""
    named = sorted(found, key=lambda one: FIRST.index(one.name) if one.name in FIRST else len(FIRST))
    together: dict[tuple[str, str], list[AttributeShown]] = {}
    for one in named:
        grounds = one.sourced.decision.grounds
        together.setdefault((grounds.authority, grounds.reference), []).append(one)
    return [one for some in together.values() for one in some]
