"""Which streams the rules read: a ledger just opened says of a decision what one says that has read all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.governing import AUTHORITY, REGISTRY, Document, decide, document, event_id, governed, ticking

from ledger.application import Ledger
from ledger.application.streams import Streams

STREAMS = ("cluster:care", "cluster:places", "cluster:third", "mission:sleep", "mission:walk")
RETIRE: Document = {"change": "retire-segment", "segment": "care/work"}


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """The small government, and a segment in the other cluster."""
    with governed(tmp_path) as found:
        decide(found, {"change": "add-segment", "segment": "places/parks", "title": "Parks"}, effective="2026-01-01")
        yield found


def said(ledger: Ledger, *changes: Document, **header: object) -> list[str]:
    """The rules that stand in the way of a decision, by a ledger just opened and by one that has read all."""
    found = []
    for streams in ((), STREAMS):
        with Ledger.open(ledger.store.location, recorder=REGISTRY, clock=ticking()) as opened:
            opened.judging.state.load(streams)
            plan = opened.plan(document(*changes, reference="asked", **header))
            found.append([notice.rule for notice in (*plan.refused, *plan.acceptances_needed)])
    assert found[0] == found[1]
    return found[0]


def test_a_mission_that_was_added_to_a_segment_is_found_when_it_ends(ledger: Ledger) -> None:
    decide(ledger, {"change": "add-mission", "mission": "sleep", "segments": ["care/work"]})
    assert said(ledger, RETIRE, effective="2026-05-01") == ["segment-retired-with-missions"]


def test_a_mission_that_a_correction_added_to_a_segment_is_found_when_it_ends(ledger: Ledger) -> None:
    because = {"because": "The minute says so."}
    decide(ledger, {"change": "correct", "target": "mission:sleep@2", "data": {"segments": ["care/work"]}, **because})
    assert said(ledger, RETIRE, effective="2026-05-01") == ["segment-retired-with-missions"]


def test_a_mission_that_a_corrected_correction_added_to_a_segment_is_found_when_it_ends(ledger: Ledger) -> None:
    correct = {"change": "correct", "because": "The minute says so."}
    first = {**correct, "target": "mission:sleep@2", "data": {"segments": ["places/parks"]}}
    second = {**correct, "target": event_id(ledger, decide(ledger, first))}
    decide(ledger, {**second, "data": {"data": {"segments": ["care/work"]}}})
    assert said(ledger, RETIRE, effective="2026-05-01") == ["segment-retired-with-missions"]


def test_what_a_correction_names_is_found_wherever_it_stands(ledger: Ledger) -> None:
    added = {"change": "add-mission", "mission": "sleep", "segments": ["care/work"]}
    decide(ledger, added, reference="CM-1")
    correct = {"change": "correct", "data": {"segments": ["places/parks"]}, "because": "X."}
    for target in ("mission:sleep@3", {"authority": AUTHORITY, "reference": "CM-1"}):
        assert said(ledger, {**correct, "target": target}) == []
    correction = event_id(ledger, decide(ledger, {**correct, "target": "mission:sleep@3"}))
    again = {"change": "correct", "target": correction, "because": "X."}
    assert said(ledger, {**again, "data": {"data": {"segments": ["care/work"]}}}) == []
    assert said(ledger, {**again, "data": {"data": {"segments": ["places/nowhere"]}}}) == ["unknown-id"]


def test_a_segment_that_falls_back_to_a_dissolved_cluster_is_found(ledger: Ledger) -> None:
    decide(ledger, {"change": "establish-cluster", "cluster": "third", "title": "Third"}, effective="2026-01-01")
    moved = {"change": "transfer-segment", "segment": "places/parks"}
    decide(ledger, {**moved, "to": "third"}, effective="2026-02-01")
    last = decide(ledger, {**moved, "to": "care"}, effective="2026-03-01")
    decide(ledger, {"change": "dissolve-cluster", "cluster": "third"}, effective="2026-09-01")
    strike = {"change": "strike", "target": event_id(ledger, last), "because": "X."}
    assert said(ledger, strike) == ["cluster-dissolved-with-live-parts"]


def test_a_segment_that_ended_while_its_mission_was_not_live_is_found_when_that_is_resumed(ledger: Ledger) -> None:
    added = {"change": "add-mission", "mission": "sleep", "segments": ["places/parks"]}
    decide(ledger, added, {"change": "complete-mission", "mission": "sleep", "effective": "2026-05-01"})
    decide(ledger, {"change": "retire-segment", "segment": "places/parks"}, effective="2026-06-01")
    resumed = {"change": "resume-mission", "mission": "sleep"}
    assert said(ledger, resumed, effective="2026-07-01") == ["segment-retired-with-missions"]


def test_a_view_that_tells_the_streams_is_asked_and_what_it_does_not_know_is_read(ledger: Ledger) -> None:
    decide(ledger, {"change": "add-mission", "mission": "sleep", "segments": ["care/work"]})
    known = ledger.head().position
    decide(ledger, {"change": "launch-mission", "mission": "walk", "title": "Walk"})
    decide(ledger, {"change": "add-mission", "mission": "walk", "segments": ["care/work"]})
    asked: list[str] = []

    def lookup(id_: str) -> set[str]:
        asked.append(id_)
        return {"mission:sleep"}

    streams = Streams(ledger.store)
    streams.use(lookup, known)
    assert streams.speaking_of("care/work", ledger.head().position) == {"mission:sleep", "mission:walk"}
    assert asked == ["care/work"]
    alone = Streams(ledger.store).speaking_of("care/work", ledger.head().position)
    assert alone == {"cluster:care", "mission:sleep", "mission:walk"}
