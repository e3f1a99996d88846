"""The log of runs: one line of JSON on standard error, when asked for, and never a word of any decision in it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import Result
from support.command_line import FIRST, Desk
from support.notaries import checkpoint, with_key
from test_commands_outputs import FORMS, OUTPUTS, PROOFS

LINE = {"time", "action", "ledger_id", "from", "to", "ms", "outcome", "code", "kind"}
SECRET = "Zyxwvut"  # in every text of the decision
SAID = (
    FIRST.replace("CM-1", f"{SECRET}-1")
    .replace("Council of Ministers", f"Council {SECRET}")
    .replace("Wellbeing needs one home.", f"{SECRET} needs one home.")
    .replace("title: Health", f"title: {SECRET}")
    .replace("To live well", f"To {SECRET}")
    .replace("wellbeing", "zyxwvut")
)
LEADER = f"""\
authority: Council {SECRET}
reference: {SECRET}-2
effective: 2026-05-01
changes: [{{change: appoint-leader, of: zyxwvut, office: Chair, holder: {SECRET} Example}}]
"""


def logged(result: Result) -> tuple[dict[str, Any], str]:
    """The one line of the log that a run wrote, parsed and as it stands."""
    (line,) = [line for line in result.stderr.splitlines() if line.startswith('{"time":')]
    found = json.loads(line)
    assert set(found) == LINE and result.stderr.splitlines()[-1] == line
    return found, line


@pytest.fixture
def told(desk: Desk) -> Desk:
    """A desk with decisions whose every text is a secret, and a checkpoint."""
    checkpoint(with_key(desk.record(SAID).record(LEADER)), "now")
    return desk


OTHERS: dict[str, tuple[str, ...]] = {
    "show": ("show", "zyxwvut"),
    "show-decision": ("show", f"{SECRET}-1"),
    "unknown": ("show", f"{SECRET}-nobody"),
    "no command": (SECRET,),
    "why": ("why", "zyxwvut"),
    "log": ("log", "--search", SECRET),
    "verify": ("verify",),
    "doctor": ("doctor",),
    "twice": ("record", "twice.yaml"),
    "other": ("record", "other.yaml"),
    "verb": ("cluster", "retitle", "zyxwvut", "--title", SECRET, "--authority", SECRET, "--reference", SECRET),
    "elsewhere": ("--ledger", f"{SECRET}.ledger", "show"),
    "option": ("show", f"--{SECRET}"),
    "copy": ("copy", f"{SECRET}.copy"),
    "backup": ("backup", "-o", f"{SECRET}.backup"),
}


@pytest.mark.parametrize("name", OUTPUTS | FORMS | PROOFS | OTHERS)
def test_no_word_of_a_decision_is_ever_in_the_log(told: Desk, name: str) -> None:
    told.write("twice.yaml", SAID)
    told.write("other.yaml", SAID.replace("one home", "two homes"))
    table = OUTPUTS | FORMS | PROOFS
    words = (*table[name], "-o", f"{SECRET}.{name}") if name in table else OTHERS[name]
    result = told.run("--log-format", "json", *words)
    if name == "no command":
        assert result.exit_code == 2 and '{"time":' not in result.stderr  # no action was begun
        return
    found, line = logged(result)
    assert SECRET.lower() not in line.lower() and found["code"] == result.exit_code
    assert found["action"].split()[0] in words


def test_a_line_says_what_was_done_to_which_ledger_from_where_to_where(desk: Desk) -> None:
    id_ = desk.json("show")["context"]["ledger_id"]
    found, _ = logged(desk.run("--log-format", "json", "record", "-", input=FIRST))
    assert (found["action"], found["ledger_id"], found["from"], found["to"]) == ("record", id_, 1, 5)
    assert (found["outcome"], found["code"], found["kind"]) == ("done", 0, None) and found["ms"] >= 0
    found, _ = logged(desk.run("--log-format", "json", "key", "show", "nowhere"))
    assert (found["action"], found["outcome"], found["ledger_id"]) == ("key show", "refused", None)
    words = ("cluster", "retitle", "nobody", "--title", "T", "--authority", "A", "--reference", "1")
    found, _ = logged(desk.run("--log-format", "json", *words))
    assert found["action"] == "cluster retitle" and found["outcome"] == "refused"
    found, _ = logged(desk.run("--log-format", "json", "--ledger", "nowhere", "show"))
    assert (found["code"], found["kind"]) == (1, "LedgerMissing")


def test_the_log_is_asked_for_by_flag_environment_or_configuration(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    assert '{"time":' not in desk.run("show").stderr
    desk.write("cluster-ledger.toml", 'log_format = "json"\n')
    assert logged(desk.run("rules"))[0]["action"] == "rules"
    assert '{"time":' not in desk.run("--log-format", "text", "rules").stderr
    monkeypatch.setenv("CLUSTER_LEDGER_LOG_FORMAT", "text")
    assert '{"time":' not in desk.run("rules").stderr
    monkeypatch.delenv("CLUSTER_LEDGER_LOG_FORMAT")
    desk.write("cluster-ledger.toml", 'log_format = "xml"\n')
    assert '"log_format" is "text" or "json", not "xml".' in desk.run("show").stderr


def test_an_answer_is_the_same_with_the_log_and_without(told: Desk) -> None:
    assert told.run("show").stdout == told.run("--log-format", "json", "show").stdout
