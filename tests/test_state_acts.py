"""Acts upon a decision: they turn it by their own effective days, in whatever order they were recorded.

Fold, views and the naive fold are held to each other at every pair of times.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from campaigns.histories import compare
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.examples import examples
from support.histories import History, Recording
from support.small_world import Draw, change, constitution

from ledger.state.record import Fact
from ledger.timeline import day_of

SOME = settings(max_examples=examples(60), deadline=None, suppress_health_check=list(HealthCheck))
DAYS = st.sampled_from(("2026-03-01", "2026-10-01", "2027-06-01", "2027-09-01", "2028"))


def opened() -> Recording:
    """A recording with a cluster `a` and a mission `m`."""
    recording = Recording()
    recording.decide(reference="constitution")
    recording.say(constitution(), "..")
    recording.decide(reference="CM-1")
    recording.say(change("establish-cluster", cluster="a", title="Care"), "2020")
    recording.say(change("launch-mission", mission="m", title="Sleep well"), "2020")
    return recording


def decision_of(fact: Fact) -> dict[str, str]:
    authority, reference = json.loads(fact.decision)
    return {"authority": authority, "reference": reference}


# Acts


@st.composite
def acts(draw: Draw) -> History:
    """Draw a future decision and two to five acts upon it, upon one another, and entries that strike or redate them."""
    recording = opened()
    recording.decide(reference="F")
    upon = [recording.say(change("retitle-cluster", cluster="a", title="F"), "2027-06-01")]
    if draw(st.booleans()):
        recording.say(change("repurpose-cluster", cluster="a", purpose="Apart"), draw(DAYS), own=True)
    for number in range(draw(st.integers(2, 5))):
        recording.decide(reference=f"ACT-{number}")
        how = draw(st.sampled_from(("move", "move", "rescind", "strike", "redate")))
        _act(draw, recording, how, upon)
    return recording.history()


def _act(draw: Draw, recording: Recording, how: str, upon: list[Fact]) -> None:
    """Add an act, or an entry about one; `upon` holds the decision and the acts until then."""
    if how in ("strike", "redate") and len(upon) > 1:
        target = draw(st.sampled_from(upon[1:]))
        named: Any = target.id if how == "redate" or draw(st.booleans()) else decision_of(target)
        fields = {"target": named, "because": "A slip."} | ({"new_effective": draw(DAYS)} if how == "redate" else {})
        recording.say(change("correct" if how == "redate" else "strike", **fields), None)
        return
    target = draw(st.sampled_from((upon[0], upon[0], *upon)))
    if how == "rescind":
        upon.append(recording.say(change("rescind-decision", decision=decision_of(target)), draw(DAYS)))
    else:
        said = change("postpone-decision", decision=decision_of(target), new_effective=draw(DAYS))
        upon.append(recording.say(said, draw(DAYS)))


@SOME
@given(acts())
def test_acts_turn_a_decision_by_their_days_whatever_the_order_of_recording(history: History) -> None:
    assert compare(history) > 0


@pytest.mark.parametrize(("first_moves_to", "takes_effect"), [("2028-01-01", "2028-01-01"), ("2027-08-01", None)])
def test_a_later_day_has_the_last_word_though_it_was_recorded_first(
    first_moves_to: str, takes_effect: str | None
) -> None:
    """The act of October was recorded before that of March, and turns what March left."""
    recording = opened()
    recording.decide(reference="F")
    decided = recording.say(change("retitle-cluster", cluster="a", title="F"), "2027-06-01")
    for effective, until in (("2026-10-01", first_moves_to), ("2026-03-01", "2027-09-01")):
        recording.decide()
        said = change("postpone-decision", decision=decision_of(decided), new_effective=until)
        recording.say(said, effective)
    history, day = recording.history(), day_of(takes_effect or first_moves_to)
    titles = [history.state().at(one).things["a"].get("title") for one in (day - 1, day)]
    assert titles == ["Care", "F"]
    compare(history)


# An end and a comeback on one day

END = change("stop-mission", mission="m", reason="merged")
BACK = change("resume-mission", mission="m")
CLOSED = change("dissolve-cluster", cluster="a")
REOPENED = change("reestablish-cluster", cluster="a")


def turned(order: Sequence[Any], apart: bool) -> History:
    """Something ends and comes back on one day, in this order of recording, in one decision or apart."""
    recording = opened()
    for number, said in enumerate(order):
        if apart or number == 0:
            recording.decide(reference=f"CM-{number + 2}")
        recording.say(said, "2021-03-01")
    return recording.history()


@pytest.mark.parametrize("apart", [True, False])
def test_what_comes_back_on_the_day_of_its_end_lives_on_in_a_second_life(apart: bool) -> None:
    history = turned((END, BACK), apart)
    (thing,) = [one for one in history.state().things() if one.id == "m"]
    day = day_of("2021-03-01")
    assert [(life.start, life.end) for life in thing.lives][0] == (day_of("2020"), day)
    assert thing.lives[1].start == day and thing.live_at(day) and not thing.without_effect()
    compare(history)


@pytest.mark.parametrize("apart", [True, False])
@pytest.mark.parametrize(("back", "end", "idle"), [(BACK, END, False), (REOPENED, CLOSED, True)])
def test_a_comeback_recorded_before_the_end_of_the_same_day_begins_no_life(
    back: Any, end: Any, idle: bool, apart: bool
) -> None:
    """It is without effect, but of a mission, which it says is active on its last day."""
    history = turned((back, end), apart)
    (thing,) = [one for one in history.state().things() if one.id == back.subject]
    assert [life.end for life in thing.lives] == [day_of("2021-03-01")]
    place = next(one.position for one in history.facts if one.change == back)
    assert set(thing.without_effect()) == ({place} if idle else set())
    compare(history)
