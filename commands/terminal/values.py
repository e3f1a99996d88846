"""Values of an answer as people read them: in words where JSON has none, short where a table is narrow."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ledger.events.commitments import is_commitment
from ledger.lags import Lag
from projections.differences.sentences import clauses, days
from projections.withheld import WITHHELD, told

_MONEY, _TITLED, _KEY = {"amount", "currency"}, {"title"}, {"type", "key"}
_WHOLE = (_MONEY, _TITLED, _KEY)  # keys of what is told without their names


def in_cell(value: Any) -> str:
    """Return a value of an answer for a cell of CSV: absent ones empty, lists with commas, mappings as JSON."""
    if _is_plain(value) or is_commitment(value) or (isinstance(value, list | tuple) and all(map(_is_plain, value))):
        return shown(value)
    return json.dumps(told(value), ensure_ascii=False, default=str)


def shown(value: Any) -> str:
    """Return a value of an answer for people: absent ones empty, lists with commas, what has parts part by part.

    >>> shown({"grade": "at risk", "evidence": [{"title": "Survey"}], "outlook": {"text": "Rain.", "by": "2027"}})
    'grade at risk, evidence Survey, outlook (text: Rain, by: 2027)'
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if is_commitment(value):
        return WITHHELD
    if isinstance(value, Mapping):
        return _parts(value, " ")
    if isinstance(value, list | tuple):
        return (", " if all(map(_is_plain, value)) else "; ").join(map(shown, value))
    return str(value)


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, str | int)


def _parts(value: Mapping[str, Any], after_name: str) -> str:
    """Return the parts of a value by name; what has parts itself stands in brackets."""
    if set(value) == _MONEY:
        return f"{value['amount']} {value['currency']}"
    if set(value) == _TITLED:
        return shown(value["title"])
    if set(value) == _KEY:  # of the ledger: its bytes tell people nothing
        return shown(value["type"])
    said = {
        name: f" ({_parts(one, ': ')})" if _has_names(one) else f"{after_name}{shown(one)}"
        for name, one in value.items()
        if one not in (None, "", [], (), {})
    }
    return clauses((f"{name.replace('_', ' ')}{text}" for name, text in said.items()), ", ")


def _has_names(value: Any) -> bool:
    """Return whether what a value says names its parts; of a commitment, a sum or a title it does not."""
    return isinstance(value, Mapping) and not is_commitment(value) and set(value) not in _WHOLE


def dated(stated: str) -> str:
    """Return an effective date as stated, in words where it is not: `..` says nothing to an official."""
    return "not stated" if stated == ".." else stated


def days_of(lag: Lag | Mapping[str, int] | None) -> int | str | None:
    """Return a lag as a cell of a table; None where nothing is measured."""
    return None if lag is None else days(lag._asdict() if isinstance(lag, Lag) else lag)


def to_the_second(recorded_at: str) -> str:
    """Return a record time without its fraction, for tables."""
    return recorded_at[:19] + "Z"
