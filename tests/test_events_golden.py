"""One line of every schema that ever was, as it was first written: still read, still checked, still made alike."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support.golden_lines import GOLDEN, golden_file, line_of, sample

from ledger.application.drafts import drafts_of, recorder_fields
from ledger.application.facts import document_of
from ledger.documents.decision import Decision, Intent, read_decision
from ledger.events.canonical import canonical, digest
from ledger.events.change import Change
from ledger.events.envelope import Event, Header, decode
from ledger.events.registry import BY_NAME, BY_TYPE

FILES = sorted(GOLDEN.glob("*.json"))
every_file = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
every_change = pytest.mark.parametrize("change", BY_NAME.values(), ids=lambda change: change.NAME)


def drafted(decision: Decision, event: Event) -> bytes:
    """The line that the application makes of a decision of one change, at the place of an event."""
    [draft] = drafts_of(decision, decision.header.key, recorder_fields(event.recorder), event.migrated)
    return draft.encode(event.version, event.recorded_at)


@every_change
def test_every_schema_has_a_golden_line(change: type[Change]) -> None:
    assert golden_file(change.TYPE).exists(), "run tests/golden_lines.py, which writes the missing line"


@every_file
def test_a_golden_line_is_canonical_and_of_the_type_that_its_file_is_named_after(file: Path) -> None:
    line = file.read_bytes()
    raw = json.loads(line)
    assert canonical(raw) == line
    assert golden_file(raw["type"]) == file


@every_file
def test_a_golden_line_is_read_with_all_that_it_says(file: Path) -> None:
    line = file.read_bytes()
    raw = json.loads(line)
    event = decode(line)
    assert event == decode(line, raw["type"])
    assert (event.stream, event.version, event.recorded_at) == (raw["stream"], raw["version"], raw["recorded_at"])
    assert event.data.stream() == event.stream
    assert event.id == f"{event.stream}@{event.version}"
    assert event.decision.document == digest(document_of([event]))


@every_change
def test_the_application_makes_the_golden_line_of_the_same_document(change: type[Change]) -> None:
    """Whoever changes what is written fails here, and gives the event another schema number."""
    assert line_of(change) == golden_file(change.TYPE).read_bytes()


@every_file
def test_a_line_is_made_again_from_what_was_read_of_it(file: Path) -> None:
    line = file.read_bytes()
    event = decode(line)
    if json.loads(line)["type"] not in BY_TYPE:
        pytest.skip("an old schema: read, and never written again")
    header = Header.model_validate(event.decision.model_dump(include=set(Header.model_fields)))
    assert drafted(Decision(header, (Intent.of_event(event),)), event) == line
    if not event.data.OWN:
        assert drafted(read_decision(document_of([event])), event) == line


@every_change
def test_the_sample_of_a_schema_says_all_that_it_can(change: type[Change]) -> None:
    said: Any = sample(change).changes[0].change
    assert [name for name in change.model_fields if getattr(said, name) is None] == []
