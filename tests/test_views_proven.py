"""What a whole check of the views leaves beside them: `verify` holds them to it, and to what was recorded since."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from unittest.mock import patch

import pytest
from support.command_line import SECOND, Desk
from support.mutated_views import sealed_again

from projections.views.read_model import Views
from projections.views.schema import CONTENTS

TO_CHECK = "The views are checked by `cluster-ledger views check`."
AGAINST = "and every row of the views, against the replay of the last `cluster-ledger views check`"


def views_of(desk: Desk) -> Path:
    """Where the views of the only ledger of a desk lie, whether they are there or not."""
    folder = desk.folder.parent / "views"
    (seen,) = {path.name.partition(".")[0] for path in folder.iterdir()}
    return folder / f"{seen}.views"


def proof_of(desk: Desk) -> Path:
    return views_of(desk).with_suffix(".proven")


def checked(desk: Desk) -> Desk:
    """The desk after its first decision, with views that were checked whole."""
    desk.record()
    assert desk.run("views", "check").exit_code == 0
    return desk


def forge(path: Path, statement: str) -> None:
    """Change the views as one who can make their seal hold again."""
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.execute(statement)
    sealed_again(path.parent)


def test_verify_holds_the_views_to_the_last_whole_check_and_to_what_was_recorded_since(desk: Desk) -> None:
    checked(desk)
    said = desk.run("verify")
    assert said.exit_code == 0 and AGAINST in said.output and "(which went to position 5)" in said.output
    desk.record(SECOND)
    for position in (5, 9):  # what was found right is what the next one is held to
        said = desk.run("verify")
        assert said.exit_code == 0 and f"(which went to position {position})" in said.output


@pytest.mark.parametrize("table", CONTENTS)
def test_verify_finds_what_was_taken_from_views_whose_seal_was_forged(desk: Desk, table: str) -> None:
    checked(desk).record(SECOND)
    assert desk.run("show").exit_code == 0
    with closing(sqlite3.connect(views_of(desk))) as raw:
        (count,) = raw.execute(f"SELECT count(*) FROM {table}").fetchone()
    forge(views_of(desk), f"DELETE FROM {table}")
    said = desk.run("verify", "--format", "json")
    found = {damage["kind"] for damage in json.loads(said.stdout)["damage"]}
    assert (f"views: {table}" in found) == bool(count)
    assert said.exit_code == (3 if count else 0)


def test_verify_finds_a_value_that_was_changed_in_views_whose_seal_was_forged(desk: Desk) -> None:
    checked(desk)
    forge(views_of(desk), "UPDATE rows SET value = '\"Forged\"' WHERE attribute = 'title'")
    said = desk.run("verify")
    assert said.exit_code == 3 and "views: rows" in said.output and "Forged" in said.output
    assert desk.run("views", "check").exit_code == 3
    assert desk.run("views", "rebuild").exit_code == 0
    assert desk.run("verify").exit_code == 0


def test_verify_finds_an_index_that_hides_a_row(desk: Desk) -> None:
    checked(desk)
    forge(views_of(desk), "DELETE FROM spans")
    said = desk.run("verify")
    assert said.exit_code == 3 and "views: index" in said.output


def test_views_that_differ_are_not_what_later_ones_are_held_to(desk: Desk) -> None:
    checked(desk)
    kept = proof_of(desk).read_bytes()
    forge(views_of(desk), "UPDATE rows SET value = '\"Forged\"' WHERE attribute = 'title'")
    desk.record(SECOND)
    assert desk.run("verify").exit_code == desk.run("views", "check").exit_code == 3
    assert proof_of(desk).read_bytes() == kept


def test_without_a_whole_check_verify_says_that_the_views_are_to_be_checked_and_makes_nothing(desk: Desk) -> None:
    desk.record()
    assert TO_CHECK in desk.run("verify").output
    assert not list(desk.folder.parent.glob("views/*.views"))
    assert desk.run("show").exit_code == 0
    assert TO_CHECK in desk.run("verify").output
    assert not proof_of(desk).exists()
    checked(desk)
    views_of(desk).unlink()
    assert TO_CHECK in desk.run("verify").output
    assert not views_of(desk).exists()


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\x00" + bytes(5_000)])
def test_a_copy_that_is_of_no_use_proves_nothing(desk: Desk, content: bytes) -> None:
    checked(desk)
    proof_of(desk).write_bytes(content)
    said = desk.run("verify")
    assert said.exit_code == 0 and TO_CHECK in said.output
    assert desk.run("views", "check").exit_code == 0
    assert AGAINST in desk.run("verify").output


def test_a_copy_with_other_tables_or_of_another_ledger_or_elsewhere_proves_nothing(desk: Desk) -> None:
    checked(desk)
    path = proof_of(desk)
    kept = path.read_bytes()
    endless = "WITH RECURSIVE e(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM e) SELECT n AS id, n AS stream FROM e"
    for statements in (
        f"DROP TABLE mentions; CREATE VIEW mentions AS {endless}",
        "UPDATE filled SET ledger_id = 'another'",
        "UPDATE filled SET root = 'sha256:' || replace(root, 'sha256:', '')",
        "UPDATE filled SET root = 'sha256:00'",
        "UPDATE filled SET position = 99",
    ):
        path.write_bytes(kept)
        with closing(sqlite3.connect(path)) as raw:
            raw.executescript(statements)
        said = desk.run("verify")
        assert said.exit_code == 0
        assert (TO_CHECK in said.output) == ("replace(root" not in statements)
    shutil.move(path, aside := path.with_suffix(".aside"))
    path.symlink_to(aside)
    assert TO_CHECK in desk.run("verify").output


def test_a_check_whose_copy_cannot_be_kept_has_checked_all_the_same(desk: Desk) -> None:
    desk.record()
    with patch("projections.views.file.os.replace", side_effect=OSError(28, "No space left on device")):
        assert desk.run("views", "check").exit_code == 0
    assert [file.name for file in views_of(desk).parent.iterdir() if "proven" in file.name] == []
    assert TO_CHECK in desk.run("verify").output


def test_a_damaged_ledger_is_told_before_its_views(desk: Desk) -> None:
    checked(desk)
    with closing(sqlite3.connect(desk.ledger)) as raw, raw:
        raw.execute("UPDATE sqlite_sequence SET seq = 9")
    with patch.object(Views, "prove", side_effect=AssertionError("the views are not looked at")):
        said = desk.run("verify")
    assert said.exit_code == 3 and TO_CHECK in said.output
