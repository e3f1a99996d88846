"""Ledgers as releases wrote them: each is opened, verified, answered from and recorded on by this code."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from support.command_line import Desk
from support.golden_releases import RELEASES, released, restored, unpacked, write

from ledger.store.choice.reading import opened_to_read

RENAMED = """\
authority: Council of Ministers
reference: AFTER-1
effective: 2027-01-01
changes: [{change: rename-government, title: New Illyria}]
"""


def file_of(version: str) -> str:
    Path("released.ledger").write_bytes(unpacked(version, "ledger"))
    return "released.ledger"


KINDS: dict[str, Callable[[str], str]] = {"file": file_of, "dump": restored}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("version", released())
def test_a_ledger_of_a_release_is_verified_and_recorded_on(bare: Desk, version: str, kind: str) -> None:
    kept = json.loads((RELEASES / f"{version}.json").read_text())
    ledger = ("--ledger", KINDS[kind](version))
    held = ("--size", str(kept["events"]), "--root", kept["root"])
    found = bare.json(*ledger, "verify", *held)
    assert found["ok"] and (found["events"], found["root"]) == (kept["events"], kept["root"])
    assert bare.json(*ledger, "show", "--effective", "2026-11-30")["clusters"]
    recorded = bare.run(*ledger, "record", "-", input=RENAMED)
    assert recorded.exit_code == 0, recorded.output
    after = bare.json(*ledger, "verify", *held)
    assert after["ok"] and after["events"] == kept["events"] + 1
    assert bare.json(*ledger, "show", "--effective", "2027-01-02")["context"]["government"] == "New Illyria"
    assert bare.run(*ledger, "views", "check").exit_code == 0
    assert bare.run(*ledger, "copy", "onwards.ledger").exit_code == 0
    assert bare.json("--ledger", "onwards.ledger", "verify", *held) == after


@pytest.mark.parametrize("version", released())
def test_file_and_dump_of_a_release_hold_the_same_lines(bare: Desk, version: str) -> None:
    with opened_to_read(file_of(version)) as file, opened_to_read(restored(version)) as server:
        assert list(file.lines()) == list(server.lines())


def test_a_release_is_kept_and_never_written_again() -> None:
    assert released()
    before = {path: path.read_bytes() for path in RELEASES.iterdir()}
    assert [write(version) for version in released()] == [[] for _ in released()]
    assert {path: path.read_bytes() for path in RELEASES.iterdir()} == before
