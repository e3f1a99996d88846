"""Whatever is handed in wrongly: a sentence, exit code 1 or 2, nothing recorded, no trace, nothing echoed raw."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import click
import pytest
from support.command_line import FIRST, Desk, refused
from support.faults.malformed import EVERY

HEAD = "authority: A\nreference: R\neffective: 2026-04-01\n"
ONE = HEAD + "changes:\n  - {change: establish-cluster, cluster: c, title: T}\n"

DOCUMENTS = {
    "an empty file": ("", "it holds no document"),
    "malformed YAML": ("a: b: c", "line 1: it is not YAML"),
    "malformed JSON": ('{"a": ', "line 1: it is not JSON"),
    "not a mapping": ("- a\n- b\n", "a decision is a mapping"),
    "an anchor": (HEAD + "rationale: &x y\n", "line 4: anchors"),
    "a key twice": (HEAD + "reference: S\n", 'line 4: the key "reference" stands twice'),
    "a NUL": ("a: \0", "it holds a NUL"),
    "no changes": (HEAD, '"changes" must list between 1 and 10000 changes'),
    "an unknown field": (ONE + "rationalle: x\n", 'field "rationalle" is not known. Did you mean "rationale"?'),
    "an unknown change": (ONE.replace("establish", "estabish"), 'Did you mean "establish-cluster"?'),
    "an unknown field of a change": (ONE.replace("title: T", "titel: T"), 'Did you mean "title"?'),
    "a missing field": (ONE.replace(", title: T", ""), 'field "title" is missing'),
    "no authority": (ONE.replace("authority: A\n", ""), 'field "authority" is missing'),
    "the date 0": (ONE.replace("2026-04-01", "0"), '"0" is not a date'),
    "a day that is not": (ONE.replace("2026-04-01", "2018-13-40"), '"2018-13-40" is not a date'),
    "a date with a time": (ONE.replace("2026-04-01", "2018-01-01T00:00"), "is not a date"),
    "a capital in an id": (ONE.replace("cluster: c", "cluster: Cee"), "an id is made of small letters"),
    "an endless id": (ONE.replace("cluster: c", "cluster: " + "c" * 65), "at most 64 characters"),
    "a title of 10 MB": (ONE.replace("title: T", "title: " + "T" * 10_000_000), "is longer than 300 characters"),
    "an escape in a title": (ONE.replace("title: T", 'title: "\\e[2J"'), "it holds a control character"),
    "a line break in a title": (ONE.replace("title: T", 'title: "a\\nb"'), "a title is one line"),
    "an escape in a field's name": (ONE + '"\\e[2J": x\n', "is not known"),
    "an escape in a reference": (ONE.replace("reference: R", 'reference: "\\e[2J"'), "a control character"),
    "an empty title": (ONE.replace("title: T", 'title: ""'), "it is empty"),
    "a lone surrogate": ('{"authority": "\\ud800"}', "a lone surrogate"),
    "unknown in an older sense": (
        ONE.replace("establish", "retitle").replace("2026-04-01", ".."),
        "where something begins",
    ),
    "an unknown segment": (
        HEAD + "changes:\n  - {change: retitle-segment, segment: wellbeing/crae, title: T}\n",
        'No segment is called "wellbeing/crae"',
    ),
    "a change of nothing": (
        HEAD + "changes:\n  - {change: retitle-cluster, cluster: wellbeing, title: Health}\n",
        "(rule changes-nothing)",
    ),
    "an id used twice": (ONE.replace("cluster: c", "cluster: wellbeing"), "(rule id-used-twice)"),
    "a position that is not": (
        HEAD + "changes:\n  - {change: strike, target: p99, because: x}\n",
        "There is no event at position 99; the last is 5.",
    ),
    "a held rule": (
        HEAD.replace("04-01", "05-01") + "changes:\n  - {change: retire-segment, segment: wellbeing/care}\n",
        "(rule segment-retired-with-missions)",
    ),
}


@pytest.mark.parametrize("command", ["record", "plan"])
@pytest.mark.parametrize("case", DOCUMENTS)
def test_a_document_that_cannot_be_meant_is_refused(desk: Desk, case: str, command: str) -> None:
    desk.record()
    text, words = DOCUMENTS[case]
    result = desk.run(command, desk.write("x.txt", text))
    assert words in refused(result).replace("\n", " ") + result.stdout.replace("\n", " ")
    assert "x.txt" in result.output and len(result.output) < 2000
    assert desk.size() == 5


def test_a_slip_in_the_second_file_leaves_the_first_unrecorded(desk: Desk) -> None:
    result = desk.run("record", desk.write("a.yaml", FIRST), desk.write("b.yaml", ONE + "rationalle: x\n"))
    refused(result, "b.yaml, line 6", "rationalle")
    assert desk.size() == 1


def test_a_refusal_says_what_stands(desk: Desk) -> None:
    again = ONE.replace("cluster: c", "cluster: wellbeing")
    result = desk.run("record", desk.write("a.yaml", FIRST), desk.write("b.yaml", again), "c.yaml")
    refused(result, "c.yaml")  # a file that is not there is found out before anything is recorded
    result = desk.run("record", "a.yaml", "b.yaml")
    said = refused(result, 'Decision "CM-1" was recorded, and stands; nothing after it was recorded.')
    assert 'b.yaml, line 1: Decision "R" is not recorded.' in said
    assert desk.size() == 5


def test_the_same_reference_with_another_text_is_refused(desk: Desk) -> None:
    desk.record()
    result = desk.run("record", desk.write("a.yaml", FIRST.replace("title: Care", "title: Cure")))
    refused(result, 'Decision "CM-1" was recorded on', "with another text", '"CM-1/2"', "cluster:wellbeing@1")
    assert desk.size() == 5


@pytest.mark.parametrize(
    ("name", "words"),
    [("nowhere.yaml", "No such file"), (".", "is a folder, and a file is needed"), ("x\x1b[2J", "No such file")],
)
def test_a_file_that_cannot_be_read_is_refused(desk: Desk, name: str, words: str) -> None:
    refused(desk.run("record", name), words)
    refused(desk.run("import", name, "--government", "G"), words)
    refused(desk.run("verify", name), words)


USAGE = [
    ("record",),
    ("init",),
    ("cluster", "retitle"),
    ("cluster", "retitle", "wellbeing", "--reference", "R", "--authority", "A"),
    ("cluster", "retitle", "wellbeing", "--title", "T", "--authority", "A"),
    ("cluster", "retitle", "wellbeing", "--title", "T", "--reference", "R"),
    ("signal", "observe", "s", "--kind", "wish", "--description", "d", "--reference", "R", "--authority", "A"),
    ("identify", "wellbeing", "--identifier", "x", "--reference", "R", "--authority", "A"),
    ("identify", "wellbeing", "--identifier", "x=1", "--identifier", "x=2", "--reference", "R", "--authority", "A"),
    ("strike", "p2", "--because", "x", "--authority", "A", "--reference", "R", "--accept", "nonsense"),
    ("strike", "p2", "--because", "x", "--authority", "A", "--reference", "R", "--document", "M=nowhere.pdf"),
    ("verify", "--size", "3"),
    ("verify", "--size", "-3", "--root", "x"),
    ("log", "--format", "xml"),
    ("cluster", "retitle", "wellbeing", "--title", "T", "--effective", "0"),
    ("cluster", "retitle", "wellbeing", "--title", "T", "--decided-on", "2018-13-40"),
    ("postpone", "CM-1", "--new-effective", "soon"),
    ("replay", "--along", "effective", "--by", "day", "--from", "p3"),
]


@pytest.mark.parametrize("arguments", USAGE, ids=" ".join)
def test_a_command_that_is_used_wrongly_is_answered_with_its_usage(desk: Desk, arguments: tuple[str, ...]) -> None:
    refused(desk.run(*arguments), "Usage: cluster-ledger", "Error: ", code=2)
    assert desk.size() == 1


VERBS = [
    (("cluster", "retitle", "nothing", "--title", "T"), 'No cluster is called "nothing"'),
    (("cluster", "retitle", "wellbeing", "--title", "T\x1b[2J"), "a control character"),
    (("settings", "adopt", "--late-after-days", "many"), '"late_after_days"'),
    (("strike", "cluster:wellbeing@99", "--because", "x"), "cluster:wellbeing@99"),
    (("rescind", "CM-99"), "CM-99"),
    (("correct", "p2", "--data", "cluster=x", "--because", "x"), "(rule not-correctable)"),
    (("correct", "p2", "--data", "title=[1", "--because", "x"), "it is not JSON"),
    (("mission", "launch", "m", "--title", "T", "--sector", "7"), "sectors"),
]


@pytest.mark.parametrize(("arguments", "words"), VERBS, ids=lambda value: str(value)[:40])
def test_a_verb_is_refused_as_its_document_would_be(desk: Desk, arguments: tuple[str, ...], words: str) -> None:
    desk.record()
    refused(desk.run(*arguments, "--authority", "Council of Ministers", "--reference", "R"), words)
    assert desk.size() == 5


# The file that should be a ledger


def _foreign(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE t (x)")


def _newer(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")


FILES = {
    "an SQLite file of another program": (_foreign, "is not a ledger"),
    "an empty file": (lambda path: path.write_bytes(b""), "it is an empty file"),
    "a text file": (lambda path: path.write_text("hello"), "it is not an SQLite database"),
    "a folder": (lambda path: path.mkdir(), "it is a folder"),
}


@pytest.mark.parametrize("case", FILES)
@pytest.mark.parametrize("arguments", [("record", "x.yaml"), ("log",), ("show",), ("verify",), ("plan", "x.yaml")])
def test_what_is_no_ledger_is_refused_and_left_as_it_is(bare: Desk, case: str, arguments: tuple[str, ...]) -> None:
    make, words = FILES[case]
    make(bare.ledger)
    bare.write("x.yaml", FIRST)
    before = bare.ledger.read_bytes() if bare.ledger.is_file() else b""
    refused(bare.run(*arguments), words)
    assert not bare.ledger.is_file() or bare.ledger.read_bytes() == before


@pytest.mark.parametrize("arguments", [("record", "x.yaml"), ("log",), ("show",), ("plan", "x.yaml")])
def test_a_ledger_of_a_newer_format_is_left_to_a_newer_program(desk: Desk, arguments: tuple[str, ...]) -> None:
    _newer(desk.ledger)
    desk.write("x.yaml", FIRST)
    refused(desk.run(*arguments), "has format 99", "Install a newer version of cluster-ledger.")


def test_a_second_ledger_at_the_same_place_is_refused(desk: Desk) -> None:
    before = desk.ledger.read_bytes()
    refused(desk.run("init", "--government", "Other"), "exists already")
    assert desk.ledger.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--timezone", "Mars/Olympus"), "is not a time zone"),
        (("--timezone", "../../etc/passwd"), "is not a time zone"),
        (("--government", "x\x1b[2J"), "a control character"),
        (("--government", ""), "it is empty"),
    ],
)
def test_a_ledger_that_cannot_be_made_leaves_no_file(bare: Desk, arguments: tuple[str, ...], words: str) -> None:
    refused(bare.run("init", "--government", "G", *arguments), words)
    assert not bare.ledger.exists()


def test_a_folder_that_cannot_be_written_to_is_said_so(bare: Desk) -> None:
    if not Path("/proc/self").is_dir():
        pytest.skip("there is no /proc here, the one folder that even root cannot write to")
    refused(bare.run("--ledger", "/proc/self/x.ledger", "init", "--government", "G"), "No ledger can be made at")


def test_a_ledger_in_a_read_only_folder_is_read_and_not_written(desk: Desk) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write to any folder")
    desk.record()
    desk.folder.chmod(0o555)
    try:
        assert desk.run("log").exit_code == 0
        refused(
            desk.run("cluster", "dissolve", "wellbeing", "--authority", "A", "--reference", "R"), "Nothing was recorded"
        )
    finally:
        desk.folder.chmod(0o755)


def test_no_option_that_takes_a_number_takes_what_is_none(desk: Desk) -> None:
    desk.record()
    taking = [
        (words, parameter.opts[0])
        for words, command in EVERY
        for parameter in command.params
        if isinstance(parameter.type, click.types.FloatParamType | click.types.IntParamType)
        if isinstance(parameter, click.Option)
    ]
    assert (("views", "follow"), "--every") in taking
    for words, option in taking:
        for number in ("nan", "inf", "-inf"):
            refused(desk.run(*words, option, number), f"Invalid value for '{option}'", code=2)


SET_OF_DAYS = "[2015-03-01..2016-02-28]"
DECIDED = ("--authority", "Council of Ministers", "--because", "Law.", "--reference", "CM-9")


@pytest.mark.parametrize(
    "arguments",
    [
        ("show", "--effective", SET_OF_DAYS),
        ("history", "wellbeing", "--effective", SET_OF_DAYS),
        ("diff", SET_OF_DAYS, "2026-05-01"),
        ("log", "--effective-from", SET_OF_DAYS),
        ("log", "--effective-to", SET_OF_DAYS),
        ("replay", "--along", "effective", "--by", "day", "--from", SET_OF_DAYS),
        ("restate", "missions", "--from", SET_OF_DAYS),
        ("agility", "--from", SET_OF_DAYS),
        ("export", "--format", "org", "-o", "-", "--effective", SET_OF_DAYS),
        ("cluster", "retitle", "wellbeing", "--title", "X", *DECIDED, "--effective", SET_OF_DAYS),
    ],
    ids=lambda arguments: " ".join(arguments[:2]),
)
def test_a_set_of_days_is_no_day_that_one_can_ask_about_or_change_from(desk: Desk, arguments: tuple[str, ...]) -> None:
    desk.record()
    if arguments[0] == "cluster":  # such a date is one, and not for this
        refused(desk.run(*arguments), "only where something ends")
    else:
        refused(desk.run(*arguments), "is not a date", code=2)
