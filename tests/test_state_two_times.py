"""The traps of two times, each by its name: what every register that keeps one time only gets wrong."""

from __future__ import annotations

from typing import Any

import pytest
from support.histories import Recording
from support.small_world import change, constitution

from ledger.state.record import Fact
from ledger.state.thing import Thing
from ledger.timeline import FOREVER, UNSTATED, day_of


class Told(Recording):
    """A record of decisions about the cluster `a` and its mission `m`, told one change at a time."""

    def __init__(self, established: str = "2020-01-01") -> None:
        super().__init__()
        self.decide(reference="constitution")
        self.say(constitution(), "..")
        self.change("establish-cluster", established, cluster="a", title="Care")

    def change(self, name: str, effective: str | None = None, corrects: str | None = None, **fields: Any) -> Fact:
        """Record a decision of one change."""
        self.decide()
        return self.say(change(name, **fields), effective, corrects)

    def retitle(self, title: str, effective: str, corrects: str | None = None) -> Fact:
        return self.change("retitle-cluster", effective, corrects, cluster="a", title=title)

    def strike(self, target: Fact) -> Fact:
        return self.change("strike", target=target.id, because="A slip.")

    def correct(self, target: Fact, **said: Any) -> Fact:
        return self.change("correct", target=target.id, because="A slip.", **said)

    def thing(self, id_: str, known: Fact | None = None) -> Thing:
        """The thing as known once an event was recorded; now, where none is given."""
        found = self.history().state(known.position if known else None).thing(id_)
        assert found is not None
        return found

    def title(self, day: str, known: Fact | None = None) -> Any:
        return self.thing("a", known).value("title", day_of(day))


def name_of(fact: Fact) -> dict[str, str]:
    return {"authority": "Council of Ministers", "reference": fact.decision.split('"')[3]}


# Late and early


def test_a_late_backdated_decision_keeps_the_later_one() -> None:
    told = Told()
    told.retitle("Missions for care", "2021-01-01")
    told.retitle("Care and work", "2020-06-01")
    assert told.title("2020-05-31") == "Care"
    assert told.title("2020-06-01") == told.title("2020-12-31") == "Care and work"
    assert told.title("2021-01-01") == told.title("2030-01-01") == "Missions for care"


def test_before_a_late_decision_was_recorded_its_effect_was_not_known() -> None:
    told = Told()
    before = told.retitle("Missions for care", "2021-01-01")
    told.retitle("Care and work", "2020-06-01")
    assert told.title("2020-07-01", known=before) == "Care"


def test_of_two_decisions_for_the_same_day_the_later_recorded_holds() -> None:
    told = Told()
    told.retitle("First", "2021-01-01")
    told.retitle("Second", "2021-01-01")
    assert told.title("2021-01-01") == "Second"


def test_changes_of_one_decision_for_the_same_day_apply_in_order() -> None:
    told = Told()
    told.decide()
    for title in ("First", "Second", "Third"):
        told.say(change("retitle-cluster", cluster="a", title=title), "2021-01-01")
    assert told.title("2021-01-01") == "Third"


def test_a_thing_begun_and_ended_on_one_day_is_never_live_and_what_is_said_of_it_is_without_effect() -> None:
    told = Told()
    said = [
        told.change("launch-mission", "2021", mission="m", title="Sleep"),
        told.change("retitle-mission", "2021", mission="m", title="Sleep well"),
        told.change("stop-mission", "2021", mission="m"),
    ]
    mission = told.thing("m")
    assert mission.lives == ()
    assert mission.value("title", day_of("2021")) is None
    assert said[1].position in mission.without_effect()


def test_a_mission_ended_and_resumed_on_one_day_goes_on_without_a_gap() -> None:
    told = Told()
    told.change("launch-mission", "2020", mission="m", title="Sleep")
    told.change("complete-mission", "2021", mission="m")
    told.change("resume-mission", "2021", mission="m")
    mission = told.thing("m")
    assert all(mission.live_at(day_of(day)) for day in ("2020-12-31", "2021-01-01", "2022-01-01"))
    assert mission.value("title", day_of("2022-01-01")) == "Sleep"


def test_a_mission_that_lives_again_keeps_what_it_held() -> None:
    told = Told()
    told.change("launch-mission", "2020", mission="m", title="Sleep")
    told.change("add-mission", "2020", mission="m", segments=["a/x"])
    told.change("complete-mission", "2021", mission="m")
    told.change("resume-mission", "2022", mission="m")
    mission = told.thing("m")
    spans = [(span.start, span.end, span.value) for span in mission.spans("segments:a/x")]
    ended, resumed = day_of("2021"), day_of("2022")
    assert spans == [(day_of("2020"), ended, "full"), (resumed, FOREVER, "full")]
    assert mission.value("segments:a/x", ended) is None


def test_a_paused_mission_is_live_and_its_status_says_so_until_it_is_resumed() -> None:
    told = Told()
    told.change("launch-mission", "2020", mission="m", title="Sleep")
    told.change("pause-mission", "2021", mission="m")
    told.change("resume-mission", "2022", mission="m")
    mission = told.thing("m")
    assert [mission.value("status", day_of(day)) for day in ("2020-06", "2021-06", "2022-06")] == [
        None,
        "paused",
        "active",
    ]
    assert mission.live_at(day_of("2021-06"))


def test_a_future_decision_is_known_at_once_and_so_only_on_its_day() -> None:
    told = Told()
    told.retitle("Care in 2099", "2099-01-01")
    assert told.title("2098-12-31") == "Care"
    assert told.title("2099-01-01") == "Care in 2099"


def test_an_affiliation_is_bounded_by_the_life_of_its_mission_and_not_of_its_segment() -> None:
    told = Told()
    told.change("add-segment", "2020", segment="a/x", title="Homes")
    told.change("launch-mission", "2020", mission="m", title="Sleep")
    told.change("add-mission", "2020", mission="m", segments=["a/x"])
    told.change("retire-segment", "2021", segment="a/x")
    told.change("complete-mission", "2022", mission="m")
    [span] = told.thing("m").spans("segments:a/x")
    assert (span.start, span.end) == (day_of("2020"), day_of("2022"))


def test_dissolving_a_cluster_ends_only_the_cluster() -> None:
    told = Told()
    told.change("add-segment", "2020", segment="a/x", title="Homes")
    told.change("dissolve-cluster", "2021", cluster="a")
    assert not told.thing("a").live_at(day_of("2021"))
    assert told.thing("a/x").live_at(day_of("2021"))


# Partial and unknown dates


@pytest.mark.parametrize(("stated", "first"), [("2021", "2021-01-01"), ("2021-04", "2021-04-01")])
def test_a_date_of_reduced_precision_counts_from_its_first_day_and_stays_as_it_was_given(
    stated: str, first: str
) -> None:
    told = Told()
    told.retitle("Missions for care", stated)
    before = day_of(first) - 1
    assert told.thing("a").value("title", before) == "Care"
    [_, span] = told.thing("a").spans("title")
    assert (span.start, span.stated) == (day_of(first), stated)


def test_dates_are_compared_as_dates_and_not_as_strings() -> None:
    """As strings, `2021` comes before `2021-01-01`, of which it is the same day."""
    told = Told()
    told.retitle("First", "2021-01-01")
    told.retitle("Second", "2021")
    assert told.title("2021-01-01") == "Second"
    told.retitle("Third", "2021-01")
    assert told.title("2021-01-01") == "Third"


def test_what_began_on_an_unknown_day_is_so_on_every_day_before_the_first_that_is_known() -> None:
    told = Told(established="..")
    told.retitle("Missions for care", "2020")
    assert told.title("0001-01-01") == "Care"
    assert told.thing("a").lives[0].start == UNSTATED
    assert told.thing("a").lives[0].stated == ".."
    assert told.title("2020-01-01") == "Missions for care"


# Corrections


def test_a_correction_leaves_what_was_known_before_it_answerable() -> None:
    told = Told()
    wrong = told.retitle("Misions for care", "2021-01-01")
    told.correct(wrong, data={"title": "Missions for care"})
    assert told.title("2021-01-01") == "Missions for care"
    assert told.title("2021-01-01", known=wrong) == "Misions for care"


def test_a_corrected_date_moves_the_change_and_leaves_the_old_date_answerable() -> None:
    told = Told()
    wrong = told.retitle("Missions for care", "2021-06-02")
    told.correct(wrong, new_effective="2021-05-02")
    assert (told.title("2021-05-02"), told.title("2021-05-02", known=wrong)) == ("Missions for care", "Care")
    told.correct(wrong, new_effective="2021-07")
    assert told.title("2021-06-30") == "Care"


def test_a_corrected_event_keeps_its_place_in_the_order_of_recording() -> None:
    told = Told()
    first = told.retitle("First", "2021-01-01")
    told.retitle("Second", "2021-01-01")
    told.correct(first, data={"title": "First, spelt right"})
    assert told.title("2021-01-01") == "Second"


def test_corrections_merge_field_by_field_in_order() -> None:
    told = Told()
    launched = told.change("launch-mission", "2020", mission="m", title="Sleep", lead="Health")
    told.correct(launched, data={"title": "Slep well"})
    told.correct(launched, data={"lead": "Care"})
    told.correct(launched, data={"title": "Sleep well"})
    mission, day = told.thing("m"), day_of("2020")
    assert (mission.value("title", day), mission.value("lead", day)) == ("Sleep well", "Care")


def test_a_struck_correction_gives_back_what_was_said() -> None:
    told = Told()
    said = told.retitle("Missions for care", "2021-01-01")
    correction = told.correct(said, data={"title": "Misions for care"}, new_effective="2022")
    told.strike(correction)
    assert told.title("2021-01-01") == "Missions for care"


def test_a_corrected_correction_says_what_it_was_corrected_to() -> None:
    told = Told()
    said = told.retitle("Mission for care", "2021-01-01")
    correction = told.correct(said, data={"title": "Misions for care"})
    told.correct(correction, data={"data": {"title": "Missions for care"}})
    assert told.title("2021-01-01") == "Missions for care"


def test_a_correction_that_cannot_be_changes_nothing_and_breaks_nothing() -> None:
    """The rules refuse it; a ledger that holds one all the same can still be read."""
    told = Told()
    said = told.retitle("Missions for care", "2021-01-01")
    told.correct(said, data={"nonsense": "x"})
    assert told.title("2021-01-01") == "Missions for care"


def test_an_event_that_names_itself_speaks_of_nothing() -> None:
    told = Told()
    told.change("strike", target="cluster:a@2", because="It will be this one.")
    told.retitle("Missions for care", "2021-01-01", corrects="cluster:a@3")
    assert told.title("2021-01-01") == "Missions for care"


# Strikes


def test_what_was_said_under_a_struck_beginning_is_without_effect_until_the_strike_is_struck() -> None:
    told = Told()
    launched = told.change("launch-mission", "2020", mission="m", title="Sleep")
    added = told.change("add-mission", "2020", mission="m", segments=["a/x"])
    retitled = told.change("retitle-mission", "2021", mission="m", title="Sleep well")
    strike = told.strike(launched)
    mission = told.thing("m")
    assert mission.lives == ()
    assert mission.without_effect() == {added.position, retitled.position}
    told.strike(strike)
    mission = told.thing("m")
    assert mission.value("title", day_of("2020-06")) == "Sleep"
    assert mission.value("title", day_of("2021-06")) == "Sleep well"
    assert mission.value("segments:a/x", day_of("2021-06")) == "full"
    assert mission.without_effect() == frozenset()


def test_striking_an_end_lets_the_thing_live_on() -> None:
    told = Told()
    dissolved = told.change("dissolve-cluster", "2021", cluster="a")
    assert not told.thing("a").live_at(day_of("2021-06"))
    told.strike(dissolved)
    assert told.thing("a").live_at(day_of("2021-06"))


def test_striking_a_decision_strikes_each_of_its_events() -> None:
    told = Told()
    told.decide(reference="CM-7")
    for title, day in (("First", "2021"), ("Second", "2022")):
        told.say(change("retitle-cluster", cluster="a", title=title), day)
    named = {"authority": "Council of Ministers", "reference": "CM-7"}
    told.change("strike", target=named, because="A draft.")
    assert {told.title(day) for day in ("2021", "2022")} == {"Care"}


def test_what_was_known_before_a_strike_stays_answerable() -> None:
    told = Told()
    said = told.retitle("Missions for care", "2021")
    told.strike(said)
    assert (told.title("2021", known=said), told.title("2021")) == ("Missions for care", "Care")


# Standing in the place of another


def test_a_stand_in_keeps_the_place_of_what_it_corrects() -> None:
    told = Told()
    first = told.retitle("First", "2021-01-01")
    told.retitle("Second", "2021-01-01")
    told.retitle("First, spelt right", "2021-01-01", corrects=first.id)
    assert told.title("2021-01-01") == "Second"


def test_the_stand_in_of_a_stand_in_keeps_the_first_place() -> None:
    told = Told()
    first = told.retitle("First", "2021-01-01")
    told.retitle("Second", "2021-01-01")
    again = told.retitle("Frst", "2021-01-01", corrects=first.id)
    told.retitle("The first", "2021-01-01", corrects=again.id)
    assert told.title("2021-01-01") == "Second"
    assert "First" not in [span.value for span in told.thing("a").spans("title")]


def test_what_was_replaced_stands_again_when_the_stand_in_is_struck() -> None:
    told = Told()
    first = told.retitle("First", "2021")
    stand_in = told.retitle("Instead", "2021", corrects=first.id)
    assert told.title("2021") == "Instead"
    told.strike(stand_in)
    assert told.title("2021") == "First"


def test_what_was_replaced_stays_so_while_its_stand_in_is_itself_replaced() -> None:
    told = Told()
    first = told.retitle("First", "2021")
    stand_in = told.retitle("Instead", "2021", corrects=first.id)
    told.retitle("Later", "2022", corrects=stand_in.id)
    assert (told.title("2021"), told.title("2022")) == ("Care", "Later")


@pytest.mark.parametrize("replaced_first", [True, False])
@pytest.mark.parametrize("how", ["strike", "rescind"])
def test_what_was_replaced_stands_again_when_the_stand_in_is_taken_back_in_whatever_order(
    how: str, replaced_first: bool
) -> None:
    told = Told()
    first = told.retitle("First", "2021")
    stand_in = told.retitle("Instead", "2021", corrects=first.id)

    def take_back() -> None:
        if how == "strike":
            told.strike(stand_in)
        else:
            told.change("rescind-decision", "2020-02", decision=name_of(stand_in))

    if not replaced_first:
        take_back()
    told.retitle("Later", "2022", corrects=stand_in.id)
    if replaced_first:
        take_back()
    assert (told.title("2021"), told.title("2022")) == ("First", "Later")


# Postponing and rescinding


def test_a_postponed_decision_takes_effect_on_its_new_day() -> None:
    told = Told()
    said = told.retitle("Missions for care", "2030")
    told.change("postpone-decision", "2020-02", decision=name_of(said), new_effective="2031-07")
    assert (told.title("2031-06-30"), told.title("2031-07-01")) == ("Care", "Missions for care")
    assert told.title("2030", known=said) == "Missions for care"


def test_a_rescinded_decision_never_takes_effect_until_its_rescission_is_struck() -> None:
    told = Told()
    said = told.retitle("Missions for care", "2030")
    rescission = told.change("rescind-decision", "2020-02", decision=name_of(said))
    assert told.title("2040") == "Care"
    told.strike(rescission)
    assert told.title("2040") == "Missions for care"


def test_a_postponement_sets_the_date_whenever_the_one_that_it_moved_is_corrected() -> None:
    told = Told()
    said = told.retitle("Missions for care", "2030")
    told.change("postpone-decision", "2020-02", decision=name_of(said), new_effective="2031")
    told.correct(said, new_effective="2029")
    assert (told.title("2030-12-31"), told.title("2031")) == ("Care", "Missions for care")
    told.change("postpone-decision", "2020-03", decision=name_of(said), new_effective="2032")
    assert told.title("2031-12-31") == "Care"
