"""Why: each attribute with the event and decision that set it, as known, and nothing that is not so."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import sampled_from
from support.examples import examples
from support.governing import constituted, decide
from support.histories import History, histories
from support.plain import why
from support.two_times_example import recorded
from support.written_ledgers import written

from ledger.errors import InputError
from ledger.timeline import day_of
from projections.answers.sourced import sourced_as_recorded
from projections.fields import fields
from projections.views.read_model import Views

FEW = settings(max_examples=examples(30), deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture
def views(tmp_path: Path) -> Iterator[Views]:
    """The example of docs/two-times.md."""
    with recorded(tmp_path) as ledger, Views(ledger, tmp_path) as found:
        yield found


def title(views: Views, day: str, known: int) -> dict[str, Any]:
    (found,) = (one for one in why(views, "wellbeing", day_of(day), known) if one["name"] == "title")
    return found


def test_the_middle_of_april_has_two_reasons_in_two_states_of_knowledge(views: Views) -> None:
    before, now = title(views, "2026-04-15", 4), title(views, "2026-04-15", 5)
    assert (before["value"], before["decision"]["reference"]) == ("Missions for wellbeing", "CM-2026-14")
    assert (now["value"], now["decision"]["reference"]) == ("Care close to home", "CM-2026-09")


def test_a_corrected_decision_is_shown_corrected_and_names_the_correction(views: Views) -> None:
    before, now = title(views, "2026-05-15", 4), title(views, "2026-05-15", 5)
    assert (before["since"], before["decision"]["legal_basis"], before["because_of"]) == ("2026-04-01", None, [])
    assert (now["since"], now["decision"]["legal_basis"]) == ("2026-05-01", "Organisation Act, s. 9")
    assert now["because_of"] == ["government@2"] and now["position"] == before["position"] == 3


def test_life_comes_first_and_every_attribute_names_its_authority(views: Views) -> None:
    found = why(views, "wellbeing", day_of("2026-01-15"), 5)
    assert [(one["name"], one["value"]) for one in found] == [("life", True), ("title", "Health and care")]
    assert {one["decision"]["authority"] for one in found} == {"Council of Ministers"}
    assert {one["decision"]["legal_basis"] for one in found} == {"Organisation Act, s. 7"}


def test_what_is_not_live_says_when_it_is(views: Views) -> None:
    with pytest.raises(InputError, match="not live on 2025-12-31, as known at p5. It is live from 2026-01-01 on."):
        why(views, "wellbeing", day_of("2025-12-31"), 5)
    with pytest.raises(InputError, match="not live on .*It is live from 2026-01-01 on."):
        why(views, "wellbeing", 0, 5)


def test_what_is_not_known_is_told_apart_from_what_is_misspelt(views: Views) -> None:
    with pytest.raises(InputError, match="the first record of it is p2"):
        why(views, "wellbeing", day_of("2026-01-15"), 1)
    with pytest.raises(InputError, match='Did you mean "wellbeing"'):
        why(views, "wellbing", day_of("2026-01-15"), 5)


def test_documents_are_named_and_holders_only_where_they_are_asked_for(tmp_path: Path) -> None:
    with constituted(tmp_path) as ledger, Views(ledger, tmp_path) as views:
        paper = {"title": "Minute", "url": "https://example.gov/minute.pdf"}
        decide(
            ledger,
            {"change": "establish-cluster", "cluster": "care", "title": "Care"},
            {"change": "appoint-leader", "of": "care", "office": "Minister", "holder": "A. Person"},
            {"change": "appoint-leader", "of": "care", "office": "Deputy"},
            documents=[paper],
        )
        head = ledger.head().position
        silent = {one["name"]: one for one in why(views, "care", day_of("2026-04-01"), head)}
        told = {one["name"]: one for one in why(views, "care", day_of("2026-04-01"), head, ledger.personal)}
        assert silent["title"]["decision"]["documents"] == [paper]
        assert silent["leaders:Minister"]["value"]["holder"] is None
        assert told["leaders:Minister"]["value"]["holder"] == "A. Person"
        assert told["leaders:Deputy"]["value"] == {}


@FEW
@given(histories())
def test_what_set_an_attribute_is_what_the_fold_says_set_it(history: History) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        written(Path(folder, "a.ledger"), history) as ledger,
        Views(ledger, folder) as views,
    ):
        for known in history.ends():
            state = history.state(known)
            for day in history.days():
                for thing in state.at(day).things.values():
                    found = {one["name"]: (one["value"], one["position"]) for one in why(views, thing.id, day, known)}
                    assert found == {name: (held.value, held.set_by) for name, held in thing.attributes.items()} | {
                        name: ({"holder": None, **held.value}, held.set_by)
                        for name, held in thing.attributes.items()
                        if name.startswith("leaders:") and held.value
                    }


DOCUMENTED = {
    "adopted_by": {"votes": {"abstained": 1, "in_favour": 5, "against": 2}, "quorum": 4, "body": "Council"},
    "documents": [{"sha256": "0" * 64, "file": "minutes.pdf", "title": "Minutes"}, {"title": "Act", "url": "a:b"}],
    "delegated_by": "Parliament",
    "rationale": "It is so.",
}


@FEW
@given(histories(), sampled_from([{}, DOCUMENTED]))
def test_rows_and_lines_alone_say_what_the_events_say_or_leave_it_to_them(
    history: History, header: dict[str, Any]
) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        written(Path(folder, "a.ledger"), history, **header) as ledger,
        Views(ledger, folder) as views,
    ):
        for known in history.ends():
            for day in history.days():
                for id_ in history.state(known).at(day).things:
                    found = sourced_as_recorded(views, id_, day, known)
                    assert found is None or json.dumps(fields(found)) == json.dumps(why(views, id_, day, known))


def test_what_nothing_speaks_of_is_told_without_its_events(views: Views) -> None:
    """Else the test before this one would prove nothing."""
    assert sourced_as_recorded(views, "wellbeing", day_of("2026-04-15"), 4) is not None
    assert sourced_as_recorded(views, "wellbeing", day_of("2026-05-15"), 5) is None  # it was corrected
    assert sourced_as_recorded(views, "wellbeing", day_of("2025-12-31"), 5) is None  # it is not live
