"""A decision and what it leads to: what the rules that hold a decision look at."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from ledger.state.record import Fact
from ledger.state.state import State


class Proposal(NamedTuple):
    """The states before and after, what came between, and the settings in force."""

    before: State
    after: State
    facts: Sequence[Fact]
    touched: Collection[tuple[str, str]]  # attributes of things, in the order in which they were touched
    settings: Mapping[str, int]
