"""Drafts: a document as a decision, and a decision as the events that wait for the lock."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from ledger.application.bounds import need_few_words, need_room
from ledger.application.judging import Judged, Judging
from ledger.documents.decision import Decision, Intent, read_decision, validated
from ledger.errors import InputError, MalformedDocument, NoOffice
from ledger.events.canonical import canonical, digest
from ledger.events.changes.record import OnRecord
from ledger.events.commitments import committed
from ledger.events.envelope import ENVELOPE, LINE_BYTES_MAX, Migrated, Recorder
from ledger.events.registry import BY_TYPE
from ledger.plurals import counted
from ledger.store.types import Draft

Drawn = tuple[str, bytes, str]  # commitment, salt and value of a personal text, as they were drawn for a plan
_DATING = ("effective", "effective_basis", "corrects", "original_text")


class Drafted(NamedTuple):
    """The drafts of a decision, and how many bytes their lines will take."""

    drafts: tuple[Draft, ...]
    size: int


class Drafting:
    """Documents as decisions, and judged decisions as the drafts of the office that records."""

    def __init__(self, judging: Judging, recorder: Recorder | None) -> None:
        self._judging = judging
        self._office = None if recorder is None else recorder_fields(recorder)

    @property
    def office(self) -> dict[str, Any]:
        """The office that records, as it stands in an envelope; raises `NoOffice` where none was named."""
        if self._office is None:
            raise NoOffice
        return self._office

    def decision(
        self,
        document: Mapping[str, Any],
        where: str = "The document",
        *,
        migrating: bool = False,
        openings: Iterable[Drawn] = (),
    ) -> Decision:
        """Return the decision of a document, with the event behind each target that was given as a position.

        Raises `InputError`, whose sentence begins with `where`, for what cannot be read.
        """
        return self.targeted(read_decision(document, where, migrating=migrating, openings=openings), where)

    def targeted(self, decision: Decision, where: str = "The document") -> Decision:
        """Return a decision with the event behind each target that was given as a position; as `decision` raises."""
        if not any(intent.change.SPEAKS or intent.corrects for intent in decision.changes):
            return decision
        decision = decision._replace(changes=tuple(self._targeted(intent) for intent in decision.changes))
        need_few_words(decision, where)
        return decision

    def _targeted(self, intent: Intent) -> Intent:
        change = intent.change
        if not isinstance(change, OnRecord) or not isinstance(change.target, str) or "@" in change.target:
            return intent
        position = change.target.removeprefix("p")
        id_ = self._judging.source.id_at(int(position))
        if id_ is None:
            last = self._judging.head()
            raise InputError(f"There is no event at position {position}; the last is {last}.")
        return intent._replace(change=change.model_copy(update={"target": id_}))

    def drafts(self, judged: Judged, migrated: Migrated | None = None, where: str = "The document") -> Drafted:
        """Return the drafts of a judged decision; without an office where only their size is asked for.

        Raises `MalformedDocument` for events that would be too long.
        """
        drafts = drafts_of(judged.decision, judged.decision.header.key, self._office or {}, migrated, where)
        if judged.is_counted:
            pairs = zip(drafts, judged.facts, strict=True)
            drafts = tuple(draft._replace(expected_version=fact.version - 1) for draft, fact in pairs)
        return Drafted(drafts, need_room(drafts, judged.facts, where))


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
    header = {**normal, "document": digest({**normal, "changes": changes})}
    base: dict[str, Any] = {"v": ENVELOPE, "recorder": recorder}
    if migrated is not None:
        base["migrated"] = migrated.model_dump()
    openings = {opening.commitment: opening for opening in decision.personal}
    drafts = []
    for number, (intent, change) in enumerate(zip(decision.changes, changes, strict=True), 1):
        dating = {name: change.pop(name) for name in _DATING if name in change}
        del change["change"]
        stream = intent.change.stream()
        part = {**header, "part": [number, len(changes)]}
        envelope = {**base, **dating, "stream": stream, "type": intent.change.TYPE, "decision": part, "data": change}
        texts = [change, normal] if number == 1 else [change]  # what the header commits to goes with the first
        personal = tuple(openings[name] for name in committed(texts) if name in openings) if openings else ()
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
    (name, of), longest = max(sizes.items(), key=lambda size: size[1])
    over, most = f"{size - LINE_BYTES_MAX:,}", f"{LINE_BYTES_MAX:,}"
    return (
        f"its event would be {counted(size, 'byte')} long, {over} more than the {most} that an event "
        "may have. Its longest "
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
