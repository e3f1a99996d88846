"""The same decision handed in again is one decision, whatever the rules would say of a second one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ledger.application import Ledger
from ledger.errors import RecordConflict, Refused, SameReferenceOtherText
from ledger.events.envelope import Recorder

DESK = Recorder(id="desk", basis="configured")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.create(tmp_path / "a.ledger", government="Exampleland", recorder=DESK) as found:
        yield found


def document(reference: str, *changes: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {
        "authority": "Cabinet",
        "reference": reference,
        "effective": "2026-04-01",
        **fields,
        "changes": list(changes),
    }


ESTABLISH = {"change": "establish-cluster", "cluster": "wellbeing", "title": "Wellbeing"}
IDENTIFY = {"change": "identify", "of": "wellbeing", "identifiers": {"site": "a"}}
REVIEW = {"change": "review-matrix", "cluster": "wellbeing", "conclusion": "Sound."}
APPOINT = {"change": "appoint-leader", "of": "wellbeing", "office": "minister", "holder": "Ada Example"}


@pytest.mark.parametrize("again", [ESTABLISH, REVIEW, APPOINT], ids=["refused", "let in", "personal"])
def test_a_decision_handed_in_again_is_the_one_that_was_recorded(ledger: Ledger, again: dict[str, Any]) -> None:
    """Whether its second half would be refused (established twice), or let in (reviewed again on the same day)."""
    if again is not ESTABLISH:
        ledger.record(document("CM-1", ESTABLISH))
    first = ledger.record(document("CM-2", again))
    ledger.record(document("CM-3", IDENTIFY))
    second = ledger.record(document("CM-2", again))
    assert second.already_recorded and not first.already_recorded
    assert second[:6] == first[:6]
    assert ledger.head().position == first.tree_size + 1


def test_it_is_so_for_a_ledger_that_was_opened_anew_and_for_another_process(ledger: Ledger) -> None:
    first = ledger.record(document("CM-1", ESTABLISH))
    with Ledger.open(ledger.store.location, recorder=DESK) as other:
        assert other.record(document("CM-1", ESTABLISH)).positions == first.positions
        theirs = other.record(document("CM-2", REVIEW))
    ours = ledger.record(document("CM-2", REVIEW))
    assert (ours.positions, ours.already_recorded) == (theirs.positions, True)


@pytest.mark.parametrize("change", [ESTABLISH, REVIEW], ids=["refused", "let in"])
def test_another_text_under_the_same_reference_is_said_to_be_that(ledger: Ledger, change: dict[str, Any]) -> None:
    if change is not ESTABLISH:
        ledger.record(document("CM-1", ESTABLISH))
    ledger.record(document("CM-2", change))
    with pytest.raises(SameReferenceOtherText, match='"rationale" differs|rationale'):
        ledger.record(document("CM-2", change, rationale="Another reason."))
    assert ledger.verify().ok


def test_what_is_refused_and_was_never_recorded_is_refused(ledger: Ledger) -> None:
    ledger.record(document("CM-1", ESTABLISH))
    with pytest.raises(Refused):
        ledger.record(document("CM-2", ESTABLISH))
    assert ledger.head().position == 2


def test_after_a_decision_was_handed_in_again_the_next_is_recorded_as_ever(ledger: Ledger) -> None:
    ledger.record(document("CM-1", ESTABLISH))
    ledger.record(document("CM-2", REVIEW))
    ledger.record(document("CM-2", REVIEW))
    assert ledger.record(document("CM-3", {**REVIEW, "conclusion": "Still sound."})).positions == (4,)
    assert ledger.verify().ok


def test_a_conflict_that_is_no_decision_handed_in_again_is_not_hidden(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    def conflict(*_: object, **__: object) -> None:
        raise RecordConflict(ledger.store.location, "it collides")

    monkeypatch.setattr(ledger.store, "append", conflict)
    with pytest.raises(RecordConflict):
        ledger.record(document("CM-1", ESTABLISH))
