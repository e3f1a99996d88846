"""Answers read from the views: the structure as shown, the journal with its filters, notices, the context."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.examples import examples
from support.histories import History, Recording, histories
from support.plain import journal, one_thing, shown
from support.small_world import ALTER, BEGIN, END, EXECUTION, change, constitution
from support.written_ledgers import written

from ledger.errors import UnknownName
from ledger.timeline import day_of
from projections.answers.journal import JournalFilter
from projections.answers.notices import notices, sourced
from projections.fields import fields as as_json
from projections.views.context import context
from projections.views.read_model import Views
from projections.views.search import folded

DAY = day_of("2021-06-01")


def council() -> History:
    """A government with two clusters, a mission across both, a correction and something without effect."""
    recording = Recording()
    recording.decide(reference="constitution")
    recording.say(constitution(), "..")
    recording.decide("Council", "CM-1")
    for said in (
        change("establish-cluster", cluster="a", title="Santé", purpose="To be well"),
        change("add-segment", segment="a/x", title="Care", scope="Care at home", sectors=["07.1"]),
        change("add-segment", segment="a/y", title="Sleep"),
        change("establish-cluster", cluster="b", title="Work"),
        change("add-segment", segment="b/z", title="Shifts"),
        change("launch-mission", mission="m", title="Sleep well"),
        change("add-mission", mission="m", segments=["a/x", "b/z"]),
        change("add-mission", mission="m", segments=["a/y"], extent="partial"),
        change("relate-segments", segment="a/y", other="b/z", relation="depends on"),
        change("issue-mandate", mandate="a/do", text="Add a year of life"),
        change("assign-mandate", mandate="a/do", segments=["a/x"], missions=["m"]),
        change("offer-expertise", cluster="a", field="sleep medicine"),
        change("appoint-leader", of="a", office="Minister"),
    ):
        recording.say(said, "2021-01-01")
    recording.decide("Council", "CM-2")
    recording.say(change("observe-signal", signal="s", kind="need", description="Too little sleep"), "2021-02")
    recording.decide("Registrar", "REG-1")
    recording.say(change("correct", target="cluster:a@1", data={"title": "Health"}, because="In English."), None)
    recording.decide("Council", "CM-3")
    recording.say(change("dissolve-cluster", cluster="b"), "2021-05-01")
    recording.decide("Council", "CM-4")
    recording.say(change("offer-expertise", cluster="b", field="shift work"), "2021-05-15")
    return recording.history()


@pytest.fixture
def views(tmp_path: Path) -> Iterator[Views]:
    with written(tmp_path / "a.ledger", council(), decided_on="2021-03-01") as ledger, Views(ledger, tmp_path) as found:
        yield found


# The structure


def test_a_cluster_shows_its_parts_and_the_missions_of_its_own_segments(views: Views) -> None:
    payload = shown(views.structure(day_of("2021-04-01"), 17))
    first, second = payload["clusters"]
    assert (first["id"], first["title"], first["purpose"]) == ("a", "Health", "To be well")
    assert [segment["id"] for segment in first["segments"]] == ["a/x", "a/y"]
    assert first["segments"][0] == {
        "id": "a/x", "title": "Care", "scope": "Care at home", "sectors": ["07.1"], "relations": [],
        "cluster": "a", "since": "2021-01-01",
    }  # fmt: skip
    assert first["segments"][1]["relations"] == [{"other": "b/z", "relation": "depends on"}]
    assert first["missions"] == [{"id": "m", "title": "Sleep well", "segments": ["a/x", "a/y"], "extent": "partial"}]
    assert second["missions"] == [{"id": "m", "title": "Sleep well", "segments": ["b/z"], "extent": "full"}]
    assert first["mandates"][0]["text"] == "Add a year of life"
    assert first["leaders"] == [{"office": "Minister", "holder": None}]
    assert first["expertise"] == ["sleep medicine"]
    (mission,) = payload["missions"]
    assert (mission["clusters"], mission["segments"]) == (["a", "b"], ["a/x", "a/y", "b/z"])
    assert mission["extents"] == {"a/x": "full", "a/y": "partial", "b/z": "full"}


def test_a_segment_whose_cluster_is_dissolved_is_shown_astray(views: Views) -> None:
    payload = shown(views.structure(DAY, 19))
    assert [segment["id"] for segment in payload["stray_segments"]] == ["b/z"]


def test_what_is_shown_depends_on_what_was_known(views: Views) -> None:
    assert one_thing(views.structure(DAY, 15), "a")["title"] == "Santé"  # type: ignore[index]
    assert one_thing(views.structure(DAY, 16), "a")["title"] == "Health"  # type: ignore[index]
    assert one_thing(views.structure(DAY, 1), "a") is None


def test_the_kind_of_a_signal_does_not_hide_what_kind_of_thing_it_is(views: Views) -> None:
    found = one_thing(views.structure(DAY, 18), "s")
    assert found is not None
    assert (found["kind"], found["signal_kind"]) == ("signal", "need")


@settings(max_examples=examples(40), deadline=None, suppress_health_check=list(HealthCheck))
@given(histories(execution=True), st.data())
def test_any_structure_can_be_shown(history: History, data: st.DataObject) -> None:
    structure = history.state(data.draw(st.sampled_from(history.ends()))).at(data.draw(st.sampled_from(history.days())))
    payload = shown(structure)
    listed = {one["id"] for name in ("clusters", "missions", "signals") for one in payload[name]}
    assert listed == {one.id for one in structure.things.values() if one.kind in ("cluster", "mission", "signal")}
    for id_ in structure.things:
        assert one_thing(structure, id_) is not None


def test_the_context_is_that_of_the_point_and_not_of_the_day_of_asking(views: Views) -> None:
    known = views.ledger.known("p16")
    assert context(views, DAY, known) == {
        "government": "Illyria",
        "ledger_id": views.ledger.government.ledger_id,
        "effective": "2021-06-01",
        "known_at": "2021-03-08T10:00:00.000000Z",
        "known_position": 16,
        "tree_size": 16,
        "root": known.root,
        "format": 1,
    }


# The journal


def positions(views: Views, known: int | None = None, **asked: Any) -> list[int]:
    return [entry["position"] for entry in journal(views, JournalFilter(**asked), known)]


def test_the_journal_shows_every_event_in_order(views: Views) -> None:
    assert positions(views) == list(range(1, 19))
    first = next(journal(views, JournalFilter(type="establish-cluster")))
    assert first["decision"]["reference"] == "CM-1"
    assert first["summary"] == "Cluster a is established: Santé."
    assert (first["id"], first["effective"], first["type"]) == ("cluster:a@1", "2021-01-01", "cluster.established/1")
    assert first["data"] == {"cluster": "a", "title": "Santé", "purpose": "To be well"}
    assert first["recorder"] == {"id": "Registry", "basis": "configured"}
    assert first["spoken_of"] == [16]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"thing": "m"}, [7, 8, 9, 12]),
        ({"thing": "b/z"}, [6, 8, 10]),
        ({"type": "expertise.offered"}, [13, 18]),
        ({"type": "expertise.offered/1"}, [13, 18]),
        ({"type": "offer-expertise"}, [13, 18]),
        ({"type": "mandate"}, [11, 12]),
        ({"authority": "Registrar"}, [16]),
        ({"reference": "CM-3"}, [17]),
        ({"recorded_from": "2021-03-08"}, [16, 17, 18]),
        ({"recorded_to": "2021-03-06"}, list(range(1, 15))),
        ({"recorded_from": "2021-03-07T10:00:00Z", "recorded_to": "2021-03-08T10:00:00Z"}, [15, 16]),
        ({"effective_from": "2021-02-01"}, [15, 17, 18]),
        ({"effective_from": "2021-02", "effective_to": "2021-02"}, [15]),
        ({"effective_to": ".."}, [1]),
        ({"effective_from": "2021-05", "effective_to": "2021"}, [17, 18]),
        ({"search": "sante"}, [2]),
        ({"search": "SLEEP well"}, [7]),
        ({"search": "registrar english"}, [16]),
        ({"search": "no such word"}, []),
        ({"search": "'; DROP TABLE events; --"}, []),
        ({"thing": "a", "type": "record.corrected"}, [16]),
        ({"after": 16}, [17, 18]),
        ({"after": 18}, []),
        ({"after": 2, "limit": 3}, [3, 4, 5]),
        ({"thing": "m", "after": 7, "limit": 2}, [8, 9]),
        ({"reference": "CM-3", "limit": 5}, [17]),
    ],
)
def test_the_journal_is_filtered(views: Views, asked: dict[str, Any], expected: list[int]) -> None:
    found = positions(views, **asked)
    assert found == expected


def test_the_journal_shows_no_more_than_was_known(views: Views) -> None:
    assert positions(views, known=15) == list(range(1, 16))
    first = next(journal(views, JournalFilter(type="establish-cluster"), 15))
    assert "spoken_of" not in first


def test_an_event_type_that_does_not_exist_is_refused_with_a_proposal(views: Views) -> None:
    with pytest.raises(UnknownName, match='Did you mean "cluster.retitled"?'):
        positions(views, type="cluster.retitle")


@settings(max_examples=examples(150), deadline=None)
@given(st.data())
def test_every_change_is_summed_up_in_one_short_sentence(data: st.DataObject) -> None:
    groups = {**BEGIN, **ALTER, **END, **EXECUTION}
    name = data.draw(st.sampled_from(sorted(groups)))
    said = change(name, **{field: data.draw(values) for field, values in groups[name].items()}).sentence
    assert said[0].isupper() and said[-1] in ".!?" and "\n" not in said
    assert "None" not in said


def test_text_is_searched_without_case_and_accents() -> None:
    assert folded("SANTÉ Straße") == "sante strasse"


# Notices


def test_notices_are_those_of_the_point(views: Views) -> None:
    def rules(day: str, known: int) -> set[tuple[str, str]]:
        return {(notice.rule, notice.id) for notice in notices(views, day_of(day), known)}

    assert ("segment-without-cluster", "b/z") in rules("2021-06-01", 17)
    assert ("segment-without-cluster", "b/z") not in rules("2021-06-01", 16)
    assert ("segment-without-cluster", "b/z") not in rules("2021-04-30", 17)
    assert ("without-effect", "b") in rules("2021-06-01", 18)
    assert ("without-effect", "b") not in rules("2021-05-14", 18)
    assert ("retroactive", "CM-1") in rules("2021-06-01", 18)


def test_notices_name_the_event_and_the_decision_behind_them(views: Views) -> None:
    fields = as_json(sourced(views, notices(views, DAY, 18)))
    without = next(one for one in fields if one["rule"] == "without-effect")
    assert without["event"] == "cluster:b@4"
    assert without["decision"] == "CM-4"
    assert without["message"].startswith('"Cluster b offers expertise in shift work" is without effect')
    assert all(one["message"] and one["severity"] in ("error", "warning", "information") for one in fields)
    assert all(one["decision"] for one in fields)


def test_notices_of_one_severity(views: Views) -> None:
    found = notices(views, DAY, 18, "information")
    assert found and {notice.severity for notice in found} == {"information"}


def test_a_corrected_header_is_what_the_rules_see_from_then_on(tmp_path: Path) -> None:
    recording = Recording()
    recording.decide(reference="constitution")
    recording.say(constitution(), "..")
    recording.decide("Council", "CM-1")
    recording.say(change("establish-cluster", cluster="a", title="Health"), "2021-01-01")
    recording.decide("Registrar", "REG-1")
    fix = {"decided_on": "2020-12-01", "documents": [{"title": "Minute"}]}
    recording.say(change("correct", target="cluster:a@1", decision=fix, because="Forgotten."), None)
    recording.decide("Registrar", "REG-2")
    recording.say(change("strike", target="cluster:a@1", because="Not ours."), None)
    with written(tmp_path / "a.ledger", recording.history()) as ledger, Views(ledger, tmp_path) as found:
        before, after, struck = (found.decisions(known)[1] for known in (2, 3, 4))
        assert (before.facts.decided_day, before.facts.has_document, before.stands) == (None, False, True)
        assert (after.facts.decided_day, after.facts.has_document) == (day_of("2020-12-01"), True)
        assert not struck.stands
        assert {one.id for one in notices(found, DAY, 4) if one.decision == "CM-1"} == set()
