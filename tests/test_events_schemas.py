"""Names of events and their schemas: one registry, stable names, and old schemas read by one small step each."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from pydantic import ValidationError
from support.golden_lines import golden_file

from ledger.documents.composed import written
from ledger.errors import LedgerError, UnknownEventType, UnknownName
from ledger.events import registry
from ledger.events.change import Change
from ledger.events.changes.cluster import RetitleCluster
from ledger.events.envelope import decode
from ledger.events.registry import BY_NAME, BY_TYPE, current, next_type

every_change = pytest.mark.parametrize("change", BY_NAME.values(), ids=lambda change: change.NAME)
STREAMS = re.compile(r"government|(cluster|mission):[a-z0-9]+(-[a-z0-9]+)*")


@every_change
def test_names_are_our_own_and_say_what_happened(change: type[Change]) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", change.NAME)
    assert re.fullmatch(r"[a-z]+\.[a-z]+(-[a-z]+)*/[1-9][0-9]*", change.TYPE)
    assert change.__doc__ and change.__doc__.strip().endswith((".", ".\n"))


def test_no_two_changes_share_a_name_or_a_type() -> None:
    assert len(BY_NAME) == len(BY_TYPE)


@every_change
def test_the_stream_of_an_event_follows_from_its_data_alone(change: type[Change]) -> None:
    raw = json.loads(golden_file(change.TYPE).read_bytes())
    said = change.model_validate(raw["data"])
    assert STREAMS.fullmatch(said.stream())
    assert said.stream() == raw["stream"]


@every_change
def test_a_change_is_frozen_and_takes_no_other_fields(change: type[Change]) -> None:
    data = json.loads(golden_file(change.TYPE).read_bytes())["data"]
    said = change.model_validate(data)
    with pytest.raises(ValidationError):
        setattr(said, next(iter(change.model_fields)), "x")
    with pytest.raises(ValidationError):
        change.model_validate({**data, "nonsense": "x"})


def test_a_document_cannot_ask_for_the_first_event_of_a_ledger() -> None:
    for name in ("constitute-government", "retitle-clusters", "", "x\x00y"):
        with pytest.raises(UnknownName) as refusal:
            written(name)
        assert str(refusal.value).isprintable()
    with pytest.raises(UnknownName, match='Did you mean "retitle-cluster"'):
        written("retitle-clusters")


# Upcasting, with schemas that never were: title was called name in schema 1, and language was dropped with schema 2.


def renamed(data: dict[str, Any]) -> dict[str, Any]:
    return {**{name: value for name, value in data.items() if name != "name"}, "title": data["name"]}


def without_language(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name != "language"}


UPCASTS = {"cluster.named/1": renamed, "cluster.named/2": without_language}
OLD = {"cluster": "care", "name": "Care", "language": "en"}


@pytest.fixture
def _third_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(registry.BY_TYPE, "cluster.named/3", RetitleCluster)


@pytest.mark.usefixtures("_third_schema")
def test_an_old_schema_is_brought_to_the_newest_one_step_at_a_time() -> None:
    assert current("cluster.named/1", OLD, UPCASTS) == ("cluster.named/3", {"cluster": "care", "title": "Care"})
    half = {"cluster": "care", "title": "Care", "language": "en"}
    assert current("cluster.named/2", half, UPCASTS) == ("cluster.named/3", {"cluster": "care", "title": "Care"})


@pytest.mark.usefixtures("_third_schema")
def test_an_old_line_is_read_as_the_newest_schema_and_its_bytes_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    for event_type, step in UPCASTS.items():
        monkeypatch.setitem(registry.UPCASTS, event_type, step)
    raw = json.loads(golden_file("cluster.retitled/1").read_bytes())
    line = json.dumps({**raw, "type": "cluster.named/1", "data": OLD}).encode()
    for event in (decode(line), decode(line, "cluster.named/1")):
        assert (event.type, event.data) == ("cluster.named/3", RetitleCluster(cluster="care", title="Care"))


def test_the_newest_schema_is_left_as_it_is() -> None:
    data = {"cluster": "care", "title": "Care"}
    assert current("cluster.retitled/1", data) == ("cluster.retitled/1", data)


@pytest.mark.parametrize("event_type", ["cluster.retitled/2", "cluster.named/1", "cluster.renamed/1"])
def test_an_event_that_this_program_does_not_know_stops_it_in_words(event_type: str) -> None:
    with pytest.raises(UnknownEventType, match="Install a newer version"):
        current(event_type, {})
    raw = json.loads(golden_file("cluster.retitled/1").read_bytes())
    for known in (None, event_type):
        with pytest.raises(LedgerError):
            decode(json.dumps({**raw, "type": event_type}).encode(), known)


def test_the_schema_after_the_ninth_is_the_tenth() -> None:
    assert next_type("cluster.retitled/9") == "cluster.retitled/10"
