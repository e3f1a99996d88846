"""Differences as sentences and tables, for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from commands.terminal.dates import in_words, under_dates
from commands.terminal.text import first_of
from commands.terminal.values import shown
from ledger.events.sentences import listed
from ledger.names import IN_DOUBT, LIFE
from ledger.plurals import counted
from ledger.timeline import BEGINS, ENDS, NOT_STATED, day_of
from projections.differences.explained import Difference
from projections.differences.plan import PlannedDifference
from projections.differences.sentences import bare, clauses, named, sentence, turn
from projections.differences.structures import AttributeChange


def difference_text(one: Difference, effective: str | None = None) -> str:
    """Return what a difference says: `cluster wellbeing, from 2026-04-01: title is Health, was Wellness`."""
    return _about(one.kind, one.id, effective) + sentence(one, _value, _begins, one.lives, one.undone)


def change_text(one: PlannedDifference | AttributeChange) -> str:
    """Return what a difference says that is not explained by lives: of a plan, or of a supposition."""
    return _about(one.kind, one.id, None) + sentence(one, _value, _begins)


def planned_text(differences: Iterable[PlannedDifference]) -> list[str]:
    """Return what differences of a plan say, below the dates from which they are so; a date that is moved, once.

    Of more than people read the first are told, and the rest is counted by kinds of things.
    """
    first = [one for one in differences if _is_first(one)]
    told = [(day_of(one.effective or NOT_STATED), _since(one), _told(one)) for one in first]
    told.sort(key=lambda line: line[:2])
    lines = list(dict.fromkeys((since, said) for _, since, said in told))
    shown = first_of(lines)
    rest = _rest(len(lines) - len(shown), first) if len(shown) < len(lines) else []
    return [*under_dates(shown), *rest]


def _rest(left: int, differences: Iterable[PlannedDifference]) -> list[str]:
    kinds = sorted(Counter(kind for kind, _ in {(one.kind, one.id) for one in differences}).items())
    things = listed(counted(number, kind) for kind, number in kinds)
    return [f"  And {counted(left, 'more difference')}; in all, of {things}. `--format json` tells each."]


def _is_first(one: PlannedDifference) -> bool:
    """Return whether a difference is told: of the two that a moved date makes, the earlier one."""
    if one.moved is None:
        return True
    return day_of(one.effective or NOT_STATED) == min(day_of(one.moved.was), day_of(one.moved.now))


def _since(one: PlannedDifference) -> str:
    if one.moved is not None:
        return f"From {in_words(one.moved.now)} instead of {in_words(one.moved.was)}"
    return f"From {in_words(one.effective or NOT_STATED)}"


def _told(one: PlannedDifference) -> str:
    if one.moved is None:
        return change_text(one)
    about, value = _about(one.kind, one.id, None), one.moved.value
    if one.attribute == LIFE:
        return about + {BEGINS: "begins", ENDS: "ends"}.get(value, "lives again")
    held = one.after if day_of(one.moved.now) < day_of(one.moved.was) else one.before
    return about + turn(one.attribute, None if held is not None else one.after, held, _value)


def _about(kind: str, id_: str, effective: str | None) -> str:
    return f"{kind} {id_}: " if not effective else f"{kind} {id_}, from {effective}: "


def _begins(said: str, values: Mapping[str, Any]) -> str:
    return said + _with_all(values)


def _after_title(name: str) -> bool:
    return name != "title"


def _with_all(values: Mapping[str, Any]) -> str:
    """Return what a thing begins with, its title first.

    What holds whole records (a measurement, an assessment) is counted only.
    """
    said = {name: values[name] for name in sorted(values, key=_after_title) if values[name] not in (None, (), [])}
    whole = [name for name, value in said.items() if _nests(value)]
    told = [_with(name, value) for name, value in said.items() if name not in whole]
    told += [f"and {len(whole)} more"] if whole else []
    return f" ({clauses(told)})" if told else ""


def _with(name: str, value: Any) -> str:
    if name == IN_DOUBT or name.startswith("leaders:"):
        return turn(name, None, value, _value)
    return named(name) if bare(value) else f"{named(name)} {_value(value)}"


def _nests(value: Any) -> bool:
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list | tuple) else ()
    return any(isinstance(one, Mapping | list | tuple) for one in inner)


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return shown(value) or "not described"
    return shown(value)
