"""What recording decisions would do: their differences, explained, and what the rules say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from commands.receipts import acceptance, notices_fields, placed
from commands.text import one_line, shown
from ledger.application import Ledger, Plan
from ledger.errors import InputError, LedgerError, SameReferenceOtherText
from ledger.reading import Document
from ledger.rules.notice import Notice
from ledger.state.effects import LIFE
from ledger.state.thing import Thing
from ledger.timeline import FOREVER, UNSTATED, day_of, iso


class Planned(NamedTuple):
    """One document, and what would become of it."""

    document: Document
    reference: str
    differences: tuple[dict[str, Any], ...] = ()
    notices: tuple[Notice, ...] = ()
    acceptances_needed: tuple[Notice, ...] = ()
    refused: tuple[Notice, ...] = ()
    already_recorded: bool = False
    error: LedgerError | None = None  # its text alone refuses it

    @property
    def passes(self) -> bool:
        """Whether recording it would not be refused."""
        return self.error is None and not self.refused and not self.acceptances_needed


def planned(ledger: Ledger, documents: Sequence[Document]) -> list[Planned]:
    """Return what would become of the documents, recorded in this order; nothing is recorded.

    Each is judged on what those before it would lead to. The ledger's state in memory is as before afterwards.
    """
    found: list[Planned] = []
    try:
        for document in documents:
            one = _planned(ledger, document, supposing=len(documents) > 1)
            found.append(one)
    finally:
        if len(documents) > 1:
            ledger.forget_state()
    return found


def _planned(ledger: Ledger, document: Document, *, supposing: bool) -> Planned:
    reference = str(document.fields.get("reference"))
    try:
        plan = ledger.plan(document.fields)
    except (InputError, SameReferenceOtherText) as error:
        return Planned(document, reference, error=error)
    differences = tuple(_differences(ledger, plan))
    found = Planned(
        document,
        reference,
        differences,
        plan.notices,
        plan.acceptances_needed,
        plan.refused,
        plan.already_recorded,
    )
    if supposing and found.passes and plan.facts:
        ledger.state.absorb(plan.after)
        ledger.source.advance(plan.facts)
        ledger.streams.note(plan.facts)
    return found


def _differences(ledger: Ledger, plan: Plan) -> Iterator[dict[str, Any]]:
    """Yield what the decision changes, thing by thing: from which day, what was, what will be."""
    if plan.after is plan.before:
        return
    head, today = ledger.head().position, ledger.today()
    header = plan.decision.header
    by = {fact.position: fact for fact in plan.facts}
    decided = day_of(header.decided_on) if header.decided_on else None
    for after in sorted(plan.after.things(), key=lambda thing: (thing.kind, thing.id)):
        before = plan.before.thing(after.id)
        if after is before:
            continue
        for attribute, start, old, new, set_by in _turns(before, after):
            fact = by.get(set_by)
            corrects = (fact is None and set_by <= head and set_by > 0) or (fact is not None and fact.corrects)
            known = decided if decided is not None else start if start > UNSTATED else None
            yield {
                "kind": after.kind,
                "id": after.id,
                "attribute": attribute,
                "effective": iso(start),
                "before": old,
                "after": new,
                "cause": "correction" if corrects else "new decision",
                "late_days": None if known is None else today - known,
                "retroactive_days": decided - start if decided is not None and start > UNSTATED else None,
                "events": [fact.id] if fact is not None else [fact.id for fact in plan.facts],
                "decisions": [{"authority": header.authority, "reference": header.reference}],
            }


def _turns(before: Thing | None, after: Thing) -> Iterator[tuple[str, int, Any, Any, int]]:
    """Yield (attribute, first day, value before, value after, position that sets it) of what is different."""
    names = [LIFE, *sorted({*after.attributes, *(before.attributes if before else ())})]
    for name in names:
        now, then = after.spans(name), before.spans(name) if before else []
        if [span[:4] for span in now] == [span[:4] for span in then]:
            continue
        days = sorted({day for span in (*now, *then) for day in (span.start, span.end) if day < FOREVER})
        last: tuple[Any, Any] = (None, None)
        for day in days:
            old, new = _on(then, day), _on(now, day)
            pair = (old.value if old else None, new.value if new else None)
            if pair[0] != pair[1] and pair != last:
                yield name, day, *pair, new.set_by if new else 0
            last = pair


def _on(spans: Sequence[Any], day: int) -> Any:
    return next((span for span in spans if span.start <= day < span.end), None)


def payload_of(ledger: Ledger, found: Sequence[Planned]) -> dict[str, Any]:
    """Return plans as the JSON answer of `plan`."""
    return {
        "differences": [difference for one in found for difference in one.differences],
        "notices": [row for one in found for row in notices_fields(ledger, one.notices)],
        "acceptances_needed": [row for one in found for row in notices_fields(ledger, one.acceptances_needed)],
        "refused": [row for one in found for row in _refused(ledger, one)],
        "already_recorded": [one.reference for one in found if one.already_recorded],
    }


def _refused(ledger: Ledger, one: Planned) -> list[dict[str, Any]]:
    if one.error is None:
        return notices_fields(ledger, one.refused)
    sentence = placed(one.error, one.document)
    row = {"rule": None, "severity": "error", "id": None, "message": sentence, "event": None}
    return [{**row, "decision": one.reference}]


def text_of(one: Planned) -> str:
    """Return one plan for people."""
    found = [f'{one.document.where}: decision "{one.reference}"']
    if one.error is not None:
        found = [f"refused: {placed(one.error, one.document)}"]
    elif one.already_recorded:
        found.append("  It is recorded already; recording it again changes nothing.")
    found += [f"  {_difference_text(difference)}" for difference in one.differences]
    found += [f"  {notice.severity}: {notice.found} (rule {notice.rule})" for notice in one.notices]
    found += [f"  refused: {notice.found} (rule {notice.rule})" for notice in one.refused]
    for notice in one.acceptances_needed:
        found += [f"  needs acceptance: {notice.found} (rule {notice.rule})", f"    {acceptance(notice)}"]
    return "".join(one_line(line) + "\n" for line in found)


def _difference_text(difference: dict[str, Any]) -> str:
    what = f"{difference['kind']} {difference['id']}, from {difference['effective']}"
    attribute, before, after = (difference[name] for name in ("attribute", "before", "after"))
    if attribute == LIFE:
        return f"{what}: {'begins' if after else 'ends'}"
    if before is None:
        return f"{what}: {attribute} is {shown(after)}"
    if after is None:
        return f"{what}: {attribute} is no longer {shown(before)}"
    return f"{what}: {attribute} is {shown(after)}, no longer {shown(before)}"
