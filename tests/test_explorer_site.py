"""Site of chosen days: the explorer's pages as files, whole in themselves, under any path of any web server."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

import pytest
from support.command_line import ROOT, Desk
from support.demonstrations import demonstration
from support.notaries import VKEYS, checkpoint, with_key

ASKED = ("--effective", "1998-01-01", "--known", "p26", "--known", "p27")
DAY = "1998-01-01"


class Published(NamedTuple):
    """A desk with a ledger, and a site of two points of it."""

    desk: Desk
    site: Path

    def pages(self) -> list[Path]:
        return sorted(self.site.rglob("*.html"))


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:
    folder = tmp_path_factory.mktemp("published")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("VIEWS", "STATE"):
            patch.setenv(f"CLUSTER_LEDGER_{name}", str(folder / name.lower()))
        patch.chdir(folder)
        demonstration(folder / "government.ledger", 3).close()
        desk = Desk(folder)
        checkpoint(with_key(desk), "now")
        done = desk.run("export", "--format", "site", "-o", "site", *ASKED, "--checkpoint", "now")
        assert done.exit_code == 0, done.output
        assert re.search(r"A site of 2 points has [\d,]+ pages and more", done.stderr)
        yield Published(desk, folder / "site")


def links(html: str) -> list[str]:
    return [unescape(one) for one in re.findall(r'(?:href|src)="([^"]*)"', html)]


def test_every_link_of_every_page_leads_to_a_file_and_a_place_in_it(published: Published) -> None:
    read: dict[Path, str] = {}
    broken = []
    for page in published.pages():
        for link in links(page.read_text("utf-8")):
            path, _, mark = link.partition("#")
            if path.startswith("data:") or mark.startswith("proof="):
                continue
            target = (page.parent / unquote(path)).resolve() if path else page.resolve()
            if not target.is_file():
                broken.append((str(page.relative_to(published.site)), link))
            elif mark:
                html = read.setdefault(target, target.read_text("utf-8"))
                broken += [] if f'id="{mark}"' in html else [(str(page.relative_to(published.site)), link)]
    assert broken == []


def test_no_page_asks_anything_of_a_server_or_of_elsewhere(published: Published) -> None:
    for page in published.pages():
        html = page.read_text("utf-8")
        if page.name == "index.html":
            assert "<form" not in html, page
        assert not [link for link in links(html) if link.startswith(("/", "http:", "https:", "?"))], page


def test_there_is_a_page_for_each_entry_decision_and_thing_of_each_point(published: Published) -> None:
    for known in (26, 27):
        point = published.site / DAY / f"p{known}"
        assert len(list((point / "entries").iterdir())) == known
        for name in ("journal", "compare", "matrix", "agility", "charts", "notices", "proof", "things/culture"):
            assert (point / name / "index.html").is_file(), name


def test_the_controls_lead_to_the_other_points_of_the_same_page(published: Published) -> None:
    html = (published.site / f"{DAY}/p27/things/culture/index.html").read_text("utf-8")
    ways = re.findall(r'<li><a href="([^"]+)"(?: aria-current="page")?>In effect on', html)
    folder = published.site / f"{DAY}/p27/things/culture"
    found = {(folder / way).resolve().relative_to(published.site.resolve()).as_posix() for way in ways}
    assert found == {f"{DAY}/p{known}/things/culture/index.html" for known in (26, 27)}


def test_what_was_learnt_between_two_points_is_a_page(published: Published) -> None:
    html = (published.site / f"{DAY}/p27/learnt/as_known=p26/index.html").read_text("utf-8")
    assert "1 thing" in html or "things are known otherwise" in html


def test_the_structure_beside_each_first_page_is_a_snapshot(published: Published) -> None:
    for name in ("structure.json", "structure.zip"):
        assert published.desk.run("verify", f"site/{DAY}/p27/{name}").exit_code == 0


def test_the_proofs_of_a_site_are_checked_by_the_command_line(published: Published) -> None:
    for name in ("p5.tlog-proof", "decision-p2.tlog-proof"):
        assert published.desk.run("verify", f"site/proofs/{name}", "--vkey", VKEYS).exit_code == 0
    page = (published.site / f"{DAY}/p27/proof/entry=5/index.html").read_text("utf-8")
    assert "verify.html#proof=" in page
    assert (published.site / "verify.html").is_file()


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk with a ledger of one cluster and its leader."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CLUSTER_LEDGER_VIEWS", str(tmp_path / "views"))
    appoint = {"change": "appoint-leader", "of": "odd", "office": "minister", "holder": "Ada Example"}
    begin = {"change": "establish-cluster", "cluster": "odd", "title": "Odd </title><script>x</script>"}
    with demonstration(tmp_path / "government.ledger", 0) as made:
        made.record({"authority": "A", "reference": "1", "effective": "2026-11-03", "changes": [begin, appoint]})
    return Desk(tmp_path)


def write(desk: Desk, name: str, day: str = "2026-11-25", *options: str) -> Path:
    """Write a site of one point, and return its folder."""
    done = desk.run("export", "--format", "site", "-o", name, "--effective", day, *options)
    assert done.exit_code == 0, done.output
    return desk.folder / name


def test_a_site_of_the_same_ledger_is_replaced_and_nothing_else_is(small: Desk) -> None:
    write(small, "out")
    site = write(small, "out", "2026-11-03")
    assert [one.name for one in site.glob("2*")] == ["2026-11-03"]
    marker = site / "site.json"
    marker.write_text(json.dumps(json.loads(marker.read_text("utf-8")) | {"ledger_id": "another"}), "utf-8")
    assert small.run("export", "--format", "site", "-o", "out").exit_code == 1
    assert (site / "2026-11-03").is_dir()
    assert not [one for one in small.folder.iterdir() if one.suffix == ".part"]


def test_a_site_is_the_same_when_it_is_written_again(small: Desk) -> None:
    one, two = (
        {found.relative_to(site): found.read_bytes() for found in site.rglob("*.html")}
        for site in (write(small, "one"), write(small, "two"))
    )
    assert one == two


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--format", "site", "-o", "-"), "give --output DIR"),
        (("--format", "site", "-o", "x", "--policy", "p"), "give --checkpoint FILE with it"),
        (("--format", "log", "-o", "x", "--with-personal"), "go with --format site"),
        (("--format", "org", "-o", "x", "--effective", "2024", "--effective", "2025"), "go with --format site"),
        (("--format", "site", "-o", "x", "--known", "p999"), "p999"),
    ],
)
def test_what_cannot_be_meant_is_refused(published: Published, options: tuple[str, ...], sentence: str) -> None:
    refused = published.desk.run("export", *options)
    assert refused.exit_code in (1, 2)
    assert sentence in refused.stderr
    assert not (published.desk.folder / "x").exists()


def test_names_of_persons_stand_in_a_site_only_where_they_are_asked_for(small: Desk) -> None:
    public, whole = write(small, "public"), write(small, "whole", "2026-11-25", "--with-personal")
    assert not [one for one in public.rglob("*.*") if b"Ada Example" in one.read_bytes()]
    assert [one for one in whole.rglob("*.html") if b"Ada Example" in one.read_bytes()]


def test_texts_of_the_record_are_never_marks_of_a_page(small: Desk) -> None:
    assert not [one for one in write(small, "out").rglob("index.html") if b"<script>" in one.read_bytes()]


def test_a_site_needs_no_server(small: Desk) -> None:
    program = (
        "import sys; sys.modules |= {'starlette': None, 'uvicorn': None, 'cryptography': None}; "
        "from commands.main import main; main(sys.argv[1:])"
    )
    command = [sys.executable, "-c", program, "export", "--format", "site", "-o", "bare"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=small.folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
