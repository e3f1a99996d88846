"""The shim in C that lets a call fail: compiled when it is needed, loaded into this process, armed in a fork of it."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable
from contextlib import chdir, suppress
from pathlib import Path
from typing import NamedTuple

from click.testing import CliRunner

from commands.stopping import SIGNALS

SOURCE = Path(__file__).with_name("shim.c")
VARIABLE = "LD_PRELOAD"


def missing() -> str:
    """Why faults cannot be injected here; empty where they can."""
    if not sys.platform.startswith("linux"):
        return "faults are injected on Linux only"
    return "" if shutil.which("cc") else "there is no C compiler (cc) to make the shim with"


def compiled(folder: Path) -> Path:
    """Compile the shim into a folder and return its path."""
    made = folder / "shim.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", str(made), str(SOURCE), "-ldl"], check=True)
    return made


class Fault(NamedTuple):
    """What happens at one call: the number of the call, from 1, and what becomes of it."""

    at: int
    kind: str

    @property
    def kills(self) -> bool:
        return KINDS[self.kind] < 0


KINDS = {"EIO": errno.EIO, "ENOSPC": errno.ENOSPC, "killed-before": -1, "killed-after": -2, "torn": -3}
WRITES = ("write", "pwrite", "pwrite64", "writev")  # what can be torn


class Run(NamedTuple):
    """How a run of the program ended: its exit code (negative: the signal), and what it printed."""

    code: int
    out: str
    said: str


def run(folder: Path, args: tuple[str, ...], fault: Fault | None = None, calls: Path | None = None) -> Run:
    """Run the program in a fork of this process, in `folder`; calls are counted below the folder above it."""

    def program() -> None:
        from commands.main import main

        if fault is not None or calls is not None:
            _arm(folder.parent, fault or Fault(0, "EIO"), calls)
        main(list(args), prog_name="cluster-ledger")

    return forked(folder, program)


def run_here(folder: Path, args: tuple[str, ...]) -> None:
    """Run the program in this process, in `folder`, whatever comes of it."""
    from commands.main import cli

    with chdir(folder):
        CliRunner().invoke(cli, list(args), env=_environment(folder), prog_name="cluster-ledger")


def _environment(folder: Path) -> dict[str, str]:
    """Views and configuration of its own beside a folder."""
    beside = folder.parent
    return {
        "CLUSTER_LEDGER_VIEWS": str(beside / "views"),
        "CLUSTER_LEDGER_STATE": str(beside / "state"),
        "CLUSTER_LEDGER_RECORDER": "Registry",
        "XDG_CONFIG_HOME": str(beside / "configuration"),
        "TMPDIR": str(beside / "tmp"),
    }


def forked(folder: Path, program: Callable[[], object], meanwhile: Callable[[int], object] = lambda child: None) -> Run:
    """Run a function in a fork of this process, in `folder`, with views and configuration of its own beside that.

    `meanwhile` is given the fork's id while it runs, or has run and is not waited for yet.
    """
    box = folder.parent
    printed = [box.parent / f"{box.name}.{name}" for name in ("out", "err")]
    for path in printed:
        path.write_text("")  # a fork may be killed before it makes them
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)  # in the fork, until the program begins
    try:
        child = os.fork()
        if child == 0:
            _child(folder, program, printed)
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
    meanwhile(child)
    _, status = os.waitpid(child, 0)
    return Run(os.waitstatus_to_exitcode(status), *(path.read_text(errors="backslashreplace") for path in printed))


def _child(folder: Path, program: Callable[[], object], printed: list[Path]) -> None:
    code = 0
    try:
        os.chdir(folder)
        os.environ |= _environment(folder)
        tempfile.tempdir = None  # so that it is found anew
        for number, path in enumerate(printed, 1):
            os.dup2(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), number)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        sys.stdin = os.fdopen(0, closefd=False)
        sys.stdout, sys.stderr = (os.fdopen(number, "w", closefd=False) for number in (1, 2))
        _let_signals_in()
        program()
    except SystemExit as left:
        code = left.code if isinstance(left.code, int) else 98
    except BaseException:
        traceback.print_exc()
        code = 99
    finally:
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError):
                stream.flush()
        os._exit(code)


def _let_signals_in() -> None:
    """Let in the signals that waited; one that was there before the program began ends what has done nothing yet."""
    try:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGINT)


def _arm(below: Path, fault: Fault, calls: Path | None) -> None:
    arm = ctypes.CDLL(None).fault_arm
    arm.argtypes = (ctypes.c_char_p, ctypes.c_char_p, ctypes.c_long, ctypes.c_int)
    arm(os.fsencode(below), os.fsencode(calls) if calls else None, fault.at, KINDS[fault.kind])
