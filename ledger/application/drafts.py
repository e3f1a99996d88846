"""From a decision to the drafts of its events, and back from events to the document they came from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ledger.documents.decision import Decision, Intent, validated
from ledger.errors import MalformedDocument
from ledger.events.canonical import canonical, digest
from ledger.events.commitments import Opening, commit
from ledger.events.envelope import ENVELOPE, LINE_BYTES_MAX, Event, Header, Migrated, Part, Recorded, Recorder
from ledger.events.personal import committed, is_commitment
from ledger.events.registry import BY_NAME, BY_TYPE
from ledger.events.text import alike
from ledger.state.record import Fact
from ledger.store.types import Draft

_DATING = ("effective", "effective_basis", "corrects", "original_text")


def facts_of(decision: Decision, key: str, position: int, version: Callable[[str], int]) -> tuple[Fact, ...]:
    """Return the facts that a decision becomes if it is appended after `position`.

    `version` gives the number of events that a stream holds.
    """
    found: list[Fact] = []
    next_version: dict[str, int] = {}
    for place, intent in enumerate(decision.changes, position + 1):
        stream = intent.change.stream()
        number = next_version.get(stream) or version(stream) + 1
        next_version[stream] = number + 1
        found.append(_fact(place, f"{stream}@{number}", intent, key))
    return tuple(found)


def _fact(position: int, id_: str, intent: Intent, key: str) -> Fact:
    return Fact(position, id_, intent.change, intent.effective, key, intent.corrects, intent.own_date, intent.basis)


def drafts_of(
    decision: Decision,
    key: str,
    recorder: dict[str, Any],
    migrated: Migrated | None = None,
    where: str = "The document",
) -> tuple[Draft, ...]:
    """Return the drafts of a decision's events; version and record time are filled in under the lock.

    A draft whose line would be too long raises `MalformedDocument`, which begins with `where`, when it is encoded.
    """
    normal = decision.normal()
    changes: list[dict[str, Any]] = normal.pop("changes")
    whole = {**normal, "document": digest({**normal, "changes": changes})}
    base: dict[str, Any] = {"v": ENVELOPE, "recorder": recorder}
    if migrated is not None:
        base["migrated"] = migrated.model_dump()
    openings = {opening.commitment: opening for opening in decision.personal}
    drafts = []
    for number, (intent, change) in enumerate(zip(decision.changes, changes, strict=True), 1):
        dating = {name: change.pop(name) for name in _DATING if name in change}
        del change["change"]
        stream = intent.change.stream()
        part = {**whole, "part": [number, len(changes)]}
        envelope = {**base, **dating, "stream": stream, "type": intent.change.TYPE, "decision": part, "data": change}
        said = [change, normal] if number == 1 else [change]  # what the header commits to goes with the first
        personal = tuple(openings[one] for one in committed(said) if one in openings)
        drafts.append(Draft(stream, intent.change.TYPE, key, number, _encoder(envelope, where), personal))
    return tuple(drafts)


def _encoder(envelope: dict[str, Any], where: str) -> Callable[[int, str], bytes]:
    def encode(version: int, recorded_at: str) -> bytes:
        line = canonical({**envelope, "version": version, "recorded_at": recorded_at})
        if len(line) > LINE_BYTES_MAX:
            raise MalformedDocument(_place(envelope, where), _too_long(envelope, len(line)))
        return line

    return encode


def _place(envelope: dict[str, Any], where: str) -> str:
    number, _ = envelope["decision"]["part"]
    return f"{where}, change {number} ({BY_TYPE[envelope['type']].NAME})"


def _too_long(envelope: dict[str, Any], size: int) -> str:
    """Return by how much the line of an event is too long, and which of its fields is the longest."""
    parts = {"of the change": envelope["data"], "of the decision": _without(envelope["decision"], "document", "part")}
    sizes = {(name, of): len(canonical(value)) for of, fields in parts.items() for name, value in fields.items()}
    (name, of), longest = max(sizes.items(), key=lambda one: one[1])
    over, most = f"{size - LINE_BYTES_MAX:,}", f"{LINE_BYTES_MAX:,}"
    return (
        f"its event would be {size:,} bytes long, {over} more than the {most} that an event may have. Its longest "
        f'field is "{name}" {of} ({longest:,} bytes): shorten it, or put the text in a document.'
    )


def _without(fields: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name not in names}


def recorder_fields(recorder: Recorder) -> dict[str, Any]:
    """Return a recorder as it stands in an envelope; raises `MalformedDocument` for one that cannot be.

    It is checked here however it was made, and nobody is said to have signed who has not.
    """
    if not isinstance(recorder, Recorder):
        raise MalformedDocument("The recorder", 'give it as Recorder(id="...", basis="configured").')
    checked = validated(Recorder, vars(recorder), "The recorder")
    if checked.basis == "signed":
        raise MalformedDocument("The recorder", '"signed" cannot be claimed: this version makes no signatures.')
    return checked.model_dump()


def header_of(part: Part) -> Header:
    """Return the header of a decision from what one of its events holds."""
    return Header.model_construct(**{name: getattr(part, name) for name in Header.model_fields})


def document_of(events: Sequence[Event]) -> dict[str, Any]:
    """Return, in normal form, the document that a decision's events were recorded from."""
    changes = [Intent.of_event(event).normal() for event in events]
    return {**header_of(events[0].decision).normal(), "changes": changes}


def differences(recorded: dict[str, Any], proposed: dict[str, Any], same: Callable[[str, str], bool]) -> list[str]:
    """Return the names of the fields in which two documents in normal form differ; empty for one decision.

    `same` tells whether two commitments, the recorded and the proposed, are to the same value.
    """
    found = [
        name
        for name in sorted({*recorded, *proposed} - {"changes"})
        if not _equal(recorded.get(name), proposed.get(name), same)
    ]
    before, after = recorded["changes"], proposed["changes"]
    if len(before) != len(after):
        return [*found, f"the number of changes ({len(before)} and {len(after)})"]
    for number, (old, new) in enumerate(zip(before, after, strict=True), 1):
        left_out = set(BY_NAME[new["change"]].FILLED) - set(new)  # the ledger filled them in
        for name in sorted({*old, *new} - left_out):
            if not _equal(old.get(name), new.get(name), same):
                found.append(f"{name} of change {number}")
    return found


def _equal(old: Any, new: Any, same: Callable[[str, str], bool]) -> bool:
    if alike(old, new):
        return True
    if is_commitment(old) and is_commitment(new):
        return same(old["commitment"], new["commitment"])
    if isinstance(old, dict) and isinstance(new, dict) and set(old) == set(new):
        return all(_equal(old[name], new[name], same) for name in old)
    if isinstance(old, list | tuple) and isinstance(new, list | tuple) and len(old) == len(new):
        return all(_equal(one, other, same) for one, other in zip(old, new, strict=True))
    return False


def reopens(recorded: str, salt_and_value: tuple[bytes, str] | None, proposed: Opening) -> bool:
    """Return whether a proposed value is what a recorded commitment was made to.

    A value that was deleted since cannot be compared; the commitment is then taken as it stands.
    """
    return salt_and_value is None or commit(proposed.value, salt_and_value[0]).commitment == recorded


def fact_of(recorded: Recorded, key: str) -> Fact:
    """Return what the fold needs of a recorded event; `key` is that of its decision."""
    return _fact(recorded.position, recorded.event.id, Intent.of_event(recorded.event), key)
