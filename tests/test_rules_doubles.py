"""What is said twice, and what leads from a thing to itself: refused, and in an older register noticed."""

from __future__ import annotations

import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError
from support.golden_lines import HEADER, SAMPLES, sample
from support.governing import AUTHORITY, decide, document, event_id, governed, rules, value
from support.older_register import taken_over

from ledger.application import Ledger
from ledger.documents.decision import read_decision
from ledger.errors import Refused
from ledger.events.envelope import Header, decode
from ledger.events.registry import BY_NAME

MANDATE = {"change": "issue-mandate", "mandate": "care/sleep", "text": "Let everybody sleep."}
FOUNDED = [
    {"change": "establish-cluster", "cluster": "care", "title": "Care"},
    {"change": "add-segment", "segment": "care/homes", "title": "Homes"},
    {"change": "launch-mission", "mission": "sleep", "title": "Sleep well"},
    MANDATE,
]


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    opened = governed(tmp_path)
    decide(opened, MANDATE, effective="2026-01-02")
    return opened


# Lists


def models() -> set[type[BaseModel]]:
    """The models of changes and of the header, with those that are parts of them."""
    found: set[type[BaseModel]] = set()
    open_: list[Any] = [Header, *BY_NAME.values()]
    while open_:
        one = open_.pop()
        if isinstance(one, type) and issubclass(one, BaseModel):
            if one not in found:
                found.add(one)
                open_ += [info.annotation for info in one.model_fields.values()]
        else:
            open_ += typing.get_args(one)
    return found


def lists(model: type[BaseModel]) -> list[str]:
    """The names of a model's fields that are lists."""
    return [
        info.alias or name
        for name, info in model.model_fields.items()
        if "tuple[" in str(info.annotation) and "dict[" not in str(info.annotation).partition("tuple[")[0]
    ]


LISTS = [(change, field) for change in sorted(BY_NAME) for field in lists(BY_NAME[change])]


def test_every_list_of_every_model_is_of_the_type_that_says_a_thing_once() -> None:
    for model in models():
        for name, info in model.model_fields.items():
            said = f"{info.annotation!r} {info.metadata!r}"
            assert said.count("tuple[") == said.count("_once"), (model, name)
    assert {model.__name__ for model in models()} >= {"Header", "Document", "Acceptance", "Recommendation", "Quality"}


@pytest.mark.parametrize(("change", "field"), LISTS)
def test_a_list_of_a_change_that_says_a_thing_twice_is_noticed_and_says_it_once(change: str, field: str) -> None:
    fields = SAMPLES[change]
    assert fields.get(field), "the sample of a change has something in each of its lists"
    twice = {**fields, field: [*fields[field], fields[field][0]]}
    found = read_decision({**HEADER, "effective": "2026-04-01", "changes": [{"change": change, **twice}]})
    assert [one.rule for one in found.noticed] == ["said-twice"]
    assert f'"{field.rstrip("_")}' in found.noticed[0].found.replace("from_", "from")
    assert found.changes[0].change == sample(BY_NAME[change]).changes[0].change
    with pytest.raises(ValidationError, match="twice"):
        BY_NAME[change].model_validate(twice)


@pytest.mark.parametrize("field", lists(Header))
def test_a_list_of_a_header_that_says_a_thing_twice_is_noticed_and_says_it_once(field: str) -> None:
    header = {**HEADER, field: [*HEADER[field], HEADER[field][0]]}
    found = read_decision({**header, "changes": [{"change": "strike", "target": "p2", "because": "X."}]})
    assert [(one.rule, one.id) for one in found.noticed] == [("said-twice", HEADER["reference"])]
    assert len(found.header.normal()[field]) == len(HEADER[field])


def doubles() -> Iterator[dict[str, Any]]:
    """Changes that say a thing twice."""
    yield {"change": "assign-mandate", "mandate": "care/sleep", "segments": ["care/homes", "care/homes"]}
    yield {"change": "assign-mandate", "mandate": "care/sleep", "missions": ["sleep", "sleep"]}
    yield {"change": "retire-segment", "segment": "care/homes", "successors": ["care/work", "care/work"]}
    yield {"change": "rescope-mission", "mission": "sleep", "actors": ["Ministry", "Ministry\u200e"]}
    yield {"change": "rescope-segment", "segment": "care/homes", "sectors": ["07.1", "07.1"]}


@pytest.mark.parametrize("change", list(doubles()))
def test_a_decision_that_says_a_thing_twice_is_refused_in_words(ledger: Ledger, change: dict[str, Any]) -> None:
    assert "said-twice" in rules(ledger, change)


def test_a_decision_that_cites_a_signal_twice_is_refused(ledger: Ledger) -> None:
    decide(ledger, {"change": "observe-signal", "signal": "ageing", "kind": "trend", "description": "We age."})
    retitle = {"change": "retitle-cluster", "cluster": "care", "title": "C"}
    assert rules(ledger, retitle, responds_to=["ageing", "ageing"]) == ["said-twice"]


def test_an_older_register_that_says_a_thing_twice_is_taken_in_with_it_once(tmp_path: Path) -> None:
    said = {"change": "assign-mandate", "mandate": "care/sleep", "segments": ["care/homes", "care/homes"]}
    assert taken_over(tmp_path / "old.ledger", FOUNDED, [said]).notices["said-twice"] == 1
    with Ledger.open(tmp_path / "old.ledger") as ledger:
        assert value(ledger, "care/sleep", "segments", "2010-01-01") == ("care/homes",)
        assert ledger.verify().ok


def test_a_stored_line_that_says_a_thing_twice_is_no_event(ledger: Ledger) -> None:
    decide(ledger, {"change": "assign-mandate", "mandate": "care/sleep", "segments": ["care/homes"]})
    line = list(ledger.lines())[-1]
    with pytest.raises(ValidationError):
        decode(line.replace(b'["care/homes"]', b'["care/homes","care/homes"]'))


# Itself

ITSELF: list[dict[str, Any]] = [
    {"change": "dissolve-cluster", "cluster": "care", "successors": ["places", "care"]},
    {"change": "retire-segment", "segment": "care/homes", "successors": ["care/homes"]},
    {"change": "relate-segments", "segment": "care/homes", "other": "care/homes"},
    {"change": "relate-missions", "mission": "sleep", "other": "sleep"},
    {"change": "assign-mandate", "mandate": "care/sleep", "missions": ["care"]},
    {"change": "observe-signal", "signal": "s", "kind": "need", "description": "S.", "concerns": ["s"]},
    {"change": "postpone-decision", "decision": {"authority": AUTHORITY, "reference": "R-1"}, "new_effective": "2030"},
    {"change": "rescind-decision", "decision": {"authority": AUTHORITY, "reference": "R-1"}},
]


@pytest.mark.parametrize("change", ITSELF, ids=lambda change: change["change"])
def test_what_leads_from_a_thing_to_itself_is_refused(ledger: Ledger, change: dict[str, Any]) -> None:
    assert "names-itself" in rules(ledger, change, reference="R-1")


def test_a_correction_that_lets_a_thing_succeed_itself_is_refused(ledger: Ledger) -> None:
    ended = decide(ledger, {"change": "dissolve-cluster", "cluster": "places", "successors": ["care"]})
    said = {"change": "correct", "target": event_id(ledger, ended), "because": "X.", "data": {"successors": ["places"]}}
    assert "names-itself" in rules(ledger, said, effective=None)


def test_an_older_register_in_which_a_thing_succeeds_itself_is_taken_in_as_it_is(tmp_path: Path) -> None:
    ended = {"change": "dissolve-cluster", "cluster": "care", "successors": ["care"], "effective": "2010-01-02"}
    assert taken_over(tmp_path / "old.ledger", FOUNDED, [ended]).notices["names-itself"] == 1
    with Ledger.open(tmp_path / "old.ledger") as ledger:
        assert document(ended)["changes"][0]["successors"] == list(list(ledger.events())[-2].event.data.successors)
        assert ledger.verify().ok


def test_what_changes_nothing_is_noticed_in_an_older_register_and_stays(tmp_path: Path) -> None:
    again = {"change": "retitle-cluster", "cluster": "care", "title": " Care"}
    found = taken_over(tmp_path / "old.ledger", FOUNDED, [again])
    assert (found.notices["changes-nothing"], found.notices["spaces-cut"], found.events) == (1, 1, 5)


def test_one_id_for_two_kinds_is_refused_in_an_older_register_too(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="is a cluster already"):
        taken_over(tmp_path / "old.ledger", FOUNDED, [{"change": "launch-mission", "mission": "care", "title": "C"}])
