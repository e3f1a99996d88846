"""The audit report: what stands in it, that it is the same for the same question, and that damage cannot be missed."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from support.command_line import ROOT, Desk, refused
from support.demonstrations import demonstration
from support.governing import START, constituted, decide, event_id, governed
from support.reporting import Words, made, sections

from ledger.application import Ledger
from ledger.errors import InputError
from ledger.timeline import day_of, iso
from projections.charts.question import year_before
from projections.report.document import shown
from projections.report.pages import page
from projections.report.typeset import _PREAMBLE, pdf, string

HOSTILE = '<script>alert(1)</script> &amp; "x" \\ #import "y" $z$ *b* _i_ `c` @d <e> // f'
SECTIONS = [
    "Summary",
    "Every decision of the period",
    "The structure",
    "Net differences",
    "What was learnt since",
    "Execution",
    "Agility",
    "Notices",
    "What is proven, and what is not",
    "References and fingerprints",
]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "demo.ledger"
    demonstration(path).close()
    return path


def told(folder: Path) -> Ledger:
    """A ledger with one of everything that a report tells of, recorded on 2026-03-05."""
    ledger = governed(folder)
    decide(
        ledger,
        {"change": "retitle-cluster", "cluster": "care", "title": "Care at hand"},
        effective="2026-04-01",
        reference="CM-7",
        rationale="The first title named a sector.",
        expected={"benefit": "One name.", "review_on": "2026-09-01"},
    )
    decide(
        ledger,
        {"change": "retire-segment", "segment": "care/homes"},
        reference="CM-8",
        accept=[{"rule": "segment-retired-with-missions", "on": "care/homes", "because": "Moved next week."}],
    )
    decide(
        ledger,
        {
            "change": "set-objective", "objective": "sleep/hours", "indicator": "Sleepers", "definition": "One.",
            "unit": "per cent", "direction": "up", "baseline": "60", "target": "90", "due_on": "2030-12-31",
        },
        {"change": "define-scale", "scale": "execution", "version": "1", "grades": ["at risk", "on course"]},
        effective="2026-01-01",
    )  # fmt: skip
    assessed = {"change": "assess-mission", "mission": "sleep", "period": "2026-01-01/2026-06-30", "grade": "at risk"}
    decide(ledger, {**assessed, "scale": "execution/1"}, effective="2026-07-15")
    return ledger


def test_the_sections_stand_in_their_order_with_both_times_on_top_and_the_root_at_the_end(tmp_path: Path) -> None:
    with told(tmp_path) as ledger:
        found = made(ledger, tmp_path, "2026-12-31", since="2026-02-01")
        assert [one.title for one in found.sections] == SECTIONS
        assert found.subtitle == "1 February 2026 to 31 December 2026"
        known = ledger.known(None)
        assert found.about == [f"As known after entry {known.position}, recorded on 5 March 2026, 10:00:10 UTC."]
        text = sections(found)
        assert [title for title, said in text.items() if known.root in said] == [SECTIONS[-1]]


def test_each_section_tells_what_it_is_there_for(tmp_path: Path) -> None:
    with told(tmp_path) as ledger:
        text = sections(made(ledger, tmp_path, "2026-12-31", since="2026-02-01"))
    assert "Care at hand (care)" in text["The structure"] and "CM-7" in text["The structure"]
    assert "Care at hand" in text["Net differences"] and "Title: Care at hand; before: Care." in text["Net differences"]
    assert "nothing was on record yet" in text["What was learnt since"]
    assert "dangling-affiliation" in text["Notices"] and "decision-review-overdue" in text["Notices"]
    decided = text["Every decision of the period"]
    assert "CM-7" in decided and "The first title named a sector." in decided
    assert "Sleepers (sleep/hours)" in text["Execution"] and "at risk" in text["Execution"]
    assert "matrix-coverage" in text["Agility"] and "definition-drift" in text["Agility"]
    overridden, promised = decided.split("Rules that were overridden")[1].split("Reviews that were promised")
    assert "Moved next week." in overridden and "CM-8" in overridden
    assert "1 September 2026" in promised and "overdue" in promised


@pytest.mark.parametrize("ending", ["pdf", "html"])
def test_two_processes_in_two_places_of_the_world_write_the_same_bytes(demo: Path, tmp_path: Path, ending: str) -> None:
    def written(zone: str, locale: str) -> bytes:
        file = tmp_path / f"{locale}.{ending}"
        command = ["--ledger", str(demo), "report", "--effective", "2026-03-01", "-o", str(file)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "TZ": zone, "LC_ALL": locale}
        environment |= {"PYTHONHASHSEED": str(len(zone)), "CLUSTER_LEDGER_VIEWS": str(tmp_path / locale)}
        subprocess.run([sys.executable, "-m", "commands.main", *command], env=environment, check=True)
        return file.read_bytes()

    one = written("Pacific/Kiritimati", "C.UTF-8")
    assert one == written("America/Los_Angeles", "de_DE.UTF-8")
    assert one.startswith(b"%PDF" if ending == "pdf" else b"<!DOCTYPE html>")


def test_what_is_recorded_later_changes_nothing_in_a_report_as_known_before(tmp_path: Path) -> None:
    with governed(tmp_path) as ledger:
        known = f"p{ledger.head().position}"
        before = page(made(ledger, tmp_path, known=known))
        decide(ledger, {"change": "retitle-cluster", "cluster": "care", "title": "Other"}, effective="2026-02-01")
        assert page(made(ledger, tmp_path, known=known)) == before
        assert page(made(ledger, tmp_path)) != before


def test_what_was_learnt_since_is_told_apart_from_what_changed(tmp_path: Path) -> None:
    times = [START]
    with governed(tmp_path, lambda: times[-1]) as ledger:
        receipt = decide(ledger, {"change": "retitle-cluster", "cluster": "care", "title": "X"}, effective="2026-03-05")
        correct = {"change": "correct", "target": event_id(ledger, receipt), "data": {"title": "Y"}, "because": "Typo."}
        times.append(receipt.recorded_at.replace(year=2027))
        decide(ledger, correct, effective=None, reference="later")
        text = sections(made(ledger, tmp_path, "2026-12-31", since="2026-03-06"))
        assert "Title: Y; before: X." in text["What was learnt since"]
        assert "by a correction" in text["What was learnt since"] and "Title: Y" not in text["Net differences"]


def test_nobody_can_write_markup_into_a_report(tmp_path: Path) -> None:
    with governed(tmp_path) as ledger:
        decide(ledger, {"change": "retitle-cluster", "cluster": "care", "title": HOSTILE}, rationale=HOSTILE)
        decide(ledger, {"change": "retitle-mission", "mission": "sleep", "title": HOSTILE})
        found = made(ledger, tmp_path)
        text = page(found)
        assert not {"script", "img", "link", "iframe", "object"} & Words(text).tags
        assert pdf(found).startswith(b"%PDF")
        assert HOSTILE in sections(found)["The structure"]
    assert string('a"b\\c\n#d') == '"a\\"b\\\\c #d"'


def test_a_line_of_a_pdf_breaks_a_long_word_between_its_parts_and_a_short_reference_nowhere() -> None:
    typst = pytest.importorskip("typst")
    words = ["walks-on-prescription", "(communities)", "ILL-2026-01", "wellbeing/care-with-evidence", 40 * "f"]
    asked = ", ".join(map(string, words))
    source = _PREAMBLE.replace("TITLE", '"t"').replace("FOOT", '"f"') + f"#metadata(({asked}).map(pieces)) <cut>\n"
    assert json.loads(typst.query({"main": source.encode()}, "<cut>", field="value", one=True)) == [
        ["walks-", "on-", "prescription"],
        ["(communities)"],
        ["ILL-2026-01"],
        ["wellbeing/", "care-", "with-", "evidence"],
        [11 * "f", 11 * "f", 11 * "f", 7 * "f"],
    ]


def test_a_page_loads_nothing(demo: Path, tmp_path: Path) -> None:
    with Ledger.open(demo, read_only=True) as ledger:
        text = page(made(ledger, tmp_path, "2026-03-01"))
    assert "default-src 'none'" in text and not re.search(r"""(src|href)=["'](?!#)""", text)
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids))


def test_a_ledger_without_any_decision_gives_a_report_that_says_so(tmp_path: Path) -> None:
    with constituted(tmp_path) as ledger:
        found = made(ledger, tmp_path)
        text = sections(found)
        assert "There is no segment." in text["The structure"] and "Nothing to look at." in text["Notices"]
        assert "No decision of the period overrides a rule." in text["Every decision of the period"]
        assert "No decision was taken, took effect or was recorded in this period." in text["Summary"]
        assert pdf(found).startswith(b"%PDF")


def test_one_word_as_long_as_a_title_may_be_does_not_break_a_report(tmp_path: Path) -> None:
    word = "Verwaltungsgemeinschaft" * 6
    with governed(tmp_path) as ledger:
        decide(ledger, {"change": "retitle-cluster", "cluster": "care", "title": word}, reference=word, rationale=word)
        found = made(ledger, tmp_path)
        assert pdf(found).startswith(b"%PDF") and word in page(found)


def test_letters_that_no_font_has_are_named(tmp_path: Path) -> None:
    with governed(tmp_path) as ledger:
        decide(ledger, {"change": "retitle-cluster", "cluster": "care", "title": "子供"})
        found = made(ledger, tmp_path)
        with pytest.raises(InputError, match="--fonts FOLDER"):
            pdf(found)
        assert "子供" in page(found)


def test_names_of_office_holders_stand_in_no_report(desk: Desk) -> None:
    appoint = "  - {change: appoint-leader, of: care, office: Minister, holder: Ada Lovelace}\n"
    opening = "  - {change: establish-cluster, cluster: care, title: Care}\n"
    desk.record(f"authority: A\nreference: R\neffective: 2026-01-01\nchanges:\n{opening}{appoint}")
    assert desk.run("report", "-o", "a.html", "--effective", "2026-06-01").exit_code == 0
    text = (desk.folder / "a.html").read_text()
    assert "Lovelace" not in text and "Minister" in text and "filled" in text


def test_what_verification_did_not_prove_is_said_unless_a_root_was_kept_elsewhere(desk: Desk) -> None:
    desk.record()
    root = desk.json("show")["context"]
    desk.run("report", "-o", "plain.html")
    desk.run("report", "-o", "held.html", "--size", str(root["tree_size"]), "--root", root["root"])
    plain, held = ((desk.folder / name).read_text() for name in ("plain.html", "held.html"))
    assert "was not rewritten as a whole" in plain and "was not rewritten as a whole" not in held
    assert "whose fingerprint was kept elsewhere" in held


def test_damage_is_on_the_first_page_and_in_the_exit_code(desk: Desk) -> None:
    desk.record()
    with closing(sqlite3.connect(desk.ledger)) as database, database:
        database.execute("DROP TRIGGER events_no_update")
    result = desk.run("report", "-o", "a.html")
    assert result.exit_code == 3, result.output
    text = (desk.folder / "a.html").read_text()
    assert "DAMAGED" in text and "Verification FAILED" in text and "trigger events_no_update" in text


def test_of_a_ledger_with_an_altered_event_no_report_is_written(desk: Desk) -> None:
    desk.record()
    with closing(sqlite3.connect(desk.ledger)) as database, database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        altered = "CAST(replace(CAST(line AS TEXT), 'To live well.', 'To live ill. ') AS BLOB)"
        database.execute(f"UPDATE events SET line = {altered} WHERE position = 2")
    result = desk.run("report", "-o", "a.html")
    assert result.exit_code == 3 and "the line at position 2 is not the one that was recorded" in result.output
    assert not (desk.folder / "a.html").exists()


def test_a_root_that_the_log_does_not_lead_to_is_damage(desk: Desk) -> None:
    desk.record()
    result = desk.run("report", "-o", "a.html", "--size", "3", "--root", "sha256:" + "0" * 64)
    assert result.exit_code == 3
    assert "FAILED" in (desk.folder / "a.html").read_text()


@pytest.mark.parametrize(
    ("arguments", "words", "code"),
    [
        (("-o", "a.doc"), ("pdf or html",), 1),
        (("-o", "a.pdf", "--size", "3"), ("--size and --root together",), 2),
        (("-o", "a.html", "--from", "2030", "--effective", "2026"), ("earlier --from",), 1),
        (("-o", "a.html", "--from", "soon"), ("not a date",), 2),
        ((), ("-o",), 2),
    ],
)
def test_what_cannot_be_reported_is_refused_in_words(
    desk: Desk, arguments: tuple[str, ...], words: tuple[str, ...], code: int
) -> None:
    desk.record()
    refused(desk.run("report", *arguments), *words, code=code)
    assert not list(desk.folder.glob("a.*"))


@pytest.mark.parametrize(("library", "wanted"), [("typst", '"typst>='), ("vl_convert", '"vl-convert-python>=')])
def test_without_a_library_one_is_told_what_to_install(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, library: str, wanted: str
) -> None:
    desk.record()
    monkeypatch.setitem(sys.modules, library, None)
    refused(desk.run("report", "-o", "a.pdf", "--effective", "2026-06-01"), "pip install ", wanted)


def test_a_year_before_is_the_same_day_of_the_calendar() -> None:
    found = {day: iso(year_before(day_of(day))) for day in ("2024-12-01", "2024-02-29", "0001-05-01")}
    assert found == {"2024-12-01": "2023-12-01", "2024-02-29": "2023-02-28", "0001-05-01": "0001-01-01"}


def test_values_are_shown_in_words() -> None:
    assert shown(None) == "–" and shown(True) == "yes" and shown(("a", "b")) == "a, b"
    assert shown({"due_on": "2026", "by": ("x",)}) == "due on: 2026; by: x"


def test_what_may_have_ended_stands_apart_in_a_report_and_counts_have_two_ends(tmp_path: Path) -> None:
    days = "[2026-12-01..2027-06-30]"
    with told(tmp_path) as ledger:
        decide(ledger, {"change": "establish-cluster", "cluster": "fading", "title": "Fading"}, effective="2026-03-01")
        sure = sections(made(ledger, tmp_path))["The structure"]
        decide(ledger, {"change": "dissolve-cluster", "cluster": "fading"}, effective=days, reference="CM-99")
        text = sections(made(ledger, tmp_path))["The structure"]
    assert "In doubt" not in sure
    assert "Fading (fading)" in text and "one day from 1 December 2026 to 30 June 2027" in text and "CM-99" in text
    assert re.search(r"there are \d+ to \d+ clusters, ", text)
