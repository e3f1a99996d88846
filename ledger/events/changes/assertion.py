"""Assertions: a checked fact, stated by an official. They change nothing; `check` tells which still hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, ValidationInfo, field_validator

from ledger.events.change import Change
from ledger.events.types import AnyId, Digest, Id, PartId, Texts
from ledger.plurals import plural

_KNOWN = re.compile(r"p(0|[1-9]\d{0,17})|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)", re.ASCII)
_EXTENTS = {"full": "in full", "partial": "in part"}
_MOST = 2**53 - 1  # what every reader of JSON can hold


def _position_or_instant(text: str) -> str:
    try:
        if not _KNOWN.fullmatch(text):
            raise ValueError
        if text[0] != "p":
            datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("write a position such as p120, or an instant such as 2026-03-05T10:00:00Z") from None
    return text


def _place(given: Any) -> Any:
    """Take p4120, as positions are written elsewhere, for 4120."""
    return given[1:] if isinstance(given, str) and given.startswith("p") else given


Known = Annotated[str, AfterValidator(_position_or_instant)]
Number = Annotated[int, Field(ge=0, le=_MOST)]
Position = Annotated[int, Field(ge=1, le=_MOST), BeforeValidator(_place)]
Attribute = Annotated[
    str, StringConstraints(max_length=129, pattern=r"^[a-z]+(_[a-z]+)*(:[a-z0-9]+([-_][a-z0-9]+)*)?$")
]


class Assertion(Change):
    """A fact that was checked; it is about the record as a whole and stands on the government's stream."""

    SENTENCE = "Asserted: {claim}."

    @property
    def claim(self) -> str:
        """What is asserted, a sentence without its day and its full stop."""
        raise NotImplementedError(self.NAME)  # the base of those that are recorded: each of them says its own

    def claim_on(self, stated: str | None) -> str:
        """Return what is asserted with its day, and its state of knowledge where that is pinned."""
        return self.claim + (f" on {stated}" if stated else "")


class OfADay(Assertion):
    """A fact of the day from which it is effective, by all that is known, or by what was known at `known`."""

    HELP = {"known": "Ask what was known at a position (p120) or an instant. Default: all that is known."}
    known: Known | None = None

    def claim_on(self, stated: str | None) -> str:
        """Return what is asserted with its day, and its state of knowledge where that is pinned."""
        return super().claim_on(stated) + (f", as known at {self.known}" if self.known else "")


class AssertCount(OfADay):
    """Assert how many things of a kind are live, in all or within a cluster."""

    NAME, TYPE, REFERS = "assert-count", "count.asserted/1", (("within", "cluster?"),)
    COMMAND, ARGUMENT = "assert count", "kind"
    HELP = OfADay.HELP | {"within": "Of this cluster only."}
    kind: Literal["cluster", "segment", "mission", "mandate", "objective", "signal"]
    count: Number
    within: Id | None = None

    @property
    def claim(self) -> str:
        """How many things are live."""
        return f"{counted(self, self.count)} live"

    @field_validator("within")
    @classmethod
    def _has_parts(cls, within: str | None, info: ValidationInfo) -> str | None:
        if within is not None and info.data.get("kind") in ("cluster", "objective", "signal"):
            raise ValueError("only segments, missions and mandates are within a cluster; leave it out")
        return within


class AssertLife(OfADay):
    """Assert that a thing is live, or that it is not."""

    NAME, TYPE, REFERS = "assert-life", "life.asserted/1", (("thing", "?"),)
    COMMAND, ARGUMENT = "assert life", "thing"
    thing: AnyId
    life: Literal["live", "not-live"] = "live"

    @property
    def claim(self) -> str:
        """Whether the thing is live."""
        return f'"{self.thing}" is {"live" if self.life == "live" else "not live"}'


class AssertValue(OfADay):
    """Assert the value of an attribute of a live thing; without a value, that it has none."""

    NAME, TYPE, REFERS = "assert-value", "value.asserted/1", (("thing", "?"),)
    COMMAND, ARGUMENT = "assert value", "thing"
    HELP = OfADay.HELP | {"attribute": "Its name, such as title, scope, cluster, lead."}
    thing: AnyId
    attribute: Attribute
    value: Texts | None = None

    @property
    def claim(self) -> str:
        """What the attribute is."""
        return valued(self.attribute, f'"{self.thing}"', self.value)


class AssertAffiliation(OfADay):
    """Assert that a mission is affiliated with a segment, fully or in part, or that it is not."""

    NAME, TYPE = "assert-affiliation", "affiliation.asserted/1"
    COMMAND, ARGUMENT = "assert affiliation", "mission"
    REFERS = (("mission", "mission?"), ("segment", "segment?"))
    mission: Id
    segment: PartId
    extent: Literal["full", "partial", "none"] = "full"

    @property
    def claim(self) -> str:
        """How the mission is affiliated."""
        return affiliated(self, self.extent)


class AssertRoot(Assertion):
    """Assert the root of the log at a position, as a receipt or snapshot gave it."""

    NAME, TYPE, DATED = "assert-root", "root.asserted/1", False
    COMMAND, ARGUMENT = "assert root", "position"
    HELP = {"root": "As a receipt or snapshot gave it."}
    position: Position
    root: Digest

    @property
    def claim(self) -> str:
        """Which root the log has there."""
        return f"the root at position {self.position} is {self.root}"


def counted(assertion: AssertCount, count: int) -> str:
    """Return the beginning of a sentence about how many things there are: `3 missions of cluster "care" are`."""
    within = "" if assertion.within is None else f' of cluster "{assertion.within}"'
    agreed = count or 1  # of none it is said as of one
    return f"{count or 'no'} {plural(agreed, assertion.kind)}{within} {plural(agreed, 'is', 'are')}"


def affiliated(assertion: AssertAffiliation, extent: str) -> str:
    """Return how a mission is affiliated with a segment: `full`, `partial` or `none`."""
    how = "not affiliated" if extent == "none" else f"affiliated {_EXTENTS[extent]}"
    return f'mission "{assertion.mission}" is {how} with "{assertion.segment}"'


def valued(attribute: str, name: str, values: Sequence[str] | None) -> str:
    """Return what an attribute of the thing called `name` is; None: it has none."""
    if values is None:
        return f'{name} has no "{attribute}"'
    shown = ", ".join('"' + (value if len(value) <= 200 else value[:200] + "...") + '"' for value in values)
    return f'"{attribute}" of {name} is {shown}'
