"""One difference as a sentence, for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from commands.text import shown
from ledger.state.effects import IN_DOUBT, LIFE
from projections.worded import bare, ends, named, turn


def difference_text(difference: Mapping[str, Any]) -> str:
    """Return what a difference says: `cluster wellbeing, from 2026-04-01: title is Health, was Wellness`."""
    what = f"{difference['kind']} {difference['id']}"
    if difference.get("effective"):
        what += f", from {difference['effective']}"
    return f"{what}: {_turn(difference)}"


def _turn(difference: Mapping[str, Any]) -> str:
    attribute, before, after = (difference[name] for name in ("attribute", "before", "after"))
    if attribute == LIFE:
        return ends(before) if after is None else _begins(after)
    return turn(attribute, before, after, _value)


def _begins(values: Mapping[str, Any]) -> str:
    """Return what a thing begins with; what holds whole records (a measurement, an assessment) is counted only."""
    said = {name: value for name, value in values.items() if value not in (None, (), [])}
    whole = [name for name, value in said.items() if _nests(value)]
    told = [_with(name, value) for name, value in said.items() if name not in whole]
    told += [f"and {len(whole)} more"] if whole else []
    return f"begins ({'; '.join(told)})" if told else "begins"


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
