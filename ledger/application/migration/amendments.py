"""Corrections of an older register: their texts as the fields that they correct can take them, the bytes kept.

What a field can take is known once the event that is corrected is looked up: a tab may stand in a purpose, in a title
it may not.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from ledger.application.source import StoreSource
from ledger.documents.decision import Decision, Intent, validated
from ledger.errors import MalformedDocument
from ledger.events.change import Change
from ledger.events.changes.record import Correct
from ledger.events.envelope import Header
from ledger.events.intake import Intake, Noticed
from ledger.state.record import target_of

Fields = dict[str, Any]
_NAMELESS = {"authority": "-", "reference": "-"}  # a correction names neither


def mended(decision: Decision, source: StoreSource) -> Decision:
    """Return a decision of an older register whose corrections hold no text that their targets could not take.

    The decision itself where there is nothing to mend. What is no text stays, and is refused by the rules.
    """
    if not any(isinstance(intent.change, Correct) for intent in decision.changes):
        return decision
    noticed = list(decision.noticed)
    changes = tuple(_mended(intent, source, noticed) for intent in decision.changes)
    return decision._replace(changes=changes, noticed=tuple(noticed))


def _mended(intent: Intent, source: StoreSource, noticed: list[Noticed]) -> Intent:
    change, kept = intent.change, dict(intent.original_text or {})
    if not isinstance(change, Correct):
        return intent
    fields = _corrected(change, source, before := Intake(migrating=True))
    for path, raw in (before.settle(change.subject) or {}).items():
        kept.setdefault(path, raw)
    if not before.mended:
        return intent
    noticed += [notice for notice in before.noticed if notice not in noticed]
    return intent._replace(change=change.model_copy(update=fields), original_text=dict(sorted(kept.items())))


def _corrected(change: Correct, source: StoreSource, intake: Intake) -> Fields:
    """Return `data` and `decision` of a correction, mended."""
    fields: Fields = {}
    if change.data is not None:
        fields["data"] = _of_target(change, change.data, source, intake, "data")
    if change.decision is not None:
        fields["decision"] = _put_right(Header, _NAMELESS, change.decision, intake, "decision")
    return fields


def _of_target(correct: Correct, data: Fields, source: StoreSource, intake: Intake, path: str) -> Fields:
    """Return the fields that a correction puts into its target; into a correction, those that this one puts."""
    facts = source.named(target_of(correct, None) or "")
    if len(facts) != 1:
        return data
    target = facts[0].change
    inner = data.get("data")
    if isinstance(target, Correct) and isinstance(inner, dict):
        return {**data, "data": _of_target(target, inner, source, intake, f"{path}.data")}
    return _put_right(type(target), target.normal(), data, intake, path)


def _put_right(
    model: type[Header] | type[Change], before: Mapping[str, Any], data: Fields, intake: Intake, path: str
) -> Fields:
    """Return `data`, whose texts stand as the model takes them; as it was where the model takes it in no way."""
    own = Intake(migrating=True)
    try:
        taken = validated(model, {**before, **data}, "The correction", own).normal()
    except MalformedDocument:
        return data
    fields = dict(data)
    for place, raw in (own.settle("") or {}).items():
        name = place.partition(".")[0]
        if name in data:
            fields[name] = taken[name]
            intake.keep(f"{path}.{place}", base64.b64decode(raw))
    return fields
