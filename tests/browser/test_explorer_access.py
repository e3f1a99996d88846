"""Each page of the explorer for everybody: axe, with and without script, on a narrow screen, and as valid HTML.

axe-core and the parser come in wheels: neither Java nor Node is needed, and nothing is asked of a network. The parser
tells each error that the HTML standard names; what may stand in what is held by checks of our own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from support.chromium import chromium, visit
from support.exploring import EXAMPLES
from support.served import Served, served_demonstration

from projections.pages.catalogue import PAGES

axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="scripts/browser installs axe")
parser = pytest.importorskip("tinyhtml5.parser", reason="scripts/browser installs the parser")

POINT = "/2026-11-25/p234/"
BESIDE = ["/nothing-here/", "/enter/", "/2026-11-25/p1/", f"{POINT}things/sleep-well/", f"{POINT}decisions/187/"]
ASKED = [
    "compare/?since=2025",
    "learnt/?as_known=p95",
    "proof/?entry=3",
    "agility/?metric=ends",
    "journal/?search=health",
]
ADDRESSES = [POINT + EXAMPLES.get(page.path, page.path) for page in PAGES] + [POINT + one for one in ASKED] + BESIDE
NAMING = ("for", "list", "aria-labelledby", "aria-describedby")
TABLE = {
    "table": {"caption", "thead", "tbody", "tfoot", "colgroup"},
    "thead": {"tr"},
    "tbody": {"tr"},
    "tr": {"th", "td"},
}
LISTS = {
    "ul": {"li"},
    "ol": {"li"},
    "dl": {"dt", "dd", "div"},
    "select": {"option", "optgroup"},
    "datalist": {"option"},
}
INLINE = {"p", "h1", "h2", "h3", "span", "bdi", "b", "i", "a", "label", "summary", "legend", "button"}
BLOCKS = {"p", "div", "ul", "ol", "dl", "table", "section", "form", "h1", "h2", "h3", "pre", "figure", "details"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served_demonstration(tmp_path_factory.mktemp("access")) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def pages(browser: Any, server: Served) -> Iterator[tuple[Any, Any]]:
    """A page with script on a narrow screen, and one without."""
    narrow = {"width": 320, "height": 800}
    bare_one = visit(browser, server.url, viewport=narrow, java_script_enabled=False)
    with visit(browser, server.url, viewport=narrow) as scripted, bare_one as bare:
        yield scripted, bare


@pytest.mark.parametrize("address", ADDRESSES)
def test_each_page_is_for_everybody(pages: tuple[Any, Any], address: str) -> None:
    scripted, bare = pages
    answer = scripted.goto(address)
    assert scripted.evaluate("document.documentElement.scrollWidth") <= 320
    assert errors_of(answer.body()) == []
    assert violations(scripted, {"resultTypes": ["violations"]}) == []
    scripted.emulate_media(color_scheme="dark")
    assert violations(scripted, {"runOnly": ["color-contrast"]}) == []
    scripted.emulate_media(color_scheme="light")
    scripted.evaluate("document.documentElement.classList.remove('script')")
    bare.goto(address)
    assert scripted.locator("body").inner_text() == bare.locator("body").inner_text()


def test_the_form_for_a_decision_and_its_plan_are_for_everybody(browser: Any, server: Served) -> None:
    with visit(browser, server.url, viewport={"width": 320, "height": 800}) as page:
        page.goto("/record/")
        page.get_by_label("Your token").fill(server.token)
        page.get_by_role("button", name="Log in").click()
        page.get_by_label("One more change").select_option("dissolve-cluster")
        page.get_by_role("button", name="Add").click()
        page.locator('[id="change|1|cluster"]').fill("living-places")
        for label, text in (("Authority", "Council"), ("Reference", "CM-1"), ("Effective", "2027-03-01")):
            page.get_by_label(label).first.fill(text)
        page.get_by_role("button", name="Show what it would do").first.click()
        page.locator("#plan").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        assert violations(page, {"resultTypes": ["violations"]}) == []
        assert errors_of(page.content().encode()) == []


def test_an_error_in_a_page_would_be_found() -> None:
    page = (
        b"<!doctype html><html lang=en><title>x</title><p id=a><ul><b id=a>1</b></ul><h1>x</h1><h3>y</h3><label for=z>z"
    )
    assert len(errors_of(page)) == 5


def violations(page: Any, options: dict[str, Any]) -> list[str]:
    """Return what axe finds on a page as it is: the rule and the first element of each."""
    found = axe.Axe().run(page, options=options).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found]


def errors_of(html: bytes) -> list[str]:
    """Return what is wrong with a page as HTML: errors of the parser, and what stands where it must not."""
    reader = parser.HTMLParser()
    tree = reader.parse(html.decode())
    found = [f"{name} at {place}" for place, name, _ in reader.errors]
    ids = Counter(one.get("id") for one in tree.iter() if one.get("id"))
    found += [f"two elements with the id {name}" for name, count in ids.items() if count > 1]
    named = [name for one in tree.iter() for kind in NAMING for name in (one.get(kind) or "").split()]
    found += [f"no element has the id {name}" for name in named if name not in ids]
    outline = [int(tag[1]) for tag in map(plain, tree.iter()) if tag in ("h1", "h2", "h3", "h4")]
    found += [
        f"h{after} after h{before}" for before, after in zip(outline, outline[1:], strict=False) if after > before + 1
    ]
    return found + [error for one in tree.iter() for error in misplaced(one)]


def misplaced(element: Any) -> Iterator[str]:
    """Yield what stands in an element and must not."""
    tag, allowed = plain(element), (TABLE | LISTS).get(plain(element))
    for inner in map(plain, element):
        heads = tag == "summary" and inner in ("h1", "h2", "h3")
        astray = allowed is not None and inner not in allowed | {"script"}
        if astray or (tag in INLINE and inner in BLOCKS and not heads):
            yield f"{inner} within {tag}"


def plain(element: Any) -> str:
    """Return the name of an element without the address of its language; empty for a comment."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
