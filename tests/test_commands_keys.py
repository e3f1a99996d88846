"""Keys on the command line: published and retired by verbs, told by their id and type, whole in JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.command_line import Desk, refused
from support.vkeys import id_of, long_vkey, vkey

ORIGIN = "illyria.example"
SHORT, LONG = vkey(ORIGIN), long_vkey(ORIGIN)
BY = ("--authority", "Council", "--yes")
POINT = ("--effective", "2026-05-01")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A ledger with two keys from 2026-01-01, of which the longer is retired from 2026-03-01 on."""
    return keyed(tmp_path_factory.mktemp("keys"))


def keyed(folder: Path) -> Desk:
    desk = Desk(folder)
    ledger = ("--ledger", str(desk.ledger))
    retired = ("key", "retire", f"{ORIGIN}+{id_of(LONG)}", "--since", "2026-02-01", "--effective", "2026-03-01")
    for line in (
        ("init", "--government", "Illyria", "--origin", ORIGIN, "--timezone", "UTC", "--recorder", "Registry"),
        ("key", "publish", SHORT, "--effective", "2026-01-01", "--reference", "K-1", *BY),
        ("key", "publish", LONG, "--effective", "2026-01-01", "--reference", "K-2", *BY),
        (*retired, "--reference", "K-3", *BY),
    ):
        done = desk.run(*ledger, *line)
        assert done.exit_code == 0, done.output
    return desk


def printed(desk: Desk, *line: str) -> str:
    done = desk.run("--ledger", str(desk.ledger), *line)
    assert done.exit_code == 0, done.output
    return " ".join(done.output.split())


def test_show_tells_each_key_by_its_id_and_type(desk: Desk) -> None:
    told = f"keys: {id_of(SHORT)} (Ed25519), {id_of(LONG)} (ML-DSA-44, retired since 2026-02-01)"
    assert told in printed(desk, "show", "government", *POINT)
    assert "retired" not in printed(desk, "show", "government", "--effective", "2026-02-28")


def test_why_tells_what_set_each(desk: Desk) -> None:
    text = printed(desk, "why", "government", *POINT)
    assert f"keys:{id_of(SHORT)} Ed25519 2026-01-01 government@2 K-1 Council" in text
    assert f"keys:{id_of(LONG)}/retired since 2026-02-01 2026-03-01 government@4 K-3 Council" in text


def test_differences_are_told_as_publications_and_retirements(desk: Desk) -> None:
    text = printed(desk, "diff", "2025-12-31", "2026-05-01")
    assert f"the key {id_of(SHORT)} is published (Ed25519)" in text
    assert f"the key {id_of(LONG)} is retired since 2026-02-01" in text
    assert f"the key {id_of(LONG)} is published no longer" in printed(desk, "diff", "2026-02-01", "2025-12-31")
    assert "is retired no longer" in printed(desk, "diff", "2026-05-01", "2026-02-01")


@pytest.mark.parametrize(
    "line",
    [
        ("show", "government", *POINT),
        ("why", "government", *POINT),
        ("history", "government"),
        ("diff", "2025-12-31", "2026-05-01"),
        ("replay",),
        ("log",),
        ("show", "K-2"),
    ],
    ids=" ".join,
)
def test_no_screen_shows_the_bytes_of_a_key(desk: Desk, line: tuple[str, ...]) -> None:
    text = printed(desk, *line)
    assert id_of(LONG) in text
    assert SHORT.rpartition("+")[2] not in text and LONG.rpartition("+")[2][:40] not in text


def test_the_report_tells_keys_as_the_screens_do(desk: Desk, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    printed(desk, "report", "--from", "2025-01-01", *POINT, "-o", str(page))
    text = page.read_text(encoding="utf-8")
    assert f"The key {id_of(SHORT)} is published (Ed25519)." in text
    assert LONG.rpartition("+")[2][:40] not in text


def test_json_holds_each_key_whole(desk: Desk) -> None:
    ledger = ("--ledger", str(desk.ledger))
    assert desk.json(*ledger, "show", "government", *POINT)["keys"] == [
        {"id": id_of(SHORT), "type": "Ed25519", "vkey": SHORT},
        {"id": id_of(LONG), "type": "ML-DSA-44", "vkey": LONG, "retired_since": "2026-02-01"},
    ]
    attributes: list[dict[str, Any]] = desk.json(*ledger, "why", "government", *POINT)["attributes"]
    assert {"type": "Ed25519", "key": SHORT} in [one["value"] for one in attributes]


def test_a_retirement_whose_publication_was_struck_is_told_by_its_id(tmp_path: Path) -> None:
    desk = keyed(tmp_path)
    printed(desk, "strike", "K-2", "--because", "It was a draft.", "--reference", "K-4", *BY)
    told = f"keys: {id_of(SHORT)} (Ed25519), {id_of(LONG)} (retired since 2026-02-01)"
    assert told in printed(desk, "show", "government", *POINT)


def test_what_is_no_key_is_refused_in_a_sentence(desk: Desk) -> None:
    def verb(*line: str) -> Any:
        return desk.run(
            "--ledger", str(desk.ledger), "key", *line, "--effective", "2026-04-01", *BY, "--reference", "X"
        )

    refused(verb("publish", "abc"), "NAME+ID+BASE64")
    refused(verb("publish", vkey("other.example")), "other.example", ORIGIN)
    refused(verb("publish", SHORT), "published already")
    refused(verb("retire", f"{ORIGIN}+00000000"), "No key 00000000 is published")


def test_the_verbs_say_what_is_typed(desk: Desk) -> None:
    assert "publish [OPTIONS] KEY" in printed(desk, "key", "publish", "--help")
    assert "--since DATE|INSTANT" in printed(desk, "key", "retire", "--help")
