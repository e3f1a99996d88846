"""An older register becomes a ledger: its record times are kept, it is marked as migrated, and it can be resumed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from support.governing import REGISTRY, Document, decide, structure, ticking, value

from ledger.application import Imported, Ledger, import_register
from ledger.application.migration import run
from ledger.application.migration.run import Migration, Passed
from ledger.errors import InputError, MalformedDocument, Refused, SameReferenceOtherText

OBJECTIVE = {
    **{"indicator": "Hours", "definition": "Sleep.", "unit": "hours", "direction": "up"},
    **{"baseline": "6", "target": "8", "due_on": "2012-01-01"},
}
HEADER = {"authority": "Register", "effective": "2010-01-01"}


def documents(count: int = 12) -> list[Document]:
    """A cluster, and a retitling of it for every day that follows."""
    begun = {"change": "establish-cluster", "cluster": "care", "title": "Title 0"}
    said = [begun, *({"change": "retitle-cluster", "cluster": "care", "title": f"Title {n}"} for n in range(1, count))]
    return [
        {**HEADER, "reference": f"R-{n}", "recorded_at": f"2010-02-{n + 1:02}T12:00:00Z", "changes": [change]}
        for n, change in enumerate(said)
    ]


def imported(path: Path, found: Iterable[Document], source: str = "old.rsf", **given: Any) -> Imported:
    return import_register(path, found, government="Old", source=source, recorder=REGISTRY, clock=ticking(), **given)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "old.ledger"


@pytest.fixture(params=[1, 3, 2000])
def _batches(request: pytest.FixtureRequest) -> Iterator[None]:
    """Batches of several sizes."""
    with patch.object(run, "BATCH_DECISIONS", request.param):
        yield


@pytest.mark.usefixtures("_batches")
def test_the_times_of_the_older_register_are_kept_and_every_event_says_where_it_came_from(path: Path) -> None:
    assert imported(path, documents())[:3] == (12, 12, 0)
    with Ledger.open(path) as ledger:
        lines = [json.loads(line) for line in ledger.lines()]
        taken_in = lines[1:-1]
        assert [line["recorded_at"][:10] for line in taken_in] == [one["recorded_at"][:10] for one in documents()]
        assert {line["migrated"]["source"] for line in lines[:-1]} == {"old.rsf"}
        assert {line["migrated"]["when"][:10] for line in lines[:-1]} == {"2026-03-05"}
        assert value(ledger, "care", "title", "2010-01-01", "2010-02-05") == "Title 4"
        assert ledger.known("2010-01-31").position == 0
        assert ledger.verify().ok


def test_decisions_made_after_an_import_are_not_marked_as_migrated(path: Path) -> None:
    imported(path, documents())
    with Ledger.open(path, recorder=REGISTRY, clock=ticking()) as ledger:
        decide(ledger, {"change": "retitle-cluster", "cluster": "care", "title": "X"})
        assert "migrated" not in json.loads(list(ledger.lines())[-1])


@pytest.mark.usefixtures("_batches")
def test_an_import_that_was_cut_short_goes_on_where_it_stopped(path: Path) -> None:
    whole = path.with_name("whole.ledger")
    imported(whole, documents())

    def cut() -> Iterator[Document]:
        yield from documents()[:7]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        imported(path, cut())
    found = imported(path, documents())
    assert found.decisions + found.already_recorded == 12
    with Ledger.open(path) as one, Ledger.open(whole) as other:
        assert [json.loads(line)["data"] for line in one.lines(1)] == [
            json.loads(line)["data"] for line in other.lines(1)
        ]
        assert [r.event.recorded_at for r in one.events(0, 13)] == [r.event.recorded_at for r in other.events(0, 13)]
        assert one.verify().ok


def test_an_import_that_was_stopped_at_its_very_end_is_done_once(path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), patch.object(Migration, "_end", side_effect=KeyboardInterrupt):
        imported(path, documents())
    assert imported(path, documents())[:3] == (0, 0, 12)


def test_an_import_ends_with_an_event_and_takes_nothing_more(path: Path) -> None:
    found = imported(path, documents(), digest=lambda: "ab" * 32)
    with Ledger.open(path, recorder=REGISTRY, clock=ticking()) as ledger:
        last = [recorded.event for recorded in ledger.events()][-1]
        assert (last.type, last.migrated, last.recorded_at[:4]) == ("register.taken-over/1", None, "2026")
        sha256 = "sha256:" + "ab" * 32
        said = {"source": "old.rsf", "sha256": sha256, "documents": 12, "notices": found.notices}
        assert last.data.normal() == said and found.notices["recorded-late"] == 12
        assert last.decision.documents and last.decision.documents[0].sha256 == sha256
        assert ledger.verify().ok
        dissolved = {"change": "stop-mission", "mission": "none"}
        with pytest.raises(Refused, match="No mission"):
            decide(ledger, dissolved)
    size = path.stat().st_size
    for grown in (documents(), documents(14)):
        with pytest.raises(InputError, match="whole of old.rsf: it was taken over on 2026-03-05. Nothing more"):
            imported(path, grown)
    assert path.stat().st_size == size


@pytest.mark.usefixtures("_batches")
@pytest.mark.parametrize("cut_after", [1, 2, 5, 8])
def test_an_import_that_was_resumed_counts_and_lists_the_notices_of_all(path: Path, cut_after: int) -> None:
    def passing() -> list[Document]:
        """Titles that change nothing, a mission that nobody launched, a segment of a cluster that ended."""
        said: list[Document] = [
            {"change": "establish-cluster", "cluster": "care", "title": "Title 0"},
            {"change": "add-segment", "segment": "care/homes", "title": " Homes"},
            {"change": "add-mission", "mission": "sleep", "segments": ["care/homes", "care/homes"]},
            {"change": "retitle-cluster", "cluster": "care", "title": "Title 0"},
            {"change": "dissolve-cluster", "cluster": "care", "effective": "2010-01-02"},
            {"change": "set-objective", "objective": "sleep/hours", **OBJECTIVE},
            {"change": "redefine-objective", "objective": "sleep/hours", "definition": "Slept."},
            {"change": "record-measurement", "objective": "sleep/hours", "value": "7", "observed_on": "2010-01-01"},
            {"change": "retitle-segment", "segment": "care/homes", "title": "Homes"},
        ]
        return [
            {**HEADER, "reference": f"R-{n}", "recorded_at": f"2010-02-{n + 1:02}T12:00:00Z", "changes": [change]}
            for n, change in enumerate(said)
        ]

    def listed(where: Path, found: Iterable[Document]) -> tuple[dict[str, int], list[Passed]]:
        told: list[Passed] = []
        return imported(where, found, noticed=told.append).notices, told

    def cut() -> Iterator[Document]:
        yield from passing()[:cut_after]
        raise KeyboardInterrupt

    whole = listed(path.with_name("whole.ledger"), passing())
    assert {"unknown-id", "changes-nothing", "said-twice", "spaces-cut"} <= set(whole[0])
    with pytest.raises(KeyboardInterrupt):
        imported(path, cut())
    assert listed(path, passing()) == whole
    with Ledger.open(path) as one, Ledger.open(path.with_name("whole.ledger")) as other:
        assert [json.loads(line)["data"] for line in one.lines(1)] == [
            json.loads(line)["data"] for line in other.lines(1)
        ]
    assert len(whole[1]) == sum(whole[0].values())


def test_what_is_recorded_before_an_import_goes_on_is_neither_lost_nor_counted(path: Path) -> None:
    with pytest.raises(MalformedDocument):
        imported(path, [*documents(3), {"authority": ""}])
    with Ledger.open(path, recorder=REGISTRY, clock=lambda: datetime(2010, 2, 3, 13, tzinfo=UTC)) as ledger:
        decide(ledger, {"change": "establish-cluster", "cluster": "places", "title": "Places"})
    found = imported(path, documents())
    assert (found.decisions, found.already_recorded, found.notices["recorded-late"]) == (9, 3, 12)
    with Ledger.open(path) as ledger:
        assert value(ledger, "places", "title", "2026-04-01") == "Places"
        assert ledger.verify().ok


@pytest.mark.usefixtures("_batches")
@pytest.mark.parametrize(
    ("faulty", "error", "says"),
    [
        ({"changes": [{"change": "establish-cluster", "cluster": "care", "title": "X"}]}, Refused, "already"),
        ({"changes": [{"change": "nonsense"}]}, MalformedDocument, "Document 8"),
        ({"recorded_at": "yesterday"}, MalformedDocument, "Document 8"),
        ({"recorded_at": None}, MalformedDocument, "Document 8"),
        ({"recorded_at": "2010-01-01T00:00:00Z"}, MalformedDocument, "Document 8.*before the 2010-02-07"),
        ({"reference": "R-3"}, SameReferenceOtherText, 'Decision "R-3" was recorded'),
    ],
)
def test_what_precedes_a_faulty_document_stays_and_can_be_gone_on_from(
    path: Path, faulty: Document, error: type[Exception], says: str
) -> None:
    found = documents()
    found[7] = {name: given for name, given in {**found[7], **faulty}.items() if given is not None}
    with pytest.raises(error, match=says):
        imported(path, found)
    with Ledger.open(path) as ledger:
        assert ledger.head().position == 8
        assert ledger.verify().ok
    assert imported(path, documents()).already_recorded >= 0
    with Ledger.open(path) as ledger:
        assert ledger.head().position == 14
        assert value(ledger, "care", "title", "2010-01-01") == "Title 11"


@pytest.mark.usefixtures("_batches")
def test_a_decision_may_speak_of_one_that_was_imported_just_before_it(path: Path) -> None:
    said = documents(2)
    name = {"authority": "Register", "reference": "R-1"}
    about: list[Document] = [
        {"change": "correct", "target": "cluster:care@2", "data": {"title": "Corrected"}, "because": "X."},
        {"change": "strike", "target": "cluster:care@3", "because": "X."},
        {"change": "postpone-decision", "decision": name, "new_effective": "2011"},
    ]
    for number, change in enumerate(about, 3):
        dated = {"effective": "2009"} if change["change"] == "postpone-decision" else {}
        one = {**HEADER, **dated, "reference": f"R-{number}", "recorded_at": f"2010-03-0{number}T00:00:00Z"}
        said.append({**one, "changes": [change]})
    imported(path, said)
    with Ledger.open(path) as ledger:
        assert value(ledger, "care", "title", "2010-06-01") == "Title 0"
        assert value(ledger, "care", "title", "2011-06-01") == "Title 1"
        assert value(ledger, "care", "title", "2010-06-01", "2010-03-03") == "Corrected"


def test_a_document_that_is_there_twice_is_recorded_once(path: Path) -> None:
    found = documents()
    assert imported(path, [*found[:5], found[2], *found[5:]])[:3] == (12, 12, 1)


def test_another_register_does_not_go_into_the_same_ledger(path: Path) -> None:
    imported(path, documents(3))
    before = path.read_bytes()
    for other in ({"source": "other.rsf"}, {"government": "Other"}):
        with pytest.raises(InputError, match="Choose another file"):
            given = {"government": "Old", "source": "old.rsf", **other}
            import_register(path, documents(), recorder=REGISTRY, clock=ticking(), **given)
    with Ledger.open(path) as ledger:
        assert ledger.head().position == 5
    assert len(before) == path.stat().st_size


def test_an_import_of_nothing_is_refused_and_leaves_no_file(path: Path) -> None:
    with pytest.raises(InputError, match="no decision document"):
        imported(path, [])
    assert not path.exists()


def test_what_a_source_infers_or_does_not_state_stays_so(path: Path) -> None:
    begun = {"change": "establish-cluster", "cluster": "care", "title": "Care", "effective": ".."}
    ended = {"change": "dissolve-cluster", "cluster": "care", "effective": "2009-06", "effective_basis": "inferred"}
    imported(path, [{**HEADER, "reference": "R", "recorded_at": "2010-01-01T00:00:00Z", "changes": [begun, ended]}])
    with Ledger.open(path) as ledger:
        one, other = (json.loads(line) for line in ledger.lines(1, 3))
        assert (one["effective"], "effective_basis" in one) == ("..", False)
        assert (other["effective"], other["effective_basis"]) == ("2009-06", "inferred")
        assert "care" in structure(ledger, "0001-01-01").things
        assert "care" not in structure(ledger, "2009-06-01").things


def test_the_progress_is_told_in_documents_read(path: Path) -> None:
    told: list[int] = []
    with patch.object(run, "BATCH_DECISIONS", 5):
        imported(path, documents(), progress=told.append)
    assert told == [5, 10, 12]


def test_a_state_that_is_let_go_between_batches_is_read_anew(path: Path) -> None:
    with patch.object(run, "BATCH_DECISIONS", 2), patch.object(run, "STATE_ENTRIES", 0):
        imported(path, documents())
    with Ledger.open(path) as ledger:
        assert value(ledger, "care", "title", "2010-01-01") == "Title 11"
        versions = [recorded.event.version for recorded in ledger.events(1, 13)]
        assert versions == list(range(1, 13))


@pytest.mark.usefixtures("_batches")
def test_a_correction_names_what_precedes_it_in_the_register_by_its_position(path: Path) -> None:
    correction = {"change": "correct", "target": "p5", "because": "A slip.", "data": {"title": "Title III"}}
    corrected = {**HEADER, "reference": "C", "recorded_at": "2010-03-01T12:00:00Z", "changes": [correction]}
    imported(path, [*documents(4), corrected])
    with Ledger.open(path) as ledger:
        assert [one.event.data.normal().get("target") for one in ledger.events()][5] == "cluster:care@4"
        assert value(ledger, "care", "title", "2010-01-01", "2010-04-01") == "Title III"
        assert ledger.verify().ok
