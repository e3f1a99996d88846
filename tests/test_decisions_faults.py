"""Faults of documents in words: which line, which form, which name is meant, and whose decision it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel
from pydantic.types import StringConstraints
from support.command_line import FIRST, Desk, refused
from support.governing import decide, governed, judged

from ledger.application import Ledger
from ledger.documents.composed import WRITTEN
from ledger.documents.decision import Dating
from ledger.documents.faults import FORMS
from ledger.errors import nothing_called, suggestion, with_article
from ledger.events.envelope import Header
from ledger.rules.refused.naming import unknown
from ledger.state.state import State

TWO = """\
authority: C
reference: C-1
effective: 2026-01-01
changes:
  - {change: establish-cluster, cluster: a, title: A}
---
# the second
authority: C
reference: C-2
effective: 2026-01-01
documents:
  - title: Minute
changes:
  - change: establish-cluster
    cluster: b
    title: B
"""
JSON = """\
[
  {"authority": "C", "reference": "C-1", "effective": "2026-01-01",
   "changes": [{"change": "establish-cluster", "cluster": "a", "title": "A"}]},
  {"authority": "C", "reference": "C-2", "effective": "2026-01-01",
   "changes": [
     {"change": "establish-cluster", "cluster": "b",
      "title": "B"}
   ]}
]
"""
LINES = JSON.replace("\n", "").replace("},  {", "}\n{")[1:-1]


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with governed(tmp_path) as found:
        yield found


@pytest.mark.parametrize(
    ("name", "text", "before", "after", "place"),
    [
        ("a.yaml", TWO, "title: B", "title: ''", "a.yaml, line 16, change 1 (establish-cluster): "),
        ("a.yaml", TWO, "cluster: b", "clutser: b", "a.yaml, line 15, change 1 (establish-cluster): "),
        ("a.yaml", TWO, "    title: B\n", "", "a.yaml, line 14, change 1 (establish-cluster): "),
        ("a.yaml", TWO, "- title: Minute", "- path: Minute", "a.yaml, line 12: "),
        ("a.yaml", TWO, "change: establish-cluster\n", "change: found\n", "a.yaml, line 14, change 1: "),
        ("a.yaml", TWO, "reference: C-2", "refrence: C-2", "a.yaml, line 9: "),
        ("a.json", JSON, '"title": "B"', '"title": ""', "a.json, line 7, change 1 (establish-cluster): "),
        ("a.json", JSON, '"C-2", "eff', '"", "eff', "a.json, line 4: "),
        (
            "a.jsonl",
            JSON.replace("\n", "").replace("},  {", "}\n{")[1:-1],
            '"title": "B"',
            '"title": ""',
            "a.jsonl, line 2, ",
        ),
    ],
)
def test_a_fault_is_told_with_its_own_line(
    desk: Desk, name: str, text: str, before: str, after: str, place: str
) -> None:
    assert before in text
    head, _, tail = text.rpartition(before)
    said = refused(desk.run("plan", desk.write(name, f"{head}{after}{tail}")))
    assert said.startswith(place), said


def test_what_stands_in_standard_input_has_lines_too(desk: Desk) -> None:
    said = refused(desk.run("record", "-", input=TWO.replace("title: B", "titel: B")))
    assert said.startswith('standard input, line 16, change 1 (establish-cluster): field "titel" is not known.')


def patterns(model: type[BaseModel]) -> Iterator[str]:
    """The patterns that a model's texts match, of all that it is made of."""
    waiting, seen = [model], set[int]()
    while waiting:
        for info in waiting.pop().model_fields.values():
            inner: list[Any] = [info.annotation, *info.metadata]
            while inner:
                one = inner.pop()
                if isinstance(one, StringConstraints) and isinstance(one.pattern, str):
                    yield one.pattern
                elif isinstance(one, type) and issubclass(one, BaseModel) and id(one) not in seen:
                    seen.add(id(one))
                    waiting.append(one)
                inner += get_args(one)
                inner += getattr(one, "__metadata__", ())


@pytest.mark.parametrize("model", [Header, Dating, *WRITTEN.values()], ids=lambda model: model.__name__)
def test_the_form_that_a_text_needs_is_said_in_words(model: type[BaseModel]) -> None:
    assert set(patterns(model)) <= FORMS.keys()


def test_what_was_typed_is_never_proposed() -> None:
    assert suggestion("wellbeing", ["wellbeing"]) == ""
    assert suggestion("wellbeing", ["wellbeing", "wellbeings"]) == ' Did you mean "wellbeings"?'


@pytest.mark.parametrize(
    ("typed", "known", "meant"),
    [
        ("helth", ["health", "wealth"], "health"),
        ("wellbeing/helth", ["wellbeing/ageing", "wellbeing/health"], "wellbeing/health"),
        ("wellbeng/health", ["wellbeing/health", "planet/rivers"], "wellbeing/health"),
        ("health", ["wellbeing/health", "planet/rivers"], "wellbeing/health"),
        ("shwo", ["show", "log"], "show"),
    ],
)
def test_what_is_proposed_is_spelt_nearly_so_or_is_the_one_that_ends_so(
    typed: str, known: list[str], meant: str
) -> None:
    assert suggestion(typed, known) == f' Did you mean "{meant}"?'


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("wellbeing/care-with-evidence", ["wellbeing/ageing"]),
        ("tired-carers", ["late-learners"]),
        ("cool-nights", ["restless-nights"]),
    ],
)
def test_what_only_shares_a_few_letters_is_not_proposed(typed: str, known: list[str]) -> None:
    assert suggestion(typed, known) == ""


def test_what_the_same_decision_begins_is_proposed_too(ledger: Ledger) -> None:
    changes = [
        {"change": "establish-cluster", "cluster": "planet", "title": "Planet"},
        {"change": "add-segment", "segment": "planet/forests", "title": "Forests"},
        {"change": "launch-mission", "mission": "trees", "title": "Trees", "segments": ["planet/forest"]},
        {"change": "add-segment", "segment": "plannet/rivers", "title": "Rivers"},
    ]
    assert {notice.found for notice in judged(ledger, *changes)} == {
        'No segment is called "planet/forest". Did you mean "planet/forests"?',
        'No cluster is called "plannet". Did you mean "planet"?',
    }


def test_an_id_whose_beginning_was_struck_is_not_proposed_in_its_own_place(ledger: Ledger) -> None:
    decide(ledger, {"change": "establish-cluster", "cluster": "gone", "title": "Gone"}, reference="g")
    target = {"authority": "Council of Ministers", "reference": "g"}
    decide(ledger, {"change": "strike", "target": target, "because": "A slip."})
    [notice] = judged(ledger, {"change": "retitle-cluster", "cluster": "gone", "title": "Back"})
    assert notice.message.startswith('No cluster is called "gone".') and 'mean "gone"' not in notice.message


def test_an_id_of_another_kind_or_another_day_is_told_as_that(ledger: Ledger) -> None:
    [notice] = judged(ledger, {"change": "retitle-cluster", "cluster": "sleep", "title": "S"})
    assert notice.found.startswith('"sleep" is a mission; a cluster is needed here.')
    [notice] = judged(
        ledger, {"change": "repurpose-cluster", "cluster": "care", "purpose": "P"}, effective="2025-01-01"
    )
    assert 'Cluster "care" is not live on 2025-01-01: it lives from 2026-01-01 on.' in notice.found


def test_a_noun_has_the_article_that_is_spoken(ledger: Ledger) -> None:
    assert (with_article("objective"), with_article("cluster")) == ("an objective", "a cluster")
    decide(ledger, {"change": "set-objective", "objective": "sleep/hours", "indicator": "I", "definition": "D"})
    [notice] = judged(ledger, {"change": "retire-segment", "segment": "sleep/hours"})
    assert '"sleep/hours" is an objective; a segment is needed here.' in notice.message


def test_one_sentence_is_said_of_an_id_that_is_not_known(desk: Desk) -> None:
    desk.record(FIRST)
    for command in (("show", "nobody"), ("why", "nobody"), ("history", "nobody"), ("matrix", "nobody")):
        assert nothing_called("", "nobody") in desk.run(*command).stderr, command
    assert nothing_called("", "x") == 'Nothing is called "x".' == unknown(State(_NoSource()), "x", "", ())[0].found  # type: ignore[arg-type]


class _NoSource:
    """A source of nothing."""

    def event(self, id_: str) -> None:
        """Return nothing."""


def test_a_reference_of_another_authority_is_told_with_its_authority(desk: Desk) -> None:
    desk.record(FIRST)
    by = ("--authority", "Registrar", "--reference", "R-1", "--because", "A slip.")
    said = refused(desk.run("strike", "CM-1", *by))
    assert 'There is no decision "CM-1" of Registrar before this one.' in said and "[" not in said
    assert "Council of Ministers has one with that reference: say who decided it (--decided-by)." in said
    refused(
        desk.run("strike", "CM-7", *by),
        'There is no decision "CM-7" of Registrar before this one. Did you mean "CM-1"? (rule',
    )
    assert (
        desk.run(
            "correct", "CM-1", "--decided-by", "Council of Ministers", "--new-effective", "2026-05-01", *by
        ).exit_code
        == 0
    )


def test_a_decision_is_named_in_words_where_it_cannot_be_corrected(ledger: Ledger) -> None:
    target = {"authority": "Council of Ministers", "reference": "opening"}
    [notice] = judged(ledger, {"change": "correct", "target": target, "data": {"title": "X"}, "because": "So."})
    assert 'The decision "opening" of Council of Ministers has 6 events;' in notice.found
