"""Surroundings: an answer about one thing is the same from them as from the whole structure, and reads no more."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from support.examples import examples
from support.histories import History, Recording, histories
from support.small_world import change, constitution
from support.written_ledgers import written

from projections.answers.matrix import matrix, matrix_in
from projections.answers.structure import one_thing
from projections.answers.surroundings import surroundings
from projections.views.queries.mentions import named_ids
from projections.views.read_model import Views

FEW = settings(max_examples=examples(30), deadline=None, suppress_health_check=list(HealthCheck))


@contextmanager
def viewed(history: History) -> Iterator[Views]:
    with (
        tempfile.TemporaryDirectory() as folder,
        written(Path(folder, "a.ledger"), history) as ledger,
        Views(ledger, folder) as found,
    ):
        found.catch_up()
        yield found


def entangled() -> History:
    """Three clusters in which everything that may cross from one to another does, and something of it is gone."""
    recording = Recording()
    recording.decide(reference="constitution")
    recording.say(constitution(), "..")
    recording.decide()

    def say(name: str, on: str = "2020", **fields: Any) -> None:
        recording.say(change(name, **fields), on)

    for letter in "abc":
        say("establish-cluster", cluster=letter, title="Care")
        for part in "xyz":
            say("add-segment", segment=f"{letter}/{part}", title="Care")
        for number in (1, 2):
            say("launch-mission", mission=f"m-{letter}{number}", title="Care")
        say("add-mission", mission=f"m-{letter}1", segments=(f"{letter}/x",), extent="full")
        say("set-objective", objective=f"m-{letter}1/o", indicator="Nights", definition="Slept well")
        say("issue-mandate", mandate=f"{letter}/do", text="Longer lives")
        say("offer-expertise", cluster=letter, field="law")
    for letter, other in ("ab", "bc", "ca"):
        say("relate-segments", segment=f"{other}/x", other=f"{letter}/x", relation="helps")
        say("add-mission", mission=f"m-{letter}2", segments=(f"{letter}/x", f"{other}/z"), extent="partial")
        say("draw-expertise", mission=f"m-{other}1", cluster=letter, field="law")
        say("draw-expertise", mission=f"m-{letter}2", cluster=letter, field="data")
        say("move-objective", objective=f"m-{other}1/o", to=f"m-{letter}1")
        say("assign-mandate", mandate=f"{other}/do", segments=(f"{letter}/x",), missions=(f"m-{other}2",))
        say("transfer-segment", segment=f"{other}/y", to=letter)
    say("retire-segment", "2021", segment="b/z")
    say("complete-mission", "[2020-06..2021-06-15]", mission="m-b2")
    say("withdraw-expertise", "2021", cluster="c", field="law")
    say("dissolve-cluster", "2022", cluster="c")
    return recording.history()


@FEW
@given(histories(execution=True, clashes=True, plots=True))
@example(entangled())
def test_one_thing_is_the_same_from_its_surroundings_as_from_the_whole_structure(history: History) -> None:
    ends = history.ends()
    with viewed(history) as views:
        ids = named_ids(views.file)
        for known in {ends[len(ends) // 2], ends[-1]}:
            for day in history.days()[::2]:
                whole = views.structure(day, known)
                for id_ in ids:
                    alone = surroundings(views, id_, day, known)
                    assert one_thing(alone, id_) == one_thing(whole, id_), (id_, day, known)


@FEW
@given(histories(execution=True, clashes=True, plots=True))
@example(entangled())
def test_the_matrix_of_a_cluster_is_the_same_from_its_surroundings_as_from_the_whole_structure(
    history: History,
) -> None:
    ends = history.ends()
    with viewed(history) as views:
        for known in {ends[len(ends) // 2], ends[-1]}:
            for day in history.days()[::2]:
                whole = views.structure(day, known)
                for cluster in whole.at_most.of_kind("cluster"):
                    expected = matrix_in(views, whole, cluster.id)
                    assert matrix(views, day, known, cluster.id) == expected, (cluster.id, day, known)


def test_what_surrounds_a_thing_does_not_grow_with_the_rest_of_the_structure() -> None:
    recording = Recording()
    recording.decide(reference="constitution")
    recording.say(constitution(), "..")
    recording.decide()
    for cluster in ("a", "b", "c", "d"):
        recording.say(change("establish-cluster", cluster=cluster, title="Care"), "2020")
        recording.say(change("add-segment", segment=f"{cluster}/x", title="Care"), "2020")
        recording.say(change("launch-mission", mission=f"m-{cluster}", title="Care"), "2020")
        recording.say(change("add-mission", mission=f"m-{cluster}", segments=(f"{cluster}/x",), extent="full"), "2020")
    recording.say(change("transfer-segment", segment="b/x", to="a"), "2020")
    history = recording.history()
    with viewed(history) as views:
        day, known = max(history.days()), history.ends()[-1]
        assert sorted(surroundings(views, "a", day, known).things) == ["a", "a/x", "b/x", "m-a", "m-b"]
        assert sorted(surroundings(views, "m-b", day, known).things) == ["b/x", "m-b"]
        assert sorted(surroundings(views, "b/x", day, known).things) == ["b/x", "m-b"]
        assert sorted(surroundings(views, "c/x", day, known).things) == ["c/x", "m-c"]
        assert surroundings(views, "nothing", day, known).things == {}
