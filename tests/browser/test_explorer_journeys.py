"""What people come for, done in a real browser by mouse and by keyboard alone; no request leaves this machine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from support.chromium import Keyboard, Mouse, chromium, visit
from support.served import Served, served_demonstration

POINT = "/2026-11-25/p234/"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served_demonstration(tmp_path_factory.mktemp("journeys")) as found:
        yield found


@pytest.fixture
def page(browser: Any, server: Served) -> Iterator[Any]:
    with visit(browser, server.url, viewport={"width": 1280, "height": 900}) as opened:
        opened.set_default_timeout(15_000)
        yield opened


@pytest.fixture(params=[Mouse, Keyboard], ids=["mouse", "keyboard"])
def person(request: pytest.FixtureRequest, page: Any) -> Any:
    return request.param(page)


def said(page: Any, selector: str = "main") -> str:
    return " ".join(page.locator(selector).first.inner_text().split())


def test_who_retitled_a_cluster_is_found_and_by_what_power(person: Any, page: Any) -> None:
    page.goto(POINT)
    person.follow("link", "Missions for wellbeing")
    person.follow("link", "ILL-2024-01")
    page.wait_for_url("**/decisions/*/")
    told = said(page)
    assert "Who Council of Ministers (illustrative)" in told
    assert "By what power not stated" in told
    assert "The first title named two sectors" in told


def test_the_structure_before_and_after_is_seen_by_moving_the_slider(page: Any) -> None:
    page.goto(POINT)
    assert page.get_by_role("link", name="Care with evidence").count()
    Mouse(page).open("Change either time")
    slider = page.locator("#effective-slider")
    days = str(slider.get_attribute("data-points")).split("|")
    box, thumb = slider.bounding_box(), 16
    share = (days.index("2025-06-16") - 1) / (len(days) - 1)
    page.mouse.click(box["x"] + thumb / 2 + share * (box["width"] - thumb), box["y"] + box["height"] / 2)
    page.wait_for_url(lambda url: POINT not in url)
    assert page.url.split("/")[3] < "2025-06-16"
    assert page.get_by_role("link", name="Modern medicine").count()
    assert not page.get_by_role("link", name="Care with evidence").count()


def test_the_slider_goes_step_by_step_by_the_arrows_and_shows_at_enter(page: Any) -> None:
    page.goto("/2025-06-16/p234/")
    person = Keyboard(page)
    person.open("Change either time")
    person.reach("#effective-slider")
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    assert page.url.endswith("/2025-06-16/p234/")  # nothing is asked before Enter
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/2025-06-16/" not in url)
    assert page.get_by_role("link", name="Modern medicine").count()
    assert page.evaluate("document.activeElement.id") == "effective-slider"  # the next step begins where this one ended


def test_what_was_known_before_the_correction_is_seen(person: Any, page: Any) -> None:
    page.goto("/2024-05-15/p234/things/wellbeing/")
    assert said(page, "h1") == "Missions for wellbeing"
    person.open("Change either time")
    person.fill("A day, a time or an entry", "entry 233")
    page.keyboard.press("Enter")
    page.wait_for_url("**/2024-05-15/p233/things/wellbeing/")
    assert said(page, "h1") == "Health and prevention"
    page.goto("/2024-05-15/p234/learnt/")
    person.fill("As known then (a day or an entry)", "entry 233")
    page.keyboard.press("Enter")
    page.wait_for_url("**/learnt/?*")
    assert "title Health and prevention Missions for wellbeing" in said(page)


def test_every_override_is_found(person: Any, page: Any) -> None:
    page.goto(POINT)
    person.follow("link", "Which rules were overridden, and why?")
    page.wait_for_url("**/overrides/")
    assert "2 in all" in said(page)
    assert page.locator("main tbody tr").count() == 2


def test_two_audits_are_compared(person: Any, page: Any) -> None:
    page.goto(POINT)
    person.follow("link", "Compare")
    page.wait_for_url("**/compare/")
    person.fill("Since this day", "30 September 2025")
    person.fill("As known then (a day or an entry; else as now)", "entry 190")
    page.keyboard.press("Enter")
    page.wait_for_url("**/compare/?*")
    assert "From 30 September 2025" in said(page)
    assert "ILL-AO-2026" in said(page)


def test_an_entry_is_verified_in_the_browser(person: Any, page: Any) -> None:
    page.goto(POINT)
    person.follow("link", "Proof")
    page.wait_for_url("**/proof/")
    person.fill("Entry", "3")
    page.keyboard.press("Enter")
    page.wait_for_url("**/proof/?entry=3")
    person.follow("button", "Check it in this browser")
    page.get_by_text("It holds: from this line and these hashes").wait_for()


def test_a_decision_of_two_changes_is_recorded_with_one_acceptance(person: Any, page: Any, server: Served) -> None:
    way, ended = type(person).__name__, "living-places" if isinstance(person, Keyboard) else "education"
    page.goto("/record/")
    person.fill("Your token, or the one that the server printed when it started", server.token)
    page.keyboard.press("Enter")
    page.wait_for_url("**/record/")
    person.choose("One more change", "retitle cluster")
    person.follow("button", "Add")
    person.fill("Cluster", "wellbeing")
    person.fill("Title", f"Missions for a good life, by {way}")
    person.choose("One more change", "dissolve cluster")
    person.follow("button", "Add")
    page.locator('[id="change|2|cluster"]').fill(ended)
    person.fill("Authority", "Council of Ministers")
    person.fill("Reference", f"CM-2026-{way}")
    person.fill("Effective", "2027-03-01")
    page.keyboard.press("Enter")
    page.locator("#plan").wait_for()
    person.fill("A reason, if it is to be accepted:", "Its segments end with it (illustrative).")
    person.follow("button", "Show what it would do")
    page.get_by_text("Nothing stands in the way.").wait_for()
    person.follow("button", "Record")
    page.get_by_text(f"Recorded: CM-2026-{way}").wait_for()


def test_a_page_prints_with_its_times_and_without_its_controls(page: Any) -> None:
    page.goto(f"{POINT}things/wellbeing/")
    page.emulate_media(media="print")
    assert page.get_by_text("In effect on 25 November 2026").first.is_visible()
    assert not page.get_by_role("navigation").is_visible()
    assert not page.get_by_text("Change either time").is_visible()
    assert page.pdf(format="A4").startswith(b"%PDF-")
