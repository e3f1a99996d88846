"""The document of the programs' interface: valid, whole, and what every answer and every problem keeps to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from support.demonstrations import demonstration
from support.examples import examples
from support.programs import PLACE, Program, application_of, program

from commands.serve.api.document import document
from commands.serve.api.resources import RESOURCES

KEPT = (
    *(not_a_server_error, status_code_conformance, content_type_conformance),
    *(response_headers_conformance, response_schema_conformance),
)
ANSWERED = (
    *("agility?list=true", "agility?explain=restructuring-events", "agility?names=wellbeing", "check"),
    *("diff?from=2024-05-01&to=2026-12-31&all=true", "history?id=wellbeing&lineage=true", "history?id=ILL-2024-01"),
    *("lags", "log?limit=1000", "matrix", "notices", "overrides", "replay", "restate?kind=segments&from=2024", "rules"),
    *("sample", "show", "show?id=wellbeing", "show?id=ILL-2024-01", "why?id=wellbeing", "why?id=ILL-2024-01"),
)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("served") / "a.ledger"
    demonstration(path).close()
    return path


@pytest.fixture(scope="module")
def asking(place: Path) -> Iterator[Program]:
    with program(place) as found:
        yield found


@cache
def made() -> Any:
    return json.loads(json.dumps(document(PLACE)))


@pytest.mark.parametrize("address", ANSWERED)
def test_an_answer_is_of_the_shape_that_the_document_gives_it(address: str, asking: Program) -> None:
    name = address.partition("?")[0]
    content = made()["paths"][f"/{name}"]["get"]["responses"]["200"]["content"]
    schema = {**content["application/json"]["schema"], "components": made()["components"]}
    assert [one.message for one in jsonschema.Draft202012Validator(schema).iter_errors(asking.json(address))] == []


def test_the_document_stands_at_its_address(asking: Program) -> None:
    assert asking.json("openapi.json") == made()
    assert str(asking.get("").url).endswith(f"{PLACE}/openapi.json")
    assert made()["servers"] == [{"url": PLACE}]
    assert made()["paths"].keys() == {f"/{name}" for name in RESOURCES}


def test_every_reference_of_the_document_leads_somewhere() -> None:
    for reference in references(made()):
        found = made()
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]
        assert isinstance(found, dict)


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (one for name, one in value.items() if name == "$ref" and isinstance(one, str))
        value = list(value.values())
    for one in value if isinstance(value, list) else ():
        yield from references(one)


def test_every_parameter_is_told_and_has_a_type() -> None:
    told = [one for path in made()["paths"].values() for one in path["get"]["parameters"]]
    assert {one["name"] for one in told if not one["description"] or "type" not in one["schema"]} == set()
    assert not {"format", "interactive", "strict"} & {one["name"] for one in told}


@pytest.fixture(scope="module")
def described(place: Path) -> Iterator[Any]:
    app, pool = application_of(place)
    yield schemathesis.openapi.from_asgi(f"{PLACE}/openapi.json", app)
    pool.close()


def test_the_document_is_one_of_openapi(described: Any) -> None:
    described.validate()
    assert described.specification.version == "3.1.0"


@pytest.mark.parametrize("name", RESOURCES)
def test_whatever_is_asked_is_answered_as_the_document_says(name: str, described: Any) -> None:
    operation = described[f"/{name}"]["get"]
    statuses = set()

    @settings(max_examples=examples(20), deadline=None, suppress_health_check=list(HealthCheck))
    @given(operation.as_strategy())
    def keeps(case: Any) -> None:
        response = case.call()
        case.validate_response(response, checks=KEPT)
        statuses.add(response.status_code)

    keeps()
    assert statuses <= {200, 400, 404}


def test_it_says_how_a_token_is_shown_and_what_refuses_whoever_asks() -> None:
    found = document("/api/v1")
    scheme = found["components"]["securitySchemes"]["token"]
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")
    for path in found["paths"].values():
        operation = path["get"]
        assert operation["security"] == [{}, {"token": []}]
        assert {"401", "403", "429"} <= operation["responses"].keys()
        assert "Retry-After" in operation["responses"]["429"]["headers"]
