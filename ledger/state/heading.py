"""The header of a decision as the record has it: with standing corrections in the place of its fields."""

from __future__ import annotations

from collections.abc import Sequence

from ledger.events.changes.record import Correct
from ledger.events.envelope import Header
from ledger.state.record import Fact, Record


def corrected_header(header: Header, facts: Sequence[Fact], record: Record) -> Header:
    """Return the header of a decision of these facts with what corrections, in order, put in the place of its fields.

    Its date is the decision's own, as corrections and postponements have it.
    """
    later = {one.position: one for fact in facts for one in record.about(fact)}
    for _, one in sorted(later.items()):
        said = record.standing(one)
        if said.status == "stands" and isinstance(said.change, Correct) and said.change.decision:
            header = Header.model_validate({**header.normal(), **said.change.decision})
    if later and header.effective is not None:
        header = header.model_copy(update={"effective": record.date_of_decision(facts[0], header.effective)})
    return header
