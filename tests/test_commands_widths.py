"""Reading commands at terminals of 80, 100 and 120 columns, asked of the ledger of the demonstration."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.cells import cell_len
from support.demonstrations import demonstration

from commands.main import cli
from commands.terminal.screen.folding import folded
from commands.terminal.screen.tables import blocks

ASKED = (
    "show",
    "show wellbeing",
    "log",
    "history wellbeing",
    "why wellbeing",
    "diff 2024-01-01 2026-10-01",
    "replay",
    "matrix",
    "agility",
    "lags",
    "restate missions --from 2020-01-01 --to 2026-01-01 --by year",
    "notices",
    "overrides",
    "rules",
    "sample",
)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The ledger of the demonstration, with a folder for its views."""
    folder = tmp_path_factory.mktemp("widths")
    demonstration(folder / "demo.ledger").close()
    yield folder / "demo.ledger"


def answer(ledger: Path, line: str, width: int, *, bold: bool = False) -> str:
    """Return what a command prints, in `width` columns where it prints to a terminal."""
    env = {"COLUMNS": str(width), "LINES": "1000000", "NO_COLOR": "1", "CLUSTER_LEDGER_VIEWS": str(ledger.parent)}
    env |= {"NO_COLOR": "", "FORCE_COLOR": "1", "TERM": "xterm"} if bold else {}
    args = ["--ledger", str(ledger), *line.split()]
    result = CliRunner().invoke(cli, args, env=env, color=bold, prog_name="cluster-ledger")
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.mark.parametrize("line", ASKED)
def test_no_line_is_wider_than_the_terminal_and_no_word_is_cut(
    ledger: Path, line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for width in (80, 100, 120):
        piped = answer(ledger, line, width)
        with monkeypatch.context() as patch:
            patch.setattr("click.testing._NamedTextIOWrapper.isatty", lambda stream: True, raising=False)
            screen = answer(ledger, line, width)
        assert screen
        assert [one for one in screen.split("\n") if cell_len(one) > width] == []
        assert set(_words(piped)) - set(_words(screen)) == set()


def _words(text: str) -> list[str]:
    return [word for word in text.split() if word.strip("─")]


def test_a_receipt_is_folded_between_words(ledger: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copied = tmp_path / "copied.ledger"
    copied.write_bytes(ledger.read_bytes())
    monkeypatch.setenv("CLUSTER_LEDGER_RECORDER", "Registry")
    monkeypatch.setenv("CLUSTER_LEDGER_STATE", str(tmp_path / "state"))
    monkeypatch.setattr("click.testing._NamedTextIOWrapper.isatty", lambda stream: True, raising=False)
    text = "{change: retitle-cluster, cluster: wellbeing, title: Missions for a good and a long life of everybody}"
    decision = f"{{authority: Council of Ministers, reference: R-1, effective: 2026-12-01, changes: [{text}]}}"
    (tmp_path / "decision.yaml").write_text(decision)
    said = answer(copied, f"record --yes {tmp_path / 'decision.yaml'}", 80)
    words = said.split()
    assert "root" in words and "everybody." in words and "information:" in words
    assert [one for one in said.split("\n") if cell_len(one) > 80 and len(one.split()) > 1] == []
    assert said.count("\n    ") >= 2  # what goes on of a line stands further in


def test_a_piped_answer_does_not_depend_on_a_width(ledger: Path) -> None:
    assert answer(ledger, "notices", 80) == answer(ledger, "notices", 200)


def test_a_line_is_folded_at_spaces_and_goes_on_two_columns_further_in() -> None:
    assert folded("  one two three\nfour", 10) == "  one two\n    three\nfour"
    assert folded("a " + "b" * 20 + " c", 10) == "a\n  " + "b" * 20 + "\n  c"
    assert folded("", 10) == ""
    assert folded("健康 健康 健康", 10) == "健康 健康\n  健康"


def test_a_comment_that_is_folded_stays_a_comment() -> None:
    assert folded("#   one two three\nfour: five", 12) == "#   one two\n#     three\nfour: five"


def test_what_makes_text_bold_takes_no_columns() -> None:
    assert folded("\x1b[1mone two \x1b[0m", 8) == "\x1b[1mone two \x1b[0m"


def test_a_table_in_bold_and_colour_is_no_wider(ledger: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("click.testing._NamedTextIOWrapper.isatty", lambda stream: True, raising=False)
    plain = answer(ledger, "log --reference ILL-2024-01", 120)
    drawn = answer(ledger, "log --reference ILL-2024-01", 120, bold=True)
    assert "\x1b[1m" in drawn
    assert re.sub(r"\x1b\[[0-9;]*m", "", drawn) == plain


def test_a_sentence_of_failure_is_folded_at_a_terminal_and_whole_elsewhere(
    ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def said() -> str:
        env = {"COLUMNS": "80", "CLUSTER_LEDGER_VIEWS": str(ledger.parent)}
        return CliRunner().invoke(cli, ["--ledger", "/nowhere/of-a-government.ledger", "show"], env=env).stderr

    piped = said()
    monkeypatch.setattr("click.testing._NamedTextIOWrapper.isatty", lambda stream: True, raising=False)
    screen = said()
    assert "\n" not in piped.rstrip("\n") and len(piped) > 80
    assert screen.split() == piped.split() and max(map(len, screen.split("\n"))) <= 80


def test_a_block_tells_each_column_that_is_not_empty_below_its_head() -> None:
    told = list(blocks(["id", "found"], [("care", "no mission at all"), ("", "x")], 18))
    assert "".join(told) == "id     care\nfound  no mission\n       at all\n\nfound  x\n\n"
