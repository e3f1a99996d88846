"""A run that is stopped by a signal: one sentence, what it says is so, and an exit code that names the signal."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from support.command_line import Desk, bare, desk

from commands.session import Session
from commands.stopping import Stop
from ledger.files.making import private_folder

__all__ = ["bare", "desk"]
CLEARED = """
import os, signal
from commands import stopping

stopping.take_over()
stopping.let_in()

class Cleared:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGTERM)
        for _ in range(1000):
            pass

try:
    cleared = Cleared()
    del cleared
    signal.pause()
except KeyboardInterrupt:
    print("stopped")
"""

# The kernel itself sends the signal of a pipe, the moment something is in it: before the call that wrote returns.
WRITTEN = """
import fcntl, os, signal, sys
import click
from commands import stopping
from commands.terminal import streams

number, shown = int(sys.argv[1]), os.dup(1)
reader, writer = os.pipe()
os.dup2(writer, number)
stopping.take_over()
streams.take_over()
stopping.let_in()
fcntl.fcntl(reader, fcntl.F_SETOWN, os.getpid())
fcntl.fcntl(reader, fcntl.F_SETSIG, signal.SIGTERM)
fcntl.fcntl(reader, fcntl.F_SETFL, os.O_ASYNC)
try:
    click.echo("One.", err=number == 2)
except KeyboardInterrupt:
    fcntl.fcntl(reader, fcntl.F_SETFL, 0)
    click.echo("Two.", err=number == 2)
os.write(shown, os.read(reader, 100))
"""


AT_ONCE = """
import os, signal, sys
from commands import main
from commands.terminal import streams

take_over = streams.take_over
streams.take_over = lambda: (os.kill(os.getpid(), int(sys.argv[1])), take_over())
main.main(["doctor"])
"""


def recording(desk: Desk, *before: str) -> subprocess.Popen[str]:
    """Begin to record 3,000 decisions, and return the run when the first has its receipt."""
    lines = [
        {"authority": "A", "reference": f"R-{number}", "effective": "2026-01-01"}
        | {"changes": [{"change": "establish-cluster", "cluster": f"c-{number}", "title": "T"}]}
        for number in range(3000)
    ]
    desk.write("many.jsonl", "".join(f"{json.dumps(line)}\n" for line in lines))
    running = subprocess.Popen(
        [*before, sys.executable, "-m", "commands.main", "record", "many.jsonl"],
        cwd=desk.folder,
        env=desk.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        bufsize=1,
    )
    assert running.stdout is not None and running.stdout.readline().startswith("Recorded")
    return running


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)])
def test_a_signal_stops_a_run_after_the_decision_under_way(desk: Desk, number: int, code: int) -> None:
    running = recording(desk)
    running.send_signal(number)
    _, said = running.communicate(timeout=60)
    assert running.returncode == code
    assert said.startswith("Stopped. ") and said.count("\n") == 1
    last = said.split('"R-')[1].split('"')[0]
    assert desk.size() == int(last) + 2  # the ledger's own first event, and R-0 to R-<last>


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)])
def test_a_signal_before_anything_is_done_is_answered_in_one_sentence(desk: Desk, number: int, code: int) -> None:
    begun = [sys.executable, "-c", AT_ONCE, str(int(number))]
    done = subprocess.run(begun, cwd=desk.folder, env=desk.environment(), capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (code, "", "Stopped. Nothing was recorded.\n")


def test_a_signal_that_is_to_be_passed_over_is(desk: Desk) -> None:
    running = recording(desk, "nohup")
    running.send_signal(signal.SIGHUP)
    running.send_signal(signal.SIGTERM)
    _, said = running.communicate(timeout=60)
    assert (running.returncode, said.count("Stopped. ")) == (143, 1)


def test_a_signal_that_falls_into_the_clearing_away_of_an_object_stops_the_run_all_the_same(desk: Desk) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CLEARED], env=desk.environment(), capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "stopped\n", "")


@pytest.mark.skipif(not hasattr(fcntl, "F_SETSIG"), reason="pipes tell nobody of what is written but on Linux")
@pytest.mark.parametrize("number", [1, 2])
def test_a_line_that_went_out_when_the_signal_came_goes_out_once(desk: Desk, number: int) -> None:
    begun = [sys.executable, "-c", WRITTEN, str(number)]
    done = subprocess.run(begun, env=desk.environment(), capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "One.\nTwo.\n", "")


def test_whoever_would_not_wait_for_a_decision_is_told_nothing_of_it() -> None:
    session = Session()
    with pytest.raises(KeyboardInterrupt), session.stop.unbroken():
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)
    assert "was not found out" in session.standing() and "Nothing was recorded" not in session.standing()
    session.recorded.append("R-1")
    assert "Before it, 1 decision was recorded" in session.standing()


def test_what_is_being_closed_when_the_first_signal_comes_is_closed() -> None:
    stop = Stop()
    with stop.unbroken():
        stop.end()
        os.kill(os.getpid(), signal.SIGTERM)
    assert stop.asked == signal.SIGTERM


def test_a_private_folder_that_a_killed_run_left_is_removed_by_the_next(tmp_path: Path) -> None:
    code = "import os, sys; from pathlib import Path; from ledger.files.making import private_folder\n"
    code += "with private_folder(Path(sys.argv[1])) as made:\n"
    code += "  (made / 'half').write_bytes(b'secret')\n  print(oct(made.stat().st_mode)[-3:], flush=True)\n"
    code += "  os.kill(os.getpid(), 9)"
    root = Path(__file__).resolve().parents[1]
    done = subprocess.run([sys.executable, "-c", code, tmp_path], cwd=root, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (-9, "700\n")
    (left,) = tmp_path.iterdir()
    with private_folder(tmp_path) as made:
        assert not left.exists() and list(tmp_path.iterdir()) == [made]
    assert list(tmp_path.iterdir()) == []
