"""Drafts: a decision made of verbs, private to the user until it is recorded once."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from support.command_line import Desk, refused

from commands.record.drawer import Drawer
from commands.record.verbs import COMMANDS, place
from ledger.documents.formats import read_documents

NEW = ("draft", "new", "--authority", "Council", "--reference", "CM 2026/31", "--effective", "2026-12-01")
ADDED = (
    ("cluster", "establish", "wellbeing", "--title", "Health: all of it"),
    ("segment", "add", "wellbeing/care", "--title", "Care"),
    ("mission", "launch", "sleep-well", "--title", "no"),
    ("mission", "add", "sleep-well", "--segment", "wellbeing/care"),
)


def run(desk: Desk, *command: str) -> str:
    result = desk.run(*command)
    assert result.exit_code == 0, (result.output, result.exception)
    return result.stdout


@pytest.fixture
def drafted(desk: Desk) -> Desk:
    """A desk with the draft `cm-2026-31` of four changes."""
    run(desk, *NEW)
    for change in ADDED:
        run(desk, "draft", "add", *change)
    return desk


def files_of_drafts() -> list[Path]:
    return sorted(Path(os.environ["CLUSTER_LEDGER_DRAFTS"]).rglob("*.json"))


def test_many_verbs_make_one_decision_with_one_reference(drafted: Desk) -> None:
    assert drafted.size() == 1  # nothing of a draft is in the ledger
    result = drafted.run("record", "cm-2026-31")
    assert result.exit_code == 0, result.output
    assert result.stderr == 'Draft "cm-2026-31" is recorded, and is removed from your drafts.\n'
    assert {event["decision"]["reference"] for event in drafted.json("log")["events"][1:]} == {"CM 2026/31"}
    assert drafted.size() == 1 + len(ADDED)
    assert files_of_drafts() == []


def test_what_was_drafted_is_the_decision_of_the_same_document(drafted: Desk) -> None:
    shown = run(drafted, "draft", "show")
    run(drafted, "record", "cm-2026-31")
    again = drafted.run("record", "-", input=shown)
    assert again.exit_code == 0 and again.stdout.startswith("Already recorded")


def test_a_draft_is_shown_as_a_document_with_its_plan_in_words(drafted: Desk) -> None:
    shown = run(drafted, "draft", "show", "cm-2026-31")
    [document] = read_documents(shown.encode())
    assert document.fields["changes"][2] == {"change": "launch-mission", "mission": "sleep-well", "title": "no"}
    assert "#   From 1 December 2026:\n#     cluster wellbeing: begins (title Health: all of it)" in shown
    assert shown.endswith("# To record it: cluster-ledger record cm-2026-31\n")
    plan = run(drafted, "plan", "cm-2026-31")
    assert [line.removeprefix("# ") for line in shown.splitlines() if line.startswith("#   ")] == plan.splitlines()[3:]


def test_a_draft_lies_where_nobody_else_may_read_it(drafted: Desk) -> None:
    [file] = files_of_drafts()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == stat.S_IMODE(file.parent.parent.stat().st_mode) == 0o700
    assert file.parent.name == drafted.json("show")["context"]["ledger_id"]
    run(drafted, "draft", "add", "cluster", "retitle", "wellbeing", "--title", "Health")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("cluster", "retitle", "Wellbeing", "--title", "x"), ("retitle-cluster", '"cluster" ("Wellbeing")')),
        (("cluster", "retitle", "wellbeing", "--title", ""), ("retitle-cluster", "it is empty")),
        (("measure", "sleep-well/hours", "--value", "many", "--observed-on", "2026-01-01"), ('"value"',)),
        (("segment", "retire", "wellbeing/care", "--accept", "no-such-rule:x=y", "--effective", ".."), ("..",)),
    ],
)
def test_a_malformed_change_is_refused_when_it_is_added(
    drafted: Desk, change: tuple[str, ...], words: tuple[str, ...]
) -> None:
    before = files_of_drafts()[0].read_bytes()
    refused(drafted.run("draft", "add", *change), *words)
    assert files_of_drafts()[0].read_bytes() == before


def test_what_only_the_state_can_tell_is_told_by_show_and_kept_in_the_draft(drafted: Desk) -> None:
    run(drafted, "draft", "add", "segment", "retire", "wellbeing/none")
    shown = run(drafted, "draft", "show")
    assert 'refused: No segment is called "wellbeing/none"' in shown and shown.endswith("# It cannot be recorded so.\n")
    refused(drafted.run("record", "cm-2026-31"), "unknown-id", "Nothing was recorded.")
    assert "taken out is change 5: Segment wellbeing/none is retired." in run(drafted, "draft", "drop", "5")
    run(drafted, "record", "cm-2026-31")
    refused(drafted.run("draft", "show"), "There is no draft.")


def test_a_change_may_have_a_day_of_its_own_and_an_acceptance(drafted: Desk) -> None:
    accept = "segment-retired-with-missions:wellbeing/care=It moves."
    run(drafted, "draft", "add", "segment", "retire", "wellbeing/care", "--effective", "2027-03", "--accept", accept)
    document = drafted.json("draft", "show")["document"]
    assert document["changes"][4] == {"change": "retire-segment", "segment": "wellbeing/care", "effective": "2027-03"}
    assert document["accept"] == [
        {"rule": "segment-retired-with-missions", "on": "wellbeing/care", "because": "It moves."}
    ]
    run(drafted, "record", "cm-2026-31")


def test_a_header_is_amended_and_lists_grow(drafted: Desk) -> None:
    for title in ("Minute", "Annex"):
        run(drafted, "draft", "amend", "--document", f"{title}=https://example.org/{title}", "--because", title)
    document = drafted.json("draft", "show")["document"]
    assert [one["title"] for one in document["documents"]] == ["Minute", "Annex"]
    assert document["rationale"] == "Annex" and len(document["changes"]) == 4
    refused(drafted.run("draft", "amend"), "give an option", code=2)


def test_without_a_name_the_only_draft_is_meant_and_of_several_none(drafted: Desk) -> None:
    assert 'Draft "b"' in run(drafted, "draft", "new", "b", "--authority", "Council", "--reference", "B")
    for command in (("show",), ("drop", "1"), ("amend", "--because", "x"), ("add", "cluster", "dissolve", "x")):
        refused(drafted.run("draft", *command), "There are 2 drafts (b, cm-2026-31).")
    assert [(row["name"], row["changes"]) for row in drafted.json("draft", "list")["drafts"]] == [
        ("b", 0),
        ("cm-2026-31", 4),
    ]
    assert "no change yet" in run(drafted, "draft", "show", "b")
    refused(drafted.run("record", "b"), 'Draft "b" has no change yet. Add one: cluster-ledger draft add NOUN VERB')
    assert "Nothing was recorded" in run(drafted, "draft", "discard", "b")
    refused(drafted.run("draft", "discard", "b"), 'No draft is called "b".')


def test_no_draft_takes_the_place_of_another(drafted: Desk) -> None:
    refused(drafted.run(*NEW), 'There is a draft "cm-2026-31" already.')
    assert len(drafted.json("draft", "show")["document"]["changes"]) == 4


@pytest.mark.parametrize("name", ["../x", "A", "a--b", "x" * 65, "a.json", "é"])
def test_the_name_of_a_draft_is_an_id(desk: Desk, name: str) -> None:
    for command in (("new", name, *NEW[2:]), ("discard", name)):
        refused(desk.run("draft", *command), "cannot be the name of a draft")
    assert files_of_drafts() == []


def test_a_draft_of_another_ledger_is_never_recorded_into_this_one(drafted: Desk) -> None:
    [file] = files_of_drafts()
    assert drafted.run("--ledger", "other.ledger", "init", "--government", "Otherland").exit_code == 0
    refused(drafted.run("--ledger", "other.ledger", "record", "cm-2026-31"), "No file or draft is called")
    other = json.loads(drafted.run("--ledger", "other.ledger", "show", "--format", "json").stdout)
    copied = file.parent.parent / other["context"]["ledger_id"] / file.name
    copied.parent.mkdir(exist_ok=True)
    copied.write_bytes(file.read_bytes())
    for command in (("record", "cm-2026-31"), ("plan", "cm-2026-31"), ("draft", "show")):
        refused(drafted.run("--ledger", "other.ledger", *command), "it is a draft of another ledger")


def test_a_file_of_the_same_name_is_meant_unless_a_draft_is_said(drafted: Desk) -> None:
    drafted.write("cm-2026-31", "{")
    refused(drafted.run("plan", "cm-2026-31"), "cm-2026-31, line 1: it is not")
    assert "wellbeing" in run(drafted, "plan", "draft:cm-2026-31")
    refused(drafted.run("plan", "draft:cm-2026-32"), 'Did you mean "cm-2026-31"?')


@pytest.mark.parametrize(
    "content", ["", "[]", "{", '{"ledger_id": 1}', '{"decision": {"changes": [1]}}', "\xff" * 9, "[" * 9999]
)
def test_a_draft_that_was_damaged_is_told_and_can_be_discarded(drafted: Desk, content: str) -> None:
    files_of_drafts()[0].write_text(content, "latin-1")
    for command in (("draft", "show"), ("record", "cm-2026-31"), ("draft", "list"), ("draft", "drop", "1")):
        refused(drafted.run(*command), 'Draft "cm-2026-31"')
    run(drafted, "draft", "discard", "cm-2026-31")


def test_a_draft_that_is_changed_while_it_is_recorded_is_kept(drafted: Desk) -> None:
    drawer = Drawer(drafted.json("show")["context"]["ledger_id"])
    read = drawer.named("cm-2026-31").as_document()
    run(drafted, "draft", "drop", "4")
    assert drawer.put_away(read) == 'Draft "cm-2026-31" was changed meanwhile, and is kept.'
    assert drawer.names() == ["cm-2026-31"]


def test_drafts_are_recorded_together_or_not_at_all(drafted: Desk) -> None:
    run(drafted, "draft", "new", "b", "--authority", "Council", "--reference", "B", "--effective", "2027-01-01")
    run(drafted, "draft", "add", "cluster", "dissolve", "nowhere", "--draft", "b")
    refused(drafted.run("record", "--together", "cm-2026-31", "b"), "None of the 2 decisions is recorded.")
    assert len(files_of_drafts()) == 2
    run(drafted, "draft", "drop", "1", "--draft", "b")
    run(drafted, "draft", "add", "cluster", "retitle", "wellbeing", "--title", "Health", "--draft", "b")
    run(drafted, "record", "--together", "cm-2026-31", "b")
    assert files_of_drafts() == []


def test_personal_data_of_a_draft_is_committed_to_when_it_is_recorded(drafted: Desk) -> None:
    run(drafted, "draft", "add", "leader", "appoint", "sleep-well", "--office", "Minister", "--holder", "A. Person")
    run(drafted, "record", "cm-2026-31")
    exported = drafted.run("export", "-o", "-").stdout
    assert "Minister" in exported and "A. Person" not in exported


def test_documents_of_files_become_drafts(drafted: Desk) -> None:
    shown = run(drafted, "draft", "show").replace("CM 2026/31", "CM 2026/32")
    name = drafted.write("other.yaml", shown)
    assert run(drafted, "draft", "take", name) == 'Draft "cm-2026-32": 4 changes.\n'
    refused(drafted.run("draft", "take", name), 'There is a draft "cm-2026-32" already')
    run(drafted, "record", "cm-2026-32")


def test_every_verb_adds_to_a_draft_in_the_same_words(desk: Desk) -> None:
    for change in COMMANDS.changes:
        words = " ".join(place(change)).split()
        alone, added = desk.run(*words, "-h").stdout, desk.run("draft", "add", *words, "-h").stdout
        options = {line.split()[0] for line in added.splitlines() if line.startswith("  --")}
        assert "--draft" in options and "--reference" not in options
        assert options - {"--draft"} <= {line.split()[0] for line in alone.splitlines() if line.startswith("  --")}
