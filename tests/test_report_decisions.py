"""The decisions of a report: every one of the period with what is known of it, and a table beside it of what is cut."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from support.command_line import Desk
from support.demonstrations import demonstration
from support.governing import decide, event_id, governed
from support.reporting import asked, made, sections

from ledger.application import Ledger
from projections.report import audit as of_audit
from projections.report.audit import Caps
from projections.report.contents import report
from projections.report.decisions.annex import COLUMNS, annex
from projections.report.decisions.register import Register
from projections.report.decisions.reported import ReportedDecision
from projections.report.document import Card, Report
from projections.report.typeset import pdf

TITLE = "Every decision of the period"


def cards(found: Report) -> dict[str, dict[str, list[str]]]:
    """Return what each card of a report says, by its title and label."""
    blocks = found.sections[1].blocks
    return {one.title: {label: [*lines] for label, lines in one.facts} for one in blocks if isinstance(one, Card)}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("decisions") / "demo.ledger"
    demonstration(path).close()
    return path


def test_every_decision_of_the_record_is_listed_also_those_that_founded_what_was_changed_later(
    demo: Path, tmp_path: Path
) -> None:
    with Ledger.open(demo, read_only=True) as ledger:
        every = [events[0].event.decision for events in ledger.decisions(0, ledger.known(None).position)][1:]
        found = made(ledger, tmp_path, "2026-12-31", since="0001-01-01")
        assert [title.removesuffix(" (illustrative)").partition(" (illustrative, ")[0] for title in cards(found)] == [
            one.reference for one in every
        ]
        assert len(every) > 70
        authorities = {card["Who"][0] for card in cards(found).values()}
        assert authorities == {one.authority for one in every}


def test_a_decision_is_of_the_period_if_it_was_taken_took_effect_or_was_recorded_in_it(tmp_path: Path) -> None:
    clock = [datetime(2026, 3, 5, 9, tzinfo=UTC)]
    with governed(tmp_path, lambda: clock[0]) as ledger:
        retitle = {"change": "retitle-cluster", "cluster": "care"}
        decide(ledger, {**retitle, "title": "A"}, decided_on="2026-05-10", effective="2027-01-01", reference="taken")
        decide(
            ledger, {**retitle, "title": "B"}, decided_on="2026-03-01", effective="2026-05-20", reference="effective"
        )
        clock[0] = datetime(2026, 5, 5, 9, tzinfo=UTC)
        decide(ledger, {**retitle, "title": "C"}, decided_on="2026-03-01", effective="2026-03-02", reference="recorded")
        clock[0] = datetime(2026, 7, 5, 9, tzinfo=UTC)
        decide(ledger, {**retitle, "title": "D"}, decided_on="2026-03-01", effective="2026-03-03", reference="none")
        found = made(ledger, tmp_path, "2026-05-31", since="2026-05-01")
        assert list(cards(found)) == ["taken", "effective", "recorded"]
        summary = sections(found)["Summary"]
        assert "3 decisions belong to the period; 1 of them took effect in it." in summary


def test_a_card_says_who_by_what_power_when_and_how_late_on_which_papers(tmp_path: Path) -> None:
    clock = [datetime(2026, 3, 5, 9, tzinfo=UTC)]
    digest = "0f" * 32
    with governed(tmp_path, lambda: clock[0]) as ledger:
        clock[0] = datetime(2026, 6, 20, 9, tzinfo=UTC)
        decide(
            ledger,
            {"change": "retitle-cluster", "cluster": "care", "title": "Care at hand"},
            effective="2026-05-01",
            decided_on="2026-04-20",
            reference="CM-7",
            legal_basis="Organisation of Government Act, s. 7",
            delegated_by="The President",
            rationale="The first title named a sector.",
            documents=[{"title": "Minute", "sha256": digest}],
        )
        decide(ledger, {"change": "retire-segment", "segment": "care/work"}, effective="2026-06-01", reference="CM-8")
        found = cards(made(ledger, tmp_path))
    assert found["CM-7"] == {
        "Who": ["Council of Ministers, by order of The President"],
        "Power": ["Organisation of Government Act, s. 7"],
        "Days": [
            "Decided: 20 April 2026. Effective: 1 May 2026. Recorded: 20 June 2026, 61 days after it was decided, by "
            "Registry."
        ],
        "What": ["Cluster care is retitled: Care at hand."],
        "Why": ["The first title named a sector."],
        "Documents": [f"Minute, SHA-256 {digest}"],
        "Overrides": ["none"],
        "Corrections": ["none"],
    }
    bare = found["CM-8"]
    assert (bare["Power"], bare["Why"], bare["Documents"]) == (["not stated"], ["not stated"], ["none named"])
    assert "Decided: not stated. Effective: 1 June 2026." in bare["Days"][0]
    assert "19 days after it took effect" in bare["Days"][0]


def test_overrides_and_what_became_of_a_decision_stand_with_it(tmp_path: Path) -> None:
    with governed(tmp_path) as ledger:
        decide(
            ledger,
            {"change": "retire-segment", "segment": "care/homes"},
            reference="CM-8",
            accept=[{"rule": "segment-retired-with-missions", "on": "care/homes", "because": "Moved next week."}],
        )
        receipt = decide(ledger, {"change": "retitle-cluster", "cluster": "care", "title": "X"}, reference="CM-9")
        strike = {"change": "strike", "target": event_id(ledger, receipt), "because": "Never decided."}
        decide(ledger, strike, effective=None, reference="REG-1")
        found = cards(made(ledger, tmp_path))
        summary = sections(made(ledger, tmp_path))["Summary"]
    (said,) = found["CM-8"]["Overrides"]
    assert said == (
        'Rule "A segment that is retired has no missions left", for Homes (care/homes). Reason: Moved next week.'
    )
    struck = found["CM-9 (struck)"]
    assert struck["Corrections"][0].startswith("REG-1: ") and "Never decided." in struck["Corrections"][0]
    assert "REG-1" in found
    assert 'CM-8: "Moved next week."' in summary and "REG-1: " in summary and "1 of them stands no longer" in summary


def test_a_report_with_a_cap_holds_the_newest_and_names_the_table_of_all_by_its_digest(
    demo: Path, tmp_path: Path
) -> None:
    with Ledger.open(demo, read_only=True) as ledger:
        about = asked(ledger, tmp_path, "2026-12-31", since="0001-01-01", caps=Caps(decisions=5, rows=3))
        found = report(about)
        every = [one.reference for one in about.decisions]
        titles = [title.partition(" (")[0] for title in cards(found)]
        assert titles == every[-5:] and len(every) > 70
        written = b"".join(annex(about.decisions))
        assert about.annex == sha256(written).hexdigest()
        text = sections(found)
        assert about.annex in text[TITLE] and f"The newest 5 of {len(every)} decisions" in text[TITLE]
        assert about.annex in text["References and fingerprints"]
        rows = list(csv.DictReader(io.StringIO(written.decode(), newline="")))
        assert [row["reference"] for row in rows] == every and tuple(rows[0]) == COLUMNS
        corrected = next(row for row in rows if row["reference"] == "ILL-2024-01")
        assert corrected["corrections"].startswith("REG-2026-02: ") and corrected["effective"] == "2024-05-02"
        assert "The first 3 of " in text["The structure"]
        assert pdf(found).startswith(b"%PDF")


def test_no_table_beside_a_report_that_holds_all(demo: Path, tmp_path: Path) -> None:
    with Ledger.open(demo, read_only=True) as ledger:
        about = asked(ledger, tmp_path, caps=Caps(decisions=200))
        assert about.annex is None and "annex" not in sections(report(about))[TITLE]


def test_the_command_writes_the_table_beside_a_pdf_that_cannot_hold_all(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.record()
    desk.record(
        "authority: A\nreference: R2\neffective: 2026-02-01\nchanges:\n"
        "  - {change: establish-cluster, cluster: second, title: '=1+1'}\n"
    )
    monkeypatch.setattr("commands.read.report.PRINTED", Caps(decisions=1, rows=10))
    asked_for = ("report", "--from", "2020-01-01", "--effective", "2026-12-31", "-o")
    result = desk.run(*asked_for, "audit.pdf")
    assert result.exit_code == 0, result.output
    assert "Wrote audit.decisions.csv and audit.pdf." in result.output
    first = (desk.folder / "audit.pdf").read_bytes(), (desk.folder / "audit.decisions.csv").read_bytes()
    assert desk.run(*asked_for, "again.pdf").exit_code == 0
    assert first == ((desk.folder / "again.pdf").read_bytes(), (desk.folder / "again.decisions.csv").read_bytes())
    assert desk.run(*asked_for, "audit.pdf").exit_code == 1  # neither is overwritten unasked
    assert desk.run(*asked_for, "audit.html").exit_code == 0
    assert not (desk.folder / "audit.html.decisions.csv").exists()


def test_no_cell_of_the_table_is_a_formula(tmp_path: Path) -> None:
    with governed(tmp_path) as ledger:
        decide(
            ledger, {"change": "retitle-cluster", "cluster": "care", "title": "X"},
            reference="=1+1", legal_basis="+cmd", rationale="@x",
        )  # fmt: skip
        about = asked(ledger, tmp_path)
        rows = list(csv.DictReader(io.StringIO(b"".join(annex(about.decisions)).decode(), newline="")))
    assert (rows[-1]["reference"], rows[-1]["power"], rows[-1]["why"]) == ("'=1+1", "'+cmd", "'@x")


def test_decisions_that_were_put_aside_are_read_as_they_were(demo: Path, tmp_path: Path) -> None:
    with Ledger.open(demo, read_only=True) as ledger:
        about = asked(ledger, tmp_path, since="0001-01-01")
        views, known = about.question.views, about.question.known.position
        every: list[ReportedDecision] = list(of_audit.reported(views, known, 1, about.question.day))
    assert list(Register(every, 30)) == every and len({one.overrides for one in every}) > 1
