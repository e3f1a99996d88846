"""The public names of the package: what is promised is there, and nothing is loaded before it is asked for."""

from __future__ import annotations

import subprocess
import sys

import pytest

import ledger


def test_every_public_name_is_there() -> None:
    assert sorted(ledger.__all__) == ledger.__all__
    assert all(getattr(ledger, name) is not None for name in ledger.__all__)


def test_the_list_of_public_names_and_their_homes_agree() -> None:
    assert set(ledger._HOME_OF) == set(ledger.__all__)


def test_another_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Manager'"):
        ledger.Manager  # noqa: B018 - the look-up itself is what is tested


def test_importing_an_error_loads_no_store() -> None:
    loaded = "import sys, ledger.errors; print('eventsourcing' in sys.modules, 'pydantic' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    assert answer.stdout.split() == ["False", "False"]
