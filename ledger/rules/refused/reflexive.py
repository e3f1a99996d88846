"""References of a thing to itself: a successor, a relation, a mandate, a decision that takes itself back."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.events.change import Change
from ledger.events.changes.assertion import Assertion
from ledger.events.changes.mandate import AssignMandate
from ledger.events.changes.record import OnRecord
from ledger.rules.notice import Notice
from ledger.state.record import target_of


def names_itself(change: Change, decision: str) -> Iterator[Notice]:
    """Yield that a change leads from a thing to itself, or that it speaks of its own decision, which has this key.

    A mandate is not carried out by the cluster that issued it to itself: by missions only.
    """
    if isinstance(change, Assertion):  # what is asserted of a thing is about that thing
        return
    if not isinstance(change, OnRecord) and target_of(change, None) == decision:
        yield Notice("names-itself", change.subject, f"{change.NAME} names the decision that it is a part of.")
    own = {change.subject}
    if isinstance(change, AssignMandate):
        own.add(change.mandate.partition("/")[0])
    for id_ in dict.fromkeys(id_ for id_, _ in change.references() if id_ in own):
        yield Notice("names-itself", change.subject, f'{change.NAME} of "{change.subject}" names "{id_}" itself.')
