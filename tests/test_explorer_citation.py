"""Citation and print of a page: one sentence with both times, the fingerprint and an address that lasts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.requests import Request
from support.demonstrations import demonstration
from support.exploring import SITE, Browser

from commands.serve.explorer.addresses import place_of
from projections.pages.rendering import STATIC


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    folder: Path = tmp_path_factory.mktemp("cited")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLUSTER_LEDGER_VIEWS", str(folder / "views"))
        demonstration(folder / "government.ledger", 2).close()
        with Browser(folder / "government.ledger") as found:
            yield found


def cited(browser: Browser, path: str, **headers: str) -> str:
    """What stands in the citation of a page."""
    html = browser.get(path, **headers).html
    [found] = re.findall(r'<p id="citation">(.*?)</p>', html, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", "", found).replace("&amp;", "&").split())


def test_a_citation_names_the_page_both_times_the_fingerprint_and_the_address(browser: Browser) -> None:
    path = browser.get("/?effective=2026-11-25").path
    known = path.split("/")[2][1:]
    said = cited(browser, f"{path}journal/?search=office")
    assert said.startswith(f"Illyria, Journal, in effect on 25 November 2026, as known after entry {known}.")
    assert len("".join(re.findall(r"\b[0-9a-f]{8}\b", said))) == 64
    assert said.endswith(f"{SITE}{path}journal/?search=office")


def test_the_address_that_is_cited_leads_back_to_the_page(browser: Browser) -> None:
    path = browser.get("/?effective=2026-11-25").path
    address = cited(browser, f"{path}notices/?rule=empty-segment").rpartition(" ")[2]
    assert browser.get(address, follow=False).status == 200


@pytest.mark.parametrize(
    ("host", "below", "place"),
    [
        ("127.0.0.1:8000", "", "http://127.0.0.1:8000/"),
        ("localhost", "", "http://localhost/"),
        ("ledger.example.org", "/ledger", "https://ledger.example.org/ledger/"),
    ],
)
def test_another_machine_than_this_is_cited_by_https(host: str, below: str, place: str) -> None:
    scope = {"type": "http", "headers": [(b"host", host.encode())], "root_path": below, "path": "/"}
    assert place_of(Request(scope)) == place


def test_print_leaves_the_controls_out_and_the_citation_in() -> None:
    [printed] = re.findall(r"@media print \{(.*?)\n\}", (STATIC / "explorer.css").read_text("utf-8"), re.DOTALL)
    hidden = printed.partition("{ display: none")[0]
    for control in ("nav", ".times", ".filter", ".steps", ".needs-script", "footer section:not(.cite)"):
        assert control in hidden
