"""Personal data: proven by the log, never in the clear in it, and deletable without harm to the rest."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from support.governing import REGISTRY, Document, decide, document, event_id, governed, ticking, value

from ledger.application import Ledger, import_register
from ledger.application.migration.run import Migration
from ledger.errors import Refused, SameReferenceOtherText
from ledger.events.commitments import Opening, commit, opens

NAME = "Jane Dœ-Łuczak"
APPOINT: Document = {"change": "appoint-leader", "of": "care", "office": "Minister", "holder": NAME}


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """The small government."""
    with governed(tmp_path) as found:
        yield found


def commitment(ledger: Ledger, effective: str = "2026-05-01") -> str:
    """What stands in the place of the name."""
    held = value(ledger, "care", "leaders:Minister", effective)
    return str(held["commitment"])


def in_the_clear(ledger: Ledger) -> list[bytes]:
    """The lines in which any part of the name can be read."""
    parts = [part.encode() for part in ("Jane", "Łuczak", "Luczak", json.dumps("Łuczak")[1:-1])]
    return [line for line in ledger.lines() if any(part in line for part in parts)]


def test_a_name_is_in_no_line_and_the_ledger_can_still_say_it(ledger: Ledger) -> None:
    decide(ledger, APPOINT)
    assert in_the_clear(ledger) == []
    assert ledger.personal(commitment(ledger)) == NAME


def test_the_value_and_its_salt_open_the_commitment_and_nothing_else_does(ledger: Ledger) -> None:
    decide(ledger, APPOINT)
    said = commitment(ledger)
    row = ledger.store.personal(said)
    assert row is not None
    salt, value_ = row
    assert len(salt) == 32 and opens(Opening(said, salt, value_))
    assert not opens(Opening(said, salt, "Jane Roe"))
    assert not opens(Opening(said, b"\0" * 32, value_))


def test_one_name_has_another_commitment_each_time() -> None:
    """Otherwise a name that is known once would be found everywhere."""
    assert len({commit(NAME).commitment for _ in range(3)}) == 3


def test_neither_a_stand_in_nor_a_refused_correction_lets_a_name_into_a_line(ledger: Ledger) -> None:
    appointed = event_id(ledger, decide(ledger, APPOINT, reference="CM-1"))
    decide(ledger, {**APPOINT, "holder": f"{NAME} II", "corrects": appointed}, reference="CM-2")
    said = {"change": "correct", "target": appointed, "because": "A slip."}
    for data in ({"holder": NAME}, {"holder": {"commitment": NAME}}, {"data": {"holder": NAME}}):
        with pytest.raises(Refused):
            decide(ledger, {**said, "data": data}, effective=None)
    assert in_the_clear(ledger) == []
    assert ledger.personal(commitment(ledger)) == f"{NAME} II"


def test_a_name_does_not_come_back_in_what_is_said_of_another_text(ledger: Ledger) -> None:
    decide(ledger, APPOINT, reference="CM-1")
    with pytest.raises(SameReferenceOtherText) as refusal:
        decide(ledger, {**APPOINT, "holder": "Jane Roe"}, reference="CM-1")
    assert "holder of change 1" in str(refusal.value)
    assert "Jane" not in str(refusal.value)


def test_a_plan_keeps_no_name(ledger: Ledger) -> None:
    asked = document(APPOINT)
    plan = ledger.plan(asked)
    assert "Jane" not in json.dumps(plan.decision.normal())
    rows = ledger.store.query("SELECT count(*) FROM personal")
    assert rows == [(0,)]


def test_a_refused_decision_leaves_no_name_behind(ledger: Ledger) -> None:
    with pytest.raises(Refused):
        decide(ledger, {**APPOINT, "of": "nowhere"})
    assert ledger.store.query("SELECT count(*) FROM personal") == [(0,)]


def test_a_name_is_the_same_however_it_is_composed(ledger: Ledger) -> None:
    decide(ledger, {**APPOINT, "holder": "Zo\N{LATIN SMALL LETTER E WITH DIAERESIS}"}, reference="CM-1")
    again = decide(ledger, {**APPOINT, "holder": " Zoe\N{COMBINING DIAERESIS}"}, reference="CM-1")
    assert again.already_recorded


# Deletion


def test_after_a_deletion_the_event_stands_and_every_byte_still_proves_itself(ledger: Ledger) -> None:
    receipt = decide(ledger, APPOINT)
    said, lines = commitment(ledger), list(ledger.lines())
    assert ledger.store.forget(said)
    assert ledger.personal(said) is None
    assert list(ledger.lines()) == lines
    assert commitment(ledger) == said
    assert ledger.verify(receipt.tree_size, receipt.root).ok
    assert not ledger.store.forget(said)


def test_a_decision_whose_name_was_deleted_is_still_the_same_decision(ledger: Ledger) -> None:
    """The value cannot be compared any more; the commitment is taken as it stands, and nothing comes back."""
    first = decide(ledger, APPOINT, reference="CM-1")
    ledger.store.forget(commitment(ledger))
    again = decide(ledger, APPOINT, reference="CM-1")
    assert again.already_recorded and again.positions == first.positions
    assert ledger.personal(commitment(ledger)) is None


def test_the_deletion_of_one_name_leaves_the_others(ledger: Ledger) -> None:
    decide(ledger, APPOINT, {**APPOINT, "of": "sleep", "holder": "Jane Roe"})
    ledger.store.forget(commitment(ledger))
    held = value(ledger, "sleep", "leaders:Minister", "2026-05-01")
    assert ledger.personal(held["commitment"]) == "Jane Roe"


def test_names_of_an_older_register_are_committed_to_as_well(tmp_path: Path) -> None:
    header = {"authority": "Register", "effective": "2020", "recorded_at": "2020-01-01T00:00:00Z"}
    begun = {"change": "establish-cluster", "cluster": "care", "title": "Care"}
    path = tmp_path / "old.ledger"
    documents = [{**header, "reference": f"R-{n}", "changes": [said]} for n, said in enumerate((begun, APPOINT))]
    given: dict[str, Any] = {"government": "Old", "source": "a", "recorder": REGISTRY, "clock": ticking()}
    with pytest.raises(KeyboardInterrupt), patch.object(Migration, "_end", side_effect=KeyboardInterrupt):
        import_register(path, documents, **given)
    assert import_register(path, documents, **given).already_recorded == 2
    with Ledger.open(path) as ledger:
        assert in_the_clear(ledger) == []
        assert ledger.personal(commitment(ledger)) == NAME
        assert ledger.head().position == 4
