"""The pages for contributors: the commands and files that they name are there."""

from __future__ import annotations

import os
import re
import shlex
import tomllib
from importlib.util import find_spec

import pytest
from support.command_line import ROOT

from commands.main import LINES

PAGE = (ROOT / "docs" / "contributing.md").read_text(encoding="utf-8")
HOUSE = (ROOT / "docs" / "house.md").read_text(encoding="utf-8")
GIVEN = [line.strip() for line in re.findall(r"^ {4}\S.*$", PAGE, re.MULTILINE)]


def test_the_page_gives_commands() -> None:
    assert len(GIVEN) >= 9


@pytest.mark.parametrize("command", GIVEN)
def test_what_a_command_of_the_page_names_is_there(command: str) -> None:
    program, *rest = [word for word in shlex.split(command) if "=" not in word]
    if program.startswith("scripts/"):
        assert os.access(ROOT / program, os.X_OK)
        files = [ROOT / word for word in rest if word.startswith("tests/")]
        picked = rest[rest.index("-k") + 1] if "-k" in rest else ""
        assert all(re.search(rf"def test_\w*{picked}", file.read_text()) for file in files)
    elif program == "cluster-ledger":
        assert rest[0] in LINES
    elif program == ".venv-test/bin/python":
        modules = [name for option, name in zip(rest, rest[1:], strict=False) if option == "-m"]
        assert modules and all(find_spec(name) for name in modules)
    else:
        assert program == "git"


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`((?:tests|scripts|docs)/[\w/.]*)`", PAGE))))
def test_a_file_that_the_page_names_is_there(path: str) -> None:
    assert (ROOT / path).exists()


@pytest.mark.parametrize("name", re.findall(r"scripts/campaign (\w+)", PAGE))
def test_a_campaign_that_the_page_names_is_there(name: str) -> None:
    assert (ROOT / "tests" / "campaigns" / f"{name}.py").exists()


def test_a_campaign_imports_what_the_tests_do() -> None:
    script = (ROOT / "scripts" / "campaign").read_text()
    [path] = re.findall(r"PYTHONPATH=(\S+) python", script)
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]
    assert path.split(":") == settings["pythonpath"]
    [line] = re.findall(r'grep -lE "([^"]+)" tests/test_\*.py', script)
    assert any(re.search(line, test.read_text(), re.MULTILINE) for test in (ROOT / "tests").glob("test_*.py"))


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`((?:[a-z_]+/)*[a-z_]+\.(?:py|md))`", HOUSE))))
def test_a_file_that_the_map_of_the_house_names_is_there(path: str) -> None:
    """A path is given from the top, from a package, or by a name that some file of the packages has."""
    rooms = [ROOT, *(ROOT / package for package in ("ledger", "projections", "commands", "tests"))]
    places = (
        [room / path for room in rooms] if "/" in path else [place for room in rooms[1:] for place in room.rglob(path)]
    )
    assert any(place.exists() for place in places)
