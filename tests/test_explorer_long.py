"""Pages of a long record: what they leave out they say, and what they look up does not grow with the record."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.demonstrations import demonstration
from support.exploring import Browser

from ledger.application import Ledger
from projections.answers.journal import JournalFilter, journal, journal_newest, journal_total
from projections.pages.kinds import comparison
from projections.views.queries.record import ends_of_decisions
from projections.views.read_model import Views

POINT = "/2026-11-25/p234/"
ASKED = (
    JournalFilter(),
    JournalFilter(type="mission"),
    JournalFilter(search="care"),
    JournalFilter(thing="wellbeing", authority="Council of Ministers (illustrative)"),
    JournalFilter(reference="nothing"),
)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("long")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLUSTER_LEDGER_VIEWS", str(folder / "views"))
        demonstration(folder / "illyria.ledger").close()
        yield folder / "illyria.ledger"


@pytest.fixture
def views(place: Path) -> Iterator[Views]:
    with Ledger.open(place, read_only=True) as ledger, Views(ledger) as found:
        found.catch_up()
        yield found


def test_a_comparison_says_how_many_of_its_differences_it_shows(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = f"{POINT}compare/?since=2025"
    with Browser(place) as browser:
        assert "are shown here" not in browser.get(asked).text
    monkeypatch.setattr(comparison, "CHANGES_MAX", 3)
    with Browser(place) as browser:
        visit = browser.get(asked)
    assert "65 differences" in visit.text and "The first 3 are shown here. Take all of them as CSV." in visit.text
    assert visit.main().count('<th scope="row">') == 3


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("known", [234, 95])
def test_the_newest_of_the_journal_are_the_last_of_all(views: Views, asked: JournalFilter, known: int) -> None:
    every = [one.position for one in journal(views, asked, known)]
    assert journal_total(views, asked, known) == len(every)
    assert journal_newest(views, asked, known, 0, 1000) == every[::-1]
    assert journal_newest(views, asked, known, 2, 3) == every[::-1][2:5]


@pytest.mark.parametrize("most", [1, 7, 1000])
def test_places_on_the_axis_of_what_is_known_are_ends_of_decisions(views: Views, most: int) -> None:
    every = ends_of_decisions(views.file, 234, 10_000)
    found = ends_of_decisions(views.file, 234, most)
    assert len(found) == min(most, len(every)) and found[-1] == 234
    assert set(found) <= set(every) and found == sorted(found)


def test_what_an_entry_says_of_things_names_them_by_their_titles(place: Path) -> None:
    with Browser(place) as browser:
        journal_, entry = browser.get(f"{POINT}journal/").text, browser.get(f"{POINT}entries/232/").text
    assert (
        'Mission "Sleep well" is affiliated in part with "Ways to care".' in journal_
        and journal_.count("sleep-well") < 9
    )
    assert 'Mission "Sleep well" is affiliated in part' in entry
