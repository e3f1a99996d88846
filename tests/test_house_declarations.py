"""Declarations of changes: a wrong one is an error when it is imported, which names the change and what to write."""

from __future__ import annotations

from typing import Any

import pytest
from support.command_line import ROOT
from support.golden_lines import sample

from commands.record.verbs import by_word
from ledger.events.change import Change
from ledger.events.changes.assertion import AssertLife
from ledger.events.changes.cluster import RetitleCluster
from ledger.events.changes.record import OnRecord, Strike
from ledger.events.registry import BY_NAME, by_name
from ledger.rules.assertions import need_verdicts
from ledger.state.standing import need_meanings


@pytest.mark.parametrize(
    ("declared", "told"),
    [
        ('SETS = ("title", "purpos")', 'SETS names "purpos", which is not one of its fields'),
        ('SUBJECT = "clutser"', 'SUBJECT names "clutser"'),
        ('KIND = "clutser"', 'KIND "clutser" is none of'),
        ('LIFE = "start"', 'LIFE "start" is none of'),
        ('REFERS = (("within", "cluster"),)', 'REFERS names "within"'),
        ('REFERS = (("cluster", "clutser"),)', "names a clutser"),
        ('HELP = {"scope": "What."}', 'HELP names "scope"'),
        ('SENTENCE = ""', "it has no SENTENCE"),
        ('SENTENCE = "Cluster {clutser} is renamed."', 'SENTENCE names "clutser"'),
        ('SENTENCE = "Cluster {cluster:loudly} is renamed."', '"loudly", which is none of'),
        ('SENTENCE = "Cluster {cluster} is renamed: {purpose}."', '"purpose", which may be left out'),
        ('SENTENCE = "Cluster {cluster"', "SENTENCE is no template"),
        ('TYPE = "renamed"', "TYPE is not a noun"),
        ('NAME = "Rename cluster"', "NAME"),
        ('BESIDE = ("since",)', 'an attribute called "since"'),
        ('BESIDE = ("twins:",)', "which has a key"),
        ('SENTENCE = "Cluster {normal} is renamed."', 'SENTENCE names "normal"'),
        ('reason: "Later | None" = None', 'the type of "reason" is not known yet: define it above'),
    ],
)
def test_a_wrong_declaration_fails_when_it_is_imported_and_says_what_to_write(declared: str, told: str) -> None:
    with pytest.raises(TypeError) as caught:
        declare(declared)
    assert "RenameCluster" in str(caught.value) and told in str(caught.value)


def test_a_right_declaration_is_taken() -> None:
    declare("OPENS = True")


def declare(line: str) -> type[Change]:
    names: dict[str, Any] = {"__name__": "added"}
    text = (
        "from ledger.events.change import Change\nfrom ledger.events.types import Id, Title\n"
        "from ledger.events.personal import Markable, Personal\n"
        "class RenameCluster(Change):\n"
        '    "Give a cluster another name."\n'
        '    NAME, TYPE, KIND, SUBJECT = "rename-cluster", "cluster.renamed/1", "cluster", "cluster"\n'
        '    SETS, SENTENCE = ("title",), "Cluster {cluster} is renamed: {title}."\n'
        f"    {line}\n"
        "    cluster: Id\n    title: Title\n    purpose: Title | None = None\n"
    )
    exec(compile(text, "added", "exec", dont_inherit=True), names)
    change: type[Change] = names["RenameCluster"]
    return change


def test_two_changes_of_one_name_or_type_are_an_error_that_names_both() -> None:
    class Again(RetitleCluster):
        """Give a cluster another title, again."""

        NAME, TYPE = "retitle-cluster", "cluster.retitled/1"

    for place in ("NAME", "TYPE"):
        with pytest.raises(TypeError, match=f"Again: its {place} .* is that of RetitleCluster too; give it another"):
            by_name((RetitleCluster, Again), place)


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("charter cluster", 'has no line for "charter": add one'),
        ("cluster retitle", "another change has that place"),
        ("cluster", "another change has that place"),
        ("strike cluster", "another change has that place"),
    ],
)
def test_a_command_without_a_place_of_its_own_is_an_error_that_says_what_to_do(command: str, told: str) -> None:
    class Elsewhere(RetitleCluster):
        """Give a cluster another title, by another command."""

        NAME, TYPE, COMMAND = "rename-cluster", "cluster.renamed/1", command

    with pytest.raises(TypeError) as caught:
        by_word((RetitleCluster, Strike, Elsewhere))
    assert "Elsewhere" in str(caught.value) and told in str(caught.value)


def test_an_assertion_that_nothing_judges_is_an_error_that_says_where_to_judge_it() -> None:
    class AssertOffice(AssertLife):
        """Assert that an office is filled."""

        NAME, TYPE = "assert-office", "office.asserted/1"

    with pytest.raises(TypeError, match="AssertOffice: nothing tells whether it holds: add its verdict to ledger"):
        need_verdicts((*BY_NAME.values(), AssertOffice))


def test_a_change_that_speaks_of_an_event_and_makes_nothing_of_it_is_an_error() -> None:
    class NoteEvent(OnRecord):
        """Note something on an event."""

        NAME, TYPE = "note-event", "event.noted/1"
        SENTENCE = "{spoken_of} is noted upon."

    with pytest.raises(TypeError, match="NoteEvent: it SPEAKS of an earlier event, .*: add it to ledger.state"):
        need_meanings((*BY_NAME.values(), NoteEvent))


def test_a_field_of_personal_text_is_told_by_its_type() -> None:
    assert declare("who: Personal[Title] | None = None").PERSONAL == ("who",)
    assert declare("who: Personal[Title]").PERSONAL == ("who",)
    assert declare("who: Markable[Title] | None = None").PERSONAL == ()


def test_every_file_of_changes_is_in_the_registry() -> None:
    files = {file.stem for file in (ROOT / "ledger/events/changes").glob("*.py")} - {"__init__"}
    assert files == {change.__module__.rpartition(".")[2] for change in BY_NAME.values()}


def test_what_a_change_sets_without_a_key_is_declared() -> None:
    for kind in BY_NAME.values():
        change = sample(kind).changes[0].change
        plain = {attribute for attribute in change.keyed("2026-01-01") if ":" not in attribute}
        assert plain <= set(kind.BESIDE), f"{kind.NAME}: BESIDE lacks {plain - set(kind.BESIDE)}"
