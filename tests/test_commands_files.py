"""Files that the command line takes in and gives out: imports, exports, verification, schemas, formats."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import subprocess
import sys
from collections import Counter

import jsonschema
import pytest
from support.command_line import FIRST, ROOT, Desk, refused
from support.shared_files import shared

from commands.record.notices import LISTED_MAX
from commands.schema.documents import decision_schema
from commands.terminal import output
from commands.terminal.output import Answer, as_csv, as_json, emit
from commands.terminal.text import cell, lines, one_line
from ledger.documents.formats import read_documents
from ledger.errors import InputError
from ledger.files.outputs import new_file
from ledger.integrity.tree import Frontier, format_root, leaf_hash


def older(reference: str, cluster: str, recorded_at: str = "2018-01-03T16:49:03Z") -> str:
    """One line of an older register."""
    change = {"change": "establish-cluster", "cluster": cluster, "title": "T"}
    document = {"authority": "A", "reference": reference, "effective": "..", "recorded_at": recorded_at}
    return json.dumps({**document, "changes": [change]}) + "\n"


def test_an_import_makes_a_ledger_and_goes_on_where_it_stopped(bare: Desk) -> None:
    bare.write("r.jsonl", older("R-1", "a") + older("R-2", "b"))
    answer = bare.json("import", "r.jsonl", "--government", "G")
    assert (answer["events"], answer["decisions"], answer["already_recorded"]) == (2, 2, 0)
    assert answer["tree_size"] == 4 and answer["root"] == bare.json("verify")["root"]
    *_, event, ended = bare.json("log")["events"]
    assert event["recorded_at"] == "2018-01-03T16:49:03.000000Z" and event["migrated"]["source"] == "r.jsonl"
    assert ended["summary"].startswith("Register r.jsonl is taken over: 2 documents, with notices: 2 decision-without")
    sha256 = f"sha256:{hashlib.sha256((bare.folder / 'r.jsonl').read_bytes()).hexdigest()}"
    assert (ended["data"]["sha256"], ended["data"]["notices"]) == (sha256, answer["notices"])
    bare.write("r.jsonl", older("R-1", "a") + older("R-2", "b") + older("R-3", "c"))
    refused(
        bare.run("import", "r.jsonl", "--government", "G"), "holds the whole of r.jsonl", "Nothing more is imported"
    )
    assert bare.size() == 4


def test_the_notices_of_an_import_are_listed_with_their_lines(bare: Desk) -> None:
    bare.write("r.jsonl", older("R-1", "a") + "\n" + older("R-2", "b").replace('"T"', '" T"'))
    answer = bare.json("import", "r.jsonl", "--government", "G", "--notices", "notices.jsonl")
    listed = [json.loads(line) for line in (bare.folder / "notices.jsonl").read_text().splitlines()]
    assert Counter(one["rule"] for one in listed) == answer["notices"]
    (cut,) = [one for one in listed if one["rule"] == "spaces-cut"]
    assert cut == {
        **{"where": "r.jsonl, line 3", "authority": "A", "reference": "R-2", "rule": "spaces-cut"},
        **{"severity": "information", "id": "b", "found": '"title" had spaces at its ends; it stands as "T".'},
    }
    refused(
        bare.run("--ledger", "b", "import", "r.jsonl", "--government", "G", "--notices", "notices.jsonl"),
        "notices.jsonl",
    )


def test_an_answer_lists_the_first_notices_of_an_import_and_their_number(bare: Desk) -> None:
    bare.write("r.jsonl", "".join(older(f"R-{n}", f"c-{n}") for n in range(LISTED_MAX + 9)))
    answer = bare.json("import", "r.jsonl", "--government", "G", "--notices", "n.jsonl")
    listed = [json.loads(line) for line in (bare.folder / "n.jsonl").read_text().splitlines()]
    assert answer["notices_total"] == len(listed) == sum(answer["notices"].values()) > LISTED_MAX
    assert answer["notices_listed"] == listed[:LISTED_MAX]


def test_a_refused_import_lists_what_was_noticed_up_to_there_and_says_what_stands(bare: Desk) -> None:
    bare.write("r.jsonl", older("R-1", "a") + older("R-2", "B") + older("R-3", "c"))
    command = ("import", "r.jsonl", "--government", "G", "--notices", "n.jsonl")
    answer = bare.json(*command, code=1)
    *listed, last = [json.loads(line) for line in (bare.folder / "n.jsonl").read_text().splitlines()]
    assert listed and {one["reference"] for one in listed} == {"R-1"}
    assert (answer["notices_listed"], answer["notices_total"]) == (listed, len(listed))
    stands = {name: answer[name] for name in ("refused", "stands", "tree_size", "root")}
    assert last == stands and stands["tree_size"] == bare.size() == 2
    assert stands["refused"].startswith("r.jsonl, line 2") and "ends at p2" in stands["stands"]
    bare.write("r.jsonl", older("R-1", "a") + older("R-2", "b"))
    refused(bare.run(*command), "n.jsonl", "--force")
    whole = bare.json(*command, "--force")
    assert (whole["decisions"], whole["already_recorded"]) == (1, 1)
    listed = [json.loads(line) for line in (bare.folder / "n.jsonl").read_text().splitlines()]
    assert {one["reference"] for one in listed} == {"R-1", "R-2"} and len(listed) == whole["notices_total"]


def test_an_import_that_took_nothing_in_says_so_to_a_program(bare: Desk) -> None:
    bare.write("r.jsonl", "nonsense\n")
    answer = bare.json("import", "r.jsonl", "--government", "G", code=1)
    assert (answer["stands"], answer["root"], answer["notices_total"]) == ("Nothing was taken in.", None, 0)


def test_an_import_that_meets_a_fault_says_where_and_keeps_what_precedes_it(bare: Desk) -> None:
    bare.write("r.jsonl", older("R-1", "a") + '{"authority": \n')
    refused(bare.run("import", "r.jsonl", "--government", "G"), "r.jsonl, line 2: it is not JSON")
    assert bare.size() == 2
    said = bare.run("import", "r.jsonl", "--government", "G").stderr
    assert f"government.ledger ends at p2, root {bare.json('verify')['root']}, and stands." in said
    assert "the same command goes on from there" in said
    bare.write("r.jsonl", older("R-1", "a") + older("R-2", "B"))
    refused(bare.run("import", "r.jsonl", "--government", "G"), "r.jsonl, line 2", "small letters")
    assert bare.size() == 2


def test_an_import_without_record_times_is_refused(bare: Desk) -> None:
    bare.write("r.jsonl", older("R-1", "a").replace("recorded_at", "recorded"))
    refused(bare.run("import", "r.jsonl", "--government", "G"), '"recorded_at" is missing')


def test_the_jobcentre_registers_are_imported_from_a_pipe(bare: Desk) -> None:
    registers = [str(shared(f"data/registers/jobcentre{name}.rsf")) for name in ("-group", "-district", "")]
    command = [sys.executable, str(ROOT / "scripts" / "import_register"), *registers]
    made = subprocess.run(command, capture_output=True, check=True).stdout
    result = bare.run("import", "-", "--government", "DWP", "--source", "jobcentre registers", input=made)
    assert result.exit_code == 0, result.output
    day = ("--effective", "2018-05-01", "--known")
    assert len(bare.json("show", *day, "2018-06-30")["clusters"]) == 7
    titles = [one["id"] for one in bare.json("show", *day, "2018-08-01")["clusters"]]
    assert "group-18" in titles and "group-15" in titles and "group-12" not in titles


# Export and verification


def test_the_exported_lines_make_the_root_that_receipts_carry(desk: Desk) -> None:
    (receipt,) = desk.json("record", desk.write("a.yaml", FIRST))["recorded"]
    assert desk.run("export", "-o", "log.jsonl").exit_code == 0
    frontier = Frontier()
    for line in (desk.folder / "log.jsonl").read_bytes().splitlines():
        frontier.append(leaf_hash(line))
    assert format_root(frontier.root()) == receipt["root"]
    answer = desk.json("verify", "log.jsonl", "--size", "5", "--root", receipt["root"])
    assert answer["ok"] and answer["events"] == 5 and answer["not_proven"]


def test_an_export_never_overwrites(desk: Desk) -> None:
    desk.write("log.jsonl", "precious")
    refused(desk.run("export", "-o", "log.jsonl"), '"log.jsonl" exists already.', "--force")
    assert (desk.folder / "log.jsonl").read_text() == "precious"
    assert desk.run("export", "-o", "log.jsonl", "--force").exit_code == 0
    refused(desk.run("export", "-o", "nowhere/log.jsonl"), "cannot be written")
    refused(desk.run("export", "-o", "."), "is a folder")
    assert [path.name for path in desk.folder.glob(".*.part")] == []


def test_a_file_that_fails_half_way_leaves_nothing(bare: Desk) -> None:
    with pytest.raises(ValueError), new_file("x.txt") as file:
        file.write(b"half")
        raise ValueError
    assert list(bare.folder.iterdir()) == []
    with new_file("x.txt") as file:
        file.write(b"whole")
        bare.write("x.txt", "somebody else's")
        with pytest.raises(InputError), new_file("x.txt"):
            pass
        (bare.folder / "x.txt").unlink()
    assert (bare.folder / "x.txt").read_text() == "whole"


DAMAGE = {
    "a word": lambda text: text.replace("Health", "Wealth", 1),
    "a line gone": lambda text: "".join(text.splitlines(True)[:2] + text.splitlines(True)[3:]),
    "a line twice": lambda text: text + text.splitlines(True)[-1],
    "lines swapped": lambda text: "".join(text.splitlines(True)[i] for i in (0, 2, 1, 3, 4)),
    "a space": lambda text: text.replace('":"', '": "', 1),
    "garbage": lambda text: text + "garbage\n",
    "a time": lambda text: text.replace('"recorded_at":"2', '"recorded_at":"1', 1),
    "an unknown type": lambda text: text.replace("cluster.established/1", "cluster.founded/1"),
}


@pytest.mark.parametrize("case", DAMAGE)
def test_a_damaged_export_is_found_out(desk: Desk, case: str) -> None:
    root = desk.record().json("verify")["root"]
    desk.run("export", "-o", "log.jsonl")
    text = (desk.folder / "log.jsonl").read_text()
    assert DAMAGE[case](text) != text
    desk.write("bad.jsonl", DAMAGE[case](text))
    found = desk.json("verify", "bad.jsonl", "--size", "5", "--root", root, code=3)
    assert not found["ok"] and all(set(one) == {"position", "kind", "expected", "found"} for one in found["damage"])
    if case != "a time":  # of the first event, which only a root kept elsewhere betrays
        assert desk.run("verify", "bad.jsonl").exit_code == 3


def test_a_damaged_ledger_is_found_out_with_exit_code_three(desk: Desk) -> None:
    desk.record()
    with sqlite3.connect(desk.ledger) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(
            "UPDATE events SET line = CAST(replace(CAST(line AS TEXT), 'Health', 'Wealth') AS BLOB) WHERE position = 2"
        )
    found = desk.json("verify", code=3)
    assert 2 in [one["position"] for one in found["damage"]]
    result = desk.run("verify")
    assert result.exit_code == 3 and "Damaged in" in result.stdout and "Not proven:" in result.stdout


def test_a_root_kept_elsewhere_betrays_another_ledger(desk: Desk) -> None:
    desk.record()
    other = "sha256:" + "0" * 64
    assert desk.run("verify", "--size", "5", "--root", other).exit_code == 3
    assert desk.run("verify", "--size", "99", "--root", other).exit_code == 3
    refused(desk.run("verify", "--size", "5", "--root", "nonsense"), "")


# Schema


def test_the_schema_takes_every_decision_of_the_demonstration(desk: Desk) -> None:
    schema = json.loads(desk.run("schema", "decision").stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    documents = sorted((ROOT / "scripts" / "examples" / "demo").glob("*.yaml"))
    for path in documents:
        for document in read_documents(path.read_bytes(), path.name):
            found = {**document.fields, **({"illustrative": True} if "illustrative" in document.fields else {})}
            assert not list(validator.iter_errors(found)), path.name
    assert documents
    refused(desk.run("schema", "descision"), 'Did you mean "decision"?')


@pytest.mark.parametrize(
    "change",
    [
        {"change": "establish-cluster", "cluster": "Wellbeing", "title": "T"},
        {"change": "establish-cluster", "cluster": "c" * 65, "title": "T"},
        {"change": "establish-cluster", "cluster": "c"},
        {"change": "establish-cluster", "cluster": "c", "title": "T", "titel": "T"},
        {"change": "establish-cluster", "cluster": "c", "title": "T", "effective": "soon"},
        {"change": "add-segment", "segment": "c", "title": "T"},
        {"change": "abolish-cluster", "cluster": "c"},
        {"change": "constitute-government", "name": "G"},
        {"change": "take-over-register", "source": "S", "documents": "1", "notices": {}},
        {"change": "strike", "target": "p2"},
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(change: dict[str, str]) -> None:
    document = {"authority": "A", "reference": "R", "effective": "2026-01-01", "changes": [change]}
    assert not jsonschema.Draft202012Validator(decision_schema()).is_valid(document)


# Formats


def test_nothing_that_was_typed_steers_a_terminal() -> None:
    harmful = "a\x1b[2J\x07\x9b\u202ehcae\u2066\u2028b\ufeff"
    assert not set(one_line(harmful)) & set("\x1b\x07\x9b\u202e\u2066\u2028\ufeff")
    assert one_line("a\tb\r\nc") == "a b c" and lines("a\n\tb\x1b") == "a\n\tb\N{REPLACEMENT CHARACTER}"
    assert one_line("نمی‌خواهم 👩‍🚀 10 km") == "نمی‌خواهم 👩‍🚀 10 km"
    assert json.loads(as_json({"a": harmful}))["a"] == harmful and "\u202e" not in as_json({"a": harmful})


def test_a_spreadsheet_takes_no_cell_for_a_formula() -> None:
    assert [cell(text) for text in ("=1+1", "+1", "-1", "@x", "plain")] == ["'=1+1", "'+1", "'-1", "'@x", "plain"]
    rows = [{"a": 1, "b": None}, {"a": "x,y", "c": ["p", "q"]}]
    assert as_csv(rows) == 'a,b,c\r\n1,,\r\n"x,y",,"p, q"\r\n'
    assert as_csv([{"late": -5}]) == "late\r\n-5\r\n"


def test_a_table_is_drawn_at_a_terminal_and_its_titles_are_no_markup(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []
    monkeypatch.setattr(output.sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(output, "_page", lambda texts: drawn.append("".join(texts)))
    emit(Answer({}, [{"title": "[red]x[/red] \x1b[2J", "late_days": 3}]), None)
    assert "[red]x[/red]" in drawn[0] and "late days" in drawn[0] and "\x1b[2J" not in drawn[0]
    emit(Answer({}, [{"n": n} for n in range(5000)]), None)
    assert len(drawn[1].splitlines()) == 5001


def test_what_is_longer_than_the_terminal_is_paged(monkeypatch: pytest.MonkeyPatch) -> None:
    paged: list[str] = []
    for stream in (output.sys.stdin, output.sys.stdout):
        monkeypatch.setattr(stream, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(output.click, "echo_via_pager", lambda texts: paged.append("".join(texts)))
    monkeypatch.setenv("LINES", "20")
    emit(Answer({}, text="line\n" * 10), None)
    assert paged == []
    emit(Answer({}, text="line\n" * 30), None)
    assert paged == ["line\n" * 30]


def test_an_output_that_takes_only_ascii_is_no_fault(desk: Desk) -> None:
    desk.record(FIRST.replace("title: Care", "title: Santé é́"))
    for form in ("table", "json", "csv"):
        found = subprocess.run(
            [sys.executable, "-m", "commands.main", "show", "--format", form],
            env={**desk.environment(), "PYTHONIOENCODING": "ascii"},
            capture_output=True,
            cwd=desk.folder,
        )
        assert found.returncode == 0 and found.stderr.isascii() and b"Traceback" not in found.stderr
        if form == "json":
            assert "Santé" in json.dumps(json.loads(found.stdout), ensure_ascii=False)


# Snapshots


def test_a_snapshot_is_made_again_by_the_command_that_it_prints(desk: Desk) -> None:
    desk.record()
    result = desk.run("snapshot", "-o", "s.json", "--effective", "2026-05-01")
    assert result.exit_code == 0, result.output
    first = (desk.folder / "s.json").read_bytes()
    command = result.stdout.split("To make it again: cluster-ledger ")[1].split()
    desk.record(FIRST.replace("CM-1", "CM-2").replace("wellbeing", "other").replace("sleep-well", "rest-well"))
    refused(desk.run(*command), "exists already")
    assert desk.run(*command, "--force").exit_code == 0
    assert (desk.folder / "s.json").read_bytes() == first
    assert json.loads(first)["context"]["tree_size"] == 5


@pytest.mark.parametrize(("name", "form"), [("s.json", None), ("s.zip", None), ("s.txt", "csv")])
def test_a_snapshot_is_verified_against_the_ledger(desk: Desk, name: str, form: str | None) -> None:
    desk.record()
    result = desk.run("snapshot", "-o", name, "--effective", "2026-05-01", *(("--format", form) if form else ()))
    assert result.exit_code == 0, result.output
    assert desk.json("verify", name)["ok"]
    if name.endswith(".json"):
        desk.write(name, (desk.folder / name).read_text().replace("Health", "Wealth"))
        assert desk.json("verify", name, code=3)["damage"]
