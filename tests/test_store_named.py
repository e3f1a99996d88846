"""What a store promises is all that anybody asks of one: every command runs on stores that answer to nothing else."""

from __future__ import annotations

import pytest
from support import servers
from support.command_line import RENAMED, Desk
from support.named_stores import install, names
from support.screens import asked
from test_commands_screens import furnished

from commands.main import LINES
from ledger.application.copying.moving import copy_ledger
from ledger.store.protocol import ReadStore, Store

BY = ("--because", "A slip.", "--authority", "Council of Ministers", "--reference", "S-1", "--yes")
BESIDE = (  # of commands that are else asked for their help alone, and of those that write in another way
    ("plan", "renamed.yaml"),
    ("record", "renamed.yaml"),
    ("strike", "CM-1", *BY),
    ("copy", "trial.ledger", "--as-trial", "--with-personal"),
    ("copy", "copied.ledger"),
    ("restore", "backed-up.ledger", "restored.ledger"),
    ("checkpoint", "--key", "a.key", "-o", "now"),
    ("prove", "CM-1", "--checkpoint", "now", "-o", "proof"),
    ("prove", "CM-2", "-o", "proof.jsonl"),
    ("views", "rebuild"),
    ("views", "check"),
    ("verify", "--quick"),
    ("draft", "new", "d", "--authority", "A", "--reference", "D-1"),
    ("log", "--known", "p3"),
)


@pytest.mark.parametrize("kind", ["file", "server"])
def test_no_command_asks_of_a_store_what_its_protocol_does_not_name(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    furnished(desk)
    desk.write("renamed.yaml", RENAMED)
    if kind == "server":
        there = servers.new_place()
        copy_ledger("government.ledger", there)
        monkeypatch.setenv("CLUSTER_LEDGER", there)
    seen = install(monkeypatch)
    for words in (*map(asked, LINES), *BESIDE):
        said = desk.run(*words).output
        assert "fault of cluster-ledger" not in said and "no store promises" not in said, (words, said)
    assert seen.unnamed == set()
    assert {"head", "root", "lines", "stream", "decision", "append", "append_stored", "rows"} <= seen.named


def test_a_name_that_no_protocol_has_is_found(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = install(monkeypatch)
    monkeypatch.setattr("ledger.application.reader.Reader.known", lambda reader, *_: reader.store.query("SELECT 1"))
    assert desk.run("log").exit_code == 1
    assert seen.unnamed == {"query"}


def test_a_store_that_is_recorded_into_promises_all_that_one_promises_which_is_read() -> None:
    assert names(ReadStore) < names(Store)
    assert names(Store) - names(ReadStore) >= {
        "append",
        "append_together",
        "append_imported",
        "append_stored",
        "forget",
    }
