"""Time line of clusters in the explorer: every life, end and join leads on, and the table says the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from support.demonstrations import demonstration
from support.exploring import Browser, Visit

POINT = "/2026-11-25/p234/"
LONG, WIDE, RIGHT_TO_LEFT = "A long title " * 23, "\u754c" * 300, "\u05d1\u05e8\u05d9\u05d0\u05d5\u05ea"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    folder = tmp_path_factory.mktemp("lineage")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLUSTER_LEDGER_VIEWS", str(folder / "views"))
        demonstration(folder / "illyria.ledger").close()
        with Browser(folder / "illyria.ledger") as found:
            yield found


def named(visit: Visit) -> dict[str, str]:
    """Return the links of the picture by what they are named for who cannot see it."""
    picture = visit.html.partition('<svg class="lineage-map"')[2].partition("<section>")[0]
    found = re.findall(r'<a href="([^"]+)"><title>(.*?)</title>', picture)
    assert len(found) == picture.count("<a href=")
    return {unescape(name): way for way, name in found}


def test_every_link_of_the_picture_is_named_and_leads_to_a_page(browser: Browser) -> None:
    visit = browser.get(f"{POINT}lineage/")
    links = named(visit)
    assert (
        "Department for International Trade was merged into Department for Business and Trade on 7 February 2023"
        in links
    )
    places = {f"/{way.removeprefix('../' * 3)}" for way in links.values()}
    assert len(places) > 60
    assert {place: browser.get(place).status for place in places} == dict.fromkeys(places, 200)


def test_what_is_drawn_leads_to_the_day_on_which_it_was_so(browser: Browser) -> None:
    links = named(browser.get(f"{POINT}lineage/"))
    [life] = [way for name, way in links.items() if name.startswith("Department for International Trade lived from")]
    assert re.search(r"/2016-07-\d\d/p234/things/", f"/{life}")
    page = browser.get(f"/{life.removeprefix('../' * 3)}")
    assert "It is not in effect" not in page.text
    end = links["Department for International Trade ended on 7 February 2023"]
    assert "/decisions/" in end


def test_the_table_tells_every_join_with_its_decision(browser: Browser) -> None:
    visit = browser.get(f"{POINT}lineage/")
    table = visit.html.partition("<h2>The same as a table")[2]
    joins = ("was split into", "was merged into", "was succeeded by", "gave a segment to")
    assert {one: table.count(one) > 0 for one in joins} == dict.fromkeys(joins, True)
    rows = re.findall(r"<tr.*?</tr>", table.partition("<tbody>")[2], re.DOTALL)
    assert [row for row in rows if "/decisions/" not in row] == []


def test_the_time_line_of_a_family_holds_it_and_no_other(browser: Browser) -> None:
    visit = browser.get(f"{POINT}lineage/wellbeing/")
    assert "2 clusters, and what became of them." in visit.text
    assert "Cabinet Office" not in visit.main()


def test_what_is_known_later_is_not_drawn(browser: Browser) -> None:
    assert "Missions for wellbeing" in browser.get(f"{POINT}lineage/").main()
    assert "Missions for wellbeing" not in browser.get("/2026-11-25/p95/lineage/").main()


def test_no_cluster_no_picture(browser: Browser) -> None:
    assert "No cluster is in the record" in browser.get("/2026-11-25/p1/lineage/").text
    assert browser.get(f"{POINT}lineage/sleep-well/").status == 404


def test_a_long_name_is_cut_in_the_picture_and_whole_in_the_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLUSTER_LEDGER_VIEWS", str(tmp_path / "views"))
    titles = {"long": LONG.strip(), "wide": WIDE, "right-to-left": RIGHT_TO_LEFT, "marked": "<b>&</b>"}
    changes = [{"change": "establish-cluster", "cluster": id_, "title": title} for id_, title in titles.items()]
    with demonstration(tmp_path / "odd.ledger", 0) as made:
        made.record({"authority": "A", "reference": "1", "effective": "2026-11-03", "changes": changes})
    with Browser(tmp_path / "odd.ledger") as browser:
        visit = browser.get("/2026-11-25/p5/lineage/")
    drawn = [
        re.sub(r"<.*?>", " ", text).partition("\u2026") for text in re.findall(r"<text x=\"0\".*?</text>", visit.html)
    ]
    assert max(len(first) for first, *_ in drawn) < 60
    assert all(title in visit.text for title in titles.values())
