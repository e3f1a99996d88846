"""Every command in a console block of README.md and docs/*.md runs, and answers as the page says.

A block begins with a command (`$ cluster-ledger ...`); the lines below it are its answer. In them `...` stands for
anything, alone on a line for any lines, and runs of spaces for one. Pages begin with the ledger of the
demonstration, or with none where their first command makes one; and with the YAML files that they show, each of
which says its name in its first line (`# retitling.yaml ...`).
"""

from __future__ import annotations

import glob
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from support.command_line import ROOT, Desk
from support.demonstrations import demonstration

PAGES = [
    path for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))) if "```console" in path.read_text()
]
_BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"^```yaml\n(# *([a-z0-9-]+\.yaml)\b.*?)^```", re.MULTILINE | re.DOTALL)
_PROMPT = "$ "


class Shown(NamedTuple):
    """A command as a page shows it, with the lines of the answer below it."""

    command: str
    answer: list[str]


def shown(page: Path) -> Iterator[Shown]:
    for block in _BLOCK.findall(page.read_text(encoding="utf-8")):
        command: str | None = None
        answer: list[str] = []
        for line in block.splitlines():
            if line.startswith(_PROMPT):
                if command is not None:
                    yield Shown(command, answer)
                command, answer = line.removeprefix(_PROMPT), []
            else:
                answer.append(line)
        assert command is not None, f"a block without a command: {block}"
        yield Shown(command, answer)


def words(command: str) -> list[str]:
    """The words of a command as a shell gives them, names of files that match a pattern in order."""
    name, *rest = shlex.split(command)
    assert name == "cluster-ledger", f"only the program itself is run here: {command}"
    return [found for word in rest for found in (sorted(glob.glob(word)) if "*" in word else [word])]


def pattern(answer: list[str]) -> re.Pattern[str]:
    """What an answer must match, line by line; the spaces of columns are as wide as they need be."""
    lines = [r"(?:[^\n]*\n)*?" if line == "..." else f"{_line(line)}\n" for line in answer]
    return re.compile("".join(lines))


def _line(line: str) -> str:
    parts = (r" +".join(re.escape(word) for word in re.split(r" +", part.strip())) for part in line.split("..."))
    return r" *" + r"[^\n]*?".join(parts) + r" *"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_on_a_page_runs_and_answers_as_the_page_says(page: Path, bare: Desk) -> None:
    found = list(shown(page))
    (bare.folder / "scripts").symlink_to(ROOT / "scripts")
    for text, name in _FILE.findall(page.read_text(encoding="utf-8")):
        bare.write(name, text)
    if not found[0].command.startswith("cluster-ledger init"):
        demonstration(bare.ledger).close()
    for command, answer in found:
        result = bare.run(*words(command))
        assert result.exit_code == 0, (command, result.output, result.exception)
        if answer:
            said = result.stdout if result.stdout.endswith("\n") else f"{result.stdout}\n"
            if answer[-1] != "...":
                answer = [*answer, "..."]  # the context, which every answer ends with
            assert pattern(answer).fullmatch(said), f"{command}\n{said}"


def test_the_pages_for_auditors_are_among_them() -> None:
    assert {page.name for page in PAGES} >= {"README.md", "auditing.md"}


def test_an_answer_that_differs_is_seen() -> None:
    assert pattern(["a ... c", "...", "z"]).fullmatch("a  b  c\nx\ny\nz\n")
    assert not pattern(["a ... c", "z"]).fullmatch("a  b  c\nx\nz\n")
    assert not pattern(["a b"]).fullmatch("a c\n")
