"""Page of execution: what was assessed and measured, each with the decision behind it, and what is missing is said."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from support.demonstrations import demonstration
from support.exploring import Browser

POINT = "/2026-11-25/p234/"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    folder = tmp_path_factory.mktemp("execution")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLUSTER_LEDGER_VIEWS", str(folder / "views"))
        demonstration(folder / "illyria.ledger").close()
        with Browser(folder / "illyria.ledger") as found:
            yield found


def rows(html: str, label: str) -> list[str]:
    """Return the rows of the table of a name."""
    table = html.partition(f'aria-label="{label}"><table')[2].partition("</table>")[0]
    return re.findall(r"<tr.*?</tr>", table.partition("<tbody>")[2], re.DOTALL)


def words(html: str) -> str:
    return " ".join(re.sub(r"<.*?>", " ", html).split())


def test_every_assessment_leads_to_its_decision_and_says_whether_it_can_be_compared(browser: Browser) -> None:
    found = rows(browser.get(f"{POINT}execution/").html, "Assessments")
    assert len(found) == 15
    assert [row for row in found if "/decisions/" not in row] == []
    assert "1 October 2024 to 30 September 2025 at risk execution/2 no, another definition" in words(found[1])


def test_every_figure_of_an_objective_leads_to_the_decision_that_says_it(browser: Browser) -> None:
    [way, *_] = rows(browser.get(f"{POINT}execution/").html, "Objectives")
    assert "34.0 15 31 December 2034 33.1 30 September 2026 defined anew once" in words(way)
    said = {}
    for position, value in re.findall(r'href="[./]*/2026-11-25/p234/decisions/(\d+)/">([\d.]+)<', way):
        said[value] = browser.get(f"{POINT}entries/{position}/").text
    assert [value for value, text in said.items() if value not in text] == []
    assert set(said) == {"34.0", "15", "33.1"}


def test_missions_that_were_never_assessed_are_named(browser: Browser) -> None:
    said = browser.get(f"{POINT}execution/wellbeing/").text
    assert "7 missions live on this day. 2 were never assessed: Evenings off, Lunch for all." in said


def test_what_the_day_and_the_state_of_knowledge_do_not_have_is_said(browser: Browser) -> None:
    said = browser.get("/2024-01-01/p234/execution/").text
    assert "Nothing was assessed by this day, as far as was known." in said
    empty = browser.get("/2026-11-25/p1/execution/").text
    assert "There is no objective to hold execution to." in empty
    assert "Nothing was recommended." in empty


def test_a_cluster_that_does_not_live_has_no_page_of_execution(browser: Browser) -> None:
    visit = browser.get(f"{POINT}execution/wellbein/")
    assert visit.status == 404
    assert 'Did you mean "wellbeing"?' in visit.text


def test_nothing_of_execution_is_a_score_and_agility_stands_beside_it(browser: Browser) -> None:
    visit = browser.get(f"{POINT}execution/")
    assert "How freely the structure changes stands beside it." in visit.text
    assert "Whether the missions are carried out stands beside it." in browser.get(f"{POINT}agility/").text
