"""What a person sees of a ledger that was altered on the disk: a sentence and exit code 3, never the altered text."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from support.command_line import SECOND, Desk, refused

from ledger.store.sqlite.schema import TRIGGERS

ALTERED = "CAST(replace(CAST(line AS TEXT), 'To live well.', 'To live ill. ') AS BLOB)"
READERS = {
    "show": ("show",),
    "a thing": ("show", "wellbeing"),
    "why": ("why", "wellbeing"),
    "history": ("history", "wellbeing"),
    "log": ("log",),
    "diff": ("diff", "2026-01-01", "2026-12-01"),
    "snapshot": ("snapshot", "-o", "s.json"),
    "export": ("export", "-o", "e.jsonl"),
    "prov": ("export", "--format", "prov", "-o", "e.json"),
    "report": ("report", "-o", "r.html"),
}


def alter(desk: Desk, *statements: str) -> None:
    """Execute statements on the ledger with its guards taken away and put back."""
    with closing(sqlite3.connect(desk.ledger)) as raw, raw:
        for name in TRIGGERS:
            raw.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            raw.execute(statement)
        for trigger in TRIGGERS.values():
            raw.execute(trigger)


def written(desk: Desk) -> set[str]:
    return {file.name for file in desk.folder.iterdir()}


@pytest.mark.parametrize("name", READERS)
def test_no_command_shows_an_altered_text(desk: Desk, name: str) -> None:
    desk.record()
    alter(desk, f"UPDATE events SET line = {ALTERED} WHERE position = 2")
    result = desk.run(*READERS[name])
    refused(result, "is damaged: the line at position 2 is not the one that was recorded there", "Verify it", code=3)
    assert "live ill" not in result.output and written(desk) == {desk.ledger.name}


@pytest.mark.parametrize("name", ["why", "log", "history", "export"])
def test_no_command_passes_over_an_event_that_is_gone(desk: Desk, name: str) -> None:
    desk.record().record(SECOND)
    assert desk.run("show").exit_code == 0  # the views know it
    alter(desk, "DELETE FROM events WHERE position = 2")
    refused(desk.run(*READERS[name]), "is damaged", code=3)


def test_no_decision_is_recorded_on_an_altered_event_of_what_it_changes(desk: Desk) -> None:
    desk.record()
    alter(desk, f"UPDATE events SET line = {ALTERED} WHERE position = 2")
    text = "authority: C\nreference: R\neffective: 2026-05-01\nchanges:\n"
    document = desk.write("a.yaml", text + "  - {change: retitle-cluster, cluster: wellbeing, title: Care}\n")
    refused(desk.run("record", document), "the line at position 2", code=3)
    refused(desk.run("plan", document), "the line at position 2", code=3)
    assert desk.run("verify").output.count("p2: leaf") == 1


def test_no_decision_is_recorded_beside_a_foreign_trigger(desk: Desk) -> None:
    desk.record()
    with closing(sqlite3.connect(desk.ledger)) as raw, raw:
        raw.execute("CREATE TRIGGER swallow BEFORE INSERT ON events BEGIN SELECT raise(ignore); END")
    refused(desk.run("record", "-", input=SECOND), "it holds a foreign trigger swallow", code=3)
    assert desk.run("show").exit_code == 0


def test_verify_says_what_it_checked_and_that_the_views_are_checked_elsewhere(desk: Desk) -> None:
    desk.record()
    assert desk.run("show").exit_code == 0
    said = desk.run("verify").output
    assert "Checked: the stored bytes of 5 events. The views are checked by `cluster-ledger views check`." in said
    desk.run("export", "-o", "log.jsonl")
    assert "Checked: the 5 lines of the export." in desk.run("verify", "log.jsonl").output
    desk.run("snapshot", "-o", "s.json")
    assert "Checked: the snapshot, against the ledger." in desk.run("verify", "s.json").output
    desk.ledger.unlink()
    assert "Checked: the snapshot, against itself." in desk.run("verify", "s.json").output


@pytest.mark.parametrize(
    ("statements", "words"),
    [
        (("UPDATE events SET parts = 9 WHERE position = 1",), "Damaged in 2 places:"),
        (("UPDATE events SET type = 'x' WHERE position = 2",), "Damaged in 1 place:"),
    ],
)
def test_verify_counts_places_as_people_do(desk: Desk, statements: tuple[str, ...], words: str) -> None:
    desk.record()
    alter(desk, *statements)
    result = desk.run("verify")
    assert result.exit_code == 3 and words in result.output


def test_the_answer_of_verify_has_the_fields_that_programs_read(desk: Desk) -> None:
    desk.record()
    assert set(desk.json("verify")) == {"ok", "damage", "events", "root", "not_proven"}
