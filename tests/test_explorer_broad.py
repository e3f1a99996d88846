"""Pages of a broad government: long titles, other directions and widths, and more clusters than are shown whole."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from support.broad_government import TITLE_CHARS, broad_government, title
from support.exploring import Browser

from projections.pages.catalogue import PAGES

CLUSTERS, MISSIONS = 46, 1  # more clusters than the overview shows as cards
ODD = {"{cluster:path}": "cluster-1", "{name}": "matrix", "{position:int}": "3", "{id_:path}": "cluster-1"}


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    folder = tmp_path_factory.mktemp("broad")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLUSTER_LEDGER_VIEWS", str(folder / "views"))
        broad_government(folder / "broad.ledger", CLUSTERS, MISSIONS).close()
        with Browser(folder / "broad.ledger") as found:
            yield found


def filled(path: str) -> str:
    for name, value in ODD.items():
        path = path.replace(name, value)
    return path


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.path or "overview")
def test_each_page_of_a_broad_government_is_answered_and_escaped(browser: Browser, page: object) -> None:
    visit = browser.get(f"/{filled(page.path)}")  # type: ignore[attr-defined]
    assert visit.status == 200
    assert "<b>Missions" not in visit.html


@pytest.mark.parametrize("path", ["", "execution/", "withheld/", "late/", "lineage/", "notices/", "journal/"])
def test_every_cell_of_a_table_is_named_where_the_table_is_read_as_blocks(browser: Browser, path: str) -> None:
    html = browser.get(f"/{path}").html
    for table in re.findall(r'<table class="stack">.*?</table>', html, re.DOTALL):
        cells = re.findall(r"<td[^>]*>", table.partition("<tbody>")[2])
        assert [cell for cell in cells if "data-label=" not in cell] == []


def test_a_long_title_makes_a_smaller_heading(browser: Browser) -> None:
    assert len(title(1)) > TITLE_CHARS - 10
    assert '<h1 class="long">' in browser.get("/things/cluster-1/").html
    assert "<h1><bdi>" in browser.get("/things/cluster-2/").html


def test_many_missions_that_were_never_assessed_are_counted_and_put_aside(browser: Browser) -> None:
    assert f"<summary>{CLUSTERS} were never assessed</summary>" in browser.get("/execution/").html
