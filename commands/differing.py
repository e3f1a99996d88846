"""One difference as a sentence, for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from commands.text import shown
from ledger.state.effects import LIFE


def difference_text(difference: Mapping[str, Any]) -> str:
    """Return what a difference says: `cluster wellbeing, from 2026-04-01: title is Health, was Wellness`."""
    what = f"{difference['kind']} {difference['id']}"
    if difference.get("effective"):
        what += f", from {difference['effective']}"
    return f"{what}: {_turn(difference)}"


def _turn(difference: Mapping[str, Any]) -> str:
    attribute, before, after = (difference[name] for name in ("attribute", "before", "after"))
    if attribute == LIFE:
        said = {name: value for name, value in (after or {}).items() if value not in (None, (), [])}
        told = "; ".join(f"{_name(name)} {_value(value)}" for name, value in said.items())
        return (f"begins ({told})" if told else "begins") if after is not None else "ends"
    if before is None:
        return f"{_name(attribute)} is {_value(after)}"
    if after is None:
        return f"{_name(attribute)} is no longer {_value(before)}"
    return f"{_name(attribute)} is {_value(after)}, was {_value(before)}"


def _name(attribute: str) -> str:
    name, colon, key = attribute.partition(":")
    return f"{name.replace('_', ' ')} {key}" if colon else name.replace("_", " ")


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {shown(one)}" for name, one in value.items()) or "so"
    return "so" if value is True else shown(value)
