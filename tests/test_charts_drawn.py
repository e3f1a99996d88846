"""Charts as files: the same question gives the same bytes, every title is harmless, every chart says what it shows."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from support.command_line import ROOT, Desk, refused
from support.demonstrations import demonstration
from support.governing import constituted, decide, governed

from ledger.application import Ledger
from ledger.timeline import day_of
from projections.charts import drawing, library
from projections.charts.catalogue import OWN, ChartRequest, chart, names
from projections.charts.question import Question
from projections.charts.text import labels, short, width, wrapped
from projections.views.read_model import Views

HOSTILE = '<script>alert(1)</script> &amp; "x" \u2067#set\u2069 $x$\x07'
LONG = "A title that a ministry gave to a cluster of its missions and then lengthened again " * 2


def question(ledger: Ledger, folder: Path, day: str = "2026-06-01", known: str | None = None) -> Question:
    return Question(Views(ledger, folder), day_of(day), ledger.known(known))


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("charts") / "demo.ledger"
    demonstration(path).close()
    return path


@pytest.mark.parametrize("name", [*OWN, "restructuring-events", "matrix-coverage"])
def test_a_chart_is_described_in_words_and_carries_its_context(demo: Path, tmp_path: Path, name: str) -> None:
    with Ledger.open(demo, read_only=True) as ledger:
        asked = question(ledger, tmp_path)
        text = drawing.svg(chart(asked, ChartRequest(name)))
    root = ET.fromstring(text)
    inside = {one.tag.rpartition("}")[2]: one.text or "" for one in root[:2]}
    assert set(inside) == {"title", "desc"}
    words = "".join(root.itertext())
    assert words.count(asked.context["root"]) == 2  # in the description, and to be seen
    assert f"Size {asked.context['tree_size']}" in inside["desc"]
    assert "2026-06-01" in inside["desc"] and f"position {asked.context['known_position']}" in inside["desc"]
    assert "http" not in re.sub(r'xmlns(:\w+)?="[^"]*"', "", text)  # loads nothing


def test_every_name_in_the_catalogue_can_be_drawn(demo: Path, tmp_path: Path) -> None:
    with Ledger.open(demo, read_only=True) as ledger:
        asked = question(ledger, tmp_path)
        for name in names():
            assert chart(asked, ChartRequest(name)).alt.endswith(".")


def test_nobody_can_write_markup_or_control_characters_into_a_chart(tmp_path: Path) -> None:
    with constituted(tmp_path) as ledger:
        decide(ledger, {"change": "establish-cluster", "cluster": "a", "title": HOSTILE.replace("\x07", "")})
        decide(ledger, {"change": "add-segment", "segment": "a/b", "title": HOSTILE.replace("\x07", "")})
        for name in OWN:
            found = chart(question(ledger, tmp_path), ChartRequest(name))
            for text in (drawing.svg(found), drawing.html(found)):
                assert "<script" not in text and not {"\u2067", "\u2069"} & set(text)
            ET.fromstring(drawing.svg(found))


def test_a_ledger_without_anything_gives_charts_that_say_so(tmp_path: Path) -> None:
    with constituted(tmp_path) as ledger:
        asked = question(ledger, tmp_path)
        for name in (*OWN, "matrix-coverage", "response-time", "cluster-survival"):
            found = chart(asked, ChartRequest(name))
            assert found.svg is None and found.spec is None, name
            assert found.alt in "".join(ET.fromstring(drawing.svg(found)).itertext())


def test_ids_count_from_one_and_are_the_charts_own(demo: Path, tmp_path: Path) -> None:
    with Ledger.open(demo, read_only=True) as ledger:
        one = drawing.svg(chart(question(ledger, tmp_path), ChartRequest("timeline")))
    ids = re.findall(r'\bid="([^"]+)"', one)
    assert ids and all(id_.startswith("timeline-") for id_ in ids) and len(ids) == len(set(ids))
    assert {*re.findall(r"url\(#([^)]+)\)", one)} <= {*ids}


def test_references_follow_the_ids_that_are_renumbered() -> None:
    text = '<g id="clip9"/><g id="x" clip-path="url(#clip9)"><use xlink:href="#x"/></g>'
    assert (
        drawing.renumbered(text, "c") == '<g id="c-1"/><g id="c-2" clip-path="url(#c-1)"><use xlink:href="#c-2"/></g>'
    )


@pytest.mark.parametrize("ending", ["svg", "png", "html"])
def test_two_processes_in_two_places_of_the_world_draw_the_same_bytes(demo: Path, tmp_path: Path, ending: str) -> None:
    def drawn(zone: str, locale: str) -> bytes:
        file = tmp_path / f"{locale}.{ending}"
        command = ["--ledger", str(demo), "chart", "execution", "--effective", "2026-03-01", "-o", str(file)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "TZ": zone, "LC_ALL": locale}
        environment["CLUSTER_LEDGER_VIEWS"] = str(tmp_path / locale)
        subprocess.run([sys.executable, "-m", "commands.main", *command], env=environment, check=True)
        return file.read_bytes()

    assert drawn("Pacific/Kiritimati", "C.UTF-8") == drawn("America/Los_Angeles", "de_DE.UTF-8")


def test_a_chart_as_known_earlier_stays_what_it_was(tmp_path: Path) -> None:
    with governed(tmp_path) as ledger:
        before = drawing.html(chart(question(ledger, tmp_path, known="p7"), ChartRequest("timeline")))
        decide(ledger, {"change": "establish-cluster", "cluster": "new", "title": "New"}, effective="2026-02-01")
        assert drawing.html(chart(question(ledger, tmp_path, known="p7"), ChartRequest("timeline"))) == before
        assert drawing.html(chart(question(ledger, tmp_path), ChartRequest("timeline"))) != before


def test_a_page_loads_nothing_and_holds_the_numbers_as_a_table(demo: Path, tmp_path: Path) -> None:
    with Ledger.open(demo, read_only=True) as ledger:
        found = chart(question(ledger, tmp_path), ChartRequest("matrix"))
        page = drawing.html(found)
    assert "default-src 'none'" in page and "<script" not in page and " src=" not in page
    assert page.count("<tr>") == 1 + len(found.rows)
    assert f"<figcaption>{found.alt}</figcaption>" in page


def test_text_is_broken_and_cut_to_the_room_there_is() -> None:
    assert wrapped("", 100, 12) == [""]
    assert all(width(line, 12) <= 100 for line in wrapped(LONG + "x" * 90, 100, 12))
    assert " ".join(wrapped(LONG, 100, 12)) == LONG.strip()
    assert short("short", 100, 12) == "short"
    assert short(LONG, 100, 12).endswith("…") and width(short(LONG, 100, 12), 12) <= 100
    assert short("子供" * 40, 100, 12).endswith("…") and width(short("子供" * 40, 100, 12), 12) <= 100


def test_words_take_the_room_that_they_were_measured_to_take_whatever_letters_a_reader_has() -> None:
    text = '<g><text x="1" font-size="10px">Cabinet &amp; Office</text><text font-size="10">子供</text></g>'
    fitted = drawing.fitted(text)
    room = width("Cabinet & Office", 10)
    assert f'textLength="{room:.2f}" lengthAdjust="spacingAndGlyphs">Cabinet &amp; Office<' in fitted
    assert fitted.count("textLength") == 1  # the width of the other is only estimated
    assert drawing.unfitted(fitted) == text


def test_two_things_of_one_title_have_two_labels() -> None:
    found = labels({"a": LONG, "b": LONG, "c": "C"}, 120, 11)
    assert found["a"] != found["b"] and found["a"].endswith("(a)") and found["c"] == "C"


# The command


def test_the_command_writes_a_chart_and_never_over_another(desk: Desk) -> None:
    desk.record()
    first = desk.run("chart", "timeline", "-o", "t.svg", "--effective", "2026-05-01")
    assert first.exit_code == 0, first.output
    assert "Time line of 1 cluster" in first.stdout and "root sha256:" in first.stdout
    refused(desk.run("chart", "timeline", "-o", "t.svg"), "exists already")
    assert desk.run("chart", "timeline", "-o", "t.svg", "--force").exit_code == 0


def test_the_command_lists_the_charts(desk: Desk) -> None:
    listed = [one["name"] for one in desk.json("chart", "--list")["charts"]]
    assert listed[: len(OWN)] == list(OWN) and "response-time" in listed


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("timelime", "-o", "x.svg"), ("No chart or metric", 'Did you mean "timeline"?')),
        (("timeline", "-o", "x.pdf"), ("svg, png, html",)),
        (("timeline", "wellbeing", "-o", "x.svg"), ("whole government",)),
        (("timeline", "--by", "year", "-o", "x.svg"), ("--by",)),
        (("matrix", "--from", "2020", "-o", "x.svg"), ("--from",)),
        (("matrix", "wellbein", "-o", "x.svg"), ('Did you mean "wellbeing"?',)),
        (("execution", "nothing", "-o", "x.svg"), ("No cluster, mission or objective",)),
        (("response-time", "wellbein", "-o", "x.svg"), ('Did you mean "wellbeing"?',)),
        (("flows", "--from", "2030", "-o", "x.svg"), ("earlier day",)),
        (("timeline", "-o", "nowhere/x.svg"), ("cannot be written",)),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_words(
    desk: Desk, arguments: tuple[str, ...], words: tuple[str, ...]
) -> None:
    desk.record()
    refused(desk.run("chart", *arguments), *words)
    assert not (desk.folder / "x.svg").exists()


def test_without_a_name_or_a_file_the_usage_is_shown(desk: Desk) -> None:
    refused(desk.run("chart"), "chart NAME -o FILE", code=2)


def test_without_the_library_one_is_told_what_to_install(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.record()
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    refused(desk.run("chart", "timeline", "-o", "t.svg"), 'pip install "vl-convert-python>=1.9,<2"')
    assert library.VERSION


def test_the_time_in_which_a_cluster_may_have_ended_is_drawn_apart_and_explained(tmp_path: Path) -> None:
    with constituted(tmp_path) as ledger:
        decide(ledger, {"change": "establish-cluster", "cluster": "a", "title": "A"}, effective="2026-01-01")
        decide(ledger, {"change": "establish-cluster", "cluster": "b", "title": "B"}, effective="2026-01-01")
        plain = chart(question(ledger, tmp_path), ChartRequest("timeline"))
        decide(ledger, {"change": "dissolve-cluster", "cluster": "a"}, effective="[2026-03-01..2026-09-30]")
        found = chart(question(ledger, tmp_path), ChartRequest("timeline"))
    assert "may have ended" in found.lead and "may have ended" not in plain.lead
    assert ("may have ended", "A", None, "2026-03-01", "2026-09-30") in found.rows
    assert "of which 1 to 2 are live" in found.alt and "of which 2 are live" in plain.alt
    dashed = 'stroke-dasharray="3,2"'
    assert drawing.svg(found).count(dashed) == drawing.svg(plain).count(dashed) + 1


def test_what_is_counted_is_told_with_its_unit_once_and_drawn_at_whole_numbers(demo: Path, tmp_path: Path) -> None:
    with Ledger.open(demo, read_only=True) as ledger:
        drawn = chart(question(ledger, tmp_path), ChartRequest("ends"))
        text = drawing.svg(drawn)
    assert "with a figure (unit: ends)" in drawn.alt and not re.search(r"\d ends", drawn.alt)
    levels = [text for text in ET.fromstring(text).itertext() if re.fullmatch(r"\d(\.\d+)?", text)]
    assert len(levels) > 1 and all(level.isdigit() for level in levels)
