"""Decisions that are not let in, and events and proofs that this program cannot take as they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ledger.errors.root import InputError, LedgerError, harmless

_NAMED_MAX = 3  # decisions in one sentence


class Refused(LedgerError):
    """A decision that the rules do not let in.

    `refusals` are what cannot mean anything, `acceptances` what could be recorded if the decision accepted it
    by name; both are sequences of notices. `meanwhile` names, in words, the decisions that others recorded since it was
    first judged, and let in. Nothing of the decision was recorded.
    """

    def __init__(
        self,
        decision: str,
        refusals: Iterable[object],
        acceptances: Iterable[object] = (),
        meanwhile: Sequence[str] = (),
    ) -> None:
        self.refusals, self.acceptances = tuple(refusals), tuple(acceptances)
        reasons = " ".join(str(reason) for reason in (*self.refusals, *self.acceptances))
        if self.acceptances and not self.refusals:
            reasons += " Change the decision, or let it accept each by rule and id, with the reason."
        if meanwhile:
            more = len(meanwhile) - _NAMED_MAX
            others = f" and {more} more" if more > 0 else ""
            reasons += f" Recorded by others meanwhile: {', '.join(meanwhile[:_NAMED_MAX])}{others}."
        super().__init__(f'Decision "{harmless(decision)}" is not recorded. {reasons}')


class SameReferenceOtherText(LedgerError):
    """A decision whose (authority, reference) is in the ledger already, with other content."""

    def __init__(self, reference: str, recorded_on: str, differs: str, proposal: str, event: str) -> None:
        self.reference, self.differs, self.proposal, self.event = reference, differs, proposal, event
        super().__init__(
            f'Decision "{harmless(reference)}" was recorded on {recorded_on} with another text: {differs}. '
            f'Give it another reference, such as "{harmless(proposal)}", or correct event {event}.'
        )


class TwoTextsOfOneReference(InputError):
    """Two decisions that are recorded together, or tried together, with one reference and other content."""

    def __init__(self, reference: str, differs: str, proposal: str) -> None:
        super().__init__(
            f'Two of the decisions have the reference "{harmless(reference)}", and other texts: {differs}. '
            f'Give one of them another reference, such as "{harmless(proposal)}".'
        )


class NotTogether(LedgerError):
    """Decisions of which none was recorded, because one of them cannot be.

    `number` says which it is, from 1; `reason` is the error with which it would be refused after those before it.
    """

    def __init__(self, number: int, count: int, reason: LedgerError) -> None:
        self.number, self.reason = number, reason
        none = f"None of the {count} decisions is recorded, because number {number} is refused. " if count > 1 else ""
        super().__init__(f"{none}{reason}")


class UnknownEventType(LedgerError):
    """An event of a type or schema number that this program does not know."""

    def __init__(self, type_: str, position: int | None = None) -> None:
        self.type, self.position = type_, position
        where = "" if position is None else f" at position {position}"
        super().__init__(
            f'The ledger holds an event of type "{harmless(type_)}"{where}, which this program does not know. '
            "Install a newer version of cluster-ledger."
        )


class UnreadableEvent(LedgerError):
    """An event of a type that this program knows, with a field that it does not take."""

    def __init__(self, type_: str, position: int) -> None:
        super().__init__(
            f'The event at position {position}, of type "{harmless(type_)}", was recorded by another version of '
            "cluster-ledger, and this one cannot read it. Open the ledger with the version that wrote it."
        )


class ProofError(LedgerError):
    """A root, size or proof that does not hold; its sentence names the one condition that failed."""
