"""The index of the pages, and what stands beside the README: complete, short, and leading somewhere."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from support import explorer_pictures, pictures
from support.command_line import ROOT

DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.glob("*.md")])
_LINK = re.compile(r"\]\(([^)#]+?)(?:#[^)]*)?\)")


def links(page: Path) -> list[str]:
    """What a page links to in this repository, in order."""
    return [to for to in _LINK.findall(page.read_text(encoding="utf-8")) if "://" not in to]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_of_a_page_leads_to_a_file(page: Path) -> None:
    assert [to for to in links(page) if not (page.parent / to).exists()] == []


def test_the_index_lists_every_page_once() -> None:
    listed = [to for to in links(DOCS / "README.md") if not to.startswith("..")]
    assert sorted(listed) == sorted(page.name for page in DOCS.glob("*.md") if page.name != "README.md")


def test_the_readme_can_be_read_in_one_sitting() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 150


def test_a_citation_names_the_version_and_licence_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert (citation["version"], citation["license"]) == (project["version"], project["license"])
    assert {"cff-version", "message", "title", "authors"} <= citation.keys()


def test_the_pictures_of_the_readme_are_what_the_program_draws_of_the_demonstration(tmp_path: Path) -> None:
    pictures.drawn(tmp_path)
    for name in pictures.CHARTS:
        shown, now = ((folder / name).read_text(encoding="utf-8") for folder in (pictures.PICTURES, tmp_path))
        assert shown == now, f"{name}: draw it again, as support/pictures.py says"


def test_the_pictures_of_the_first_look_are_those_that_its_script_takes() -> None:
    # They are taken in a browser, whose letters differ from machine to machine: only that they are there is held.
    shown = [Path(to).name for to in links(DOCS / "first-look.md") if to.startswith("pictures/")]
    assert sorted(shown) == sorted(map(explorer_pictures.file_of, explorer_pictures.NAMES))
    assert sorted(shown) == sorted(path.name for path in pictures.PICTURES.glob("*.png"))
    assert max((pictures.PICTURES / name).stat().st_size for name in shown) < 65_536
