"""The place where tests find real registers and public test vectors, which are not part of this repository."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

VARIABLE = "CLUSTER_LEDGER_SHARED"
BESIDE_THE_CHECKOUT = Path(__file__).resolve().parents[3] / "shared"


def shared(path: str) -> Path:
    """The file or folder at `path`, relative to the folder of shared test data.

    That folder is named by $CLUSTER_LEDGER_SHARED, or else is `shared` beside the checkout.
    A test that asks for something absent is skipped, with the place that was looked at.
    """
    base = Path(os.environ.get(VARIABLE) or BESIDE_THE_CHECKOUT)
    found = base / path
    if not found.exists():
        pytest.skip(f"{found} is not here; set ${VARIABLE} to the folder that holds {path}")
    return found
