"""Acts upon a decision: replayed in the order of their effective dates, and judged when they are recorded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.governing import AUTHORITY, decide, document, event_id, governed, judged, rules, value

from ledger.application import Ledger
from ledger.timeline import day_of
from projections.answers.notices import notices
from projections.views.read_model import Views

RETITLE = {"change": "retitle-cluster", "cluster": "care", "title": "Caring"}


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with governed(tmp_path) as found:
        yield found


def postpone(reference: str, new: str) -> dict[str, Any]:
    name = {"authority": AUTHORITY, "reference": reference}
    return {"change": "postpone-decision", "decision": name, "new_effective": new}


def rescind(reference: str) -> dict[str, Any]:
    return {"change": "rescind-decision", "decision": {"authority": AUTHORITY, "reference": reference}}


def title(ledger: Ledger, day: str) -> Any:
    return value(ledger, "care", "title", day)


def without_effect(ledger: Ledger) -> list[str]:
    """The references of the decisions that hold a void act, as the fold sees it."""
    ledger.judging.catch_up()
    ledger.judging.state.load(ledger.judging.state.acted_upon())
    government = ledger.judging.state.thing("government")
    assert government is not None
    found = [ledger.at(position) for position in sorted(government.void)]
    return [one.event.decision.reference for one in found if one is not None]


class TestPostponementsRecordedOutOfOrder:
    """F takes effect on 2027-06-01; what moves it from 2026-10-01 is recorded before what moves it from 2026-03-01."""

    @pytest.mark.parametrize(("first", "from_"), [("2028-01-01", "2028-01-01"), ("2027-08-01", "2027-08-01")])
    def test_the_act_that_takes_effect_last_has_the_last_word(self, ledger: Ledger, first: str, from_: str) -> None:
        decide(ledger, RETITLE, effective="2027-06-01", reference="F")
        decide(ledger, postpone("F", first), effective="2026-10-01", reference="A")
        decide(ledger, postpone("F", "2027-09-01"), effective="2026-03-01", reference="B")
        assert title(ledger, "2027-10-01") == ("Care" if first == "2028-01-01" else "Caring")
        before = {"2028-01-01": "2027-12-31", "2027-08-01": "2027-07-31"}[first]
        assert (title(ledger, before), title(ledger, from_)) == ("Care", "Caring")

    def test_an_act_upon_what_was_rescinded_before_it_takes_effect_is_without_effect(
        self, ledger: Ledger, tmp_path: Path
    ) -> None:
        decide(ledger, RETITLE, effective="2027-06-01", reference="F")
        later = decide(ledger, postpone("F", "2028"), effective="2026-10-01", reference="A")
        accepted = [{"rule": "events-left-without-effect", "on": "government", "because": "It falls with F."}]
        assert rules(ledger, rescind("F"), effective="2026-03-01") == ["events-left-without-effect"]
        decide(ledger, rescind("F"), effective="2026-03-01", reference="B", accept=accepted)
        assert title(ledger, "2030") == "Care"
        assert without_effect(ledger) == ["A"]
        with Views(ledger, tmp_path) as views:
            found = notices(views, day_of("2027"), ledger.head().position)
            [void] = [one for one in found if one.rule == "without-effect"]
            assert (void.position, void.decision) == (later.positions[0], "A")
            assert "on 2026-10-01 the decision that it names no longer stands" in void.found
            assert list(views.check()) == []
        strike = {"change": "strike", "target": event_id(ledger, later), "because": "It is void."}
        decide(ledger, strike, reference="C")
        assert without_effect(ledger) == []

    def test_an_act_upon_what_was_struck_is_without_effect(self, ledger: Ledger) -> None:
        struck = decide(ledger, RETITLE, effective="2027-06-01", reference="F")
        decide(ledger, postpone("F", "2028"), effective="2026-10-01", reference="A")
        strike = {"change": "strike", "target": event_id(ledger, struck), "because": "A slip."}
        accepted = [{"rule": "events-left-without-effect", "on": "government", "because": "It falls with F."}]
        receipt = decide(ledger, strike, reference="B", accept=accepted)
        assert without_effect(ledger) == ["A"]
        decide(ledger, {**strike, "target": event_id(ledger, receipt)}, reference="C")
        assert without_effect(ledger) == []
        assert title(ledger, "2028") == "Caring"

    def test_a_rescission_that_is_rescinded_before_it_takes_effect_takes_nothing_back(self, ledger: Ledger) -> None:
        decide(ledger, RETITLE, effective="2027-06-01", reference="F")
        decide(ledger, rescind("F"), effective="2027-01-01", reference="A")
        decide(ledger, rescind("A"), effective="2026-12-01", reference="B")
        assert title(ledger, "2027-06-01") == "Caring"
        decide(ledger, rescind("B"), effective="2026-11-01", reference="C")
        assert title(ledger, "2030") == "Care"

    def test_an_act_may_find_standing_what_a_later_act_takes_back(self, ledger: Ledger) -> None:
        decide(ledger, RETITLE, effective="2027-06-01", reference="F")
        decide(ledger, rescind("F"), effective="2027-01-01", reference="A")
        assert rules(ledger, postpone("F", "2028"), effective="2026-12-01") == []
        assert rules(ledger, postpone("F", "2028"), effective="2027-01-02") == ["target-not-standing"]


class TestRescheduledIntoThePast:
    RULE = "rescheduled-into-the-past"

    def test_speaks_of_a_day_before_that_of_the_act(self, ledger: Ledger) -> None:
        decide(ledger, RETITLE, effective="2030", reference="F")
        assert rules(ledger, postpone("F", "2021-01-01"), effective="2026-04-01") == [self.RULE]
        assert rules(ledger, postpone("F", "2026-03-31"), effective="2026-04-01") == [self.RULE]

    def test_silent_from_the_day_of_the_act_on(self, ledger: Ledger) -> None:
        decide(ledger, RETITLE, effective="2030", reference="F")
        assert rules(ledger, postpone("F", "2026-04-01"), effective="2026-04-01") == []


class TestBroughtForward:
    RULE = "brought-forward"

    def test_speaks_of_an_earlier_day_and_is_not_in_the_way(self, ledger: Ledger) -> None:
        decide(ledger, RETITLE, effective="2030", reference="F")
        plan = ledger.plan(document(postpone("F", "2027"), effective="2026-04-01", reference="A"))
        assert [notice.rule for notice in plan.notices if notice.rule == self.RULE] == [self.RULE]
        assert not plan.refused
        receipt = decide(ledger, postpone("F", "2027"), effective="2026-04-01", reference="A")
        assert self.RULE in [notice.rule for notice in receipt.notices]
        assert title(ledger, "2027") == "Caring"

    def test_speaks_in_the_list_of_notices_while_the_act_stands(self, ledger: Ledger, tmp_path: Path) -> None:
        decide(ledger, RETITLE, effective="2030", reference="F")
        act = decide(ledger, postpone("F", "2027"), effective="2026-04-01", reference="A")
        strike = {"change": "strike", "target": event_id(ledger, act), "because": "A slip."}
        struck = decide(ledger, strike, reference="B")
        with Views(ledger, tmp_path) as views:
            for day, known, count in (
                ("2026-04-01", act, 1),
                ("2026-03-31", act, 0),
                ("2030", act, 1),
                ("2030", struck, 0),
            ):
                found = [one for one in notices(views, day_of(day), known.positions[-1]) if one.rule == self.RULE]
                assert len(found) == count
                assert all(one.found == "Decision F is brought forward from 2030 to 2027." for one in found)

    def test_silent_of_a_later_day(self, ledger: Ledger) -> None:
        decide(ledger, RETITLE, effective="2030", reference="F")
        receipt = decide(ledger, postpone("F", "2031"), effective="2026-04-01", reference="A")
        assert self.RULE not in [notice.rule for notice in receipt.notices]


def test_to_give_a_decision_the_day_that_it_has_changes_nothing(ledger: Ledger) -> None:
    decide(ledger, RETITLE, effective="2030", reference="F")
    assert rules(ledger, postpone("F", "2030-01-01"), effective="2026-04-01") == ["changes-nothing"]


def test_what_an_act_may_be_is_judged_on_what_it_finds_at_its_turn(ledger: Ledger) -> None:
    decide(ledger, RETITLE, effective="2027-06-01", reference="F")
    decide(ledger, postpone("F", "2028"), effective="2026-10-01", reference="A")
    assert rules(ledger, postpone("F", "2029"), effective="2027-07-01") == []
    assert rules(ledger, postpone("F", "2028"), effective="2026-05-01") == []
    assert rules(ledger, postpone("F", "2028"), effective="2026-11-01") == ["changes-nothing"]


def test_where_a_postponement_sets_the_date_a_correction_of_it_changes_nothing(ledger: Ledger) -> None:
    decision = decide(ledger, RETITLE, effective="2027-06-01", reference="F")
    act = decide(ledger, postpone("F", "2028"), effective="2026-10-01", reference="A")
    for target in ({"authority": AUTHORITY, "reference": "F"}, event_id(ledger, decision)):
        correct = {"change": "correct", "target": target, "new_effective": "2027-07-01", "because": "The minute."}
        [refused] = judged(ledger, correct)
        assert (refused.rule, refused.position) == ("changes-nothing", act.positions[0])
        assert f"p{act.positions[0]}" in refused.found


class TestFirstEvent:
    RULE = "first-event"

    @pytest.mark.parametrize("target", ["government@1", "p1", {"authority": "Illyria", "reference": "constitution"}])
    def test_speaks_of_a_correction_and_a_strike(self, ledger: Ledger, target: Any) -> None:
        about = {"target": target, "because": "A slip."}
        assert rules(ledger, {"change": "correct", "data": {"timezone": "Not/AZone"}, **about}) == [self.RULE]
        assert rules(ledger, {"change": "correct", "new_effective": "2020", **about}) == [self.RULE]
        assert rules(ledger, {"change": "strike", **about}) == [self.RULE]

    def test_speaks_of_what_would_stand_in_its_place(self, ledger: Ledger) -> None:
        instead = {"change": "rename-government", "title": "X", "corrects": "government@1"}
        assert rules(ledger, instead) == [self.RULE]

    def test_silent_of_any_other(self, ledger: Ledger) -> None:
        assert (
            rules(ledger, {"change": "strike", "target": event_id(ledger, decide(ledger, RETITLE)), "because": "X"})
            == []
        )
