"""Fixtures that several test files share."""

from __future__ import annotations

import os
import shutil
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp

import pytest
from support import examples as campaign  # noqa: F401 - it loads the profile of property tests before they are read
from support.command_line import bare, desk, full
from support.servers import FIRST, RUN, stop_server

__all__ = ["bare", "desk", "full", "own_state"]

if RUN not in os.environ:  # this process is the first of its run: those that share its work are told of the folder
    os.environ[RUN] = mkdtemp(prefix="pg-")
    os.environ[FIRST] = str(os.getpid())
    _is_first = True
else:
    _is_first = False

_states, _numbers = TemporaryDirectory(prefix="cluster-ledger-states-"), count(1)
os.environ["CLUSTER_LEDGER_STATE"] = str(Path(_states.name, "0"))  # of what several tests share


@pytest.fixture(autouse=True)
def own_state(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing that a test sees be known to another, nor to whoever runs the tests."""
    monkeypatch.setenv("CLUSTER_LEDGER_STATE", str(Path(_states.name, str(next(_numbers)))))


def pytest_unconfigure() -> None:
    """Stop the server that a test of this run may have started."""
    if _is_first:
        stop_server()
        shutil.rmtree(os.environ[RUN], ignore_errors=True)
