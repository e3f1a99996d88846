"""The small world of generated histories: its ids, its dates that collide, its changes and how to draw them.

Two clusters, three segments, two missions, two mandates and a signal. Not every change is one that the rules
would let in: the fold never fails.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import strategies as st

from ledger.events.change import Change
from ledger.events.registry import BY_NAME

CLUSTERS, SEGMENTS, MISSIONS = ("a", "b"), ("a/x", "a/y", "b/z"), ("m", "n")
MANDATES, SIGNALS = ("a/do", "government/do"), ("s",)
DATES = ("2021-01-01", "2020-01-01", "2020", "2020-06", "2021-06-15", "2022-01-01", "2022", "2023-03")
SETS = ("[2020-06..2021-06-15]", "[..2022]", "[2021..2021-02]")  # one of these days
OPENING_DATES = ("2020-01-01", "..", "2020", "2019-06", "2021-01-01")
TITLES = ("Care", "Health", "=1+1", "Données, «citées»", 'a "quoted" word')
# The public keys of RFC 8032, 7.1, tests 1 and 2.
VKEYS = (
    "illyria.example+3739bf70+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea",
    "illyria.example+b1f52cb8+AT1AF8PoQ4lakrcKp00bfrycmCzPLsSWjMDNVfEq9GYM",
)
LEDGER_ID = "0123456789abcdef0123456789abcdef"

Fields = dict[str, st.SearchStrategy[Any]]
Draw = Callable[..., Any]

_segment_ids = st.lists(st.sampled_from(SEGMENTS), min_size=1, max_size=2, unique=True).map(tuple)
_title, _cluster, _segment = st.sampled_from(TITLES), st.sampled_from(CLUSTERS), st.sampled_from(SEGMENTS)
_mission, _mandate, DATE = st.sampled_from(MISSIONS), st.sampled_from(MANDATES), st.sampled_from(DATES)
_thing = st.sampled_from((*CLUSTERS, *MISSIONS, "a/x", "government"))
_other_segments = st.sampled_from(SEGMENTS).map(lambda id_: (id_,))
_field = st.sampled_from(("law", "data"))
_maybe_title = st.none() | _title
_keys = st.sampled_from(({"lei": "1"}, {"lei": "2"}, {"lei": ""}, {"lei": "3", "gln": "9"}))
_holder = st.sampled_from((None, {"commitment": "sha256:" + "ab" * 32}))
_sectors = st.sampled_from((None, ("07.1",), ("07.1", "10.2")))

BEGIN: dict[str, Fields] = {
    "establish-cluster": {"cluster": _cluster, "title": _title, "purpose": _maybe_title},
    "add-segment": {"segment": _segment, "title": _title, "scope": _maybe_title, "sectors": _sectors},
    "launch-mission": {
        "mission": _mission,
        "title": _title,
        "lead": _maybe_title,
        "horizon_on": st.none() | DATE,
    },
    "issue-mandate": {"mandate": _mandate, "text": _title},
    "observe-signal": {
        "signal": st.sampled_from(SIGNALS),
        "kind": st.sampled_from(("need", "trend")),
        "description": _title,
        "concerns": st.sampled_from((None, ("a",), ("a/x", "m"))),
    },
}
ALTER: dict[str, Fields] = {
    "rename-government": {"title": _title},
    "retitle-cluster": {"cluster": _cluster, "title": _title},
    "add-mission": {
        "mission": _mission,
        "segments": _segment_ids,
        "extent": st.sampled_from(("full", "partial")),
    },
    "realign-mission": {
        "mission": _mission,
        "from": _segment_ids,
        "to": _segment_ids,
        "extent": st.sampled_from((None, None, "partial")),
    },
    "remove-mission": {"mission": _mission, "segments": _segment_ids},
    "retitle-segment": {"segment": _segment, "title": _title},
    "rescope-segment": {"segment": _segment, "scope": _maybe_title, "sectors": _sectors},
    "transfer-segment": {"segment": _segment, "to": _cluster},
    "retitle-mission": {"mission": _mission, "title": _title},
    "rescope-mission": {"mission": _mission, "lead": _maybe_title, "sectors": _sectors},
    "reschedule-mission": {"mission": _mission, "horizon_on": DATE},
    "reword-mission": {"mission": _mission, "statement": _title},
    "repurpose-cluster": {"cluster": _cluster, "purpose": _title},
    "relate-segments": {"segment": _segment, "other": _segment, "relation": _maybe_title},
    "unrelate-segments": {"segment": _segment, "other": _segment},
    "relate-missions": {"mission": _mission, "other": _mission, "note": _maybe_title},
    "unrelate-missions": {"mission": _mission, "other": _mission},
    "assign-mandate": {
        "mandate": _mandate,
        "segments": st.none() | _segment_ids,
        "missions": st.sampled_from((None, ("m",), ("m", "n"))),
    },
    "revise-mandate": {"mandate": _mandate, "text": _title},
    "nest-cluster": {"cluster": _cluster, "within": _cluster},
    "unnest-cluster": {"cluster": _cluster, "within": _cluster},
    "offer-expertise": {"cluster": _cluster, "field": _field},
    "withdraw-expertise": {"cluster": _cluster, "field": _field},
    "draw-expertise": {"mission": _mission, "cluster": _cluster, "field": _field},
    "release-expertise": {"mission": _mission, "cluster": _cluster, "field": _field},
    "appoint-leader": {"of": _thing, "office": st.sampled_from(("Minister", "Chair")), "holder": _holder},
    "release-leader": {"of": _thing, "office": st.sampled_from(("Minister", "Chair"))},
    "identify": {"of": _thing, "identifiers": _keys},
    "state-name": {
        "of": _thing,
        "name": st.sampled_from(("Bien-être", "WB")),
        "use": st.sampled_from((None, "former")),
        "language": st.sampled_from((None, "fr")),
    },
    "withdraw-name": {"of": _thing, "name": st.sampled_from(("Bien-être", "WB"))},
    "review-matrix": {
        "cluster": st.none() | _cluster,
        "conclusion": _maybe_title,
        "next_review_on": st.none() | DATE,
    },
    "discontinue-review": {"cluster": st.none() | _cluster},
    "publish-key": {"key": st.sampled_from(VKEYS)},
    "retire-key": {
        "key": st.sampled_from((VKEYS[0], *(key[:24] for key in VKEYS))),
        "since": st.sampled_from((None, "2021", "2020-06-01T12:00:00Z")),
    },
    "adopt-settings": {
        "late_after_days": st.sampled_from((10, 60)),
        "minimum_horizon_days": st.sampled_from((None, 1)),
        "publisher": st.none() | _title,
    },
}
END: dict[str, Fields] = {
    "dissolve-cluster": {"cluster": _cluster, "reason": st.sampled_from((None, "merged"))},
    "retire-segment": {"segment": _segment, "successors": st.none() | _segment_ids},
    "pause-mission": {"mission": _mission},
    "resume-mission": {"mission": _mission},
    "reestablish-cluster": {"cluster": _cluster, "title": _maybe_title},
    "reinstate-segment": {"segment": _segment, "title": _maybe_title},
    "complete-mission": {"mission": _mission, "reason": st.sampled_from((None, "completed"))},
    "stop-mission": {"mission": _mission},
    "discharge-mandate": {"mandate": _mandate},
    "revoke-mandate": {"mandate": _mandate},
    "close-signal": {"signal": st.sampled_from(SIGNALS)},
}
# What gives an id of the world to a thing of another kind, and speaks of it as of that kind.
CLASHES: dict[str, Fields] = {
    "launch-mission": {"mission": st.just("b"), "title": _title},
    "retitle-mission": {"mission": st.just("b"), "title": _title},
    "stop-mission": {"mission": st.just("b")},
    "establish-cluster": {"cluster": st.just("n"), "title": _title},
    "retitle-cluster": {"cluster": st.just("n"), "title": _title},
    "dissolve-cluster": {"cluster": st.just("n")},
    "issue-mandate": {"mandate": st.just("a/x"), "text": _title},
    "add-segment": {"segment": st.just("a/do"), "title": _title},
    "retire-segment": {"segment": st.just("a/do")},
    "set-objective": {
        "objective": st.just("a/y"),
        "indicator": _title,
        "definition": _title,
        "unit": st.just("hours"),
        "direction": st.just("up"),
        "baseline": st.just("1"),
        "target": st.just("2"),
        "due_on": DATE,
    },
}
# How missions do: what is measured and assessed. Not part of a history unless it is asked for.
_objective, _number = st.sampled_from(("m/o", "n/o")), st.sampled_from(("1", "2.5", "-3"))
_recommended = st.sampled_from(
    (None, ({"id": "m/r", "text": "Rest"},), ({"id": "m/r", "text": "Sleep", "due_on": "2023"},))
)
EXECUTION: dict[str, Fields] = {
    "set-objective": {
        "objective": _objective,
        "indicator": _title,
        "definition": _title,
        "unit": st.sampled_from(("hours", None)),
        "direction": st.sampled_from(("up", "down", None)),
        "baseline": st.none() | _number,
        "target": st.none() | _number,
        "due_on": st.none() | DATE,
    },
    "redefine-objective": {
        "objective": _objective,
        "definition": _title,
        "definition_version": st.sampled_from((2, 3)),
    },
    "retarget-objective": {"objective": _objective, "target": st.none() | _number, "due_on": st.none() | DATE},
    "state-objective": {
        "objective": _objective,
        "unit": st.sampled_from(("hours", None)),
        "direction": st.sampled_from(("up", "down", None)),
        "baseline": st.none() | _number,
    },
    "record-measurement": {
        "objective": _objective,
        "value": _number,
        "observed_on": DATE,
        "definition_version": st.sampled_from((1, 2)),
        "source": st.sampled_from((None, "Survey", *({"commitment": f"sha256:{digit * 64}"} for digit in "01"))),
    },
    "define-scale": {
        "scale": st.just("traffic"),
        "version": st.sampled_from(("1", "2")),
        "grades": st.just(("red", "green")),
    },
    "assess-mission": {
        "mission": st.just("m"),
        "period": st.sampled_from(("2020-01-01/2020-12-31", "2021-01-01/2021-12-31")),
        "scale": st.just("traffic/1"),
        "grade": st.sampled_from(("red", "green")),
        "objectives": st.sampled_from((None, {"m/o": "green"})),
        "recommendations": _recommended,
    },
    "assess-cluster": {
        "cluster": _cluster,
        "period": st.just("2020-01-01/2020-12-31"),
        "scale": st.just("traffic/1"),
        "grade": st.sampled_from(("red", "green")),
        "evidence": st.sampled_from((None, ({"title": "Report"},))),
    },
    "answer-recommendation": {
        "recommendation": st.just("m/r"),
        "answer": st.sampled_from(("accepted", "rejected")),
        "note": _maybe_title,
    },
    "withdraw-objective": {"objective": _objective},
    "return-objective": {"objective": _objective},
    "move-objective": {"objective": _objective, "to": st.sampled_from(("m", "n"))},
}
# What a correction may say of each field; the rest is not correctable here.
CORRECTABLE: Fields = {
    "title": _title,
    "purpose": _title,
    "scope": _title,
    "lead": _title,
    "text": _title,
    "statement": _title,
    "extent": st.sampled_from(("full", "partial")),
    "relation": _title,
    "note": _title,
    "horizon_on": DATE,
    "segments": _segment_ids.map(list),
    "next_review_on": DATE,
    "late_after_days": st.just(45),
}


def change(name: str, /, **fields: Any) -> Change:
    """Return the change called `name`, checked, with those of `fields` that are not None."""
    given = {field: value for field, value in fields.items() if value is not None}
    return BY_NAME[name].model_validate(given)


def constitution() -> Change:
    """Return the change that opens every ledger."""
    return change(
        "constitute-government",
        name="Illyria",
        origin="illyria.example",
        timezone="Europe/Vienna",
        ledger_id=LEDGER_ID,
    )


@st.composite
def changes(draw: Draw, among: Sequence[dict[str, Fields]] = (ALTER, BEGIN, END)) -> Change:
    """Draw one change of the small world."""
    group = draw(st.sampled_from([*among[:1], *among]))  # the first group comes twice as often
    name = draw(st.sampled_from(sorted(group)))
    return change(name, **{field: draw(values) for field, values in group[name].items()})


def dates(said: Change) -> st.SearchStrategy[str]:
    """Return a strategy for the effective date of a change: `..` only where something begins, sets where it ends."""
    if said.LIFE == "ends":
        return st.sampled_from((*DATES, *SETS))
    return st.sampled_from((*DATES, "..")) if said.OPENS else st.sampled_from(DATES)
