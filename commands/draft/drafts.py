"""Drafts as they grow: what is refused at once, and what they say in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from commands.record.drawer import DecisionDraft, Drawer
from commands.session import Session
from commands.terminal.text import one_line
from ledger.documents.decision import MAX_CHANGES, Intent, read_decision, validated
from ledger.documents.plain import plain
from ledger.errors import InputError, MalformedDocument
from ledger.events.envelope import Header
from ledger.events.intake import Intake
from ledger.events.types import ID_CHARS

_HEADER = "The decision"
# What an id has none of, and a reference may: "CM 2026/31" becomes cm-2026-31.
_BETWEEN = re.compile(r"[^a-z0-9]+", re.ASCII)


def drawer_of(session: Session) -> Drawer:
    """Return the drawer of the ledger that is meant; raises `StoreError` where there is none."""
    return Drawer(session.reader().government.ledger_id)


def name_from(reference: str) -> str:
    """Return the name of a draft that follows from a reference; raises `InputError` where none does."""
    name = _BETWEEN.sub("-", reference.lower())[:ID_CHARS].strip("-")
    if not name:
        raise InputError("No name follows from the reference. Give the draft one: draft new NAME ...")
    return name


def need_header(fields: Mapping[str, Any]) -> None:
    """Raise `MalformedDocument` unless the fields of a document, without its changes, could be recorded."""
    header = {name: value for name, value in fields.items() if name != "changes"}
    validated(Header, plain(header, _HEADER), _HEADER, Intake())


def change_added(
    draft: DecisionDraft, change: dict[str, Any], accept: list[dict[str, str]]
) -> tuple[DecisionDraft, str]:
    """Return a draft with one more change, and what that says in a line; raises `MalformedDocument`."""
    if len(draft.changes) >= MAX_CHANGES:
        raise InputError(f"{draft.where} has {MAX_CHANGES:,} changes, and no decision has more.")
    fields = dict(draft.fields)
    if accept:
        fields["accept"] = [*fields.get("accept", ()), *accept]
        need_header(fields)
    intents = read_change(fields, change)
    fields["changes"] = [*draft.changes, change]
    return draft._replace(fields=fields), f"{draft.where}, {said(len(fields['changes']), change, intents)}\n"


def read_change(header: Mapping[str, Any], change: dict[str, Any]) -> tuple[Intent, ...]:
    """Return what a change of a document means; raises `MalformedDocument`, which names it."""
    try:
        return read_decision({**header, "changes": [change]}, _HEADER).changes
    except MalformedDocument as error:
        where = error.where.removeprefix(f"{_HEADER}, change 1").strip(" ()")
        raise MalformedDocument(f"The change {where}".rstrip(), error.problem) from None


def said(number: int, change: Mapping[str, Any], intents: tuple[Intent, ...]) -> str:
    """Return a change of a draft as its number and what it says, a line for each sentence."""
    sentences = [intent.change.sentence for intent in intents]
    words = sentences if all(sentences) else [" ".join(map(str, _words(change)))]
    return "\n  ".join(map(one_line, (f"change {number}: {words[0]}", *words[1:])))


def _words(change: Mapping[str, Any]) -> Iterator[object]:
    """Yield the fields of a change that is put in no sentence of its own, as they were typed."""
    for name, value in change.items():
        yield value if name == "change" else f"{name}={value if isinstance(value, str) else plain_list(value)}"


def plain_list(value: Any) -> str:
    """Return a value of several parts on a line."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {plain_list(inner)}" for name, inner in value.items())
    return ", ".join(map(plain_list, value)) if isinstance(value, list | tuple) else str(value)
