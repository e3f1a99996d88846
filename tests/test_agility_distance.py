"""How far structures lie apart: by hand, held to scikit-learn, and through the two times."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from itertools import combinations, product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import oracles
from support.agile import detail, figure, moved
from support.examples import examples
from support.governing import constituted, decide, event_id

from ledger.application import Ledger
from projections.agility.metrics.distance import compared


def grouped(**missions: str) -> dict[str, frozenset[str]]:
    """A structure: the segments of each mission, one letter each."""
    return {mission: frozenset(segments) for mission, segments in missions.items()}


def test_names_of_groups_make_no_difference() -> None:
    assert compared(grouped(a="x", b="x", c="y"), grouped(a="p", b="p", c="q")).likeness == 1


def test_the_adjusted_rand_index_by_hand() -> None:
    """Six missions, 3 + 3, of which one moves: 2 + 4.

    Pairs together: before 3 + 3 = 6, after 1 + 6 = 7, both 1 + 3 = 4; of 15. Expected 6 x 7 / 15 = 2.8.
    (4 - 2.8) / ((6 + 7) / 2 - 2.8) = 1.2 / 3.7.
    """
    before = grouped(a="x", b="x", c="x", d="y", e="y", f="y")
    found = compared(before, before | grouped(c="y"))
    assert found.by == "adjusted Rand" and found.likeness == pytest.approx(1.2 / 3.7)


def test_pairs_that_share_a_segment_where_a_mission_is_in_several() -> None:
    """a is in x and y, b in x, c in y: pairs ab and ac. After, a is in x alone: ab. One pair of two is kept."""
    found = compared(grouped(a="xy", b="x", c="y"), grouped(a="x", b="x", c="y"))
    assert found == ("Jaccard", 0.5)


def test_missions_that_share_nothing_on_either_day_are_alike() -> None:
    assert compared(grouped(a="xy", b="z"), grouped(a="p", b="q")).likeness == 1
    assert compared(grouped(a="x", b="y"), grouped(a="p", b="q")).likeness == 1
    assert compared({}, {}).likeness == 1


labels = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=30)


def partitions(pairs: list[tuple[int, int]]) -> list[dict[str, frozenset[str]]]:
    """The structure before and after, from the two groups of each mission."""
    return [{f"m{n}": frozenset([str(pair[side])]) for n, pair in enumerate(pairs)} for side in (0, 1)]


@pytest.mark.parametrize("number", range(oracles.CASES))
def test_the_adjusted_rand_index_is_that_of_scikit_learn(number: int) -> None:
    """Its values were recorded by scripts/oracles."""
    pairs, (made_of, theirs) = oracles.labels(number), oracles.recorded("likeness")["cases"][number]
    assert oracles.digest(pairs) == made_of
    assert compared(*partitions(pairs)).likeness == pytest.approx(theirs, abs=1e-9)


@settings(max_examples=examples(200), deadline=None)
@given(labels)
def test_the_adjusted_rand_index_is_what_counting_every_pair_gives(pairs: list[tuple[int, int]]) -> None:
    """In the form that needs no expectation: pairs together on both days, on one, on the other, on neither."""
    kinds = Counter((first[0] == second[0], first[1] == second[1]) for first, second in combinations(pairs, 2))
    both, old, new, none = (kinds[kind] for kind in product((True, False), repeat=2))
    under = (both + old) * (old + none) + (both + new) * (new + none)
    expected = Fraction(2 * (both * none - old * new), under) if under else 1
    assert compared(*partitions(pairs)).likeness == pytest.approx(float(expected), abs=1e-9)


groups = st.frozensets(st.sampled_from("wxyz"), min_size=1)
structures = st.lists(st.tuples(groups, groups), min_size=2, max_size=12)


@given(structures)
def test_jaccard_is_what_counting_every_pair_gives(pairs: list[tuple[frozenset[str], frozenset[str]]]) -> None:
    before, after = ({f"m{n}": pair[side] for n, pair in enumerate(pairs)} for side in (0, 1))
    found = compared(before, after)
    if found.by == "Jaccard":
        first, second = _together(before), _together(after)
        assert found.likeness == (len(first & second) / len(first | second) if first | second else 1)


def _together(structure: Mapping[str, frozenset[str]]) -> set[tuple[str, str]]:
    return {(a, b) for a, b in combinations(sorted(structure), 2) if structure[a] & structure[b]}


def six(folder: Path) -> Ledger:
    """Six missions, three in `care/x`, three in `places/y`, from 2026 on."""
    ledger = constituted(folder)
    missions = {name: "care/x" if name in "abc" else "places/y" for name in "abcdef"}
    decide(
        ledger,
        {"change": "establish-cluster", "cluster": "care", "title": "Care"},
        {"change": "establish-cluster", "cluster": "places", "title": "Places"},
        {"change": "add-segment", "segment": "care/x", "title": "X"},
        {"change": "add-segment", "segment": "places/y", "title": "Y"},
        *({"change": "launch-mission", "mission": name, "title": name} for name in missions),
        *({"change": "add-mission", "mission": name, "segments": [segment]} for name, segment in missions.items()),
        effective="2026-01-01",
    )
    return ledger


def move(mission: str, source: str, to: str) -> dict[str, object]:
    """Realign a mission."""
    return {"change": "realign-mission", "mission": mission, "from": [source], "to": [to]}


def test_retitling_alone_moves_nothing(tmp_path: Path) -> None:
    ledger = six(tmp_path)
    decide(
        ledger,
        {"change": "retitle-cluster", "cluster": "care", "title": "Caring"},
        {"change": "retitle-segment", "segment": "care/x", "title": "Homes"},
        {"change": "retitle-mission", "mission": "a", "title": "Sleep"},
        effective="2027-04-01",
    )
    for name in ("distance-by-segment", "distance-by-cluster"):
        found = figure(ledger, name, "2027", "2027")
        assert (found.value, found.n, found.out_of, found.events) == (0, 6, 6, ())


def test_one_mission_of_six_moves_on_the_first_day_of_the_year(tmp_path: Path) -> None:
    """The eve of the window is its first structure: 1 - 1.2 / 3.7, as by hand above; the year after nothing moves."""
    ledger = six(tmp_path)
    done = decide(ledger, move("c", "care/x", "places/y"), effective="2027-01-01")
    for name in ("distance-by-segment", "distance-by-cluster"):
        found = figure(ledger, name, "2027", "2027")
        assert (found.value, found.events) == (pytest.approx(1 - 1.2 / 3.7), done.positions)
        assert detail(found) == {
            "likeness (adjusted Rand)": pytest.approx(1.2 / 3.7), "missions on one day only": 0
        }  # fmt: skip
        assert figure(ledger, name, "2028", "2028").value == 0


def test_a_segment_transferred_keeps_its_company_but_not_its_cluster(tmp_path: Path) -> None:
    """All six missions are in one cluster afterwards: no better than chance, distance 1."""
    ledger = six(tmp_path)
    decide(ledger, {"change": "transfer-segment", "segment": "care/x", "to": "places"}, effective="2027-04-01")
    assert figure(ledger, "distance-by-segment", "2027", "2027").value == 0
    assert figure(ledger, "distance-by-cluster", "2027", "2027").value == 1


def test_a_mission_in_two_segments_is_compared_by_pairs(tmp_path: Path) -> None:
    """Pairs together: before ab ac bc de df ef; with c in both also cd ce cf: 6 of 9 pairs, distance 1/3."""
    ledger = six(tmp_path)
    decide(ledger, {"change": "add-mission", "mission": "c", "segments": ["places/y"]}, effective="2027-04-01")
    found = figure(ledger, "distance-by-segment", "2027", "2027")
    assert found.value == pytest.approx(1 / 3) and "likeness (Jaccard)" in detail(found)


def test_of_a_cluster_the_missions_that_it_has_at_either_end(tmp_path: Path) -> None:
    """Of a, b and c, which were together, c has left: of the pairs ab, ac and bc one remains; against chance, 0."""
    ledger = six(tmp_path)
    decide(ledger, move("c", "care/x", "places/y"), effective="2027-04-01")
    found = figure(ledger, "distance-by-segment", "2027", "2027", "care")
    assert (found.n, found.value) == (3, 1)
    assert "ask for the government" in figure(ledger, "distance-by-cluster", "2027", "2027", "care").why_not


def test_without_two_missions_there_is_no_distance(tmp_path: Path) -> None:
    ledger = six(tmp_path)
    for name in ("distance-by-segment", "distance-by-cluster"):
        assert figure(ledger, name, "2020", "2021").why_not.startswith("fewer than two missions")


def test_a_move_struck_was_never_a_distance(tmp_path: Path) -> None:
    ledger = six(tmp_path)
    done = decide(ledger, move("c", "care/x", "places/y"), effective="2027-04-01")
    before = moved(ledger)
    decide(ledger, {"change": "strike", "target": event_id(ledger, done), "because": "Typo."}, effective=None)
    for name in ("distance-by-segment", "distance-by-cluster"):
        assert figure(ledger, name, "2027", "2027", known=before).value == pytest.approx(1 - 1.2 / 3.7)
        assert figure(ledger, name, "2027", "2027").value == 0
