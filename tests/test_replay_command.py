"""`replay`, `history`, `why`, `matrix` and `lags` from the command line; stepping at a real terminal."""

from __future__ import annotations

import csv
import fcntl
import io
import json
import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.command_line import Desk, refused
from support.two_times_example import recorded

READING = [
    ("history", "wellbeing", "--lineage"),
    ("history", "wellbeing", "--order", "recorded"),
    ("why", "wellbeing", "--effective", "2026-04-15"),
    ("replay",),
    ("replay", "--by", "day"),
    ("replay", "--by", "month", "--along", "recorded"),
    ("matrix", "--effective", "2026-04-15"),
    ("matrix", "wellbeing", "--effective", "2026-04-15"),
    ("lags", "--effective", "2026-07-01"),
]


@pytest.fixture
def told(bare: Desk) -> Desk:
    """A desk with the example of docs/two-times.md."""
    with recorded(bare.folder) as ledger:
        path = Path(str(ledger.store.location))
    path.rename(bare.ledger)
    return bare


@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_every_answer_says_its_context_in_every_format(told: Desk, words: tuple[str, ...]) -> None:
    answer = told.json(*words)
    root = answer["context"]["root"]
    assert (answer["context"]["known_position"], root) == (5, told.json("verify")["root"])
    assert f"root {root}" in told.run(*words).stdout
    for form in ("jsonl", "csv"):
        result = told.run(*words, "--format", form)
        assert result.exit_code == 0 and root in result.stderr and root not in result.stdout
    lines = [json.loads(line) for line in told.run(*words, "--format", "jsonl").stdout.splitlines()]
    rows = list(csv.DictReader(io.StringIO(told.run(*words, "--format", "csv").stdout)))
    assert len(lines) == len(rows)


@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_before_the_first_record_every_answer_is_empty_or_says_so(told: Desk, words: tuple[str, ...]) -> None:
    result = told.run(*words, "--known", "p0")
    if "wellbeing" in words:
        refused(result, "wellbeing")
    else:
        assert result.exit_code == 0 and "known at p0" in result.stdout


def test_history_shows_both_times_the_lag_and_what_was_corrected(told: Desk) -> None:
    answer = told.json("history", "wellbeing", "--lineage")
    assert answer["context"]["effective"] is None and set(answer) == {"context", "id", "entries", "lineage"}
    assert answer["lineage"]["predecessors"] == answer["lineage"]["successors"] == []
    said = told.run("history", "wellbeing", "--lineage").stdout
    assert 'effective "2026-05-01" in place of "2026-04-01"' in said
    assert "As recorded: effective 2026-04-01; see government@2" in said
    assert "Came from: nothing that is recorded." in said
    late = told.run("history", "wellbeing", "--effective", "2026-02-15")
    assert "Care close to home" in late.stdout and "Missions for wellbeing" not in late.stdout
    assert "Nothing was to take effect by 2020" in told.run("history", "wellbeing", "--effective", "2020").stdout


def test_why_names_who_holds_an_office_as_far_as_that_is_kept(told: Desk) -> None:
    for office, holder in (("Minister", ", holder: A. Person"), ("Deputy", "")):
        change = f"{{change: appoint-leader, of: wellbeing, office: {office}{holder}}}"
        told.record(f"authority: A\nreference: {office}\neffective: 2026-04-01\nchanges:\n  - {change}\n")
    said = told.run("why", "wellbeing", "--effective", "2026-05-02").stdout
    offices = [line.split("  ") for line in said.splitlines() if line.startswith("leaders:")]
    assert [[cell for cell in line if cell][:2] for line in offices] == [
        ["leaders:Deputy", "filled"], ["leaders:Minister", "A. Person"],
    ]  # fmt: skip


def test_a_replay_of_the_record_says_from_which_day_until_which_it_matters(told: Desk) -> None:
    said = told.run("replay").stdout
    assert "title is Care close to home, was Health and care (until 2026-04-01)" in said
    assert 'correction: "REG-2026-01"' in said
    steps = told.json("replay")["steps"]
    assert [step["label"] for step in steps] == [
        "constitution",
        "CM-2026-03",
        "CM-2026-14",
        "CM-2026-09",
        "REG-2026-01",
    ]
    (found,) = steps[-1]["differences"]
    assert (found["effective"], found["until"], found["cause"]) == ("2026-04-01", "2026-05-01", "correction")


def test_a_replay_along_the_days_of_effect_goes_as_known(told: Desk) -> None:
    def labels(*options: str) -> list[str]:
        return [step["label"] for step in told.json("replay", "--by", "day", *options)["steps"]]

    assert labels() == ["not stated", "2026-01-01", "2026-02-15", "2026-05-01"]
    assert labels("--known", "p4") == ["not stated", "2026-01-01", "2026-02-15", "2026-04-01"]
    assert labels("--from", "2026-02", "--to", "2026-02-15") == ["2026-02-15"]
    assert labels("--from", "2030-01-01") == []
    assert "Nothing happened." in told.run("replay", "--by", "day", "--from", "2030-01-01").stdout


@pytest.mark.parametrize(
    ("words", "said", "code"),
    [
        (("replay", "--by", "decision", "--along", "effective"), "give --by day", 2),
        (("replay", "--from", "2026-02-30"), "2026-02-30", 2),
        (("replay", "--by", "day", "--from", "soon"), '"soon" is not a date', 2),
        (("replay", "--interactive"), "needs a terminal", 1),
        (("lags", "--over", "-1"), "--over", 2),
        (("lags", "--recorded-from", "soon"), '"soon"', 2),
        (("matrix", "nothing"), 'Nothing is called "nothing"', 1),
        (("history", "\x1b[2J"), "Nothing is called", 1),
    ],
)
def test_what_cannot_be_meant_is_refused_in_words(told: Desk, words: tuple[str, ...], said: str, code: int) -> None:
    refused(told.run(*words), said, code=code)


def test_a_matrix_that_does_not_fit_the_terminal_is_told_in_words(told: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [f"{letter * 40}" for letter in "abc"]
    changes = ["  - {change: add-segment, segment: wellbeing/care, title: Care}"]
    for id_ in ids:
        changes.append(f"  - {{change: launch-mission, mission: {id_}, title: Long}}")
        changes.append(f"  - {{change: add-mission, mission: {id_}, segments: wellbeing/care}}")
    told.record("\n".join(["authority: A", "reference: R-1", "effective: 2026-04-01", "changes:", *changes]) + "\n")
    head = "  ".join([" " * len("  wellbeing/care"), *ids])
    for columns, line in (("80", f"    in full: {', '.join(ids)}"), ("200", head)):
        monkeypatch.setenv("COLUMNS", columns)
        assert line in told.run("matrix", "wellbeing", "--effective", "2026-04-15").stdout.splitlines()


# At a terminal


def _take_the_terminal() -> None:
    """Make standard input the terminal from which Ctrl-C reaches the program."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


class Terminal:
    """The program at a terminal of its own."""

    def __init__(self, desk: Desk, *words: str) -> None:
        self.own, other = pty.openpty()
        environment = {**desk.environment(), "TERM": "xterm", "LINES": "40", "COLUMNS": "100"}
        command = [sys.executable, "-m", "commands.main", *words]
        self.process = subprocess.Popen(
            command, stdin=other, stdout=other, stderr=other, cwd=desk.folder, env=environment,
            start_new_session=True, preexec_fn=_take_the_terminal,
        )  # fmt: skip
        os.close(other)

    def until(self, text: str, seconds: float = 60, again: Callable[[], object] | None = None) -> str:
        """What is printed up to and with `text`; `again` is done whenever nothing comes for a while."""
        found, end = "", time.monotonic() + seconds
        while text not in found:
            left = max(0.0, end - time.monotonic())
            ready, _, _ = select.select([self.own], [], [], min(left, 2.0) if again else left)
            if not ready and again and left:
                again()
                continue
            assert ready, f"{text!r} did not come; only: {found!r}"
            try:
                read = os.read(self.own, 4096)
            except OSError:  # the program is gone
                read = b""
            assert read, f"{text!r} did not come before the end; only: {found!r}"
            found += read.decode()
        return found

    def press(self, keys: str, until: str) -> str:
        """Press keys and return what is printed up to `until`."""
        os.write(self.own, keys.encode())
        return self.until(until)

    def end(self) -> int:
        """Wait for the program to end; return its exit code."""
        try:
            while os.read(self.own, 4096):
                pass
        except OSError:
            pass
        return self.process.wait(60)


@pytest.fixture
def terminal(told: Desk) -> Iterator[Terminal]:
    found = Terminal(told, "replay", "--interactive")
    yield found
    if found.process.poll() is None:
        found.process.kill()
        found.process.wait()
    os.close(found.own)


KEYS = "q quit"


def test_one_steps_through_a_replay_forwards_and_back(terminal: Terminal) -> None:
    assert "constitution" in terminal.until(KEYS)
    assert "CM-2026-03  (p2)" in terminal.press("n", KEYS)
    assert "CM-2026-14" in terminal.press("\x1b[C", KEYS)  # the arrow to the right
    assert "CM-2026-03" in terminal.press("b", KEYS)
    assert "constitution" in terminal.press("\x1b[D", KEYS)
    terminal.press("b", "This is the first step.")
    assert "CM-2026-14" in terminal.press("nn", "CM-2026-14")  # as typed ahead
    assert "REG-2026-01" in terminal.press("   ", "This is the last step.")
    os.write(terminal.own, b"q")
    assert terminal.end() == 0


def test_one_goes_to_a_date_and_is_told_of_one_that_is_none(terminal: Terminal) -> None:
    terminal.until(KEYS)
    terminal.press("g", "Go to: ")
    assert "CM-2026-09" in terminal.press("2026-04-01\n", KEYS)
    terminal.press("g", "Go to: ")
    terminal.press("soon\n", "is not understood as a state of knowledge")
    terminal.press("g", "Go to: ")
    terminal.press("2030-01-01\n", "Nothing happened on or after it.")
    assert "CM-2026-09" in terminal.press("d", KEYS)
    assert "back" in terminal.press("x", KEYS)  # any other key shows the keys
    os.write(terminal.own, b"\x04")
    assert terminal.end() == 0


@pytest.mark.parametrize("where", ["at a key", "at a prompt", "by a signal"])
def test_ctrl_c_ends_a_replay_without_a_trace(terminal: Terminal, where: str) -> None:
    terminal.until(KEYS)
    if where == "at a prompt":
        terminal.press("g", "Go to: ")

    def stop() -> None:
        # Again and again, as people do: what comes just before the program waits for a key is seen after that.
        if where == "by a signal":
            os.kill(terminal.process.pid, signal.SIGINT)
        else:
            os.write(terminal.own, b"\x03")

    stop()
    said = terminal.until("A replay changes nothing.", again=stop)
    assert "Traceback" not in said
    assert terminal.end() == 130
