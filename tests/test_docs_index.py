"""The index of the pages, and what stands beside the README: complete, short, and leading somewhere."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from support import pictures
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
