"""Values of an answer as people read them: in words where JSON has none, short where a table is narrow."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ledger.events.commitments import is_commitment
from ledger.lags import Lag
from projections.differences.sentences import days
from projections.withheld import WITHHELD, told


def shown(value: Any) -> str:
    """Return a value of an answer for people: absent ones empty, lists with commas, mappings as JSON."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str | int):
        return str(value)
    if isinstance(value, list | tuple) and all(isinstance(item, str | int) for item in value):
        return ", ".join(str(item) for item in value)
    if is_commitment(value):
        return WITHHELD
    return json.dumps(told(value), ensure_ascii=False, default=str)


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: `1 change`, `2,000 changes`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def dated(stated: str) -> str:
    """Return an effective date as stated, in words where it is not: `..` says nothing to an official."""
    return "not stated" if stated == ".." else stated


def days_of(lag: Lag | Mapping[str, int] | None) -> int | str | None:
    """Return a lag as a cell of a table; None where nothing is measured."""
    return None if lag is None else days(lag._asdict() if isinstance(lag, Lag) else lag)


def to_the_second(recorded_at: str) -> str:
    """Return a record time without its fraction, for tables."""
    return recorded_at[:19] + "Z"
