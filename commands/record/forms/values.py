"""Values of several parts as a cell holds them: one a line, or with semicolons between them."""

from __future__ import annotations

import re
from typing import Any, get_origin

from commands.record.forms.columns import is_several, kind_of
from ledger.documents.strict_json import decode_json
from ledger.errors import InputError, harmless
from ledger.events.change import Change
from ledger.events.references import Money

_BETWEEN = re.compile(r"[;\n]")


def value_of(change: Any, text: str, column: str) -> Any:
    """Return the text of a cell as the field of a change (or the kind `tuple`) has it; raises `InputError`.

    A value of several parts that begins with `[` or `{` is JSON.
    """
    kind = kind_of(change, column) if isinstance(change, type) and issubclass(change, Change) else change
    if kind is not tuple and not is_several(kind):
        return text
    if text[:1] in ("[", "{"):
        return decode_json(text, "the JSON of the cell", 1)
    if kind is Money:
        parts = text.split()
        if len(parts) != 2:
            raise InputError('write an amount and a currency, such as "1500000 EUR".')
        return {"amount": parts[0], "currency": parts[1]}
    parts = [part for one in _BETWEEN.split(text) if (part := one.strip())]
    return parts if kind is tuple or get_origin(kind) is tuple else _pairs(parts)


def _pairs(parts: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in parts:
        name, equals, value = part.partition("=")
        if not equals or not name.strip():
            raise InputError(f'"{harmless(part)}" has no "=": write NAME=VALUE.')
        if name.strip() in found:
            raise InputError(f'"{harmless(name.strip())}" is given twice; keep one.')
        found[name.strip()] = value.strip()
    return found
