"""Documents behind decisions, held to their SHA-256: there, altered, missing, not hashed."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

import pytest
from support.command_line import Desk, refused

from ledger.errors import InputError
from ledger.files.folders import hashed_files

DECIDED = """
authority: Council of Ministers
reference: CM-2
effective: 2026-05-01
documents:
  - {{title: Minute, file: minute.pdf, sha256: {minute}}}
  - {{title: Report, file: report.pdf, sha256: {report}}}
  - {{title: Letter}}
changes: [{{change: retitle-cluster, cluster: wellbeing, title: Well}}]
"""

CORRECTED = """
authority: Registrar
reference: R-1
changes:
  - change: correct
    target: {{authority: Council of Ministers, reference: CM-2}}
    decision: {{documents: [{{title: Annex, sha256: {annex}}}]}}
    because: The annex was left out.
"""


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


@pytest.fixture
def documented(desk: Desk) -> Desk:
    """A decision with two hashed documents and one without a hash, and an empty folder `papers`."""
    desk.record().record(DECIDED.format(minute=digest("minute"), report=digest("report")))
    (desk.folder / "papers" / "2026").mkdir(parents=True)
    return desk


def states(desk: Desk, code: int) -> dict[str, tuple[str, str | None]]:
    answer = desk.json("documents", "check", "papers", code=code)
    return {one["title"]: (one["state"], one["path"]) for one in answer["documents"]}


def test_a_document_is_found_by_its_hash_whatever_it_is_called(documented: Desk) -> None:
    documented.write("papers/2026/scan-17.pdf", "minute")
    documented.write("papers/report.pdf", "report")
    assert states(documented, 4) == {
        "Minute": ("there", "2026/scan-17.pdf"),
        "Report": ("there", "report.pdf"),
        "Letter": ("not hashed", None),
    }


def test_a_document_of_another_content_is_altered_and_one_without_a_file_missing(documented: Desk) -> None:
    documented.write("papers/2026/minute.pdf", "minute, changed")
    documented.write("papers/other.txt", "nobody names it")
    assert states(documented, 3) == {
        "Minute": ("altered", "2026/minute.pdf"),
        "Report": ("missing", None),
        "Letter": ("not hashed", None),
    }
    result = documented.run("documents", "check", "papers")
    assert result.exit_code == 3
    assert (
        "1 altered, 1 missing, 1 not hashed." in result.stdout and "Named by no decision: other.txt." in result.stdout
    )


def test_a_copy_under_another_name_makes_an_altered_namesake_harmless(documented: Desk) -> None:
    documented.write("papers/minute.pdf", "draft")
    documented.write("papers/final.pdf", "minute")
    assert states(documented, 4)["Minute"] == ("there", "final.pdf")


def test_all_that_was_hashed_is_there(documented: Desk) -> None:
    documented.write("papers/a", "minute")
    documented.write("papers/b", "report")
    answer = documented.json("documents", "check", "papers", "--recorded-to", "p5")
    assert answer["documents"] == [] and answer["unnamed"] == ["a", "b"]


def test_a_document_that_a_correction_names_is_looked_for_too(documented: Desk) -> None:
    documented.record(CORRECTED.format(annex=digest("annex")))
    documented.write("papers/annex", "annex")
    assert states(documented, 4)["Annex"] == ("there", "annex")


def test_links_and_pipes_in_the_folder_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a").write_text("a")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "link").symlink_to(tmp_path / "deep" / "a")
    os.mkfifo(tmp_path / "pipe")
    assert hashed_files(tmp_path) == {"deep/a": f"sha256:{digest('a')}"}


def test_what_is_no_folder_is_refused(documented: Desk) -> None:
    refused(documented.run("documents", "check", "nowhere"), "nowhere", code=2)
    with pytest.raises(InputError, match="cannot be read"):
        hashed_files("nowhere")
