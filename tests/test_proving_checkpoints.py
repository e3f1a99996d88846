"""Checkpoints: signed by the ledger's key, and only where they continue what it signed before."""

from __future__ import annotations

import shutil
import sqlite3
import stat
from pathlib import Path

import pytest
from support.command_line import FIRST, Desk, refused
from support.notaries import KEY, VKEYS, checkpoint, key_of, with_key

from ledger.application.reader import Reader, opened_reader
from ledger.integrity.signatures import checked
from ledger.proving.signing import signed_checkpoint

SECOND = """\
authority: Council of Ministers
reference: CM-2
effective: 2026-05-01
changes:
  - {change: retitle-cluster, cluster: wellbeing, title: Missions for a good life}
"""


@pytest.fixture
def office(desk: Desk) -> Desk:
    """A desk with a decision and a key."""
    return with_key(desk.record())


def test_a_checkpoint_says_size_and_root_and_both_keys_sign_it(office: Desk) -> None:
    signed = checkpoint(office, "first")
    verified = office.json("verify")
    assert (signed.checkpoint.size, f"sha256:{signed.checkpoint.root.hex()}") == (verified["events"], verified["root"])
    assert len(checked(signed.note, key_of(office).vkeys)) == 2
    assert office.json("verify", "first", "--vkey", VKEYS)["proven"]


def test_a_key_file_is_for_its_owner_alone_and_never_overwritten(office: Desk) -> None:
    assert stat.S_IMODE((office.folder / KEY).stat().st_mode) == 0o600
    checkpoint(office, "first")
    assert stat.S_IMODE((office.folder / f"{KEY}.signed").stat().st_mode) == 0o600
    refused(office.run("key", "make", "-o", KEY, "--no-passphrase"), "exists already")


def test_a_sealed_key_signs_with_its_passphrase_only(desk: Desk) -> None:
    desk.record().write("words", "correct horse\n")
    desk.write("other", "battery staple\n")
    assert desk.run("key", "make", "-o", KEY, "--passphrase-file", "words").exit_code == 0
    asked = ("checkpoint", "--key", KEY, "-o", "first")
    refused(desk.run(*asked), "--passphrase-file")
    refused(desk.run(*asked, "--passphrase-file", "other"), "does not open")
    assert not (desk.folder / "first").exists()
    assert desk.run(*asked, "--passphrase-file", "words").exit_code == 0


def test_a_key_is_made_sealed_or_openly_on_purpose(desk: Desk) -> None:
    refused(desk.run("key", "make", "-o", KEY), "--passphrase-file", "--no-passphrase", code=2)


def test_the_next_checkpoint_hashes_what_was_recorded_since_and_no_more(office: Desk) -> None:
    signed = checkpoint(office, "first")
    office.record(SECOND)
    read: list[int] = []

    class Counted(Reader):
        def lines(self, after: int = 0, upto: int | None = None):  # type: ignore[no-untyped-def]
            for line in super().lines(after, upto):
                read.append(after)
                yield line

    with opened_reader(office.ledger) as ledger:
        counted = Counted(ledger.store, ledger.clock)
        newer = signed_checkpoint(counted, key_of(office), signed)
    assert newer.checkpoint.size == signed.checkpoint.size + 1
    assert read == [signed.checkpoint.size]


def test_nothing_is_signed_for_an_older_copy_of_the_ledger(office: Desk) -> None:
    shutil.copy(office.ledger, "older")
    office.record(SECOND)
    checkpoint(office, "second")
    shutil.copy("older", office.ledger)
    said = refused(office.run("checkpoint", "--key", KEY, "-o", "third"), code=3)
    assert "fewer events" in said or "older copy" in said
    assert not (office.folder / "third").exists()


def test_nothing_is_signed_for_another_history_of_the_same_ledger(
    office: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shutil.copy(office.ledger, "fork")
    office.record(SECOND)
    checkpoint(office, "second")
    monkeypatch.setenv("CLUSTER_LEDGER_VIEWS", str(tmp_path / "another reader"))
    monkeypatch.setenv("CLUSTER_LEDGER_STATE", str(tmp_path / "another reader's state"))
    shutil.copy("fork", office.ledger)
    office.record(SECOND.replace("CM-2", "CM-3").replace("good", "better"))
    refused(office.run("checkpoint", "--key", KEY, "-o", "third"), "does not begin with", code=3)


def test_nothing_is_signed_once_the_last_checkpoint_beside_the_key_was_touched(office: Desk) -> None:
    checkpoint(office, "first")
    kept = office.folder / f"{KEY}.signed"
    lines = kept.read_text(encoding="utf-8").splitlines(keepends=True)
    for touched in ("".join(lines[:-1]), "".join(lines).replace(lines[1], "1\n"), "nonsense"):
        kept.write_text(touched, encoding="utf-8")
        refused(office.run("checkpoint", "--key", KEY, "-o", "second"))


def test_a_key_of_another_origin_signs_nothing(office: Desk) -> None:
    office.run("key", "make", "-o", "other.key", "--name", "example.gov/other", "--no-passphrase")
    refused(office.run("checkpoint", "--key", "other.key", "-o", "first"), "signs for example.gov/other")


def test_a_name_that_no_key_can_have_is_refused(desk: Desk) -> None:
    refused(desk.run("key", "make", "-o", KEY, "--name", "a b", "--no-passphrase"), 'cannot be called "a b"')


def test_a_ledger_whose_lines_lead_to_another_root_is_not_signed(office: Desk) -> None:
    with sqlite3.connect(office.ledger) as raw:
        for (name,) in raw.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
            raw.execute(f'DROP TRIGGER "{name}"')
        raw.execute("UPDATE events SET line = CAST(replace(CAST(line AS TEXT), 'Health', 'Wealth') AS BLOB)")
    raw.close()
    assert office.run("checkpoint", "--key", KEY, "-o", "first").exit_code == 3
    assert not (office.folder / "first").exists()


def test_a_checkpoint_on_standard_output_is_the_note_and_nothing_else(office: Desk) -> None:
    result = office.run("checkpoint", "--key", KEY, "-o", "-")
    assert result.exit_code == 0
    office.write("piped", result.stdout_bytes)
    assert office.json("verify", "piped", "--vkey", KEY)["proven"]


def test_the_first_decision_is_in_words(office: Desk) -> None:
    assert "CM-1" in FIRST
    said = office.run("checkpoint", "--key", KEY, "-o", "first").output
    assert "Give it away" in said


def test_any_question_is_asked_as_of_a_checkpoint(office: Desk) -> None:
    checkpoint(office, "first")
    office.record(SECOND)
    asked = ("show", "wellbeing", "--effective", "2026-06-01")
    assert office.json(*asked)["title"] == "Missions for a good life"
    then = office.json(*asked, "--known", "first")
    assert (then["title"], then["context"]["tree_size"]) == ("Health", 5)
    found = office.json("diff", "2026-06-01@first", "2026-06-01")
    assert [one["after"] for one in found["differences"]] == ["Missions for a good life"]


def test_a_question_as_of_a_checkpoint_of_another_history_is_not_answered(office: Desk) -> None:
    signed = checkpoint(office, "first")
    other = signed.note.text.replace("\n5\n", "\n4\n")
    office.write("other", bytes(signed.note._replace(text=other)))
    refused(office.run("show", "--known", "other"), "does not begin with the 4 events", code=3)
    longer = signed.note.text.replace("\n5\n", "\n50\n")
    office.write("longer", bytes(signed.note._replace(text=longer)))
    refused(office.run("show", "--known", "longer"), "it has fewer events", code=3)
    office.write("letter", "Dear auditor,")
    refused(office.run("show", "--known", "letter"), "no blank line", code=2)


def test_a_ledger_is_made_with_its_key_which_stands_in_its_second_decision(bare: Desk) -> None:
    words = ("init", "--government", "Testland", "--origin", "example.gov/ledger", "--key", KEY, "--no-passphrase")
    assert bare.run(*words).exit_code == 0
    vkeys = bare.run("key", "show", KEY).stdout.split()
    exported = bare.run("export", "-o", "-").stdout
    assert [vkey in exported for vkey in vkeys] == [True, True]
    assert bare.size() == 3
    assert checkpoint(bare, "first").checkpoint.origin == "example.gov/ledger"


def test_a_key_of_another_origin_is_not_published_and_the_ledger_stands(bare: Desk) -> None:
    assert bare.run("key", "make", "-o", KEY, "--name", "example.gov/other", "--no-passphrase").exit_code == 0
    said = refused(bare.run("init", "--government", "T", "--origin", "example.gov/ledger", "--key", KEY))
    assert "example.gov/other" in said
    refused(bare.run("init", "--government", "T", "--no-passphrase"), "--key", code=2)
