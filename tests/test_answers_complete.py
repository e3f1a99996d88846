"""Nothing that a change says is lost: it is in what is shown, in snapshots, in exports and in the schema.

Where an answer leaves something out, a table here says why.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from support.golden_lines import SAMPLES
from support.governing import decide, governed
from support.older_register import taken_over
from support.plain import one_thing

from commands.schema.documents import decision_schema
from ledger.application import Ledger
from ledger.documents.decision import read_decision
from ledger.errors import MalformedDocument
from ledger.events.canonical import canonical
from ledger.events.registry import ASKED_FOR, BY_NAME
from ledger.names import GOVERNMENT, LIFE
from ledger.state.effects import effects
from ledger.state.keeping import KeptExtent
from ledger.state.structure import Held, Structure, ThingAt
from ledger.timeline import day_of
from projections.exports.addresses import Addresses
from projections.exports.org.structure import CLASSES, described, write_org
from projections.exports.prov.record import write_prov
from projections.snapshots.tables import ATTRIBUTES, LAYOUTS
from projections.views.dossiers import Dossier
from projections.views.read_model import Views

DAY, STATED = day_of("2026-12-01"), "2026-04-01"
AT = Addresses("https://data.example.gov/id/")
SCHEMA = jsonschema.Draft202012Validator(decision_schema())

IN_ATTRIBUTES = "The table of attributes has it, whole: there are few of them, and no other table would be read for it."
NOT_IN_TABLES = {
    "name": "It stands in the context of every snapshot.",
    **dict.fromkeys(("scales", "rollups", "reviewed_on", "review_conclusion", "decision-reviews"), IN_ATTRIBUTES),
    **dict.fromkeys(("settings", "keys", "series", "skipped"), IN_ATTRIBUTES),
}
NO_WORD = "The vocabulary of organizations has no word for it; provenance has the event that says it."
NOT_IN_ORG = dict.fromkeys(
    (
        *("expertise", "draws", "scales", "rollups", "assessments", "settings", "keys", "decision-reviews"),
        *("series", "skipped"),
        *("reviewed_on", "review_conclusion", "next_review_on"),
    ),
    NO_WORD,
)


def said() -> Iterator[Any]:
    """Every attribute that a change says, of every kind of thing of which it may say it, with a value."""
    for name in ASKED_FOR:
        change = BY_NAME[name].model_validate(SAMPLES[name])
        for effect in effects(change, STATED):
            if effect.attribute == LIFE or effect.value is None or isinstance(effect.value, KeptExtent):
                continue
            for kind in (effect.kind,) if effect.kind else CLASSES:
                yield pytest.param(kind, effect.attribute, effect.value, id=f"{name} {kind} {effect.attribute}"[:60])


def structure_of(kind: str, attributes: dict[str, Any]) -> Structure:
    """A government, and one thing of a kind with these attributes."""
    signal = {"kind": "need"} if kind == "signal" else {}  # of which every signal is one
    id_ = GOVERNMENT if kind == GOVERNMENT else "a/x"
    found = {}
    for thing, of, values in ((GOVERNMENT, GOVERNMENT, {}), (id_, kind, {**signal, **attributes})):
        held = {name: Held(value, 1, day_of(STATED), STATED) for name, value in {LIFE: True, **values}.items()}
        found[thing] = ThingAt(of, thing, dict(sorted(held.items())))
    return Structure.of_days(DAY, found)


def told_apart(kind: str, attribute: str, value: Any, answer: Any) -> bool:
    """Whether an answer is another one where the attribute has the value."""
    assert (kind, attribute, value) != ("signal", "kind", "need")
    return bool(answer(structure_of(kind, {})) != answer(structure_of(kind, {attribute: value})))


def table_lines(found: Structure) -> list[list[Any]]:
    """The lines of every table of a snapshot, but for the one of all attributes."""
    dossiers = [Dossier(thing, []) for thing in found.possible.values()]
    return [[line for one in dossiers for line in layout.lines(one)] for layout in LAYOUTS if layout is not ATTRIBUTES]


@pytest.mark.parametrize(("kind", "attribute", "value"), list(said()))
def test_what_a_change_says_is_shown_and_stands_in_a_table_and_in_an_export(
    kind: str, attribute: str, value: Any
) -> None:
    name = attribute.partition(":")[0]
    assert told_apart(
        kind, attribute, value, lambda found: one_thing(found, "government" if kind == "government" else "a/x")
    )
    in_tables = told_apart(kind, attribute, value, table_lines)
    assert in_tables != (name in NOT_IN_TABLES)
    if kind in CLASSES:
        in_org = told_apart(
            kind,
            attribute,
            value,
            lambda found: [canonical(node) for node in described(found.things.values(), "Illyria", AT)],
        )
        assert in_org != (name in NOT_IN_ORG)


@pytest.mark.parametrize("name", ASKED_FOR)
def test_every_change_has_a_sentence_in_provenance_and_a_place_in_the_schema(name: str) -> None:
    change = BY_NAME[name]
    assert change.model_validate(SAMPLES[name]).sentence
    SCHEMA.validate(document(name))


@pytest.mark.parametrize("effective", ["2016", "2016-02-29", "..", "[..2016]", "[2015-03..2016-02-28]", "[2016..", "x"])
@pytest.mark.parametrize("name", [name for name, change in ASKED_FOR.items() if change.DATED])
def test_the_schema_takes_the_dates_that_the_reader_takes(name: str, effective: str) -> None:
    dated = document(name)
    dated["changes"][0]["effective"] = effective
    try:
        read_decision(dated)
    except MalformedDocument as error:
        assert "effective" in str(error)
        assert not SCHEMA.is_valid(dated)
    else:
        SCHEMA.validate(dated)


def document(name: str) -> dict[str, Any]:
    """A document of one change: that of the golden lines, with personal data in the clear."""
    fields = {**SAMPLES[name], **{field: "Ada" for field in BY_NAME[name].PERSONAL if field in SAMPLES[name]}}
    header = {"authority": "Council", "reference": "R", "effective": "2026-04-01"}
    return {**header, "changes": [{"change": name, **fields}]}


# What ends, and comes back


def org(views: Views) -> dict[str, Any]:
    """The nodes of an ORG export, by their address."""
    buffer = io.BytesIO()
    write_org(views, buffer, DAY, views.ledger.head().position, base="https://data.example.gov/id/")
    return {node["@id"]: node for node in json.loads(buffer.getvalue())["@graph"]}


def prov(ledger: Ledger) -> list[dict[str, Any]]:
    """The events of a PROV export in order."""
    buffer = io.BytesIO()
    write_prov(ledger, buffer)
    entities = json.loads(buffer.getvalue())["entity"]
    return [said for name, said in entities.items() if name.startswith("event:")]


def test_exports_say_why_a_mission_ended_what_came_of_it_and_what_succeeds_it(tmp_path: Path) -> None:
    with governed(tmp_path) as ledger, Views(ledger, tmp_path) as views:
        rest = {"change": "launch-mission", "mission": "rest", "title": "Rest"}
        decide(ledger, rest, {"change": "add-mission", "mission": "rest", "segments": "care/homes"})
        ended = {"reason": "merged", "outcome": "All sleep.", "successors": ["rest"]}
        decide(ledger, {"change": "stop-mission", "mission": "sleep", **ended}, effective="2026-05-01")
        (change,) = (node for node in org(views).values() if node.get("cl:reason"))
        assert (change["cl:reason"], change["cl:outcome"]) == ("merged", "All sleep.")
        assert change["org:resultingOrganization"] == [{"@id": "https://data.example.gov/id/thing/rest"}]
        event = prov(ledger)[-1]
        assert (event["cl:reason"], event["cl:outcome"]) == ("merged", "All sleep.")
        assert "succeeded by rest" in event["prov:label"]


def test_what_comes_back_results_from_the_change_that_brings_it_back(tmp_path: Path) -> None:
    with governed(tmp_path) as ledger, Views(ledger, tmp_path) as views:
        decide(ledger, {"change": "dissolve-cluster", "cluster": "places"}, effective="2026-05-01")
        back = {"change": "reestablish-cluster", "cluster": "places", "title": "Places"}
        decide(ledger, back, effective="2026-06-01")
        (change,) = (node for node in org(views).values() if node.get("dcterms:type") == "cluster.reestablished/1")
        same = [{"@id": "https://data.example.gov/id/thing/places"}]
        assert (change["org:originalOrganization"], change["org:resultingOrganization"]) == (same, same)


def test_provenance_keeps_the_bytes_of_texts_that_could_not_stand(tmp_path: Path) -> None:
    said = {"change": "establish-cluster", "cluster": "care", "title": "Care\tand"}
    taken_over(tmp_path / "old.ledger", [said])
    with Ledger.open(tmp_path / "old.ledger") as ledger:
        assert prov(ledger)[1]["cl:original_text"] == '{"title":"Q2FyZQlhbmQ="}'
