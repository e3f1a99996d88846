"""Every output of every command: whatever step of writing it fails, what stood there stands, and it is said so."""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import pytest
from support.command_line import FIRST, Desk, refused
from support.notaries import KEY, checkpoint, with_key
from test_files_written import content, lacking, room

from commands.main import LINES
from ledger.application import Ledger
from ledger.events.envelope import Recorder
from ledger.files import outputs as files
from ledger.files import renaming
from ledger.timeline import day_of
from projections.snapshots.formats import FORMATS, save
from projections.snapshots.question import snapshot
from projections.views.read_model import Views

POINT = ("--effective", "2026-05-01")
OUTPUTS = {
    **{f"snapshot.{form}": ("snapshot", "--format", form, *POINT) for form in FORMATS},
    **{f"export.{form}": ("export", "--format", form) for form in ("log", "org", "prov")},
    **{f"chart.{ending}": ("chart", "timeline", *POINT) for ending in ("svg", "png", "html")},
    **{f"report.{ending}": ("report", *POINT) for ending in ("pdf", "html")},
}

FORMS = {f"template.{form}": ("template", form) for form in ("yaml", "csv", "xlsx")}  # whatever was recorded
PROOFS = {
    "proof": ("prove", "CM-1", "--checkpoint", "now"),
    "key": ("key", "make", "--no-passphrase"),
    "witness": ("witness", "make", "--name", "w.example", "--no-passphrase"),
    "checkpoint": ("checkpoint", "--key", KEY),  # kept beside the key before it is given out
}


def full(draft: files.OutputFile, data: Any) -> int:
    """Write ten bytes and no more, as to a disk that is full."""
    if draft.tell() >= 10:
        raise draft.failure(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
    return io.FileIO.write(draft, bytes(data)[:10])


# What fails, and the word for it; a Parquet file is written by its library, whose full disk has its own test.
STEPS: dict[str, tuple[str, Callable[[pytest.MonkeyPatch], None]]] = {
    "write": ("No space left on device", lambda patch: patch.setattr(files.OutputFile, "write", full)),
    "flush": ("Input/output error", lambda patch: patch.setattr(os, "fsync", lacking(errno.EIO))),
    "exchange": ("Input/output error", lambda patch: patch.setattr(renaming, "_rename", lacking(errno.EIO))),
    "replace": ("Input/output error", lambda patch: patch.setattr(os, "replace", lacking(errno.EIO))),
}


def steps(name: str) -> list[str]:
    """Return the steps that writing an output goes through, where something stands already."""
    return ["flush", "exchange"] if name == "snapshot.parquet" else ["write", "flush", "replace"]


@pytest.mark.parametrize("name", OUTPUTS)
def test_whatever_step_of_an_output_fails_what_stood_there_stands(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    desk.record()
    words = (*OUTPUTS[name], "-o", f"out/{name}")
    Path("out").mkdir()
    assert desk.run(*words).exit_code == 0
    desk.record(FIRST.replace("CM-1", "CM-2").replace("wellbeing", "other").replace("sleep-well", "rest-well"))
    before = content(Path("out"))
    for step in steps(name):
        why, spoil = STEPS[step]
        with monkeypatch.context() as patch:
            spoil(patch)
            failed = desk.run(*words, "--force")
        said = refused(failed, f'"out/{name}" cannot be written ({why}). What stands there is unchanged. ')
        assert said.count("\n") == 1 and failed.stdout == ""
        assert content(Path("out")) == before and len(list(Path("out").iterdir())) == 1, step
    assert desk.run(*words, "--force").exit_code == 0
    assert content(Path("out")) != before and len(list(Path("out").iterdir())) == 1


@pytest.mark.parametrize("name", PROOFS)
def test_a_proof_that_cannot_be_written_leaves_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    checkpoint(with_key(desk.record()), "now")
    Path("out").mkdir()
    monkeypatch.setattr(os, "fsync", lacking(errno.ENOSPC))
    refused(desk.run(*PROOFS[name], "-o", f"out/{name}"), "cannot be written (No space left on device)")
    assert list(Path("out").iterdir()) == []


@pytest.mark.parametrize("name", OUTPUTS | FORMS)
def test_an_output_that_fails_where_nothing_stood_leaves_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    desk.record()
    Path("out").mkdir()
    monkeypatch.setattr(os, "fsync", lacking(errno.ENOSPC))
    failed = desk.run(*(OUTPUTS | FORMS)[name], "-o", f"out/{name}")
    refused(failed, f'"out/{name}" cannot be written (No space left on device). Free some space')
    assert list(Path("out").iterdir()) == []


@pytest.mark.parametrize("form", FORMATS)
def test_a_snapshot_on_a_disk_that_is_full_leaves_what_stood_there(tmp_path: Path, form: str) -> None:
    recorder = Recorder(id="Registry", basis="configured")
    with Ledger.create(tmp_path / "a.ledger", government="G", recorder=recorder) as ledger, Views(ledger) as views:
        found = snapshot(views, day_of("2026-05-01"), ledger.known())
    (tmp_path / "out").mkdir()
    save(found, tmp_path / "out" / "s", form, "a.ledger")
    before = content(tmp_path / "out")
    for size in (0, 300):
        with pytest.raises(files.OutputFailed, match="File too large.*unchanged"), room(size):
            save(found, tmp_path / "out" / "s", form, "a.ledger", force=True)
        assert content(tmp_path / "out") == before and len(list((tmp_path / "out").iterdir())) == 1


def test_the_table_holds_every_command_that_takes_an_output() -> None:
    found = {name: import_module(f"commands.{module}").COMMANDS[name] for name, (module, _) in LINES.items()}
    taking = {name for name, command in found.items() if any("-o" in one.opts for one in options(command))}
    added_to = {"archive", "backup"}  # never replaced: tests/test_archive_written.py, tests/test_backups_made.py
    of_others = {"federate"}  # no answer of this ledger: tests/test_archive_federated.py
    assert taking == added_to | of_others | {words[0] for words in (OUTPUTS | FORMS | PROOFS).values()}


def options(command: click.Command) -> list[click.Parameter]:
    """Return the options of a command and of those below it."""
    below = command.commands.values() if isinstance(command, click.Group) else ()
    return [*command.params, *(one for inner in below for one in options(inner))]


def test_a_snapshot_goes_to_standard_output_and_what_is_said_of_it_beside_it(desk: Desk) -> None:
    desk.record()
    result = desk.run("snapshot", "-o", "-", *POINT)
    assert desk.run("snapshot", "-o", "s.json", *POINT).exit_code == 0
    assert result.stdout_bytes == (desk.folder / "s.json").read_bytes() and not Path("-").exists()
    assert "to standard output (json)" in result.stderr and result.stderr.rstrip().endswith("--format json -o -")
    refused(desk.run("snapshot", "-o", "-", "--format", "parquet"), "is a folder of files")
