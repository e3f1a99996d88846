"""Sightings: what was seen of a ledger at a place, and in which way another one is not that ledger."""

from __future__ import annotations

from typing import Annotated, Literal, NamedTuple

from msgspec import Meta, Struct

from ledger.errors import harmless

_Digits = Annotated[str, Meta(pattern=r"\A[0-9a-f]{32}\Z")]
_Root = Annotated[str, Meta(pattern=r"\Asha256:[0-9a-f]{64}\Z")]
_Size = Annotated[int, Meta(ge=1, le=2**63 - 1)]
_Time = Annotated[str, Meta(pattern=r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{15}Z\Z")]
Mark = tuple[_Size, _Root]  # a size, and the root of the tree of that size

# What is not as it was. Only an older copy at another place is a ledger that can be used.
Kind = Literal["older", "rolled-back", "forked", "rewritten", "rebuilt", "namesake"]
UNUSED = "Nothing was answered or recorded."
REMEDY = "Find out which is the true one. To go on with this one: cluster-ledger accept --because REASON"


class Sighting(Struct, frozen=True, forbid_unknown_fields=True):
    """One ledger at one place: how far it went, when that was recorded, and when it was first seen so far."""

    ledger_id: _Digits
    origin: str
    location: str
    size: _Size
    root: _Root
    recorded_at: _Time
    seen_at: _Time
    earlier: tuple[Mark, ...] = ()  # smaller sizes that were seen of it, ascending

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Every size of which the root is known, ascending."""
        return (*self.earlier, (self.size, self.root))

    @property
    def said(self) -> str:
        """This as part of a sentence."""
        return f"position {self.size} (recorded {self.recorded_at}, seen {self.seen_at}, root {self.root})"

    @property
    def lines(self) -> str:
        """This as what follows a word, on two lines, so that the root fits a screen."""
        return f"position {self.size}, recorded {self.recorded_at}, seen {self.seen_at},\n    root {self.root}"

    @property
    def place(self) -> str:
        """Where it was seen, fit to be printed."""
        return f'"{harmless(self.location, 200)}"'


class Accepted(Struct, frozen=True, forbid_unknown_fields=True):
    """A ledger that was taken for the true one in place of what was seen before: both, why, and when."""

    kind: Kind
    before: Sighting
    now: Sighting
    because: str
    accepted_at: _Time

    @property
    def said(self) -> str:
        """This as part of a sentence."""
        return (
            f"{self.now.place} up to {self.now.said}, in place of the one seen up to {self.before.said}, on "
            f"{self.accepted_at}: {harmless(self.because, 400)}"
        )


class Divergence(NamedTuple):
    """How a ledger is not what was seen before: `agreed` is the last size at which both are known to be the same.

    Where both have a root at `before.size`, and it is another one, `there` is the one that was found.
    """

    kind: Kind
    before: Sighting
    now: Sighting
    agreed: int = 0
    differs: int = 0
    there: str = ""

    @property
    def usable(self) -> bool:
        """Whether the ledger may be read and recorded into all the same."""
        return self.kind == "older"

    @property
    def message(self) -> str:
        """What is not as it was, in lines, with both sizes, roots and times."""
        both = f"  Seen: {self.before.lines}\n  Now: {self.now.lines}"
        if self.usable:
            head = f"This is an older copy of the ledger that was seen at {self.before.place}{self._doubt}."
            return f"{head}\n{both}"
        return f"This is not the ledger that was last seen: {self._what}.\n{both}\n{REMEDY}"

    @property
    def refusal(self) -> str:
        """The message of a command that goes no further."""
        return self.message.replace(REMEDY, f"{UNUSED} {REMEDY}")

    @property
    def _doubt(self) -> str:
        """What of an older copy could not be held to the longer ledger."""
        if self.agreed == self.now.size:
            return ""
        return (
            f": the same up to position {self.agreed}, and what comes after it cannot be compared, since the longer "
            "one is there no more"
        )

    @property
    def _what(self) -> str:
        place = self.now.place
        match self.kind:
            case "rolled-back":
                return f"{place} was rolled back, so an older copy stands in its place"
            case "forked":
                return (
                    f"{place} was forked: what stands after position {self.agreed} is another history, with root "
                    f"{self.there} at position {self.differs}"
                )
            case "rewritten":
                return f"{place} was rewritten from its first event on, and has root {self.there} at {self.differs}"
            case "rebuilt":
                ids = f"ledger {self.now.ledger_id} in place of ledger {self.before.ledger_id}"
                return f"{place} was rebuilt: {ids}"
        return (
            f"{place} has the origin {harmless(self.now.origin)} of another ledger, seen at {self.before.place}: "
            f"ledger {self.now.ledger_id} in place of ledger {self.before.ledger_id}"
        )
