"""Both ends of a count, held to every world that there may have been: each end in doubt on each of its days."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import naive
from support.examples import examples
from support.histories import History, Recording, histories
from support.plain import counts, matrix
from support.small_world import CLUSTERS, MISSIONS, SEGMENTS, Draw, change
from support.written_ledgers import written

from ledger.state.structure import Structure
from ledger.timeline import day_of
from projections.agility.figures import Window
from projections.agility.query import metrics
from projections.agility.reading import record_at
from projections.answers.restatement import ELSEWHERE, restated
from projections.views.read_model import Views

FEW = settings(max_examples=examples(40), deadline=None, suppress_health_check=list(HealthCheck))
FEWER = settings(FEW, max_examples=examples(15))
ENDS = [
    *(("dissolve-cluster", {"cluster": id_}) for id_ in CLUSTERS),
    *(("retire-segment", {"segment": id_}) for id_ in SEGMENTS),
    *(("stop-mission", {"mission": id_}) for id_ in MISSIONS),
]
DOUBTS = ("[2020-06..2021-06-15]", "[..2022]", "[2021..2021-02]", "[2021-01-01..2023-03]")
World = dict[str, naive.Values]
Count = tuple[int, int]


@st.composite
def doubting(draw: Draw) -> History:
    """Draw a history in which one to four things end on one of several days, with anything else in between."""
    history: History = draw(histories(max_decisions=3, metas=False))
    recording = Recording()
    for number, facts in enumerate(history.decisions):
        recording.decide(reference=f"decision {number}")
        for fact in facts:
            recording.say(fact.change, fact.effective, own=fact.own_date)
    for name, fields in draw(st.lists(st.sampled_from(ENDS), min_size=1, max_size=4, unique_by=str)):
        recording.decide()
        recording.say(change(name, **fields), draw(st.sampled_from(DOUBTS)))
    return recording.history()


def both_ends(count: Callable[..., Counter[str]], worlds: Iterable[Sequence[World]]) -> dict[str, Count]:
    """The least and the most of each name over all worlds, without those of which there is never any."""
    found = [count(*world) for world in worlds]
    names = {name for one in found for name in one}
    return {name: (min(one[name] for one in found), max(one[name] for one in found)) for name in names}


def kinds(world: World) -> Counter[str]:
    """How many clusters, segments and missions a world holds."""
    ids = {"cluster": CLUSTERS, "segment": SEGMENTS, "mission": MISSIONS}
    return Counter(kind for kind, of in ids.items() for id_ in of if id_ in world)


def homes(world: World, id_: str) -> set[str]:
    """The live clusters of a segment or mission in a world."""
    if id_ not in world:
        return set()
    if id_ in MISSIONS:
        tied = {segment for segment in SEGMENTS if f"segments:{segment}" in world[id_]}
        return {home for segment in tied for home in homes(world, segment)}
    return {world[id_]["cluster"][0]} & set(world)


def by_cluster(ids: Sequence[str]) -> Callable[[World, World], Counter[str]]:
    """How to count what is live in one world by the clusters to which it belongs in another."""

    def count(live: World, under: World) -> Counter[str]:
        return Counter(home for id_ in ids if id_ in live for home in homes(under, id_) or {ELSEWHERE})

    return count


def cells(world: World) -> Counter[str]:
    """The segments, missions and affiliations that a matrix of a world holds."""
    tied = [
        (one, two) for one in SEGMENTS for two in MISSIONS if one in world and f"segments:{one}" in world.get(two, {})
    ]
    found = Counter({f"{kind}s": count for kind, count in kinds(world).items()})
    del found["clusters"]
    return found + Counter({"cells": len(tied)})


def plain(found: dict[str, dict[str, int]], names: Iterable[str]) -> dict[str, Count]:
    """Counts as pairs, of some names, without those of which there is none."""
    return {
        name: (found[name]["least"], found[name]["most"]) for name in names if name in found and found[name]["most"]
    }


@FEW
@given(doubting())
def test_both_ends_of_the_counts_of_a_structure_are_those_of_all_worlds(history: History) -> None:
    state, said = history.state(), naive.standing(history.lines())
    for day in history.days():
        structure: Structure = state.at(day)
        worlds = naive.histories_of(said, [day])
        names = ("cluster", "segment", "mission")
        assert plain(counts(structure), names) == both_ends(kinds, worlds)


@FEWER
@given(doubting(), st.data())
def test_both_ends_of_a_restated_count_and_of_a_matrix_are_those_of_all_worlds(
    history: History, data: st.DataObject
) -> None:
    said = naive.standing(history.lines())
    days = st.sampled_from([day for day in history.days() if day < 800_000])
    pairs = data.draw(st.lists(st.tuples(days, days), min_size=3, max_size=6))
    with (
        tempfile.TemporaryDirectory() as folder,
        written(Path(folder, "a.ledger"), history) as ledger,
        Views(ledger, folder) as views,
    ):
        known = ledger.head().position
        for day, other in pairs:
            found = matrix(views, day, known)["counts"]
            assert plain(found, found) == both_ends(cells, naive.histories_of(said, [day]))
            for kind, ids in (("mission", MISSIONS), ("segment", SEGMENTS)):
                rows = restated(views, kind, [day], [other], known)
                expected = both_ends(by_cluster(ids), naive.histories_of(said, [day, other]))
                assert {row.cluster: tuple(row.counts[0]) for row in rows} == expected
                rows = restated(views, kind, [day], [None], known)
                worlds = [(world, world) for (world,) in naive.histories_of(said, [day])]
                assert {row.cluster: tuple(row.counts[0]) for row in rows} == both_ends(by_cluster(ids), worlds)


@FEWER
@given(doubting(), st.data())
def test_the_denominators_of_agility_are_the_days_that_are_live_in_every_world(
    history: History, data: st.DataObject
) -> None:
    said = naive.standing(history.lines())
    starts = data.draw(
        st.lists(st.sampled_from([day for day in history.days() if 3 < day < 800_000]), min_size=2, max_size=4)
    )
    with (
        tempfile.TemporaryDirectory() as folder,
        written(Path(folder, "a.ledger"), history) as ledger,
        Views(ledger, folder) as views,
    ):
        found = record_at(views, ledger.head().position, day_of("2030"))
    of = {"empty-segment-days": SEGMENTS, "unaffiliated-mission-days": MISSIONS, "segment-turnover": SEGMENTS}
    for start in starts:
        worlds = [naive.histories_of(said, [day]) for day in range(start - 2, start + 3)]
        for name, ids in of.items():
            days = [[sum(id_ in world for id_ in ids) for (world,) in of_day] for of_day in worlds]
            figure = metrics()[name].compute(found, Window(start - 2, start + 3), None)
            scale = 365.25 if name == "segment-turnover" else 1
            assert (figure.out_of or 0) * scale == pytest.approx(sum(min(counts) for counts in days)), (name, start)
            if name == "segment-turnover" and figure.out_of:
                left_out = dict(figure.detail).get("unit-years in doubt, left out", 0) * scale
                assert left_out == pytest.approx(sum(max(counts) - min(counts) for counts in days))
