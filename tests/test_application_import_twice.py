"""What an import may meet a second time: in the same batch, in a later one, in a later run, or before its first."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from ledger.application import Imported, Ledger
from ledger.application.migration import import_register, run, seen
from ledger.application.migration.run import Migration
from ledger.application.migration.seen import SeenKeys
from ledger.errors import SameReferenceOtherText
from ledger.events.envelope import Recorder

DESK = Recorder(id="desk", basis="configured")


def document(number: int, title: str = "") -> dict[str, Any]:
    """The review of every day but the first, which founds what is reviewed: nothing refuses a second of the same."""
    change = {"change": "review-matrix", "cluster": "wellbeing", "conclusion": f"Sound, {number}."}
    if number == 0:
        change = {"change": "establish-cluster", "cluster": "wellbeing", "title": "Wellbeing"}
    return {
        "authority": "Cabinet",
        "reference": f"CM-{number}",
        "effective": "2020-01-01",
        "recorded_at": f"2020-01-{number + 1:02}T10:00:00Z",
        **({"rationale": title} if title else {}),
        "changes": [change],
    }


def take(path: Path, *documents: dict[str, Any]) -> Imported:
    return import_register(path, documents, government="Exampleland", source="old.jsonl", recorder=DESK)


@pytest.mark.parametrize("batch", [1, 2, 100])
def test_a_decision_is_recorded_once_however_far_apart_it_stands_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(run, "BATCH_DECISIONS", batch)
    path = tmp_path / "a.ledger"
    with patch.object(Migration, "_end"):  # as if it were stopped before it says that it is done
        found = take(path, *(document(number) for number in (0, 1, 2, 1, 3, 3, 0)))
    assert (found.decisions, found.already_recorded) == (4, 3)
    again = take(path, *(document(number) for number in (0, 1, 2, 3, 4, 2, 4)))
    assert (again.decisions, again.already_recorded) == (1, 6)
    with Ledger.open(path, read_only=True) as ledger:
        assert ledger.head().position == 7
        assert ledger.verify().ok


@pytest.mark.parametrize("batch", [1, 100])
def test_another_text_under_a_reference_that_the_import_gave_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(run, "BATCH_DECISIONS", batch)
    path = tmp_path / "a.ledger"
    with pytest.raises(SameReferenceOtherText):
        take(path, document(0), document(1), document(1, "Another reason."))
    with Ledger.open(path, read_only=True) as ledger:
        assert ledger.head().position == 3


def test_the_reference_of_the_constitution_is_taken(tmp_path: Path) -> None:
    with pytest.raises(SameReferenceOtherText):
        take(tmp_path / "a.ledger", {**document(0), "authority": "Exampleland", "reference": "constitution"})


def test_keys_that_only_seem_to_stand_twice_are_looked_up_and_recorded_once(tmp_path: Path) -> None:
    """A field of eight bits takes nearly every key for one that it knows; what is recorded stays the same."""
    documents = [document(number) for number in (*range(9), 3, 8)]
    with patch.object(seen, "BITS", 8), patch.object(run, "BATCH_DECISIONS", 4):
        field = SeenKeys()
        assert not field.add("0")
        assert {field.add(str(number)) for number in range(50)} == {True, False}
        assert all(field.add(str(number)) for number in range(50))
        narrow = take(tmp_path / "narrow.ledger", *documents)
    wide = take(tmp_path / "wide.ledger", *documents)
    assert narrow == wide and (wide.decisions, wide.already_recorded) == (9, 2)
