"""A server of the explorer as a process of its own, at a free port of this machine."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from support.command_line import ROOT
from support.demonstrations import demonstration


class Served(NamedTuple):
    """Where a server answers, without a slash at the end, and the token for who records there; empty without."""

    url: str
    token: str


@contextmanager
def served(ledger: Path | str, *options: str) -> Iterator[Served]:
    """Serve a ledger until the block ends; `options` are those of `serve`."""
    program = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from commands.main import main; main()"
    asked = ["--ledger", str(ledger), "serve", "--listen", "127.0.0.1:0", *options]
    with subprocess.Popen([sys.executable, "-c", program, *asked], stderr=subprocess.PIPE, text=True) as process:
        try:
            yield _told(process)
        finally:
            process.kill()


@contextmanager
def served_demonstration(folder: Path) -> Iterator[Served]:
    """Serve the demonstration, which is made in a folder, for people who look and record, until the block ends."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("VIEWS", "STATE", "DRAFTS"):
            patch.setenv(f"CLUSTER_LEDGER_{name}", str(folder / name.lower()))
        demonstration(folder / "illyria.ledger").close()
        with served(folder / "illyria.ledger", "--record", "--recorder", "Registry") as found:
            yield found


def _told(process: subprocess.Popen[str]) -> Served:
    assert process.stderr is not None
    said = ""
    for line in process.stderr:
        said += line
        if found := re.search(r"Look at (http://\S+?)/ ", line):
            token = re.search(r"with the token (\S+)", said)
            return Served(found[1], token[1] if token else "")
    raise AssertionError(f"The server does not answer: {said}")
