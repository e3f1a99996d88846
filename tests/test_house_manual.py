"""The manual: a page of man for each command, with all that the command says of itself."""

from __future__ import annotations

import re
import shutil
import subprocess

import click
import manual_pages
import pytest

from commands.main import LINES, cli

PAGES = dict(manual_pages.pages())


def plain(page: str) -> str:
    """The words of a page, without what only roff reads."""
    shown = page.replace(r"\-", "-").replace(r"\e", "\\").replace(r"\&", "")
    return " ".join(re.sub(r"^\.[A-Z]+ ?", "", shown, flags=re.MULTILINE).split())


def test_the_program_and_each_command_has_a_page() -> None:
    assert set(PAGES) == {"cluster-ledger.1", *(f"cluster-ledger-{name}.1" for name in LINES)}


@pytest.mark.parametrize("name", LINES)
def test_a_page_says_what_the_command_says_of_itself_with_every_option(name: str) -> None:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    shown = plain(PAGES[f"cluster-ledger-{name}.1"])
    verbs = list(command.commands.values()) if isinstance(command, click.Group) else []
    for one in (command, *verbs):
        assert " ".join((one.help or "").split()) in shown
        for option in one.params:
            assert option.opts[0] in shown or option.make_metavar(click.Context(one)) in shown


def test_a_line_that_roff_would_obey_is_printed() -> None:
    assert manual_pages.escaped(".so /etc/passwd\n'tis\na\\b-c") == "\\&.so /etc/passwd\n\\&'tis\na\\eb\\-c"


@pytest.mark.parametrize("name", ["cluster-ledger.1", "cluster-ledger-cluster.1", "cluster-ledger-log.1"])
def test_a_page_is_set_without_a_warning(name: str) -> None:
    groff = shutil.which("groff")
    if groff is None:
        pytest.skip("groff, which sets pages of man, is not on this machine")
    said = subprocess.run(
        [groff, "-man", "-ww", "-Tutf8"], input=PAGES[name], text=True, capture_output=True, check=True, timeout=60
    )
    assert said.stderr == "" and len(said.stdout.splitlines()) > 30
