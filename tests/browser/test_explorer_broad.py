"""Pages of a broad government in a real browser: nothing is wider than the screen, and no column is out of sight."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from support.broad_government import broad_government
from support.chromium import chromium, visit
from support.served import served

ADDRESSES = ("", "matrix/cluster-1/", "lineage/", "execution/", "compare/?since=2010", "things/cluster-1/", "notices/")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("broad")
    broad_government(folder / "broad.ledger", 46, 2).close()
    with served(folder / "broad.ledger") as found:
        yield found.url


@pytest.fixture(scope="module")
def page(site: str) -> Iterator[Any]:
    with chromium() as browser, visit(browser, site) as opened:
        yield opened


@pytest.mark.parametrize("width", [320, 480, 800, 1600])
def test_no_page_is_wider_than_the_screen(page: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    for address in ADDRESSES:
        page.goto(f"/{address}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_every_column_of_the_overview_is_in_sight_beside_long_titles(page: Any) -> None:
    page.set_viewport_size({"width": 1600, "height": 900})
    page.goto("/")
    table = "document.querySelector('main .wide')"
    assert page.evaluate(f"{table}.scrollWidth <= {table}.clientWidth")
