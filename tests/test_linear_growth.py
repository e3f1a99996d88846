"""Growth: four times as many changes, successors or joins take four times as many steps, and not sixteen."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.governing import Document, constituted, decide, document
from support.plain import journal, lineage
from support.steps import grows_linearly, steps

from ledger.application import Ledger
from ledger.errors import Refused
from ledger.names import LIFE
from ledger.state.day import structure_of_things
from ledger.state.thing import Thing
from ledger.timeline import BEGINS, ENDS, FOREVER, RESUMES, Entry
from projections.answers.history import history
from projections.answers.lineage import SUCCESSORS
from projections.charts.joins import SUCCEEDED, Join
from projections.charts.lanes import lanes
from projections.differences.plan import _changes, planned_differences
from projections.differences.structures import between
from projections.views.read_model import Views

SMALL, TIMES = 30, 4
Changes = Iterable[Document]


def clusters(count: int) -> list[Document]:
    return [{"change": "establish-cluster", "cluster": f"c{n}", "title": f"Cluster {n}"} for n in range(count)]


def segments(count: int) -> list[Document]:
    return [{"change": "add-segment", "segment": f"c0/s{n}", "title": f"Segment {n}"} for n in range(count)]


def missions(count: int) -> list[Document]:
    return [{"change": "launch-mission", "mission": f"m{n}", "title": f"Mission {n}"} for n in range(count)]


def strike(target: Any) -> Document:
    return {"change": "strike", "target": target, "because": "A slip."}


LATER = {"effective": "2026-06-01"}
MISSION: Document = {"change": "launch-mission", "mission": "m", "title": "Mission"}
OLD: Document = {"change": "establish-cluster", "cluster": "old", "title": "Old"}
# What stands before, and the decision whose plan and record are counted; both of so many changes.
DECISIONS: dict[str, Callable[[int], tuple[Changes, Changes]]] = {
    "clusters that begin": lambda n: ([OLD], clusters(n)),
    "clusters that end": lambda n: (
        clusters(n),
        [{"change": "dissolve-cluster", "cluster": f"c{i}", **LATER} for i in range(n)],
    ),
    "clusters merged into one": lambda n: (
        [OLD, *clusters(n)],
        [{"change": "dissolve-cluster", "cluster": f"c{i}", "successors": ["old"], **LATER} for i in range(n)],
    ),
    "a cluster split into many": lambda n: (
        [OLD, *clusters(n)],
        [{"change": "dissolve-cluster", "cluster": "old", "successors": [f"c{i}" for i in range(n)], **LATER}],
    ),
    "missions that begin": lambda n: ([OLD], missions(n)),
    "missions merged into one": lambda n: (
        [MISSION, *missions(n)],
        [{"change": "complete-mission", "mission": f"m{i}", "successors": ["m"], **LATER} for i in range(n)],
    ),
    "a mission split into many": lambda n: (
        [MISSION, *missions(n)],
        [{"change": "stop-mission", "mission": "m", "successors": [f"m{i}" for i in range(n)], **LATER}],
    ),
    "segments merged into one": lambda n: (
        [*clusters(1), *segments(n + 1)],
        [{"change": "retire-segment", "segment": f"c0/s{i}", "successors": [f"c0/s{n}"], **LATER} for i in range(n)],
    ),
    "clusters that get a title": lambda n: (
        clusters(n),
        [{"change": "retitle-cluster", "cluster": f"c{i}", "title": f"T {i}", **LATER} for i in range(n)],
    ),
    "mandates of one cluster that are assigned": lambda n: (
        [
            *clusters(1),
            *segments(n),
            *({"change": "issue-mandate", "mandate": f"c0/d{i}", "text": "Do it."} for i in range(n)),
        ],
        [{"change": "assign-mandate", "mandate": f"c0/d{i}", "segments": [f"c0/s{i}"], **LATER} for i in range(n)],
    ),
    "objectives of one mission": lambda n: (
        [MISSION],
        [
            {"change": "set-objective", "objective": f"m/o{i}", "indicator": "I", "definition": "D", "unit": "%"}
            for i in range(n)
        ],
    ),
    "segments that end": lambda n: (
        [*clusters(1), *segments(n)],
        [{"change": "retire-segment", "segment": f"c0/s{i}", **LATER} for i in range(n)],
    ),
    "segments that move": lambda n: (
        [OLD, *clusters(1), *segments(n)],
        [{"change": "transfer-segment", "segment": f"c0/s{i}", "to": "old", **LATER} for i in range(n)],
    ),
    "one mission in many segments": lambda n: (
        [*clusters(1), MISSION, *segments(n)],
        [{"change": "add-mission", "mission": "m", "segments": [f"c0/s{i}"]} for i in range(n)],
    ),
    "many missions in one segment": lambda n: (
        [*clusters(1), *segments(1), *({**MISSION, "mission": f"m{i}"} for i in range(n))],
        [{"change": "add-mission", "mission": f"m{i}", "segments": ["c0/s0"]} for i in range(n)],
    ),
    "relations of one segment": lambda n: (
        [*clusters(1), *segments(n + 1)],
        [{"change": "relate-segments", "segment": "c0/s0", "other": f"c0/s{i}"} for i in range(1, n + 1)],
    ),
    "offices of one cluster": lambda n: (
        clusters(1),
        [{"change": "appoint-leader", "of": "c0", "office": f"Office {i}", "holder": f"Holder {i}"} for i in range(n)],
    ),
    "titles of one cluster, each from its own day": lambda n: (
        clusters(1),
        [
            {"change": "retitle-cluster", "cluster": "c0", "title": f"T {i}", "effective": f"{2100 + i}"}
            for i in range(n)
        ],
    ),
    "offices of one cluster, each from its own day": lambda n: (
        clusters(1),
        [{"change": "appoint-leader", "of": "c0", "office": f"O {i}", "effective": f"{2100 + i}"} for i in range(n)],
    ),
    "strikes": lambda n: (clusters(n), [strike(f"cluster:c{i}@1") for i in range(n)]),
    "the strike of a decision": lambda n: (
        clusters(n),
        [strike({"authority": "Council of Ministers", "reference": "before"})],
    ),
    "corrections": lambda n: (
        clusters(n),
        [
            {"change": "correct", "target": f"cluster:c{i}@1", "because": "A slip.", "data": {"title": f"T {i}"}}
            for i in range(n)
        ],
    ),
    "a correction of a decision's date": lambda n: (
        clusters(n),
        [
            {
                "change": "correct",
                "target": {"authority": "Council of Ministers", "reference": "before"},
                "because": "A slip.",
                "new_effective": "2026-02-01",
            }
        ],
    ),
    "measurements of one objective": lambda n: (
        [
            MISSION,
            {"change": "set-objective", "objective": "m/o", "indicator": "I", "definition": "D", "unit": "%"}
            | {"direction": "up", "baseline": "1", "target": "2", "due_on": "2030"},
        ],
        [
            {
                "change": "record-measurement",
                "objective": "m/o",
                "value": str(i),
                "observed_on": f"2025-{i % 12 + 1:02}-{i // 12 + 1:02}",
            }
            for i in range(n)
        ],
    ),
    "ids that are unknown": lambda n: (
        clusters(n),
        [{"change": "dissolve-cluster", "cluster": f"d{i}"} for i in range(n)],
    ),
    "strikes of one another": lambda n: (clusters(1), [strike(f"cluster:c0@{i}") for i in range(1, 4 * n + 1)]),
}
assert all(isinstance(given, tuple) for given in (made(2) for made in DECISIONS.values()))


def prepared(folder: Path, name: str, count: int) -> tuple[Ledger, Document]:
    folder.mkdir()
    ledger = constituted(folder)
    before, changes = DECISIONS[name](count)
    decide(ledger, *before, effective="2026-01-01", reference="before")
    dated = any("target" not in change for change in changes)
    return ledger, document(*changes, effective="2026-01-01" if dated else None)


def planned(ledger: Ledger, given: Document) -> None:
    list(planned_differences(ledger, ledger.plan(given)))


def recorded(ledger: Ledger, given: Document) -> None:
    try:
        ledger.record(given)
    except Refused as refused:
        assert len(refused.refusals) > SMALL / 2


@pytest.mark.parametrize("what", [planned, recorded])
@pytest.mark.parametrize("name", DECISIONS)
def test_four_times_as_many_changes_take_four_times_as_many_steps(
    tmp_path: Path, name: str, what: Callable[[Ledger, Document], None]
) -> None:
    found = []
    for count in (SMALL, TIMES * SMALL):
        ledger, given = prepared(tmp_path / str(count), name, count)
        with ledger:
            planned(ledger, given)  # what is read from the store is at hand now
            found.append(steps(lambda: what(ledger, given)))  # noqa: B023 -- it is called before the loop goes on
    assert grows_linearly(*found, TIMES), found


@pytest.mark.parametrize(("name", "id_"), [("a cluster split into many", "old"), ("clusters merged into one", "old")])
def test_a_lineage_takes_steps_for_what_it_tells(tmp_path: Path, name: str, id_: str) -> None:
    found = []
    for count in (SMALL, TIMES * SMALL):
        ledger, given = prepared(tmp_path / str(count), name, count)
        with ledger, Views(ledger, tmp_path / f"{count}.views") as views:
            ledger.record(given)
            views.catch_up()
            found.append(steps(lambda: lineage(views, id_, ledger.head().position)))  # noqa: B023 -- as above
            told = lineage(views, id_, ledger.head().position)
            assert len(told[SUCCESSORS] or told["predecessors"]) == count
    assert grows_linearly(*found, TIMES), found


@pytest.mark.parametrize(
    "ask", [lambda views, known: list(journal(views)), lambda views, known: history(views, "c0", known)]
)
def test_a_log_and_a_history_read_their_events_by_the_page(
    tmp_path: Path, ask: Callable[[Views, int], list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    for count in (SMALL, TIMES * SMALL):
        folder = tmp_path / str(count)
        found: list[Any] = []
        ledger, given = prepared(folder, "offices of one cluster", count)
        with ledger, Views(ledger, folder) as views:
            ledger.record(given)
            known, query = views.catch_up().position, ledger.store.query

            def counted(*sql: Any, found: list[Any] = found, query: Any = query) -> Any:
                found.append(sql)
                return query(*sql)

            monkeypatch.setattr(ledger.store, "query", counted)
            assert len(ask(views, known)) >= count
        asked.append(len(found))
    assert asked[0] == asked[1] < SMALL, asked


def test_the_joins_of_a_time_line_find_their_place_in_steps_that_grow_with_them() -> None:
    def placed(count: int) -> None:
        ids = [f"c{n:04}" for n in range(2 * count)]
        names = {id_: id_ for id_ in ids}
        one_to_many = [Join(1000, ids[0], id_, SUCCEEDED, "", 1) for id_ in ids[1:]]
        side_by_side = [Join(2000, ids[2 * n], ids[2 * n + 1], SUCCEEDED, "", 1) for n in range(count)]
        assert len(lanes([*one_to_many, *side_by_side], ids, names, 10.0)) == 3 * count - 1

    assert grows_linearly(steps(lambda: placed(200)), steps(lambda: placed(200 * TIMES)), TIMES)


# What a plan tells of a thing is what comparing it whole, day by day, would


def whole(before: Thing | None, after: Thing) -> list[tuple[int, Any]]:
    """The changes of one thing by day, compared whole on every day on which anything is said of it."""
    days = sorted(
        {
            entry.day
            for thing in (before, after)
            if thing
            for entries in (thing.life, *thing.attributes.values())
            for entry in entries
        }
    )
    found, told, last = [], [], None
    for day in days:
        old, new = (structure_of_things(day, [thing] if thing else []) for thing in (before, after))
        differing = between(old, new)
        if last is not None and any(one.attribute == LIFE and one.after is not None for one in told):
            shown = between(last, new)
        else:
            shown = [one for one in differing if one not in told]
        found += [(day, one) for one in shown]
        told, last = differing, new
    return found


SAID = st.tuples(
    st.sampled_from(["title", "segments:a/b", "segments:a/c", "leaders:Chair", "scope"]),
    st.integers(1, 9),
    st.sampled_from([None, "full", "partial"]),
)
LIVES = st.lists(st.integers(1, 9), max_size=4, unique=True).map(sorted)


def thing_of(life: list[int], said: list[tuple[str, int, str | None]], kind: str, first: int) -> Thing:
    """A thing that begins, ends and resumes on the days of `life`, and of which that is said."""
    thing = Thing("m")
    for number, day in enumerate(life):
        value = ENDS if number % 2 else RESUMES if number else BEGINS
        thing.say(LIFE, Entry(day, first + number, first + number, str(day), value, "" if number else kind))
    for number, (name, day, value) in enumerate(said, first + len(life)):
        thing.say(name, Entry(day, number, number, str(day), value))
    return thing


@given(
    LIVES,
    LIVES,
    st.lists(SAID, max_size=8),
    st.lists(SAID, max_size=8),
    st.sampled_from(["mission", "cluster"]),
    st.booleans(),
)
def test_a_plan_tells_what_comparing_things_whole_would(
    life: list[int], other: list[int], said: list[Any], more: list[Any], kind: str, new: bool
) -> None:
    before = None if new else thing_of(life, said, kind, 1)
    after = thing_of(other, [*said, *more], kind, 1 if life == other else 100)
    told = [(day, change) for day, change, _ in _changes(before, after)]
    assert told == [(day, change) for day, change in whole(before, after) if day < FOREVER]
