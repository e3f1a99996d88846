"""Decision documents: the one input format of plan, record and import, and its normal form.

Two documents are the same decision when their normal forms are equal: the decision's effective date stands in its
header, a change carries one only where the document gave it one of its own, absent fields are left out, text is in NFC,
and personal data is replaced by its commitment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from datetime import datetime
from typing import Any, Literal, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError

from ledger.documents.composed import ComposedChange, written
from ledger.documents.faults import place_of, told
from ledger.documents.plain import plain
from ledger.errors import MalformedDocument, UnknownName
from ledger.events.canonical import digest
from ledger.events.change import Change
from ledger.events.commitments import Opening
from ledger.events.envelope import Event, Header, resolved
from ledger.events.intake import Intake, Noticed
from ledger.events.types import Effective, EventId, Model, Originals
from ledger.instants import parse_instant
from ledger.timeline import ENDS, NOT_STATED, is_set

MAX_CHANGES = 10_000
_COMMON = ("effective", "effective_basis", "corrects", "original_text")
_M = TypeVar("_M", bound=BaseModel)


class Dating(Model):
    """What any change may carry beside its own fields."""

    effective: Effective | None = None
    effective_basis: Literal["stated", "inferred"] | None = None
    corrects: EventId | None = None
    original_text: Originals | None = None


class Intent(NamedTuple):
    """One change of a decision; `effective` is None for corrections and strikes, which take effect on no day."""

    change: Change
    effective: str | None
    basis: str | None = None
    corrects: str | None = None
    own_date: bool = False  # whether the date is the change's own, not its decision's
    original_text: Mapping[str, str] | None = None  # of an older register, where its text cannot stand as it was

    @classmethod
    def of_event(cls, event: Event) -> Intent:
        """Return the change that an event was made from."""
        own = event.effective is not None
        return cls(event.data, event.takes_effect, event.effective_basis, event.corrects, own, event.original_text)

    def normal(self) -> dict[str, Any]:
        """Return the change in normal form."""
        found: dict[str, Any] = {"change": self.change.NAME, **self.change.normal()}
        own = self.effective if self.own_date else None
        for name, value in zip(_COMMON, (own, self.basis, self.corrects, self.original_text), strict=True):
            if value is not None:
                found[name] = value
        return found


class Expansion(NamedTuple):
    """What a composed change came to: its name, a sentence for people, and how many changes it became."""

    change: str
    said: str
    changes: int


class Decision(NamedTuple):
    """A decision document that was read and checked: its header, its changes, what opens its commitments."""

    header: Header
    changes: tuple[Intent, ...]
    recorded_at: datetime | None = None
    personal: tuple[Opening, ...] = ()
    noticed: tuple[Noticed, ...] = ()  # as it was read
    expansions: tuple[Expansion, ...] = ()  # of its composed changes, in order, once they are expanded
    as_written: tuple[Intent, ...] | None = None  # its changes before they were expanded; None: the same

    @property
    def is_composed(self) -> bool:
        """Whether one of its changes is still to be expanded."""
        return any(isinstance(intent.change, ComposedChange) for intent in self.changes)

    @property
    def written(self) -> Decision:
        """The decision as its document had it."""
        return self if self.as_written is None else self._replace(changes=self.as_written, as_written=None)

    def normal(self) -> dict[str, Any]:
        """Return the document in normal form, as JSON values."""
        return {**self.header.normal(), "changes": [intent.normal() for intent in self.changes]}

    def digest(self) -> str:
        """Return `sha256:<hex>` of the normal form."""
        return digest(self.normal())


def read_decision(
    document: Mapping[str, Any],
    where: str = "The document",
    *,
    migrating: bool = False,
    openings: Iterable[tuple[str, bytes, str]] = (),
) -> Decision:
    """Return the decision that a document (JSON values; YAML scalars as strings) states.

    `where` begins the sentences of `MalformedDocument`, which is raised for whatever cannot be meant. Only where an
    older register is `migrating` does a document say when it was recorded; and there, text that cannot stand as it is
    is mended. Personal texts are committed to by the `openings` that were drawn for them before, else by new ones.
    """
    intake = Intake(migrating=migrating, openings=openings)
    if not isinstance(document, Mapping):
        raise MalformedDocument(where, "a decision is a mapping of fields (authority, reference, effective, changes).")
    changes = document.get("changes")
    fields = plain({name: value for name, value in document.items() if name != "changes"}, where)
    if "recorded_at" in fields and not migrating:
        raise MalformedDocument(
            where,
            '"recorded_at" is given by the ledger as it records; only an import keeps an older one. Leave it out.',
        )
    recorded_at = parse_instant(fields.pop("recorded_at"), where) if "recorded_at" in fields else None
    header = validated(Header, fields, where, intake, ("changes",))
    header = _with_originals(header, intake.settle(header.reference))
    if not isinstance(changes, Sequence) or isinstance(changes, str) or not 0 < len(changes) <= MAX_CHANGES:
        raise MalformedDocument(where, f'"changes" must list between 1 and {MAX_CHANGES} changes.')
    default = header.effective
    read = (_placed(raw, default, where, n, intake) for n, raw in enumerate(changes, 1))
    intents = tuple(known for intent in read for known in _known(intent))
    need_few_changes(intents, where)
    return Decision(header, intents, recorded_at, tuple(intake.personal), tuple(intake.noticed))


def need_few_changes(intents: Sequence[Intent], where: str) -> None:
    """Raise `MalformedDocument` for more changes than a decision may have, composed ones expanded."""
    if len(intents) > MAX_CHANGES:
        many = f"its changes come to {len(intents):,}, and a decision may have {MAX_CHANGES:,}. Divide it."
        raise MalformedDocument(where, many)


def _known(intent: Intent) -> Iterator[Intent]:
    """Yield what a change comes to on any day: itself, but where it is composed."""
    change = intent.change
    known = change.known() if isinstance(change, ComposedChange) else None
    if known is None:
        yield intent
        return
    first, *others = known
    yield intent._replace(change=first)
    yield from (intent._replace(change=other, corrects=None, original_text=None) for other in others)


def _with_originals(header: Header, originals: dict[str, str] | None) -> Header:
    if originals is None:
        return header
    return header.model_copy(update={"original_text": {**(header.original_text or {}), **originals}})


def _placed(raw: Any, effective: str | None, where: str, number: int, intake: Intake) -> Intent:
    """Return the change with this number, from 1; a fault of it says the path to where it lies in the document."""
    try:
        return _intent(raw, effective, f"{where}, change {number}", intake)
    except MalformedDocument as error:
        raise MalformedDocument(error.where, error.problem, ("changes", number - 1, *error.path)) from None


def _intent(raw: Any, effective: str | None, where: str, intake: Intake) -> Intent:
    fields = plain(raw, where)
    if not isinstance(fields, dict) or not isinstance(fields.get("change"), str):
        raise MalformedDocument(where, 'it needs a field "change" that names it, such as retitle-cluster.')
    name = fields.pop("change")
    try:
        model = written(name)
    except UnknownName as error:
        raise MalformedDocument(where, str(error), ("change",)) from None
    where = f"{where} ({name})"
    own = {key: fields.pop(key) for key in _COMMON if key in fields}
    change = validated(model, fields, where, intake, ("change", *_COMMON[:3]) if model.DATED else ("change",))
    intent = _dated(change, validated(Dating, own, where) if own else _UNDATED, effective, where)
    originals = intake.settle(change.subject)
    return intent if originals is None else intent._replace(original_text={**(intent.original_text or {}), **originals})


def _dated(change: Change, dating: Dating, default: str | None, where: str) -> Intent:
    if not change.DATED:
        if (dating.effective, dating.effective_basis, dating.corrects) != (None, None, None):
            raise MalformedDocument(where, "it has no effective date of its own; leave it out.")
        return Intent(change, None, original_text=dating.original_text)
    effective = resolved(change, dating.effective, default)
    if effective is None:
        raise MalformedDocument(where, '"effective" is missing: from which day is it so?')
    if effective == NOT_STATED and not change.OPENS:
        raise MalformedDocument(where, '"effective" is ".." (not known), which may stand only where something begins.')
    if is_set(effective) and change.LIFE != ENDS:
        said = f'"effective" is {effective} (one of these days), which may stand only where something ends.'
        raise MalformedDocument(where, said)
    if isinstance(change, ComposedChange) and change.known() is None and dating.corrects is not None:
        raise MalformedDocument(where, "it becomes several events, and stands in the place of none: strike that one.")
    basis = "inferred" if dating.effective_basis == "inferred" else None  # stated is what goes without saying
    return Intent(change, effective, basis, dating.corrects, dating.effective is not None, dating.original_text)


def validated(
    model: type[_M],
    fields: Mapping[str, Any],
    where: str,
    intake: Intake | None = None,
    beside: Sequence[str] = (),
) -> _M:
    """Return `fields` as a `model`; raises `MalformedDocument` with a sentence for each fault.

    `intake` takes note of what is read otherwise than it was written, and mends the text of an older register.
    `beside` are fields that may stand there too, among which a misspelt one is looked for.
    """
    try:
        return model.model_validate(fields, context=intake)
    except ValidationError as error:
        if intake is not None and intake.migrating:
            mended = deepcopy(dict(fields))
            if sum(intake.mend(mended, fault) for fault in error.errors(include_url=False)):
                intake.retract()
                return validated(model, mended, where, intake, beside)
        # What stands there comes first: a field that is misspelt is missing under its right name too.
        found = sorted(error.errors(include_url=False), key=lambda fault: fault["type"] == "missing")
        raise MalformedDocument(where, told(found, model, beside), place_of(found[0])) from None


_UNDATED = Dating.model_construct()  # nothing is said, so nothing is checked, and no model need be built
