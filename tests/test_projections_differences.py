"""Differences: complete and exact, and each with the cause, the events and the decisions behind it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.examples import examples
from support.histories import History, ListSource, Recording, histories
from support.small_world import change, constitution
from support.written_ledgers import written

from commands.terminal.differences import difference_text
from ledger.events.changes.mission import KeptExtent
from ledger.names import LIFE
from ledger.state.state import State
from ledger.timeline import day_of
from projections.differences.explained import Difference, Point, differences, without_net_effect
from projections.differences.structures import LIVES, applied, between, world
from projections.views.read_model import Views

FEW = settings(max_examples=examples(60), deadline=None, suppress_health_check=list(HealthCheck))


@contextmanager
def viewed(history: History, **header: Any) -> Iterator[Views]:
    with (
        tempfile.TemporaryDirectory() as folder,
        written(Path(folder, "a.ledger"), history, **header) as ledger,
        Views(ledger, folder) as found,
    ):
        yield found


class World:
    """A recording with a cluster `a` (segments a/x and a/y) and a mission `m` in a/x, all from 2020 on."""

    def __init__(self) -> None:
        self.recording = Recording()
        self.decide("constitution", (constitution(), ".."))
        begun = [
            change("establish-cluster", cluster="a", title="Health and care"),
            change("add-segment", segment="a/x", title="X"),
            change("add-segment", segment="a/y", title="Y"),
            change("launch-mission", mission="m", title="Sleep well"),
            change("add-mission", mission="m", segments=["a/x"]),
        ]
        self.decide("CM-1", *((one, "2020") for one in begun))

    def decide(self, reference: str, *said: tuple[Any, str | None], corrects: str | None = None) -> int:
        """Record a decision; return its last position."""
        self.recording.decide("Council", reference)
        return max(self.recording.say(one, day, corrects).position for one, day in said)

    def differences(self, first: tuple[str, int], second: tuple[str, int], **header: Any) -> list[Difference]:
        with viewed(self.recording.history(), **header) as views:
            return differences(views, Point(day_of(first[0]), first[1]), Point(day_of(second[0]), second[1]))


def retitle(title: str) -> Any:
    return change("retitle-cluster", cluster="a", title=title)


# Complete and exact


@FEW
@given(histories(execution=True), st.data())
def test_applying_the_differences_to_the_first_structure_gives_the_second(
    history: History, data: st.DataObject
) -> None:
    days, known = st.sampled_from(history.days()), st.sampled_from((0, *history.ends()))
    with viewed(history) as views:
        first, second = (Point(data.draw(days), data.draw(known)) for _ in range(2))
        before, after = views.structure(*first), views.structure(*second)
        changes = between(before, after)
        assert applied(world(before), changes) == world(after)
        assert (changes == []) == (world(before) == world(after))


@FEW
@given(histories(execution=True), st.data())
def test_the_events_of_a_difference_replayed_alone_in_order_give_its_second_value(
    history: History, data: st.DataObject
) -> None:
    day, known = st.sampled_from(history.days()), st.sampled_from((0, *history.ends()))
    first, second = (
        Point(*one) for one in zip(*(sorted(data.draw(st.tuples(of, of))) for of in (day, known)), strict=True)
    )
    with viewed(history) as views:
        found = differences(views, first, second)
        names = {
            (one.id, one.attribute): one.names for one in between(views.structure(*first), views.structure(*second))
        }
        after = views.structure(*second)
    for one in found:
        named = [fact for fact in history.facts if fact.id in one.events]
        alone = State(ListSource(named))
        alone.load(history.streams)
        thing, holds = alone.thing(one.id), after.get(one.id)
        if one.attribute == LIFE:
            assert (thing is not None and thing.live_at(second.day)) == (one.after is not None), one
            continue
        if one.attribute == LIVES:  # how often it lived, which is more than these events say
            continue
        for name in names[one.id, one.attribute]:
            entries = thing.attributes.get(name, []) if thing is not None else []
            last = next((entry.value for entry in reversed(entries) if entry.day <= second.day), None)
            held = holds.get(name) if holds is not None else None
            # An extent that is kept is that of what a realignment leaves: of other events.
            assert held is not None if isinstance(last, KeptExtent) else last == held, (one, name)


@FEW
@given(histories(execution=True), st.data())
def test_every_difference_names_events_and_decisions_known_by_then(history: History, data: st.DataObject) -> None:
    days, known = st.sampled_from(history.days()), st.sampled_from((0, *history.ends()))
    positions = {fact.id: fact.position for fact in history.facts}
    with viewed(history) as views:
        first, second = (Point(data.draw(days), data.draw(known)) for _ in range(2))
        low, high = sorted((first.known, second.known))
        for found in differences(views, first, second):
            assert found.events and found.decisions, found
            assert all(positions[event] <= high for event in found.events)
            if first.known == second.known:
                assert found.cause != "new decision"
            if found.cause == "new decision":
                assert any(positions[event] > low for event in found.events)


@FEW
@given(histories(execution=True), st.data())
def test_two_equal_points_do_not_differ(history: History, data: st.DataObject) -> None:
    with viewed(history) as views:
        point = Point(data.draw(st.sampled_from(history.days())), data.draw(st.sampled_from(history.ends())))
        assert differences(views, point, point) == []


# Causes


def test_a_decision_known_already_comes_into_effect() -> None:
    world = World()
    last = world.decide("CM-2", (retitle("Wellbeing"), "2026-04-01"))
    (found,) = world.differences(("2026-03-31", last), ("2026-04-01", last))
    assert found[:6] == ("cluster", "a", "title", "Health and care", "Wellbeing", "came into effect")
    assert found.events == ("cluster:a@4",)
    assert found.decisions == (("Council", "CM-2"),)


def test_a_decision_recorded_in_between_is_a_new_decision() -> None:
    world = World()
    first = world.recording.facts[-1].position
    last = world.decide("CM-2", (retitle("Wellbeing"), "2026-04-01"))
    (found,) = world.differences(("2026-04-01", first), ("2026-04-01", last))
    assert (found.cause, found.events) == ("new decision", ("cluster:a@4",))


def test_a_later_decision_about_later_days_explains_nothing_of_an_earlier_day() -> None:
    world = World()
    first = world.recording.facts[-1].position
    world.decide("CM-2", (retitle("Wellbeing"), "2026-04-01"))
    last = world.decide("CM-3", (retitle("Later"), "2027-01-01"))
    (found,) = world.differences(("2026-05-01", first), ("2026-05-01", last))
    assert (found.after, found.decisions) == ("Wellbeing", (("Council", "CM-2"),))


def test_what_a_correction_changed_names_the_correction_and_what_it_corrects() -> None:
    world = World()
    first = world.recording.facts[-1].position
    wrong = world.decide("CM-2", (retitle("Welbeing"), "2026-04-01"))
    fix = change("correct", target="cluster:a@4", data={"title": "Wellbeing"}, because="A slip.")
    last = world.decide("REG-1", (fix, None))
    (found,) = world.differences(("2026-05-01", wrong), ("2026-05-01", last))
    assert (found.before, found.after, found.cause) == ("Welbeing", "Wellbeing", "correction")
    assert found.decisions == (("Council", "REG-1"),)
    (found,) = world.differences(("2026-05-01", first), ("2026-05-01", last))
    assert (found.cause, found.events) == ("correction", ("cluster:a@4", "cluster:a@5"))


def test_a_value_that_falls_back_because_another_was_struck_is_a_correction() -> None:
    world = World()
    wrong = world.decide("CM-2", (retitle("Not ours"), "2026-04-01"))
    last = world.decide("REG-1", (change("strike", target="cluster:a@4", because="Another government's."), None))
    (found,) = world.differences(("2026-05-01", wrong), ("2026-05-01", last))
    assert (found.before, found.after, found.cause) == ("Not ours", "Health and care", "correction")
    assert found.events == ("cluster:a@1", "cluster:a@5")  # the title that it falls back to, and the strike


def test_a_thing_struck_from_the_record_ends_by_correction() -> None:
    world = World()
    wrong = world.recording.facts[-1].position
    last = world.decide("REG-1", (change("strike", target="mission:m@1", because="Entered twice."), None))
    found = world.differences(("2026-05-01", wrong), ("2026-05-01", last))
    assert [(one.id, one.attribute, one.cause, one.after) for one in found] == [("m", "life", "correction", None)]
    assert found[0].before == {"title": "Sleep well", "segments": ("a/x",)}
    assert found[0].events == ("mission:m@3",)


def test_a_rescinded_decision_is_a_new_decision_and_no_correction() -> None:
    world = World()
    first = world.decide("CM-2", (retitle("Wellbeing"), "2026-04-01"))
    name = {"authority": "Council", "reference": "CM-2"}
    last = world.decide("CM-3", (change("rescind-decision", decision=name), "2026-03-01"))
    (found,) = world.differences(("2026-05-01", first), ("2026-05-01", last))
    assert (found.after, found.cause) == ("Health and care", "new decision")
    assert found.decisions == (("Council", "CM-3"),)


def test_a_postponed_decision_comes_into_effect_by_what_set_it() -> None:
    world = World()
    world.decide("CM-2", (retitle("Wellbeing"), "2026-04-01"))
    name = {"authority": "Council", "reference": "CM-2"}
    last = world.decide("CM-3", (change("postpone-decision", decision=name, new_effective="2026-06-01"), "2026-03-01"))
    (found,) = world.differences(("2026-05-31", last), ("2026-06-01", last))
    assert (found.after, found.cause, found.events) == (
        "Wellbeing",
        "came into effect",
        ("cluster:a@4", "government@2"),
    )


def test_a_realigned_mission_is_one_difference_with_lists() -> None:
    world = World()
    first = world.recording.facts[-1].position
    moved = change("realign-mission", mission="m", **{"from": ["a/x"], "to": ["a/y"]})
    last = world.decide("CM-2", (moved, "2026-04-01"))
    (found,) = world.differences(("2026-05-01", first), ("2026-05-01", last))
    assert found[:5] == ("mission", "m", "segments", ("a/x",), ("a/y",))
    assert found.events == ("mission:m@3",)


def test_an_affiliation_that_becomes_partial_is_told_by_its_extent() -> None:
    world = World()
    first = world.recording.facts[-1].position
    last = world.decide("CM-2", (change("add-mission", mission="m", segments=["a/x"], extent="partial"), "2026-04"))
    (found,) = world.differences(("2026-05-01", first), ("2026-05-01", last))
    assert found[:5] == ("mission", "m", "extents", None, {"a/x": "partial"})


def test_a_thing_that_begins_brings_its_attributes_and_names_all_who_set_them() -> None:
    world = World()
    first = world.recording.facts[-1].position
    world.decide("CM-2", (change("launch-mission", mission="n", title="Eat well"), "2026"))
    last = world.decide("CM-3", (change("add-mission", mission="n", segments=["a/y"]), "2026"))
    (found,) = world.differences(("2026-05-01", first), ("2026-05-01", last))
    assert found[:5] == ("mission", "n", "life", None, {"title": "Eat well", "segments": ("a/y",)})
    assert found.decisions == (("Council", "CM-2"), ("Council", "CM-3"))


def test_a_mission_that_ends_names_what_ended_it_and_not_what_else_was_decided() -> None:
    world = World()
    first = world.recording.facts[-1].position
    ended = (change("stop-mission", mission="m"), "2026-04-01")
    last = world.decide("CM-2", (change("retitle-mission", mission="m", title="Rest"), "2026-03-01"), ended)
    (found,) = world.differences(("2026-05-01", first), ("2026-05-01", last))
    assert (found.attribute, found.after, found.events) == ("life", None, ("mission:m@4",))


@pytest.mark.parametrize(
    ("decided", "effective", "late", "back"),
    [
        ("2021-03-01", "2021-04-01", 6, 0),  # the second decision of a history is recorded on 2021-03-07
        ("2021-03-01", "2021-02-01", 6, 28),
        (None, "2021-02-01", 34, None),
        (None, "2021-04-01", -25, None),
        ("2021-03", "2021-02", (-24, 6), 1),  # on 7 March: of March, and of February from 28 to 1 March at the least
        (None, "2020", (66, 431), None),
    ],
)
def test_delays_are_those_of_the_decision_behind_it_at_the_least_and_at_the_most(
    decided: str | None, effective: str, late: int | tuple[int, int], back: int | None
) -> None:
    world = World()
    first = world.recording.facts[-1].position
    last = world.decide("CM-2", (retitle("Wellbeing"), effective))
    header = {} if decided is None else {"decided_on": decided}
    (found,) = world.differences(("2021-05-01", first), ("2021-05-01", last), **header)
    assert (found.late_days, found.retroactive_days) == (late if isinstance(late, tuple) else (late, late), back)


def test_no_delay_is_computed_from_a_day_that_is_not_stated() -> None:
    world = World()
    first = world.recording.facts[-1].position
    last = world.decide("CM-2", (change("establish-cluster", cluster="b", title="Old"), ".."))
    (found,) = world.differences(("2021-05-01", first), ("2021-05-01", last))
    assert (found.late_days, found.retroactive_days) == (None, None)


def test_decisions_without_net_effect_are_listed_apart() -> None:
    world = World()
    first = Point(day_of("2026-05-01"), world.recording.facts[-1].position)
    world.decide("CM-2", (retitle("Wellbeing"), "2026-04-01"))
    world.decide("REG-1", (change("strike", target="cluster:a@4", because="A slip."), None))
    last = world.decide("CM-3", (change("repurpose-cluster", cluster="a", purpose="To be well"), "2026-04-01"))
    second = Point(first.day, last)
    with viewed(world.recording.history()) as views:
        found = differences(views, first, second)
        assert [(one.attribute, one.after) for one in found] == [("purpose", "To be well")]
        assert without_net_effect(views, found, first, second) == [("Council", "CM-2"), ("Council", "REG-1")]


# Ends on one of several days

MAYBE = "[2021-03-01..2021-06-30]"


def ending(stated: str = MAYBE) -> tuple[World, int]:
    """The world in which the mission ends on one of several days, and the position of that decision."""
    world = World()
    return world, world.decide("CM-2", (change("stop-mission", mission="m"), stated))


@pytest.mark.parametrize(
    ("first", "second", "attribute", "sentence"),
    [
        ("2021-01-01", "2021-04-01", "in-doubt", f"mission m: may have ended, on one of the days {MAYBE}"),
        (
            "2021-04-01",
            "2021-01-01",
            "in-doubt",
            f"mission m: is surely live; it may have ended, on one of the days {MAYBE}",
        ),
        ("2021-04-01", "2021-07-01", LIFE, f"mission m: has surely ended, on one of the days {MAYBE}"),
        ("2021-01-01", "2021-07-01", LIFE, "mission m: ends"),
    ],
)
def test_what_comes_into_doubt_and_out_of_it_is_told_with_the_decision_of_the_end(
    first: str, second: str, attribute: str, sentence: str
) -> None:
    world, known = ending()
    (found,) = world.differences((first, known), (second, known))
    assert (found.attribute, found.cause, found.decisions) == (attribute, "came into effect", (("Council", "CM-2"),))
    assert difference_text(found) == sentence


def test_a_thing_of_which_one_learns_that_it_may_have_ended_is_in_doubt_by_a_new_decision() -> None:
    world, known = ending()
    (found,) = world.differences(("2021-04-01", known - 1), ("2021-04-01", known))
    assert (found.before, found.after, found.cause) == (None, MAYBE, "new decision")


def test_an_end_corrected_to_other_days_is_a_difference_by_correction() -> None:
    world, known = ending()
    target = world.recording.facts[-1].id
    other = "[2021-02..2021-06-30]"
    said = change("correct", target=target, because="Another source.", new_effective=other)
    corrected = world.decide("CM-3", (said, None))
    (found,) = world.differences(("2021-04-01", known), ("2021-04-01", corrected))
    assert (found.before, found.after, found.cause) == (MAYBE, other, "correction")
    assert difference_text(found) == f"mission m: may have ended, on one of the days {other}, was {MAYBE}"


def test_a_thing_first_heard_of_when_it_may_have_ended_begins_in_doubt() -> None:
    world, known = ending()
    (found,) = [one for one in world.differences(("2021-04-01", 0), ("2021-04-01", known)) if one.id == "m"]
    assert ("Council", "CM-1") in found.decisions and ("Council", "CM-2") in found.decisions
    assert f"may have ended, on one of the days {MAYBE}" in difference_text(found)


STOPPED = (change("stop-mission", mission="m", reason="merged"), "2021-03-01")
RESUMED = (change("resume-mission", mission="m"), "2022-01-01")


def test_what_ended_and_came_back_between_two_days_lives_again_and_its_first_life_is_not_forgotten() -> None:
    world = World()
    world.decide("CM-2", STOPPED)
    last = world.decide("CM-3", RESUMED)
    found = world.differences(("2020-06-01", last), ("2023-01-01", last))
    told = {one.attribute: difference_text(one) for one in found}
    assert told["lives"] == ("mission m: lives: 2020 to 2021-03-01, 2022-01-01 on (were: 2020 to 2021-03-01)") and set(
        told
    ) <= {"lives", "status"}
    (again,) = [one for one in world.differences(("2021-06-01", last), ("2023-01-01", last)) if one.attribute == LIFE]
    assert difference_text(again).startswith("mission m: lives again, after 2020 to 2021-03-01 (")


@pytest.mark.parametrize(
    ("said", "how"),
    [
        (change("strike", target="mission:m@3", because="A slip."), "was struck"),
        (
            change("correct", target="mission:m@3", new_effective="2024-01-01", because="Misread."),
            "was moved to 2024-01-01",
        ),
        (change("rescind-decision", decision={"authority": "Council", "reference": "CM-2"}), "was rescinded"),
    ],
)
def test_what_lives_because_its_end_no_longer_holds_is_told_so(said: Any, how: str) -> None:
    world = World()
    first = world.decide("CM-2", STOPPED)
    effective = "2021-01-01" if said.NAME == "rescind-decision" else None
    last = world.decide("CM-3", (said, effective))
    (found,) = world.differences(("2023-01-01", first), ("2023-01-01", last))
    assert difference_text(found) == f"mission m: still live: its end on 2021-03-01 {how}"
    assert found.lives is not None and [len(one) for one in found.lives] == [1, 1]


def test_what_does_not_live_because_its_beginning_was_struck_never_lived() -> None:
    world = World()
    first = world.decide("CM-2", (change("establish-cluster", cluster="b", title="Other"), "2021-02"))
    last = world.decide("CM-3", (change("strike", target="cluster:b@1", because="A slip."), None))
    (found,) = world.differences(("2023-01-01", first), ("2023-01-01", last))
    assert difference_text(found) == "cluster b: never lived: its beginning on 2021-02 was struck"
