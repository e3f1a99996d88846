"""The envelope of an event: one canonical JSON line that holds everything.

Stored bytes = Merkle leaf = exported line; nobody ever re-serialises to verify.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field, StringConstraints, create_model

from ledger.events.change import Change
from ledger.events.ids import decision_key, event_id
from ledger.events.personal import Markable
from ledger.events.references import Acceptance, Adoption, Document, Expected
from ledger.events.registry import BY_TYPE, current
from ledger.events.types import Day, Effective, EventId, Ids, Listed, Model, Name, Originals, Text, Title

ENVELOPE = 1
LINE_BYTES_MAX = 65_535  # of a stored line: what a tile of a transparency log (C2SP tlog-tiles) can hold as one entry
Instant = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$")]


class Recorder(Model):
    """The office that typed a decision in, and how that is known; an unsigned entry never looks signed."""

    id: Title
    basis: Literal["configured", "signed"]


class Header(Model):
    """A decision without its changes: who decided it, by what power, why."""

    authority: Title
    reference: Name
    delegated_by: Title | None = None  # by whose order the authority decided
    adopted_by: Adoption | None = None
    decided_on: Day | None = None
    effective: Effective | None = None  # of every change that has none of its own
    legal_basis: Text | None = None
    rationale: Markable[Text] | None = None
    documents: Listed[Document] | None = None
    responds_to: Ids | None = None
    expected: Expected | None = None
    accept: Listed[Acceptance] | None = None
    illustrative: bool | None = None
    original_text: Originals | None = None  # of an older register, where its text cannot stand as it was

    @property
    def key(self) -> str:
        """The identity of the decision as one string."""
        return decision_key(self.authority, self.reference)

    def normal(self) -> dict[str, Any]:
        """Return its fields in normal form: JSON values, absent ones left out."""
        fields: dict[str, Any] = self.model_dump(mode="json", exclude_none=True)
        return fields


class Part(Header):
    """The decision as each of its events holds it: with the digest of the whole, and which part this is."""

    document: Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")]
    part: Annotated[tuple[int, ...], Field(min_length=2, max_length=2)]


class Migrated(Model):
    """Where an event of an older register came from, and when it was taken over."""

    source: Title
    when: Instant


def resolved(change: Change, own: str | None, of_decision: str | None) -> str | None:
    """Return the effective date of a change: its own, else its decision's; None for one that takes effect on no day."""
    return (own or of_decision) if change.DATED else None


class Event(Model):
    """One immutable fact as it stands in the ledger; `effective` is its own, where the document gave it one."""

    v: Literal[1]
    stream: str
    version: int
    type: str
    effective: Effective | None = None
    effective_basis: Literal["stated", "inferred"] | None = None
    recorded_at: Instant
    recorder: Recorder
    decision: Part
    data: Change
    corrects: EventId | None = None
    original_text: Originals | None = None
    migrated: Migrated | None = None
    signatures: Listed[Text] | None = None

    @property
    def id(self) -> str:
        """`<stream>@<version>`."""
        return event_id(self.stream, self.version)

    @property
    def takes_effect(self) -> str | None:
        """The effective date as it was given: its own, else its decision's; None where it takes effect on no day."""
        return resolved(self.data, self.effective, self.decision.effective)


class Recorded(NamedTuple):
    """An event at its place in the ledger."""

    position: int
    event: Event


@cache
def _reader(event_type: str) -> type[Event]:
    """Return the event model whose data is that of one type: one pass from bytes to a checked event."""
    model = BY_TYPE[event_type]
    return create_model(f"Event[{event_type}]", __base__=Event, data=(model, ...))


def decode(line: bytes, event_type: str | None = None) -> Event:
    """Return the event that a stored line holds, old schemas brought to the newest.

    `event_type` saves a look at the line where the caller knows it. Raises `UnknownEventType` for a type that
    this program does not know, and `pydantic.ValidationError` for a line that is no event.
    """
    if event_type in BY_TYPE:
        return _reader(event_type).model_validate_json(line)
    raw = json.loads(line)
    raw["type"], raw["data"] = current(raw["type"], raw["data"])
    return _reader(raw["type"]).model_validate(raw)
