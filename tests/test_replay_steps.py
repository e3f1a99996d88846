"""Replay: each step exactly what is different between its two points, and all of them together the whole history."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from support.examples import examples
from support.histories import History, histories
from support.written_ledgers import written

from ledger.names import LIFE
from ledger.state.structure import Structure
from projections.differences.explained import Point, differences
from projections.differences.replay import Replay, Step
from projections.differences.structures import AttributeChange, applied, between, world
from projections.views.read_model import Views

FEW = settings(max_examples=examples(40), deadline=None, suppress_health_check=list(HealthCheck))


def _life(change: AttributeChange) -> tuple[str, bool]:
    return change.id, change.before is None


def _says(step: Step, day: int) -> tuple[set[tuple[str, bool]], dict[tuple[str, str], tuple[object, object]]]:
    """What a step along the record says of one day: lives that are different, and other attributes."""
    found = [one.difference for one in step.differences if one.effective <= day < one.until]
    lives = {(one.id, one.before is None) for one in found if one.attribute == LIFE}
    rest = {(one.id, one.attribute): (one.before, one.after) for one in found if one.attribute != LIFE}
    return lives, rest


@FEW
@given(histories())
def test_along_the_record_a_step_says_of_every_day_what_was_learnt_about_it(history: History) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        written(Path(folder, "a.ledger"), history) as ledger,
        Views(ledger, folder) as views,
    ):
        steps = list(Replay(views, ledger.head().position, "recorded", "decision", None, None).steps())
        assert [step.second.known for step in steps] == history.ends()
        for step in steps:
            before, after = history.state(step.first.known), history.state(step.second.known)
            for day in history.days():
                expected = between(before.at(day), after.at(day))
                lives, rest = _says(step, day)
                begun_or_ended = {_life(change) for change in expected if change.attribute == LIFE}
                assert lives == begun_or_ended, day
                ids = {id_ for id_, _ in begun_or_ended}
                assert {key: value for key, value in rest.items() if key[0] not in ids} == {
                    (one.id, one.attribute): (one.before, one.after) for one in expected if one.attribute != LIFE
                }, day


@FEW
@given(histories())
def test_along_the_days_of_effect_the_steps_are_the_differences_and_lead_from_nothing_to_the_end(
    history: History,
) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        written(Path(folder, "a.ledger"), history) as ledger,
        Views(ledger, folder) as views,
    ):
        for known in {history.ends()[0], history.ends()[-1]}:
            state, so_far = history.state(known), world(Structure(0, {}))
            for step in Replay(views, known, "effective", "day", None, None).steps():
                found = [one.difference for one in step.differences]
                assert found == differences(views, step.first, step.second)
                so_far = applied(so_far, [AttributeChange(*one[:5], ()) for one in found])
                assert so_far == world(state.at(step.second.day))
            assert so_far == world(state.at(history.days()[-1]))


@FEW
@given(histories(max_decisions=5))
def test_a_replay_can_be_walked_back_the_way_that_it_came(history: History) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        written(Path(folder, "a.ledger"), history) as ledger,
        Views(ledger, folder) as views,
    ):
        for along, by in (
            ("recorded", "decision"),
            ("recorded", "day"),
            ("recorded", "month"),
            ("effective", "day"),
            ("effective", "month"),
        ):
            replay = Replay(views, ledger.head().position, along, by, None, None)  # type: ignore[arg-type]
            steps = list(replay.steps())
            back = [steps[-1]]
            while (step := replay.before(back[-1])) is not None:
                back.append(step)
            assert back[::-1] == steps, (along, by)
            assert replay.after(steps[-1]) is None


@pytest.fixture
def empty(tmp_path: Path) -> Views:
    from support.governing import constituted

    ledger = constituted(tmp_path)
    return Views(ledger, tmp_path)


def test_a_replay_of_nothing_has_no_steps(empty: Views) -> None:
    head = empty.ledger.head().position
    assert list(Replay(empty, 0, "recorded", "decision", None, None).steps()) == []
    assert list(Replay(empty, 0, "effective", "day", None, None).steps()) == []
    assert list(Replay(empty, head, "effective", "month", "2001-01-01", None).steps()) == []
    (opening,) = Replay(empty, head, "effective", "day", None, None).steps()
    assert (opening.label, opening.second) == ("not stated", Point(0, head))


def test_decisions_are_no_steps_along_the_days_of_effect(empty: Views) -> None:
    with pytest.raises(ValueError, match="a day of effect"):
        Replay(empty, 1, "effective", "decision", None, None)
