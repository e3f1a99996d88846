"""Odd texts for every option and argument of every command: an answer in words, and never a fault of the program."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import click
import pytest
from click.testing import Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.command_line import Desk, refused
from support.examples import examples

from commands.main import cli
from commands.terminal.moments import Readable

DECIDED = "authority: C\nreference: R\neffective: 2026\nchanges: [{change: establish-cluster, cluster: c, title: T}]\n"
CODES = {0, 1, 2, 3, 4}
ODD = (
    *(
        "",
        " ",
        "\t",
        "a\tb",
        "x" * 301,
        "x" * 5_000,
        "\N{REPLACEMENT CHARACTER}",
        "\x1b[2J",
        "\udcff",
        "a\nb",
        "é",
        "\u202e",
    ),
    *(
        "0",
        "-1",
        "1e5",
        "NaN",
        "99999999999999999999",
        "0x10",
        "½",
        "٣",
        "p0",
        "p1",
        "p3",
        "p99",
        "p-1",
        "p" + "9" * 30,
    ),
    *("0000-01-01", "0001-01-01", "9999-12-31", "2023-02-29", "2023-13-01", "2026", "2026-04", "..", "10000-01-01"),
    *("0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59-23:59", "2026-01-01T25:00:00Z"),
    *("0001-01-01T00:00:00+23:59", "2026-01-01@p1", "@", "2026-01-01@", "2026-01-01..2026-02-01", "today", "now"),
    *("wellbeing", "wellbeing/care", "sleep-well", "cluster:wellbeing@1", "cluster:wellbeing@0", "a/b/c", "A", "a--b"),
    *("=", "a=", "=b", "a=b", "a=[", "a={", 'a={"b":1}', "[1]", "{", "[" * 2_000, "a:b=c", "rule:=x", "1 EUR", "EUR"),
    *(
        "/dev/null",
        "/dev/zero",
        "/",
        ".",
        "..",
        "nothing/there",
        "https://",
        "https://\udcff",
        "T=/dev/zero",
        "sha256:",
    ),
    *("sha256:" + "0" * 64, "%s", "{}", "'; DROP TABLE events; --", "*", "?", "$HOME", "~", "-", "--", "Europe/Berlin"),
)
TEXTS = st.one_of(st.sampled_from(ODD), st.text(max_size=40).filter(lambda text: "\0" not in text))
# Asked at a terminal, key by key; and what would write a screen of its own.
WRITTEN = ("FILE", "PATH", "FOLDER")  # metavars of options that name what is written
NOT_TRIED = {("replay", "--interactive")}


class Command(NamedTuple):
    """One command of the program: what is typed for it, and what it may be given."""

    words: tuple[str, ...]
    command: click.Command

    @property
    def options(self) -> list[click.Option]:
        return [one for one in self.command.params if isinstance(one, click.Option) and not self._is_left_out(one)]

    def _is_left_out(self, option: click.Option) -> bool:
        return option.is_eager or any((self.words[0], name) in NOT_TRIED for name in option.opts)

    @property
    def arguments(self) -> list[click.Argument]:
        return [one for one in self.command.params if isinstance(one, click.Argument)]


def every(group: click.Group = cli, words: tuple[str, ...] = ()) -> Iterator[Command]:
    """Every command, from the lists that the program itself reads."""
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        assert found is not None
        if isinstance(found, click.Group):
            yield from every(found, (*words, name))
        else:
            yield Command((*words, name), found)


COMMANDS = list(every())
BY_WORDS = {" ".join(one.words): one for one in COMMANDS}


@st.composite
def lines(draw: st.DrawFn, command: Command) -> list[str]:
    """A line to be typed: arguments, those options that must be there, and one or two more."""
    line = list(command.words)
    optional = [one for one in command.options if not one.required]
    chosen = [one for one in command.options if one.required]
    if optional:
        chosen += draw(st.lists(st.sampled_from(optional), max_size=2, unique_by=id))
    for option in chosen:
        line.append(draw(st.sampled_from(option.opts)))
        if not option.is_flag:
            line += [draw(values(option))] if option.nargs == 1 else [draw(TEXTS) for _ in range(option.nargs)]
    line += [draw(TEXTS) for one in command.arguments if one.required or draw(st.booleans())]
    return line


def values(option: click.Option) -> st.SearchStrategy[str]:
    if isinstance(option.type, click.Choice):
        return st.one_of(st.sampled_from([str(one) for one in option.type.choices]), TEXTS)
    return TEXTS.filter(_stays_here) if option.metavar in WRITTEN else TEXTS


def _stays_here(path: str) -> bool:
    """Whether a file that is written at a path lies in the working folder."""
    return not path.startswith(("/", "~", "..")) and "/.." not in path


def _stopped(*_: object) -> None:
    raise KeyboardInterrupt


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One desk for all lines: what one of them records or writes, the next may find."""
    folder = tmp_path_factory.mktemp("odd")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("CLUSTER_LEDGER_VIEWS", str(folder / "views"))
        patch.setenv("XDG_CONFIG_HOME", str(folder / "configuration"))
        patch.setenv("CLUSTER_LEDGER_RECORDER", "Registry")
        patch.setenv("CLUSTER_LEDGER_AUTHORITY", "Council of Ministers")
        # Those that go on until they are stopped are stopped as they would begin to wait.
        patch.setattr("uvicorn.Server.run", lambda *_, **__: None)
        patch.setattr("commands.serve.workers.work_together", lambda *_: None)
        patch.setattr("ledger.store.sqlite.bell.FileBell.wait", _stopped)
        yield Desk(folder).init().record()


def answered(result: Result, line: list[str]) -> None:
    """Check that a line was answered in words; a fault of the program is none, nor is an exception let through."""
    shown = shlex.join(line)
    assert isinstance(result.exception, SystemExit | None), (shown, result.exception)
    assert result.exit_code in CODES, (shown, result.exit_code, result.output)
    assert "fault of cluster-ledger" not in result.stderr and "Traceback" not in result.output, (shown, result.stderr)
    if result.exit_code in (1, 2):
        assert result.output.strip(), shown


@pytest.mark.parametrize("words", sorted(BY_WORDS))
def test_whatever_is_given_a_command_answers_in_words(shared: Desk, words: str) -> None:
    folder = Path.cwd()

    @settings(max_examples=examples(6), deadline=None, suppress_health_check=list(HealthCheck))
    @given(lines(BY_WORDS[words]))
    def answers(line: list[str]) -> None:
        answered(shared.run(*line, input=""), line)
        assert Path.cwd() == folder

    answers()


@pytest.mark.parametrize(
    "text",
    ["0000-01-01", "2023-02-29", "2023-13-01", "yesterday", "2026-01-01T25:00:00Z", "10000-01-01", "٢٠٢٣-٠١-٠١"],
)
@pytest.mark.parametrize(
    "line",
    [
        ("log", "--recorded-from"),
        ("log", "--recorded-to"),
        ("log", "--effective-from"),
        ("log", "--effective-to"),
        ("log", "--known"),
        ("lags", "--recorded-from"),
        ("replay", "--from"),
        ("replay", "--to"),
        ("show", "--effective"),
        ("show", "--known"),
    ],
)
def test_a_date_that_is_none_is_refused_with_how_to_write_one(desk: Desk, line: tuple[str, ...], text: str) -> None:
    refused(desk.run(*line, text), "Usage: cluster-ledger", "Write ", code=2)


DATED = [
    (*one.words, option.opts[0])
    for one in COMMANDS
    for option in one.options
    if isinstance(option.type, Readable) or {"DATE", "WHEN"} & set((option.metavar or "").split("|"))
]


@pytest.mark.parametrize("text", ["2023-02-29", "soon", "@"])
def test_a_date_that_is_none_is_an_error_of_usage_in_every_option_that_takes_one(desk: Desk, text: str) -> None:
    assert len(DATED) > 100
    for line in DATED:
        refused(desk.run(*line, text), "Usage: cluster-ledger", "Write ", code=2)


@pytest.mark.parametrize("text", ["2023-02-29", "2026@2023-02-29", "2026@", "@soon", "2026-01-01@p1@p2"])
def test_a_point_that_is_none_is_an_error_of_usage(desk: Desk, text: str) -> None:
    refused(desk.run("diff", text, "2026"), "Usage: cluster-ledger", "Write ", code=2)
    refused(desk.run("diff", "2026", text), "Usage: cluster-ledger", "Write ", code=2)


def test_what_would_be_a_date_and_is_not_there_is_refused_and_no_error_of_usage(desk: Desk) -> None:
    refused(desk.run("show", "--known", "p99"), "the ledger ends at p1")


@pytest.mark.parametrize("text", ["0001-01-01", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00-23:59", "p0", "p1"])
@pytest.mark.parametrize("line", [("log", "--recorded-from"), ("replay", "--from"), ("lags", "--recorded-from")])
def test_before_the_first_of_all_moments_lies_nothing(desk: Desk, line: tuple[str, ...], text: str) -> None:
    whole = desk.record().json(line[0])
    assert desk.json(*line, text) == whole


@pytest.mark.parametrize("text", ["9999-12-31", "9999-12-31T23:59:59.999999Z"])
def test_after_the_last_of_all_moments_nothing_was_recorded(desk: Desk, text: str) -> None:
    assert desk.record().json("log", "--recorded-from", text)["events"] == []
    assert desk.json("log", "--recorded-to", text) == desk.json("log")


@pytest.mark.parametrize("text", ["a\tb", "x" * 301, "\x1b[2J", " ", "\u202eb"])
@pytest.mark.parametrize("line", [("record", "-"), ("init", "--government", "Y"), ("cluster", "dissolve", "wellbeing")])
def test_a_recorder_that_cannot_be_is_refused_in_words(desk: Desk, line: tuple[str, ...], text: str) -> None:
    desk.record()
    more = ("--reference", "R", "--authority", "C") if line[0] == "cluster" else ()
    given = ("--ledger", "new.ledger", *line) if line[0] == "init" else line
    said = refused(desk.run(*given, *more, "--recorder", text, input=DECIDED), "")
    assert "recorder" in said.lower() or "field" in said
    assert desk.size() == 5 and not (desk.folder / "new.ledger").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="arguments are bytes elsewhere")
def test_bytes_that_are_no_text_are_answered_in_a_process_of_its_own(desk: Desk) -> None:
    for line in (["show", "\udcff"], ["log", "--search", "\udcff\udcfe"], ["init", "--government", "\udcff"]):
        found = desk.process(*line, errors="surrogateescape")
        assert found.returncode in CODES and "fault of cluster-ledger" not in found.stderr, found.stderr
