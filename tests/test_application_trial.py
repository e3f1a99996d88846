"""Trials: decisions that are supposed, seen by nobody else, and forgotten where the block ends."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.governing import Document, decide, document, governed
from support.indexes import EmptyIndex

from ledger.application import Ledger, Trial
from ledger.errors import LedgerClosed, SameReferenceOtherText
from ledger.timeline import day_of

ESTABLISH = {"change": "establish-cluster", "cluster": "new", "title": "New"}
RETITLE = {"change": "retitle-cluster", "cluster": "new", "title": "Newer"}


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """The small government."""
    with governed(tmp_path) as found:
        yield found


def first() -> Document:
    return document(ESTABLISH, reference="T-1")


def then() -> Document:
    return document(RETITLE, reference="T-2")


def rules_of(planner: Ledger | Trial, given: Document) -> list[str]:
    """The rules that refuse a document."""
    return [notice.rule for notice in planner.plan(given).refused]


def title(trial: Trial) -> object:
    """The title of the new cluster, once it is established."""
    (new,) = (thing for thing in trial.things() if thing.id == "new")
    return new.value("title", day_of("2030-01-01"))


def test_a_decision_is_judged_on_what_is_supposed_before_it(ledger: Ledger) -> None:
    with ledger.trial() as trial:
        assert rules_of(trial, then()) == ["unknown-id"]
        trial.suppose(trial.plan(first()))
        assert rules_of(trial, then()) == []


def test_what_is_supposed_is_not_so_for_the_ledger_while_it_is_tried_nor_afterwards(ledger: Ledger) -> None:
    with ledger.trial() as trial:
        trial.suppose(trial.plan(first()))
        assert rules_of(ledger, then()) == ["unknown-id"]
    assert rules_of(ledger, then()) == ["unknown-id"]


def test_leaving_by_an_exception_forgets_too(ledger: Ledger) -> None:
    with pytest.raises(KeyboardInterrupt), ledger.trial() as trial:
        trial.suppose(trial.plan(first()))
        raise KeyboardInterrupt
    assert rules_of(ledger, then()) == ["unknown-id"]
    with ledger.trial() as another:
        assert rules_of(another, then()) == ["unknown-id"]


def test_two_trials_do_not_see_each_other(ledger: Ledger) -> None:
    with ledger.trial() as one, ledger.trial() as other:
        one.suppose(one.plan(first()))
        assert rules_of(other, then()) == ["unknown-id"]
        other.suppose(other.plan(document({**ESTABLISH, "title": "Another"}, reference="T-9")))
        assert [title(trial) for trial in (one, other)] == ["New", "Another"]


def test_a_trial_writes_nothing(ledger: Ledger) -> None:
    def stored() -> list[object]:
        """Everything that the file holds, and its bytes."""
        tables = [name for (name,) in ledger.store.query("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        rows = [ledger.store.query(f'SELECT * FROM "{table}"') for table in tables]
        return [ledger.head(), ledger.location.read_bytes(), *rows]

    before = stored()
    with ledger.trial() as trial:
        for given in (first(), then()):
            trial.suppose(trial.plan(given))
    assert stored() == before


def test_a_trial_of_a_ledger_that_is_only_read_is_judged_alike(ledger: Ledger) -> None:
    with Ledger.open(ledger.location, read_only=True, clock=ledger.clock) as read, read.trial() as trial:
        trial.suppose(trial.plan(first()))
        assert rules_of(trial, then()) == []


def test_a_trial_stays_with_the_ledger_as_it_was_when_it_began(ledger: Ledger) -> None:
    with ledger.trial() as trial:
        trial.suppose(trial.plan(first()))
        for number in range(4):  # more events than are supposed, on the places that they are supposed to take
            decide(ledger, {"change": "establish-cluster", "cluster": f"other-{number}", "title": f"Other {number}"})
        retitled = {"change": "retitle-cluster", "cluster": "other-0", "title": "X"}
        assert rules_of(trial, document(retitled, reference="T-3")) == ["unknown-id"]
        assert rules_of(trial, then()) == []
    assert rules_of(ledger, document(retitled, reference="T-3")) == []


def test_what_a_plan_supposes_can_be_corrected_by_the_next(ledger: Ledger) -> None:
    with ledger.trial() as trial:
        plan = trial.plan(first())
        trial.suppose(plan)
        correct = {"change": "correct", "data": {"title": "Put right"}, "because": "X."}
        for target in (plan.facts[0].id, f"p{plan.facts[0].position}"):
            assert rules_of(trial, document({**correct, "target": target}, reference="T-4")) == []


def test_a_recorded_decision_supposes_nothing_and_another_text_of_it_is_told(ledger: Ledger) -> None:
    decide(ledger, ESTABLISH, reference="T-1")
    with ledger.trial() as trial:
        before = sorted(thing.id for thing in trial.things())
        plan = trial.plan(document(ESTABLISH, reference="T-1"))
        trial.suppose(plan)
        assert plan.already_recorded and sorted(thing.id for thing in trial.things()) == before
        with pytest.raises(SameReferenceOtherText):
            trial.plan(document({**ESTABLISH, "title": "X"}, reference="T-1"))


def test_a_trial_supposes_only_what_it_planned_last(ledger: Ledger) -> None:
    with ledger.trial() as trial:
        elsewhere, stale = ledger.plan(first()), trial.plan(first())
        with pytest.raises(ValueError, match="planned itself"):
            trial.suppose(elsewhere)
        trial.suppose(stale)
        with pytest.raises(ValueError, match="planned last"):
            trial.suppose(stale)


def test_a_trial_that_has_ended_says_so(ledger: Ledger) -> None:
    with ledger.trial() as trial:
        plan = trial.plan(first())
    trial.close()
    for ask in (lambda: trial.plan(first()), lambda: trial.suppose(plan), lambda: list(trial.things())):
        with pytest.raises(ValueError, match="has ended"):
            ask()


def test_a_trial_of_a_closed_ledger_says_so_and_ends_in_peace(ledger: Ledger) -> None:
    with pytest.raises(LedgerClosed), ledger.trial() as trial:
        ledger.close()
        trial.plan(first())


def test_a_trial_asks_the_view_that_the_ledger_asks(ledger: Ledger) -> None:
    index = EmptyIndex()
    ledger.use_index(index)
    with ledger.trial() as trial:
        trial.suppose(trial.plan(document({"change": "dissolve-cluster", "cluster": "care"}, reference="T-5")))
    assert {"care", "care/work"} <= index.asked


def test_a_plan_that_would_be_refused_does_not_pass(ledger: Ledger) -> None:
    assert ledger.plan(first()).passes and not ledger.plan(then()).passes
