"""Differences as sentences and tables, for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from commands.terminal.values import shown
from ledger.names import IN_DOUBT, LIFE
from projections.differences.lives import KnownLife, Undone, in_words, life_in_words
from projections.differences.sentences import bare, ends, named, turn
from projections.differences.structures import LIVES


def difference_text(difference: Mapping[str, Any]) -> str:
    """Return what a difference says: `cluster wellbeing, from 2026-04-01: title is Health, was Wellness`."""
    what = f"{difference['kind']} {difference['id']}"
    if difference.get("effective"):
        what += f", from {difference['effective']}"
    return f"{what}: {_turn(difference)}"


def _turn(difference: Mapping[str, Any]) -> str:
    attribute, before, after = (difference[name] for name in ("attribute", "before", "after"))
    if attribute == LIVES:
        return f"lives: {_lived(after)} (were: {_lived(before)})"
    if attribute == LIFE:
        said = _life(difference)
        if after is None:
            return ends(before) if said == "ends" else said
        return said if difference.get("undone") else said + _with_all(after)
    return turn(attribute, before, after, _value)


def _life(difference: Mapping[str, Any]) -> str:
    """Return how a thing came to live, or to live no longer."""
    told, undone = difference.get("lives") or {"before": [], "after": []}, difference.get("undone")
    before, now = ([KnownLife(one["from"], one["until"], 0, 0) for one in told[name]] for name in ("before", "after"))
    return life_in_words(before, now, undone and Undone(**undone), ends=difference["after"] is None)


def _lived(found: Sequence[Mapping[str, str | None]]) -> str:
    return in_words([KnownLife(one["from"] or "", one["until"], 0, 0) for one in found])


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
