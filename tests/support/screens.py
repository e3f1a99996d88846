"""Commands before screens: each with an output that is full or closed, or a reader that goes away.

Run as a program, in a folder that holds a desk, it takes pairs of a command and a screen as JSON and answers what was
seen. It loads the commands once and forks for each, for starting one takes longer than running it.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import traceback
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import NamedTuple

import commands
import ledger
import projections
from commands.main import LINES, main

# What each command is asked. A command of one change that is not here is asked for its help: all of them record
# through the one door that `cluster` goes through.
ASKED: dict[str, tuple[str, ...]] = {
    "init": ("--ledger", "new.ledger", "init", "--government", "Other"),
    "plan": ("plan", "second.yaml"),
    "record": ("record", "second.yaml"),
    "import": ("--ledger", "new.ledger", "import", "older.jsonl", "--government", "Other"),
    "cluster": ("cluster", "establish", "rest", "--title", "Rest", "--authority", "A", "--reference", "R-9"),
    "show": ("show", "--effective", "2026-05-01"),
    "log": ("log",),
    "history": ("history", "wellbeing"),
    "why": ("why", "wellbeing", "--effective", "2026-05-01"),
    "diff": ("diff", "2026-01-01", "2026-05-01"),
    "replay": ("replay",),
    "matrix": ("matrix", "--effective", "2026-05-01"),
    "agility": ("agility",),
    "lags": ("lags",),
    "chart": ("chart", "timeline", "-o", "made.svg"),
    "restate": ("restate", "missions", "--from", "2026-01-01", "--to", "2026-12-31", "--by", "month"),
    "report": ("report", "-o", "made.html"),
    "notices": ("notices",),
    "overrides": ("overrides",),
    "sample": ("sample",),
    "documents": ("documents", "check", "."),
    "draft": ("draft", "--help"),
    "template": ("template", "--help"),
    "completion": ("completion", "bash"),
    "rules": ("rules",),
    "schema": ("schema", "decision"),
    "snapshot": ("snapshot", "-o", "-"),
    "export": ("export", "-o", "-"),
    "verify": ("verify",),
    "check": ("check",),
    "key": ("key", "make", "--no-passphrase", "-o", "a.key"),
    "checkpoint": ("checkpoint", "--help"),
    "prove": ("prove", "--help"),
    "witness": ("witness", "--help"),
    "copy": ("copy", "copied.ledger"),
    "archive": ("archive", "-o", "archived"),
    "federate": ("federate", "an.archive", "--effective", "2026-05-01"),
    "backup": ("backup", "-o", "backed-up.ledger"),
    "restore": ("restore", "--help"),
    "accept": ("accept", "--because", "It is the true one."),
    "views": ("views", "status"),
    "doctor": ("doctor", "--format", "json"),
    "serve": ("serve", "--help"),
    "token": ("token", "make", "--role", "auditor", "--name", "Court"),
}


class Seen(NamedTuple):
    """What one command did before one screen."""

    command: str
    screen: str
    code: int
    out: str
    err: str


def asked(command: str) -> tuple[str, ...]:
    """Return the arguments of a command of the registry."""
    if command not in ASKED and LINES[command][0] != "record.verbs":
        raise LookupError(f"support/screens.py does not say what to ask of `{command}`")
    return ASKED.get(command, (command, "--help"))


# Each puts the descriptors of a new process in place of its own; what is printed elsewhere is kept.
SCREENS: dict[str, Callable[[], None]] = {
    "as ever": lambda: None,
    "a full output": lambda: _full(1),
    "a closed output": lambda: os.close(1),
    "a reader that goes away": lambda: _unread(1),
    "a closed input": lambda: os.close(0),
    "full errors": lambda: _full(2),
    "closed errors": lambda: os.close(2),
    "nothing open": lambda: os.closerange(0, 3),
}


def _full(descriptor: int) -> None:
    os.dup2(os.open("/dev/full", os.O_WRONLY), descriptor)


def _unread(descriptor: int) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    os.dup2(writing, descriptor)


def seen(command: str, screen: str, desk: Path) -> Seen:
    """Run a command on a copy of a desk, before a screen."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(shutil.copytree(desk, Path(name, "desk")))
        out, err = Path(name, "out"), Path(name, "err")
        child = os.fork()
        if not child:
            _run(asked(command), screen, folder, out, err)
        _, status = os.waitpid(child, 0)
        return Seen(command, screen, os.waitstatus_to_exitcode(status), _text(out), _text(err))


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def _run(words: tuple[str, ...], screen: str, folder: Path, out: Path, err: Path) -> None:
    """Become the program, as the shell would start it; end as Python ends."""
    code = 99
    try:
        os.chdir(folder)
        os.environ |= {"CLUSTER_LEDGER_VIEWS": str(folder / "views"), "CLUSTER_LEDGER_STATE": str(folder / "state")}
        for descriptor, path, flags in ((0, os.devnull, os.O_RDONLY), (1, out, 0o101), (2, err, 0o101)):
            os.dup2(os.open(path, flags, 0o600), descriptor)
        os.closerange(3, 64)
        SCREENS[screen]()
        try:
            main(list(words), prog_name="cluster-ledger")
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
    except BaseException:
        err.write_text(traceback.format_exc())
        code = 120
    finally:
        os._exit(code)


if __name__ == "__main__":
    for package in (commands, ledger, projections):
        for module in walk_packages(package.__path__, f"{package.__name__}."):
            import_module(module.name)
    print(json.dumps([seen(command, screen, Path.cwd()) for command, screen in json.load(sys.stdin)]))
