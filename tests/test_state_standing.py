"""How an event stands after what a later entry of the record says of it."""

from __future__ import annotations

import pytest

from ledger.events.changes.cluster import EstablishCluster
from ledger.events.changes.record import Correct, PostponeDecision, RescindDecision, Strike
from ledger.state.standing import Act, Standing, entered, replayed

SAID = EstablishCluster(cluster="care", title="Care")
STANDS = Standing("stands", SAID, "2026-04-01", 2)
INFERRED = STANDS._replace(basis="inferred")


def corrected(now: Standing, *, moves: bool = True, **what: object) -> Standing:
    entry = Correct.model_validate({"target": "cluster:care@1", "because": "A slip.", **what})
    return entered(now, entry, stands_in=False, moves=moves)


@pytest.mark.parametrize(
    ("before", "what", "effective", "basis"),
    [
        (INFERRED, {"new_effective": "2025-01-01"}, "2025-01-01", None),
        (STANDS, {"new_effective_basis": "inferred"}, "2026-04-01", "inferred"),
        (INFERRED, {"new_effective_basis": "stated"}, "2026-04-01", None),
        (STANDS, {"new_effective": "2025", "new_effective_basis": "inferred"}, "2025", "inferred"),
        (INFERRED, {"data": {"title": "Care at home"}}, "2026-04-01", "inferred"),
    ],
    ids=["a date is stated", "it was inferred", "it was stated", "an inferred date", "nothing of the date"],
)
def test_a_correction_says_the_date_and_whether_it_is_stated(
    before: Standing, what: dict[str, object], effective: str, basis: str | None
) -> None:
    now = corrected(before, **what)
    assert (now.status, now.effective, now.basis, now.order) == ("stands", effective, basis, 2)


def test_the_date_of_another_is_not_moved() -> None:
    for before, moves in ((INFERRED, False), (INFERRED._replace(effective=None), True)):
        assert corrected(before, moves=moves, new_effective="2025", new_effective_basis="stated") == before


def test_a_correction_replaces_the_fields_that_it_names() -> None:
    now = corrected(STANDS, data={"title": "Care at home"})
    assert now == STANDS._replace(change=EstablishCluster(cluster="care", title="Care at home"))
    assert corrected(now, data={"title": 7}) == now, "what cannot be is passed over"


def test_an_event_is_struck_or_replaced_once() -> None:
    strike = Strike(target="cluster:care@1", because="A slip.")
    struck = entered(STANDS, strike, stands_in=False, moves=True)
    assert (struck.status, struck.has_fallen, STANDS.has_fallen) == ("struck", True, False)
    assert entered(STANDS, SAID, stands_in=True, moves=True).status == "replaced"
    assert entered(struck, SAID, stands_in=True, moves=True) == struck
    assert entered(STANDS, SAID, stands_in=False, moves=True) == STANDS


NAMED = {"authority": "Council of Ministers", "reference": "F"}
RESCIND = RescindDecision.model_validate({"decision": NAMED})
POSTPONE = PostponeDecision.model_validate({"decision": NAMED, "new_effective": "2027-01-01"})


def test_acts_come_by_their_days_and_each_has_its_turn_even_upon_what_has_fallen() -> None:
    acts = [Act(30, 5, POSTPONE), Act(20, 6, RESCIND), Act(10, 7, POSTPONE), Act(30, 4, RESCIND)]
    course = replayed(STANDS, acts, moves=True)
    found = [(turn.act.position, turn.before.status, turn.before.effective) for turn in course.turns]
    moved = "2027-01-01"
    fallen = [(position, "rescinded", moved) for position in (4, 5)]
    assert found == [(7, "stands", "2026-04-01"), (6, "stands", moved), *fallen]
    assert (course.standing.status, course.standing.effective) == ("rescinded", moved)
    assert replayed(STANDS, acts[2:3], moves=False).standing == STANDS
