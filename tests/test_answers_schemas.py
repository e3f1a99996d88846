"""The published schemas of JSON answers: what commands really answer fits, and a field more does not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from support.command_line import Desk
from support.demonstrations import demonstration

from commands.read.answers import ANSWERS, schema_of_answer

ASKED: dict[str, list[tuple[str, ...]]] = {
    "documents": [("documents", "check", ".")],
    "history": [("history", "wellbeing"), ("history", "wellbeing", "--lineage")],
    "lags": [("lags",), ("lags", "--over", "30"), ("lags", "--thing", "wellbeing")],
    "log": [("log",)],
    "matrix": [("matrix",), ("matrix", "wellbeing")],
    "notices": [
        ("notices",),
        ("notices", "--severity", "warning"),
        ("notices", "--authority", "Registrar of decisions (illustrative)"),
    ],
    "overrides": [("overrides",)],
    "restate": [("restate", "missions", "--from", "2024-01-01"), ("restate", "segments", "--from", "2020-01-01")],
    "sample": [("sample", "--size", "5")],
    "show": [("show",), ("show", "--effective", "2001-01-01"), ("show", "--known", "p0")],
    "show-thing": [("show", "wellbeing"), ("show", "government"), ("show", "care-within-reach")],
    "why": [("why", "wellbeing"), ("why", "care-within-reach"), ("why", "government")],
}


# Lists of things, whose attributes stand among their own fields by the names that the changes give them.
OF_THINGS = {
    *(("show", key) for key in ("clusters", "missions", "signals")),
    *(("matrix", key) for key in ("mandates", "missions", "segments")),
}


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, list[Any]]]:
    folder = tmp_path_factory.mktemp("answers")
    demonstration(folder / "government.ledger").close()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("CLUSTER_LEDGER_VIEWS", str(folder / "views"))
        desk = Desk(folder)
        yield {name: [read(desk, command) for command in commands] for name, commands in ASKED.items()}


def read(desk: Desk, command: tuple[str, ...]) -> Any:
    result = desk.run(*command, "--format", "json")
    assert result.exit_code in (0, 3, 4), result.output
    return json.loads(result.stdout)


def validator(name: str) -> jsonschema.Draft202012Validator:
    schema = schema_of_answer(name)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("name", ANSWERS)
def test_what_a_command_answers_fits_its_schema(name: str, answers: dict[str, list[Any]]) -> None:
    for answer in answers[name]:
        assert [error.message for error in validator(name).iter_errors(answer)] == []


@pytest.mark.parametrize("name", ANSWERS)
def test_a_field_that_the_schema_does_not_name_does_not_fit(name: str, answers: dict[str, list[Any]]) -> None:
    asked = validator(name)
    for answer in answers[name]:
        of_a_thing = name == "show-thing"  # whose attributes stand among its own fields
        assert asked.is_valid({**answer, "unnamed": 1}) == of_a_thing
        assert not asked.is_valid({**answer, "context": {**answer["context"], "unnamed": 1}})
        for key, value in answer.items():
            if key != "context" and not of_a_thing and isinstance(value, list) and value and isinstance(value[0], dict):
                more = [{**value[0], "unnamed": 1}, *value[1:]]
                assert asked.is_valid({**answer, key: more}) == ((name, key) in OF_THINGS), f"{key} takes anything"


def test_every_schema_is_listed_and_printed(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    names = desk.run("schema", "--list").stdout.split()
    assert names == ["decision", *ANSWERS] and list(ASKED) == list(ANSWERS)
    for name in names:
        assert json.loads(desk.run("schema", name).stdout)["$schema"].endswith("2020-12/schema")
    assert desk.run("schema").exit_code == 2
    assert 'Did you mean "show"' in desk.run("schema", "shwo").stderr
