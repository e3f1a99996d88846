"""Fixtures that several test files share."""

from __future__ import annotations

import os
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from support import examples as campaign  # noqa: F401 - it loads the profile of property tests before they are read
from support.command_line import bare, desk

__all__ = ["bare", "desk", "own_state"]

_states, _numbers = TemporaryDirectory(prefix="cluster-ledger-states-"), count(1)
os.environ["CLUSTER_LEDGER_STATE"] = str(Path(_states.name, "0"))  # of what several tests share


@pytest.fixture(autouse=True)
def own_state(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing that a test sees be known to another, nor to whoever runs the tests."""
    monkeypatch.setenv("CLUSTER_LEDGER_STATE", str(Path(_states.name, str(next(_numbers)))))
