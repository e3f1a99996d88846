"""Snapshots and exports as a person asks for them: every format, verified, and refused in words."""

from __future__ import annotations

import json
from pathlib import Path

import prov.model as prov
import pytest
import rdflib
from rdflib.namespace import ORG, RDF
from support.command_line import FIRST, Desk, refused

FORMATS = ("json", "csv", "xlsx", "parquet", "sqlite")


@pytest.mark.parametrize("form", FORMATS)
def test_a_snapshot_of_any_format_is_verified_and_made_again_by_the_command_printed(desk: Desk, form: str) -> None:
    desk.record()
    made = desk.run("snapshot", "-o", f"s.{form}", "--effective", "2026-05-01")
    assert made.exit_code == 0, made.output
    desk.record(FIRST.replace("CM-1", "CM-2").replace("wellbeing", "other").replace("sleep-well", "rest-well"))
    assert desk.json("verify", f"s.{form}")["ok"]
    command = made.stdout.split("To make it again: cluster-ledger ")[1].split()
    refused(desk.run(*command), "exists already")
    again = desk.run(*command, "--force")
    assert again.exit_code == 0, again.output
    assert again.stdout.splitlines()[0] == made.stdout.splitlines()[0]


def test_a_snapshot_is_held_against_itself_where_no_ledger_is_at_hand(desk: Desk) -> None:
    desk.record().run("snapshot", "-o", "s.sqlite", "--effective", "2026-05-01")
    desk.ledger.rename(desk.folder / "away")
    found = desk.json("verify", "s.sqlite")
    assert found["ok"] and found["events"] == 5
    assert "none at hand" in found["not_proven"][0]
    refused(desk.run("--ledger", "gone.ledger", "verify", "s.sqlite"), "There is no ledger at")


def test_the_structure_is_exported_as_org(desk: Desk) -> None:
    desk.record()
    done = desk.run(
        "export", "--format", "org", "--effective", "2026-05-01", "-o", "o.jsonld", "--base", "https://a.example/"
    )
    assert done.exit_code == 0, done.output
    graph = rdflib.Graph().parse(desk.folder / "o.jsonld", format="json-ld")
    assert (rdflib.URIRef("https://a.example/thing/wellbeing"), RDF.type, ORG.Organization) in graph
    assert "Wrote 5 events to o.jsonld. Size 5, root sha256:" in done.stderr


def test_the_record_is_exported_as_prov_also_to_standard_output(desk: Desk) -> None:
    desk.record()
    done = desk.run("export", "--format", "prov", "-o", "-")
    assert done.exit_code == 0, done.stderr
    document = prov.ProvDocument.deserialize(content=done.stdout, format="json")
    assert len(list(document.get_records(prov.ProvAgent))) == 3, "two authorities and a recorder"


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("--effective", "2026-05-01"), "--effective goes with --format org"),
        (("--format", "prov", "--effective", "2026-05-01"), "--effective goes with --format org"),
        (("--base", "https://a.example/"), "--base goes with"),
        (("--format", "turtle"), "is not one of"),
    ],
)
def test_options_that_do_not_go_with_a_format_are_a_wrong_use(
    desk: Desk, arguments: tuple[str, ...], word: str
) -> None:
    refused(desk.run("export", "-o", "x", *arguments), word, code=2)
    assert not Path("x").exists()


def test_a_base_that_cannot_be_is_refused_and_leaves_no_file(desk: Desk) -> None:
    desk.record()
    refused(
        desk.run("export", "--format", "org", "-o", "x", "--base", "example"), "cannot be what addresses begin with"
    )
    assert not Path("x").exists()


def test_the_log_is_still_what_is_exported_where_no_format_is_named(desk: Desk) -> None:
    desk.record().run("export", "-o", "log.jsonl")
    lines = (desk.folder / "log.jsonl").read_bytes().splitlines()
    assert [json.loads(line)["v"] for line in lines] == [1] * 5
    assert desk.json("verify", "log.jsonl")["ok"]


@pytest.mark.parametrize("text", [b"%PDF-1.7\n%\x80\x80\n1 0 obj\n", b"<!doctype html>\n<p>{}</p>\n", b"words\n"])
def test_what_is_no_kind_of_file_that_is_verified_is_refused_and_not_called_damaged(desk: Desk, text: bytes) -> None:
    refused(desk.run("verify", desk.write("a.file", text)), '"a.file" is neither an export nor a snapshot', "A report")


def test_an_export_whose_first_lines_are_damaged_is_still_an_export(desk: Desk) -> None:
    desk.record()
    desk.run("export", "-o", "e.jsonl")
    lines = (desk.folder / "e.jsonl").read_bytes().split(b"\n")
    found = desk.run("verify", desk.write("f.jsonl", b"\n".join([b"[", b"[", *lines[2:]])))
    assert found.exit_code == 3 and "Damaged in" in found.stdout
