"""Bounds of one decision, and the same answers to a program as to a person: what the command line refuses, too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from support.governing import REGISTRY, Document, constituted, decide, document, governed
from support.indexes import EmptyIndex

from ledger.application import Ledger, import_register
from ledger.application.bounds import SPEAKING_MAX
from ledger.errors import InputError, LedgerClosed, MalformedDocument
from ledger.events.envelope import LINE_BYTES_MAX, Recorder

RETITLE: Document = {"change": "retitle-cluster", "cluster": "care", "title": "Missions for care"}
EURO = "\N{EURO SIGN}"  # three bytes


def said(function: Callable[..., Any], *given: Any, **named: Any) -> str:
    """The sentence with which something is refused as malformed."""
    with pytest.raises(InputError) as refused:
        function(*given, **named)
    assert str(refused.value).endswith(".")
    return str(refused.value)


class TestALineOfAnEvent:
    """65,535 bytes at most."""

    @staticmethod
    def of(filling: int) -> Document:
        return document(RETITLE, rationale=EURO * 20_000, legal_basis="x" * filling)

    def fitting(self, folder: Path) -> int:
        """How many characters of legal basis make the line exactly as long as a line may be."""
        (folder / "measured").mkdir()
        with governed(folder / "measured") as ledger:
            ledger.record(self.of(1))
            *_, last = ledger.lines()
            return LINE_BYTES_MAX - len(last) + 1

    def test_may_be_as_long_as_the_limit_and_not_a_byte_longer(self, tmp_path: Path) -> None:
        filling = self.fitting(tmp_path)
        with governed(tmp_path) as ledger:
            size = ledger.head().position
            for refusing in (ledger.plan, ledger.record):
                sentence = said(refusing, self.of(filling + 1))
                assert sentence.startswith(
                    "The document, change 1 (retitle-cluster): its event would be 65,536 bytes long"
                )
                assert "1 more than the 65,535" in sentence
                assert '"rationale" of the decision (60,002 bytes)' in sentence
            assert ledger.head().position == size
            ledger.plan(self.of(filling))
            ledger.record(self.of(filling))
            *_, last = ledger.lines()
            assert len(last) == LINE_BYTES_MAX

    def test_names_the_change_and_its_longest_field(self, tmp_path: Path) -> None:
        with governed(tmp_path) as ledger:
            long = {
                "change": "retire-segment",
                "segment": "care/work",
                "successors": [f"care/{n:060}" for n in range(1100)],
            }
            sentence = said(ledger.record, document(RETITLE, long))
            assert "change 2 (retire-segment)" in sentence and '"successors" of the change' in sentence

    def test_stops_an_import_at_its_document_and_what_precedes_stands(self, tmp_path: Path) -> None:
        fine = document({"change": "establish-cluster", "cluster": "care", "title": "Care"}, reference="1")
        long = {**self.of(20_000), "reference": "2"}
        long["changes"] = [{"change": "establish-cluster", "cluster": "work", "title": "Work"}]
        given = [{**one, "recorded_at": "2026-01-01T00:00:00Z"} for one in (fine, long)]
        sentence = said(import_register, tmp_path / "l", given, government="Illyria", source="Old", recorder=REGISTRY)
        assert sentence.startswith("Document 2, change 1 (establish-cluster): its event would be")
        with Ledger.open(tmp_path / "l") as ledger:
            assert ledger.head().position == 2

    def test_all_lines_of_a_decision_are_bounded_together(self, tmp_path: Path) -> None:
        changes = ({"change": "establish-cluster", "cluster": f"c{n}", "title": "T"} for n in range(1_200))
        with governed(tmp_path) as ledger:
            sentence = said(ledger.plan, document(*changes, rationale=EURO * 19_000))
            assert "its 1,200 events would take" in sentence and "67,108,864" in sentence


@pytest.mark.parametrize("bound", ["BATCH_BYTES", "STATE_BYTES"])
def test_an_import_that_lets_go_of_what_it_holds_records_the_same(
    tmp_path: Path, bound: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def imported(folder: Path) -> list[Any]:
        folder.mkdir()
        opening = {"change": "establish-cluster", "cluster": "care", "title": "Care"}
        titles = ({"change": "retitle-cluster", "cluster": "care", "title": f"Care {n}"} for n in range(20))
        given = [
            {**document(one, reference=str(n)), "recorded_at": "2026-01-01T00:00:00Z"}
            for n, one in enumerate((opening, *titles))
        ]
        import_register(folder / "l", given, government="Illyria", source="Old", recorder=REGISTRY)
        with Ledger.open(folder / "l") as ledger:
            return [recorded.event.data for recorded in ledger.events(after=1)]

    whole = imported(tmp_path / "whole")
    monkeypatch.setattr(f"ledger.application.migration.run.{bound}", 1)
    assert imported(tmp_path / "bounded")[:-1] == whole[:-1]  # the last event says how many were taken in, and when


def test_an_event_is_spoken_of_so_often_by_one_decision_and_no_more_whatever_it_is_called(tmp_path: Path) -> None:
    with governed(tmp_path) as ledger:
        names = ["cluster:care@1", "p2"]

        def correcting(times: int) -> Document:
            changes = [
                {"change": "correct", "target": names[n % 2], "because": "A slip.", "data": {"title": f"Care {n}"}}
                for n in range(times)
            ]
            return document(*changes, effective=None)

        assert "21 of its changes speak of cluster:care@1" in said(ledger.plan, correcting(SPEAKING_MAX + 1))
        assert not ledger.plan(correcting(SPEAKING_MAX)).refused


class TestAProgram:
    """What the Python API is given."""

    def test_cannot_say_when_a_decision_was_recorded(self, tmp_path: Path) -> None:
        with governed(tmp_path) as ledger:
            given = {**document(RETITLE), "recorded_at": "2020-01-01T00:00:00Z"}
            assert "Leave it out." in said(ledger.record, given)
            assert said(ledger.plan, given) == said(ledger.record, given)

    def test_cannot_claim_that_an_entry_is_signed(self, tmp_path: Path) -> None:
        signed = Recorder(id="Registry", basis="signed")
        assert "cannot be claimed" in said(Ledger.create, tmp_path / "new", government="X", recorder=signed)
        assert not (tmp_path / "new").exists()
        with constituted(tmp_path) as ledger:
            assert "cannot be claimed" in said(Ledger.open, ledger.store.location, recorder=signed)

    @pytest.mark.parametrize("id_", ["a\tb", "x" * 301, "", "\ud800", 7, None])
    def test_has_its_recorder_checked_however_it_was_made(self, tmp_path: Path, id_: Any) -> None:
        recorder = Recorder.model_construct(id=id_, basis="configured")
        assert said(Ledger.create, tmp_path / "new", government="X", recorder=recorder).startswith("The recorder: ")
        assert not (tmp_path / "new").exists()
        with constituted(tmp_path) as ledger:
            assert said(Ledger.open, ledger.store.location, recorder=recorder).startswith("The recorder: ")

    @pytest.mark.parametrize("recorder", ["Registry", {"id": "Registry", "basis": "configured"}, 3])
    def test_names_its_recorder_by_the_type_for_it(self, tmp_path: Path, recorder: Any) -> None:
        assert "Recorder(id=" in said(Ledger.create, tmp_path / "new", government="X", recorder=recorder)

    @pytest.mark.parametrize(
        ("value", "words"),
        [
            (0.1, "float is not written exactly"),
            (float("nan"), "float is not written exactly"),
            (float("-inf"), "float is not written exactly"),
            (2**80, "int is not written exactly"),
            (date(2026, 3, 2), "date is no text"),
            (datetime(2026, 3, 2, tzinfo=UTC), "datetime is no text"),
            (b"Care", "bytes is neither text"),
            ({"a"}, "set is neither text"),
            (object(), "object is neither text"),
            ({3: "x"}, "named by a word, not by a value of the type int"),
            ({b"x": "x"}, "named by a word, not by a value of the type bytes"),
        ],
    )
    def test_is_refused_what_no_file_could_hold_wherever_it_stands(
        self, tmp_path: Path, value: Any, words: str
    ) -> None:
        with governed(tmp_path) as ledger:
            correction = {"change": "correct", "target": "p2", "because": "A slip.", "data": {"title": value}}
            for given in (
                document({**RETITLE, "title": value}),
                document(RETITLE, rationale=value),
                document(RETITLE, documents=[{"title": "Minute", "file": value}]),
                document(correction, effective=None),
                document({**RETITLE, "identifiers": {"x": [value]}}),
                {**document(RETITLE), "changes": [RETITLE, value]},
            ):
                assert words in said(ledger.record, given)
                assert words in said(ledger.plan, given)

    def test_is_refused_a_value_that_holds_itself(self, tmp_path: Path) -> None:
        endless: list[Any] = []
        endless.append(endless)
        with governed(tmp_path) as ledger:
            assert "nested deeper" in said(ledger.record, document({**RETITLE, "title": endless}))

    def test_may_give_whole_numbers_and_tuples_which_are_what_a_file_would_say(self, tmp_path: Path) -> None:
        change = {"change": "adopt-settings", "minimum_horizon_days": 400}
        with governed(tmp_path) as ledger:
            receipt = ledger.record(document(change, reference="numbers"))
            again = ledger.record(document({**change, "minimum_horizon_days": "400"}, reference="numbers"))
            assert again.already_recorded and again.positions == receipt.positions


CLOSED: dict[str, Callable[[Ledger], Any]] = {
    "among": lambda ledger: list(ledger.among([1])),
    "rows_among": lambda ledger: list(ledger.rows_among([1])),
    "at": lambda ledger: ledger.at(1),
    "decision": lambda ledger: ledger.decision("Council of Ministers", "opening"),
    "decisions": lambda ledger: list(ledger.decisions()),
    "event": lambda ledger: ledger.event("cluster:care@1"),
    "id_at": lambda ledger: ledger.id_at(1),
    "events": lambda ledger: list(ledger.events()),
    "facts": lambda ledger: list(ledger.facts().stream("government")),
    "government_at": lambda ledger: ledger.government_at(ledger.today(), 1),
    "head": lambda ledger: ledger.head(),
    "known": lambda ledger: ledger.known(),
    "known_at": lambda ledger: ledger.known_at(1),
    "known_before": lambda ledger: ledger.known_before("2026-03-05"),
    "lines": lambda ledger: list(ledger.lines()),
    "need": lambda ledger: ledger.need(1),
    "personal": lambda ledger: ledger.personal("sha256:" + "0" * 64),
    "personal_among": lambda ledger: list(ledger.personal_among(["sha256:" + "0" * 64])),
    "personal_kept": lambda ledger: ledger.personal_kept(),
    "plan": lambda ledger: ledger.plan(document(RETITLE)),
    "record": lambda ledger: ledger.record(document(RETITLE)),
    "record_together": lambda ledger: ledger.record_together([document(RETITLE)]),
    "rows": lambda ledger: list(ledger.rows()),
    "trial": lambda ledger: ledger.trial(),
    "use_index": lambda ledger: ledger.use_index(EmptyIndex()),
    "verify": lambda ledger: ledger.verify(),
}
NEEDS_NO_FILE = {"close", "create", "open", "today"}


def test_every_method_of_a_ledger_that_needs_its_file_is_tried_on_a_closed_one() -> None:
    public = {name for name in dir(Ledger) if not name.startswith("_") and callable(getattr(Ledger, name))}
    assert public == set(CLOSED) | NEEDS_NO_FILE


@pytest.mark.parametrize("used_before", [False, True])
@pytest.mark.parametrize("name", sorted(CLOSED))
def test_a_closed_ledger_says_so(tmp_path: Path, name: str, used_before: bool) -> None:
    ledger = governed(tmp_path)
    if used_before:
        decide(ledger, {**RETITLE, "title": "Care for all"}, reference="before")
    ledger.close()
    ledger.close()
    with pytest.raises(LedgerClosed, match="was closed. Nothing was recorded; open it again"):
        CLOSED[name](ledger)


class TestAnOrigin:
    """The name of a ledger's keys (C2SP signed-note)."""

    def test_is_made_of_the_ledger_id_unless_it_is_given(self, tmp_path: Path) -> None:
        with Ledger.create(tmp_path / "l", government="The Republic + Isles", recorder=REGISTRY) as ledger:
            assert ledger.government.name == "The Republic + Isles"
            assert ledger.government.origin == f"cluster-ledger/{ledger.government.ledger_id}"

    @pytest.mark.parametrize("origin", ["example.gov/ledger", "x", "b\u00fcrger.example/\u7b2c1", "x" * 255])
    def test_may_be_any_name_without_spaces(self, tmp_path: Path, origin: str) -> None:
        with Ledger.create(tmp_path / "l", government="Illyria", origin=origin, recorder=REGISTRY) as ledger:
            assert ledger.government.origin == origin

    @pytest.mark.parametrize(
        "origin",
        [
            "",
            " ",
            "a b",
            "a+b",
            "a\tb",
            "a\nb",
            "a\u00a0b",
            "a\u2003b",
            "a\u3000b",
            "a\u2028b",
            "a\u200bb",
            "a\x85b",
            "a\0b",
        ]
        + ["\ud800", "\ufeffa", "x" * 256, "\u20ac" * 86],
    )
    def test_holds_no_space_no_plus_no_control_and_has_a_length(self, tmp_path: Path, origin: str) -> None:
        sentence = said(Ledger.create, tmp_path / "l", government="Illyria", origin=origin, recorder=REGISTRY)
        assert '"origin"' in sentence and ("holds no space" in sentence or "1 to 255 bytes" in sentence)
        assert not (tmp_path / "l").exists()


def test_a_document_of_a_file_and_of_a_program_are_refused_in_one_sentence(tmp_path: Path) -> None:
    with governed(tmp_path) as ledger:
        with pytest.raises(MalformedDocument) as refused:
            ledger.record({**document(RETITLE), "recorded_at": ""})
        assert refused.value.where == "The document"
