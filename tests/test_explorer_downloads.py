"""Downloads of the explorer: what a page shows, byte for byte as the command line writes it, at the same address."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from support.command_line import Desk
from support.demonstrations import demonstration
from support.exploring import Browser

from commands.serve.downloads.tables import TABLES
from commands.serve.downloads.writing import CELLS_MAX, FORMATS
from projections.pages.catalogue import PAGES

POINT = "/2026-11-25/p234/"
AT = ("--effective", "2026-11-25", "--known", "p234")
ASKED = {
    "journal/": ("log", "--known", "p234"),
    "journal/?search=health&effective_from=2015-01-01": (
        *("log", "--known", "p234", "--search", "health", "--effective-from", "2015-01-01"),
    ),
    "compare/?since=2024-05-01&as_known=p95": ("diff", "2024-05-01@p95", "2026-11-25@p234"),
    "learnt/?as_known=p95": ("diff", "2026-11-25@p95", "2026-11-25@p234"),
    "matrix/": ("matrix", *AT),
    "matrix/wellbeing/": ("matrix", *AT, "wellbeing"),
    "agility/": ("agility", *AT),
    "agility/wellbeing/?since=2024&until=2026-10": (
        *("agility", *AT, "wellbeing", "--from", "2024", "--to", "2026-10"),
    ),
    "notices/": ("notices", *AT),
    "notices/?rule=empty-segment": ("notices", *AT, "--rule", "empty-segment"),
    "overrides/": ("overrides", "--known", "p234"),
    "late/": ("lags", *AT),
}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Browser, Desk]]:
    """A browser at the demonstration, and a desk at the same."""
    folder = tmp_path_factory.mktemp("downloads")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLUSTER_LEDGER_VIEWS", str(folder / "views"))
        patch.chdir(folder)
        demonstration(folder / "government.ledger").close()
        with Browser(folder / "government.ledger") as browser:
            yield browser, Desk(folder)


def asked_as(path: str, form: str) -> str:
    return f"{POINT}{path}{'&' if '?' in path else '?'}format={form}"


@pytest.mark.parametrize("form", ["csv", "json"])
@pytest.mark.parametrize("path", ASKED)
def test_a_download_has_the_bytes_of_the_command_line(house: tuple[Browser, Desk], path: str, form: str) -> None:
    browser, desk = house
    visit = browser.get(asked_as(path, form))
    said = desk.run(*ASKED[path], "--format", form)
    assert (visit.status, said.exit_code) == (200, 0), visit.text[:500] + said.stderr
    assert visit.html.encode() == said.stdout_bytes


@pytest.mark.parametrize("path", ASKED)
def test_a_spreadsheet_has_a_line_for_each_line_of_the_csv(house: tuple[Browser, Desk], path: str) -> None:
    browser, desk = house
    book = openpyxl.load_workbook(io.BytesIO(browser.raw(asked_as(path, "xlsx"))))
    rows = json.loads(f"[{','.join(desk.run(*ASKED[path], '--format', 'jsonl').stdout.splitlines())}]")
    sheet = book.worksheets[0]
    assert sheet.max_row == 1 + len(rows)
    if rows:
        assert [cell.value for cell in sheet[1]][0] == next(iter(rows[0]))
    assert dict(book["context"].iter_rows(min_row=2, values_only=True))["known_position"] == "234"


@pytest.mark.parametrize("form", FORMATS)
def test_the_overview_is_given_out_as_the_snapshot_of_its_point(house: tuple[Browser, Desk], form: str) -> None:
    browser, desk = house
    raw = browser.raw(f"{POINT}?format={form}")
    desk.write("mine", raw)
    assert desk.run("snapshot", *AT, "--format", form, "-o", f"theirs.{form}", "--force").exit_code == 0
    assert raw == (desk.folder / f"theirs.{form}").read_bytes()
    assert desk.run("verify", "mine").exit_code == 0


def test_every_page_with_a_table_links_to_its_downloads_which_are_named_for_the_point(
    house: tuple[Browser, Desk],
) -> None:
    browser, _ = house
    for path in [*ASKED, ""]:
        visit = browser.get(POINT + path)
        ways = [link for link in visit.links() if "format=" in link and "format=report" not in link]
        assert len(ways) == len(FORMATS), path
        for way in ways:
            headers = browser.get(way).headers
            assert re.search(r'attachment; filename="\w+-2026-11-25-p234\.\w+"', headers["content-disposition"])


def test_the_audit_report_of_both_times_is_the_one_of_the_command_line(house: tuple[Browser, Desk]) -> None:
    browser, desk = house
    [way] = [link for link in browser.get(f"{POINT}things/wellbeing/").links() if "format=report" in link]
    assert desk.run("report", *AT, "-o", "audit.html", "--force").exit_code == 0
    assert browser.get(way).html == (desk.folder / "audit.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("things/wellbeing/?format=csv", "not given out in the format"),
        ("journal/?format=pdf", "not given out in the format"),
        ("compare/?format=csv", "Name the earlier point first"),
        ("journal/?format=csv&recorded_from=never", "never"),
        ("notices/?format=csv&rule=nothing", "nothing"),
        ("agility/?format=csv&since=9", "9"),
    ],
)
def test_what_cannot_be_given_out_is_said(house: tuple[Browser, Desk], path: str, sentence: str) -> None:
    visit = house[0].get(POINT + path)
    assert visit.status == 404
    assert sentence in visit.text


def test_a_file_of_the_server_is_no_state_of_knowledge(house: tuple[Browser, Desk]) -> None:
    browser, desk = house
    desk.write("kept.checkpoint", b"x")
    for value in ("kept.checkpoint", "./kept.checkpoint", str(Path(desk.folder / "kept.checkpoint"))):
        assert browser.get(f"{POINT}journal/?format=csv&recorded_from={value}").status == 404


def test_a_spreadsheet_that_would_fill_the_memory_is_refused(
    house: tuple[Browser, Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert CELLS_MAX > 0
    monkeypatch.setattr("commands.serve.downloads.writing.CELLS_MAX", 100)
    visit = house[0].get(asked_as("journal/", "xlsx"))
    assert (visit.status, "Take CSV" in visit.text) == (404, True)


def test_a_ledger_that_is_too_long_to_be_verified_while_one_waits_names_the_command(
    house: tuple[Browser, Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("commands.serve.downloads.writing.REPORT_ENTRIES_MAX", 100)
    visit = house[0].get(f"{POINT}?format=report")
    assert "cluster-ledger report --effective 2026-11-25 --known p234 -o audit.html" in visit.text


def test_the_public_is_given_no_name_of_a_person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLUSTER_LEDGER_VIEWS", str(tmp_path / "views"))
    appoint = {"change": "appoint-leader", "of": "odd", "office": "minister", "holder": "Ada Example"}
    begin = {"change": "establish-cluster", "cluster": "odd", "title": "Odd"}
    with demonstration(tmp_path / "odd.ledger", 0) as made:
        made.record({"authority": "A", "reference": "1", "effective": "2026-11-03", "changes": [begin, appoint]})
    paths = [f"/2026-11-25/p3/{path}?format={form}" for path in ("journal/", "") for form in ("csv", "json")]
    with Browser(tmp_path / "odd.ledger", public=True) as browser:
        assert not [path for path in paths if b"Ada Example" in browser.raw(path)]
    with Browser(tmp_path / "odd.ledger") as browser:
        assert b"Ada Example" in browser.raw(paths[0])


def test_each_table_is_that_of_a_page() -> None:
    assert set(TABLES) <= {page.template for page in PAGES}
