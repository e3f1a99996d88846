"""The published schemas of JSON answers: every command has one, what it really answers fits, a field more does not."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import click
import jsonschema
import pytest
from hypothesis import given, settings
from support.command_line import FIRST, Desk
from support.demonstrations import demonstration
from support.examples import examples
from support.histories import History, histories
from support.written_ledgers import written

from commands.main import cli
from commands.record.verbs import place
from commands.schema.answers import ANSWERS, schema_of_answer
from ledger.documents.composed import WRITTEN

WHO = ("--authority", "Council", "--effective", "2026-12-01")
RETITLED = ("cluster", "retitle", "wellbeing", *WHO, "--title")
TAKEN = ("import", "--government", "Testland")
EMPTY = ("--ledger", "empty.ledger")

ASKED: dict[str, list[tuple[str, ...]]] = {
    "agility": [("agility",), ("agility", "--each", "--from", "2026"), ("agility", "wellbeing", "--by", "year")],
    "agility-explain": [("agility", "--explain", "restructuring-events"), ("agility", "--explain", "response-time")],
    "agility-list": [("agility", "--list")],
    "archive": [("archive", "-o", "an.archive"), ("archive", "-o", "an.archive")],
    "backup": [("backup", "-o", "a.backup")],
    "chart-list": [("chart", "--list")],
    "checkpoint": [("checkpoint", "--key", "a.key", "-o", "again")],
    "check": [("check",)],
    "copy": [("copy", "plain.ledger"), ("copy", "trial.ledger", "--as-trial", "--with-personal")],
    "diff": [("diff", "2024-05-01@p233", "2026-12-31"), ("diff", "2026-12-31", "2001-01-01", "--all")],
    "doctor": [("doctor",), (*EMPTY, "doctor")],
    "documents": [("documents", "check", ".")],
    "draft-list": [("draft", "list"), (*EMPTY, "draft", "list")],
    "draft-show": [("draft", "show", "begun"), ("draft", "show", "cm-1")],
    **{
        f"federate-{name}": [("federate", "an.archive", "--question", name, "--effective", "2026-06-01", *more)]
        for name, more in {
            "counts": (),
            "structure": (),
            "learnt": ("--since", "2020-01-01"),
            "lags": (),
            "agility": ("--from", "2024"),
        }.items()
    },
    "history": [("history", "wellbeing"), ("history", "wellbeing", "--lineage")],
    "history-decision": [("history", "ILL-2024-01")],
    "import": [("--ledger", f"{name}.ledger", *TAKEN, f"{name}.jsonl") for name in ("none", "half", "whole")],
    "init": [("--ledger", "another.ledger", "init", "--government", "Testland")],
    "key-make": [("key", "make", "-o", "b.key", "--no-passphrase")],
    "key-show": [("key", "show", "a.key")],
    "lags": [("lags",), ("lags", "--over", "30"), ("lags", "--thing", "wellbeing")],
    "log": [("log",)],
    "matrix": [("matrix",), ("matrix", "wellbeing")],
    "notices": [
        ("notices",),
        ("notices", "--severity", "warning"),
        ("notices", "--authority", "Registrar of decisions (illustrative)"),
    ],
    "overrides": [("overrides",)],
    "plan": [("plan", "first.yaml", "wrong.yaml", "held.yaml"), (*RETITLED, "Well", "--reference", "1", "--dry-run")],
    "plan-compare": [("plan", "first.yaml", "--compare"), ("plan", "held.yaml", "--compare")],
    "prove": [("prove", "ILL-2024-01", "--checkpoint", "now", "-o", "b.proof")],
    "record": [
        ("record", "recorded.yaml"),
        ("record", "recorded.yaml", "first.yaml", "held.yaml"),
        ("record", "wrong.yaml"),
        (*RETITLED, "Well", "--reference", "2"),
    ],
    "replay": [("replay",), ("replay", "--along", "effective", "--by", "month"), ("replay", "--from", "2090-01-01")],
    "restate": [("restate", "missions", "--from", "2024-01-01"), ("restate", "segments", "--from", "2020-01-01")],
    "restore": [("restore", "a.backup", "restored.ledger"), ("restore", "a.backup", "--to", "b.ledger")],
    "rules": [("rules",)],
    "sample": [("sample", "--size", "5")],
    "show": [("show",), ("show", "--effective", "2001-01-01"), ("show", "--known", "p0")],
    "show-decision": [("show", "ILL-2024-01"), ("why", "ILL-2024-01"), ("show", "NEW-1")],
    "show-thing": [("show", "wellbeing"), ("show", "government"), ("show", "care-within-reach")],
    "snapshot": [("snapshot", "-o", "-"), ("snapshot", "-o", "-", "--known", "p0")],
    "verify": [("verify",), ("verify", "--size", "3", "--root", f"sha256:{64 * '0'}")],
    "verify-proof": [("verify", "now"), ("verify", "now", "--vkey", "a.key"), ("verify", "a.proof"), ("verify", "bad")],
    "views-check": [("views", "check")],
    "views-status": [("views", "status")],
    "witness-make": [("witness", "make", "-o", "w.key", "--name", "witness.example", "--no-passphrase")],
    "token-make": [("token", "make", "--role", "auditor", "--name", "Court", "--tokens", "t.json")],
    "token-list": [("token", "list", "--tokens", "t.json")],
    "token-withdraw": [("token", "withdraw", "1", "--tokens", "t.json")],
    "witness-show": [("witness", "show", "w.key")],
    "why": [("why", "wellbeing"), ("why", "care-within-reach"), ("why", "government")],
}
DOCUMENTS = {
    "first.yaml": FIRST.replace("wellbeing", "health").replace("sleep-well", "sleep"),
    "held.yaml": "{authority: A, reference: B, effective: 2026-12-01, "
    "changes: [{change: dissolve-cluster, cluster: wellbeing}]}",
    "wrong.yaml": "{authority: A, reference: C, effective: 2026-12-01, "
    "changes: [{change: retitle-cluster, cluster: welbeing, title: Well}]}",
    "recorded.yaml": """
        authority: Council
        reference: NEW-1
        effective: 2026-11-01
        adopted_by: {body: Assembly, quorum: 3, votes: {in_favour: 4, against: 1}}
        expected: {cost: {amount: "1200.50", currency: EUR}, benefit: Less to read, review_on: 2027-01-01}
        documents: [{title: Minute, url: "https://illyria.example/minute"}]
        changes: [{change: retitle-cluster, cluster: wellbeing, title: Living well}]
    """,
}
OLDER = {
    "authority": "Assembly",
    "reference": "OLD-1",
    "effective": "1999-01-01",
    "recorded_at": "1999-01-03T10:00:00Z",
    "changes": [{"change": "establish-cluster", "cluster": "c", "title": "C"}],
}
REGISTERS = {"none.jsonl": [{"authority": "A"}], "half.jsonl": [OLDER, {"authority": "A"}], "whole.jsonl": [OLDER]}
# Answers whose keys were not named fields at first: programs read them by these names, in this order.
KEYS = {
    "agility": "context figures",
    "agility-explain": "context figures events",
    "agility-list": "metrics",
    "check": "context assertions",
    "diff": "context from differences without_net_effect",
    "doctor": "ok findings",
    "draft-list": "drafts",
    "draft-show": "draft document differences notices acceptances_needed refused expansions documents already_recorded",
    "import": "events decisions already_recorded notices tree_size root notices_total notices_listed",
    "init": "ledger government origin timezone ledger_id tree_size root",
    "plan": "differences notices acceptances_needed refused expansions documents already_recorded",
    "replay": "context along by steps",
    "rules": "rules",
    "verify": "ok damage events root not_proven",
    "views-check": "ok damage",
    "views-status": "path version position root head rows",
}
FIGURE = "cluster from to block metric value unit n out_of denominator censored why_not detail"
DIFFERENCE = "kind id attribute before after cause late_days retroactive_days events decisions lives undone"
ITEMS = {
    ("agility", "figures"): FIGURE,
    ("agility-explain", "events"): "metric cluster from to position id effective decision sentence spoken_of",
    ("agility-list", "metrics"): "name block unit line denominator source not_meaning",
    ("diff", "differences"): DIFFERENCE,
    ("doctor", "findings"): "what found to_do ok",
    ("draft-list", "drafts"): "name authority reference effective changes",
    ("import", "notices_listed"): "where authority reference rule severity id found",
    ("plan", "documents"): "reference document",
    ("replay", "steps"): "label from to decisions differences",
    ("rules", "rules"): "name kind severity line",
}
# Things and lists of them, whose attributes stand among their own fields by the names that the changes give them.
OF_THINGS = {
    *((answer, key) for answer in ("show", "snapshot") for key in ("clusters", "missions", "signals", "government")),
    *(("matrix", key) for key in ("mandates", "missions", "segments")),
}
BY_NAME = ("document", "counts", "notices")  # keys of any name: a document, a count by name
OF_A_WHOLE_THING = ("show-thing",)
NAMED_ELSE = {("documents", "check"): "documents"}
# What is asked of histories that nobody chose.
OF_HISTORIES = {
    name: [command for command in ASKED[name] if command[0] == name]
    for name in ("agility", "check", "lags", "log", "matrix", "notices", "overrides", "replay", "show", "snapshot")
} | {"diff": [("diff", "2021-01-01@p1", "2022-06-01", "--all"), ("diff", "2023-01-01", "2020-03-01")]}


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, list[Any]]]:
    folder = tmp_path_factory.mktemp("answers")
    demonstration(folder / "government.ledger").close()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        alone(patch, folder)
        desk = Desk(folder)
        for name, text in DOCUMENTS.items():
            desk.write(name, text)
        for name, documents in REGISTERS.items():
            desk.write(name, "".join(f"{json.dumps(one)}\n" for one in documents))
        assert desk.run(*EMPTY, "init", "--government", "Testland").exit_code == 0
        assert desk.run("draft", "take", "first.yaml").exit_code == 0
        assert desk.run("key", "make", "-o", "a.key", "--no-passphrase").exit_code == 0
        assert desk.run("checkpoint", "--key", "a.key", "-o", "now").exit_code == 0
        assert desk.run("prove", "p3", "--checkpoint", "now", "-o", "a.proof").exit_code == 0
        desk.write("bad", (folder / "a.proof").read_bytes().replace(b"index 2", b"index 1"))
        assert desk.run("draft", "new", "begun", "--reference", "Q-1", *WHO).exit_code == 0
        yield {name: [read(desk, command) for command in commands] for name, commands in ASKED.items()}


def alone(patch: pytest.MonkeyPatch, folder: Path) -> None:
    """Keep a run of the program out of reach of the configuration of whoever runs the tests."""
    patch.setenv("CLUSTER_LEDGER_VIEWS", str(folder / "views"))
    patch.setenv("CLUSTER_LEDGER_STATE", str(folder / "state"))
    patch.setenv("CLUSTER_LEDGER_DRAFTS", str(folder / "drafts"))
    patch.setenv("CLUSTER_LEDGER_RECORDER", "Registry")
    patch.setenv("XDG_CONFIG_HOME", str(folder / "configuration"))


def read(desk: Desk, command: tuple[str, ...]) -> Any:
    result = desk.run(*command, "--format", "json")
    assert result.exit_code in (0, 1, 3, 4) and result.stdout, (command, result.output)
    return json.loads(result.stdout)


@cache
def validator(name: str) -> jsonschema.Draft202012Validator:
    schema = schema_of_answer(name)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def answering(command: click.Command, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the words of every command that has JSON among its formats."""
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None, name
            yield from answering(inner, (*words, name))
    formats = (one.type for one in command.params if "--format" in one.opts)
    if any(isinstance(one, click.Choice) and "json" in one.choices for one in formats):
        yield words


def schemas_of(words: tuple[str, ...]) -> set[str]:
    """Return the names of the schemas of what a command answers."""
    if words in {tuple(filter(None, place(change))) for change in WRITTEN.values()}:
        return {"record", "plan"}
    name = NAMED_ELSE.get(words, "-".join(words))
    return {one for one in ANSWERS if one == name or one.startswith(f"{name}-")}


def test_every_command_that_answers_in_json_publishes_a_schema_and_no_schema_is_of_no_command() -> None:
    commands = list(answering(cli))
    assert [" ".join(words) for words in commands if not schemas_of(words)] == []
    assert set().union(*map(schemas_of, commands)) == set(ANSWERS)


@pytest.mark.parametrize("name", ANSWERS)
def test_what_a_command_answers_fits_its_schema(name: str, answers: dict[str, list[Any]]) -> None:
    for answer in answers[name]:
        assert [error.message for error in validator(name).iter_errors(answer)] == []


@pytest.mark.parametrize("name", ANSWERS)
def test_a_field_that_the_schema_does_not_name_does_not_fit(name: str, answers: dict[str, list[Any]]) -> None:
    asked = validator(name)
    for answer in answers[name]:
        of_a_thing = name in OF_A_WHOLE_THING  # whose attributes stand among its own fields
        assert asked.is_valid({**answer, "unnamed": 1}) == of_a_thing
        for key, value in {} if of_a_thing else answer.items():
            more: Any = None
            if isinstance(value, dict) and key not in BY_NAME:
                more = {**value, "unnamed": "1"}
            elif isinstance(value, list) and value and isinstance(value[0], dict):
                more = [{**value[0], "unnamed": "1"}, *value[1:]]
            if more is not None:
                assert asked.is_valid({**answer, key: more}) == ((name, key) in OF_THINGS), f"{key} takes anything"


def test_an_answer_has_the_keys_that_programs_read_in_their_order(answers: dict[str, list[Any]]) -> None:
    for name, keys in KEYS.items():
        assert " ".join(answers[name][-1]) == keys, name
    for (name, key), keys in ITEMS.items():
        first = next(item for answer in answers[name] for item in answer.get(key, ()))
        assert " ".join(first) == keys, (name, key)


def test_answers_about_a_record_that_nobody_chose_fit_their_schemas() -> None:
    @settings(max_examples=examples(4), deadline=None)
    @given(histories(max_decisions=6))
    def fits(history: History) -> None:
        with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
            alone(patch, Path(folder))
            written(Path(folder, "a.ledger"), history).close()
            for name, commands in OF_HISTORIES.items():
                for command in known(commands):
                    answer = read(Desk(Path(folder)), ("--ledger", str(Path(folder, "a.ledger")), *command))
                    assert [error.message for error in validator(name).iter_errors(answer)] == [], command

    fits()


def known(commands: Iterable[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """Yield the commands that name no thing of the demonstration."""
    return (command for command in commands if "wellbeing" not in command)


def test_every_schema_is_listed_and_printed(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    names = desk.run("schema", "--list").stdout.split()
    assert names == ["decision", *ANSWERS] and sorted(ASKED) == sorted(ANSWERS)  # a token is made before one is listed
    for name in names:
        assert json.loads(desk.run("schema", name).stdout)["$schema"].endswith("2020-12/schema")
    assert desk.run("schema").exit_code == 2
    assert 'Did you mean "show"' in desk.run("schema", "shwo").stderr
