"""Programs that answer from views, as children of this one: cut short, on a full disk, many at once.

A process of its own, since only one without threads may fork: `python views_children.py TASK`, in the folder of a desk
with a ledger. It prints what went wrong, and nothing where all is well.
"""

from __future__ import annotations

import os
import resource
import shutil
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

from projections.views import read_model as views
from support.command_line import Desk

ASKED = (("show",), ("why", "wellbeing"), ("notices",), ("matrix",))
CALLS = ("pwrite", "ftruncate", "fsync", "utime", "replace")
TIMES = range(1, 3)
PROGRAMS = 8


def answers(desk: Desk) -> list[str]:
    """What a few commands answer, on standard output."""
    results = [desk.run(*asked, "--effective", "2026-11-01") for asked in ASKED]
    assert [result.exit_code for result in results] == [0] * len(ASKED), [result.output for result in results]
    return [result.stdout for result in results]


def folder() -> Path:
    return Path(os.environ["CLUSTER_LEDGER_VIEWS"])


def left() -> set[str]:
    """The kinds of files that lie in the folder of the views."""
    return {path.name.partition(".")[2] for path in folder().iterdir()}


def started(action: Callable[[], object]) -> int:
    """Do something in a child; return its number."""
    child = os.fork()
    if child:
        return child
    try:
        action()
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def in_a_child(action: Callable[[], object]) -> int:
    """Do something in a child; return its exit code, or less than 0 for a signal."""
    return os.waitstatus_to_exitcode(os.waitpid(started(action), 0)[1])


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def answered_when(desk: Desk, call: str, number: int, happening: Callable[[], object]) -> None:
    """Show the structure, and let something happen in place of the `number`-th use of a system call."""
    real, count = getattr(os, call), [0]

    def in_its_place(*arguments: object, **named: object) -> object:
        count[0] += 1
        return happening() if count[0] == number else real(*arguments, **named)

    with patch.object(os, call, in_its_place):
        desk.run("show", "--effective", "2026-11-01")


def killed(desk: Desk, before: list[str]) -> None:
    """Kill a first fill at each step that is not SQLite's own."""
    for call in CALLS:
        for number in TIMES:
            shutil.rmtree(folder())
            in_a_child(lambda call=call, number=number: answered_when(desk, call, number, kill))
            assert answers(desk) == before, (call, number)
            assert left() == {"views", "seal"}, (call, number, left())
            assert desk.run("views", "check").exit_code == 0, (call, number)


def full(desk: Desk, before: list[str]) -> None:
    """Answer where no file can grow beyond a size."""
    for bytes_max in (33_000, 40_000, 60_000):
        shutil.rmtree(folder())

        def limited(bytes_max: int = bytes_max) -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_max, resource.RLIM_INFINITY))
            assert answers(desk) == before

        assert in_a_child(limited) == 0, bytes_max
        assert answers(desk) == before


def many(desk: Desk, before: list[str]) -> None:
    """Answer in many programs that fill the same views from none on, a decision at a time; one of them is killed."""

    def reading() -> None:
        with patch.object(views, "BATCH_EVENTS", 1), patch.object(views, "INDEX_ROWS", 3):
            assert answers(desk) == before

    shutil.rmtree(folder())
    children = [started(reading) for _ in range(PROGRAMS)]
    children.append(started(lambda: answered_when(desk, "utime", 3, kill)))
    ended = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    assert ended[:-1] == [0] * PROGRAMS, ended
    assert answers(desk) == before
    assert desk.run("views", "check").exit_code == 0


if __name__ == "__main__":
    here = Desk(Path.cwd())
    {"killed": killed, "full": full, "many": many}[sys.argv[1]](here, answers(here))
