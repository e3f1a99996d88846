"""A screen that takes nothing or an input that gives nothing: a sentence where there is room, an honest exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import cycle, product

import pytest
from support.command_line import FIRST, Desk
from support.examples import FACTOR
from support.screens import ASKED, SCREENS, Seen

from commands.failures import READER_GONE, REFUSED
from commands.main import LINES

SECOND = FIRST.replace("CM-1", "CM-2").replace("wellbeing", "other").replace("sleep-well", "rest-well")
OLDER = (
    '{"authority": "A", "reference": "R-1", "effective": "..", "recorded_at": "2018-01-03T16:49:03Z", '
    '"changes": [{"change": "establish-cluster", "cluster": "a", "title": "T"}]}\n'
)

NOT_WAITING = """
import sys
import click
from commands.terminal import streams

streams.take_over()
lines = [f"{number}\\n" for number in range(20_000)]
click.echo("".join(lines), nl=False, err=sys.argv[1] == "stderr")
for line in lines:
    click.echo(line, nl=False, err=sys.argv[1] == "stderr")
"""


def furnished(desk: Desk) -> Desk:
    """Give a desk a decision, views that are filled, and what the commands are given to read."""
    desk.record()
    desk.write("second.yaml", SECOND)
    desk.write("older.jsonl", OLDER)
    assert desk.run("archive", "-o", "an.archive").exit_code == 0
    return desk


def before(desk: Desk, pairs: list[tuple[str, str]]) -> list[Seen]:
    """Return what commands do before screens."""
    found = subprocess.run(
        [sys.executable, "-m", "support.screens"],
        env={**desk.environment(), "CLUSTER_LEDGER_RECORDER": "Registry"},
        input=json.dumps(pairs),
        capture_output=True,
        text=True,
        cwd=desk.folder,
    )
    assert found.returncode == 0, found.stderr
    return [Seen(*one) for one in json.loads(found.stdout)]


def pairs() -> list[tuple[str, str]]:
    """Return each command with one screen in turn, what records with a full output; in a campaign all with all."""
    if FACTOR:
        return list(product(LINES, SCREENS))
    return [*zip(LINES, cycle(SCREENS), strict=False), *((command, "a full output") for command in STANDING)]


def test_every_command_before_every_screen_says_what_it_can_and_ends_honestly(desk: Desk) -> None:
    wrong = [(one, fault) for one in before(furnished(desk), pairs()) for fault in faults(one)]
    assert wrong == []


def faults(one: Seen) -> Iterator[str]:
    """Yield what is not as it should be of a command that succeeds and prints something before any other screen."""
    for word in ("Traceback", "fault of cluster-ledger", "Exception ignored", "Nothing was recorded"):
        if word in one.err:
            yield f"it says {word}"
    code, printed, said = EXPECTED[one.screen]
    if one.code != code:
        yield f"exit code {one.code} and not {code}"
    if bool(one.out) != printed:
        yield "it printed" if one.out else "it printed nothing"
    if said is not None and said not in one.err:
        yield f"it does not say: {said}"
    if said is not None and one.command in STANDING and STANDING[one.command] not in one.err:
        yield "it does not say what stands"


# By screen: the exit code, whether standard output holds something, and what standard error says.
LOST = "The answer could not be printed: standard output cannot be written"
EXPECTED = {
    "as ever": (0, True, None),
    "a full output": (REFUSED, False, f"{LOST} (No space left on device)."),
    "a closed output": (REFUSED, False, f"{LOST} (it is closed)."),
    "a reader that goes away": (READER_GONE, False, ""),
    "a closed input": (0, True, None),
    "full errors": (0, True, None),
    "closed errors": (0, True, None),
    "nothing open": (REFUSED, False, None),
}
STANDING = {
    "init": 'The ledger "new.ledger" is made, and stands.',
    "import": 'The ledger "new.ledger" holds the whole register, and stands.',
    "record": 'Decision "CM-2" was recorded, and stands;',
    "cluster": 'Decision "R-9" was recorded, and stands;',
    "chart": 'The chart "made.svg" is written.',
    "report": 'The report "made.html" is written.',
}


def test_the_table_of_commands_knows_those_that_there_are() -> None:
    assert set(ASKED) <= set(LINES) and set(STANDING) <= set(ASKED) and set(EXPECTED) == set(SCREENS)


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("show > /dev/full", REFUSED, f"{LOST} (No space left on device).\n"),
        ("show >&-", REFUSED, f"{LOST} (it is closed).\n"),
        ("--help > /dev/full", REFUSED, f"{LOST} (No space left on device).\n"),
        ("record - <&-", REFUSED, "Standard input cannot be read (it is closed). Nothing was recorded.\n"),
        ("import - --government G <&-", REFUSED, "Standard input cannot be read (it is closed). Nothing was"),
        ("record second.yaml >&- 2>&- <&-", REFUSED, ""),
        ("export -o there --force >> there", REFUSED, '"there" is open as standard input, output or error. Give'),
        ("export -o /dev/stdout --force | cat", 0, '"/dev/stdout" is a pipe, not a file. Give the path of a file'),
    ],
)
def test_a_shell_that_gives_no_room_is_answered_in_words(desk: Desk, line: str, code: int, said: str) -> None:
    furnished(desk).write("there", "precious")
    found = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m commands.main {line}"],
        env={**desk.environment(), "CLUSTER_LEDGER_RECORDER": "Registry"},
        capture_output=True,
        text=True,
        cwd=desk.folder,
    )
    assert (found.returncode, found.stdout) == (code, "")
    assert found.stderr.startswith(said) and bool(found.stderr) == bool(said)
    assert (desk.folder / "there").read_text() == "precious"
    assert desk.run("verify").exit_code == 0, "no text went into the ledger"


def test_receipts_that_were_lost_are_printed_by_the_same_command(desk: Desk) -> None:
    desk.write("a.yaml", FIRST)
    desk.write("b.yaml", SECOND)
    with open("/dev/full", "w") as full:
        lost = desk.process("record", "a.yaml", "b.yaml", capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert lost.returncode == REFUSED and 'Decision "CM-1" was recorded, and stands; nothing after it' in lost.stderr
    assert lost.stderr.endswith("The same command prints the receipt again, and records nothing twice.\n")
    again = desk.json("record", "a.yaml", "b.yaml")
    assert [len(again["already_recorded"]), len(again["recorded"])] == [1, 1]


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_pipe_that_was_set_not_to_wait_gets_everything_once(desk: Desk, stream: str) -> None:
    """A reader in front of a pipe may have set it so, for all who write to it."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    lines = [str(number) for number in range(20_000)]
    command = [sys.executable, "-c", NOT_WAITING, stream]
    with subprocess.Popen(command, env=desk.environment(), **{stream: writer}) as running, open(reader) as shown:  # type: ignore[call-overload]
        os.close(writer)
        assert shown.read().splitlines() == lines * 2
    assert running.returncode == 0
