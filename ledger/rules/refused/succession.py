"""Successors of a thing: each lives on the day on which that ends, or later."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ledger.rules.notice import Notice
from ledger.rules.refused.naming import lifetime
from ledger.state.record import Fact
from ledger.state.state import State
from ledger.timeline import day_of


def ended_successors(after: State, facts: Iterable[Fact]) -> Iterator[Notice]:
    """Yield the successors that a decision names and that have ended, as the whole decision leaves them.

    Two things that succeed each other are among them: of the second, the first has ended.
    """
    for fact in facts:
        named = vars(fact.change).get("successors") if fact.change.LIFE == "ends" else None
        for id_ in named or ():
            thing, day = after.thing(id_), day_of(fact.effective or "")
            if thing is None or not thing.lives or thing.live_at(day) or any(life.start > day for life in thing.lives):
                continue
            found = f'What is to succeed "{fact.change.subject}" has ended. {lifetime(thing, fact.effective or "")}'
            yield Notice("successor-not-live", fact.change.subject, found, fact.position)
