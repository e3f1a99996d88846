"""Refusals of the outcome of a decision: ids used twice, ends before beginnings, void changes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from ledger.errors import with_article
from ledger.names import LIFE
from ledger.rules.notice import Notice
from ledger.rules.proposal import Proposal
from ledger.rules.refused.naming import lifetime
from ledger.state.effects import effects
from ledger.state.reach import reach_of
from ledger.state.record import Fact, speaks_of
from ledger.state.thing import Thing
from ledger.timeline import ENDS, Entry, Reach, day_of, iso


def refused_twice(outcome: Proposal) -> Iterator[Notice]:
    """Yield the ids of which a beginning stands, or stands again, while they belong to another."""
    for id_ in _turned(outcome):
        after, before = outcome.after.thing(id_), outcome.before.thing(id_)
        if after is None or len(after.beginnings) < 2:
            continue
        stood = {beginning.position for beginning in before.beginnings} if before else set()
        if all(beginning.position in stood for beginning in after.beginnings):
            continue
        first = (before or after).beginnings[0] if stood else after.beginnings[0]
        found = f'The id "{id_}" is {with_article(first.kind)} already. Choose another id.'
        yield Notice("id-used-twice", id_, found, first.position)


def refused_outcome(outcome: Proposal, judged: Iterable[Fact]) -> Iterator[Notice]:
    """Yield what else cannot be meant once the whole decision stands; `judged` are its facts that were let in."""
    new = {fact.position for fact in outcome.facts}
    for id_ in _turned(outcome):
        yield from _ends_before_beginning(outcome, id_, new)
    if any(name == LIFE for _, name in outcome.touched):
        yield from _void(outcome, judged)


def _turned(outcome: Proposal) -> list[str]:
    return list(dict.fromkeys(id_ for id_, name in outcome.touched if name == LIFE))


def _ends_before_beginning(outcome: Proposal, id_: str, new: set[int]) -> Iterator[Notice]:
    """Yield an end that had effect and would come before the beginning, or on its day so that no life is left.

    Who ends a thing on the day on which it begins says so; who moves a date does not.
    """
    after, before = outcome.after.thing(id_), outcome.before.thing(id_)
    begun = next((entry for entry in after.life if entry.value != ENDS), None) if after else None
    if after is None or begun is None or before is None:
        return
    idle = before.without_effect()
    for entry in after.life:
        if entry.value != ENDS or entry.position in idle or entry.day > begun.day:
            continue
        if entry.day == begun.day and (entry.position in new or not before.lives):
            continue
        found = f'"{id_}" would end on {iso(entry.day)} (p{entry.position}), and begins on {iso(begun.day)}.'
        yield Notice("ends-before-it-begins", id_, found, entry.position)


def _void(outcome: Proposal, judged: Iterable[Fact]) -> Iterator[Notice]:
    """Yield the changes that another change of the decision leaves without effect, on another day than theirs."""
    idle: dict[str, frozenset[int]] = {}
    ended = {fact.change.subject for fact in outcome.facts if fact.change.LIFE == ENDS}
    for fact in judged:
        if fact.effective is None or speaks_of(fact) is not None or not effects(fact.change, fact.effective):
            continue
        subject = fact.change.subject
        thing = outcome.after.thing(subject)
        if subject not in idle:
            idle[subject] = thing.without_effect() if thing else frozenset()
        if thing is not None and (fact.position in idle[subject] or _after_its_end(fact, thing, ended)):
            found = f"{fact.change.NAME} would hold on no day. {lifetime(thing, fact.effective)}"
            yield Notice("void-change", subject, found, fact.position)
        yield from _void_references(outcome, fact)


def _after_its_end(fact: Fact, thing: Thing, ended: Collection[str]) -> bool:
    """Return whether a change names what the same decision ends before: then it means another day."""
    if thing.id not in ended or fact.change.LIFE is not None or fact.effective is None:
        return False
    if any(reach_of(effect.attribute) is Reach.ANYWHERE for effect in effects(fact.change, fact.effective)):
        return False
    return not thing.takes("", Entry(day_of(fact.effective), fact.position, fact.position, fact.effective, None))


def _void_references(outcome: Proposal, fact: Fact) -> Iterator[Notice]:
    stated = fact.effective or ""
    place = Entry(day_of(stated), fact.position, fact.position, stated, None)
    for id_, kind in fact.change.references():
        other: Thing | None = None if kind.endswith("?") else outcome.after.thing(id_)
        if other is not None and other.kind and not other.takes("", place):
            yield Notice("reference-not-live", id_, lifetime(other, stated), fact.position)
