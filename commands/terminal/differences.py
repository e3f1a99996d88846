"""Differences as sentences and tables, for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from commands.terminal.values import shown
from ledger.names import IN_DOUBT
from projections.differences.explained import Difference
from projections.differences.plan import PlannedDifference
from projections.differences.sentences import bare, named, sentence, turn
from projections.differences.structures import AttributeChange


def difference_text(one: Difference, effective: str | None = None) -> str:
    """Return what a difference says: `cluster wellbeing, from 2026-04-01: title is Health, was Wellness`."""
    return _about(one.kind, one.id, effective) + sentence(one, _value, _begins, one.lives, one.undone)


def change_text(one: PlannedDifference | AttributeChange) -> str:
    """Return what a difference says that is not explained by lives: of a plan, or of a supposition."""
    effective = one.effective if isinstance(one, PlannedDifference) else None
    return _about(one.kind, one.id, effective) + sentence(one, _value, _begins)


def _about(kind: str, id_: str, effective: str | None) -> str:
    return f"{kind} {id_}: " if not effective else f"{kind} {id_}, from {effective}: "


def _begins(said: str, values: Mapping[str, Any]) -> str:
    return said + _with_all(values)


def _with_all(values: Mapping[str, Any]) -> str:
    """Return what a thing begins with; what holds whole records (a measurement, an assessment) is counted only."""
    said = {name: value for name, value in values.items() if value not in (None, (), [])}
    whole = [name for name, value in said.items() if _nests(value)]
    told = [_with(name, value) for name, value in said.items() if name not in whole]
    told += [f"and {len(whole)} more"] if whole else []
    return f" ({'; '.join(told)})" if told else ""


def _with(name: str, value: Any) -> str:
    if name == IN_DOUBT or name.startswith("leaders:"):
        return turn(name, None, value, _value)
    return named(name) if bare(value) else f"{named(name)} {_value(value)}"


def _nests(value: Any) -> bool:
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list | tuple) else ()
    return any(isinstance(one, Mapping | list | tuple) for one in inner)


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {shown(one)}" for name, one in value.items()) or "not described"
    return shown(value)
