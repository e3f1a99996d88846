"""Decision documents written as YAML, as people write them: every scalar reads back as the text that it is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

# What no reader takes for anything but text or a date: it begins with a letter or is a date, and ": ", " #" and
# quotes cannot stand in it. Words that some readers take for truth values or nothing are quoted.
_PLAIN = re.compile(r"[A-Za-z](?:[\w./()@+,;-]| (?=[\w(])|:(?=[\w/]))*|\d{4}-\d\d(?:-\d\d)?", re.ASCII)
_SPECIAL = re.compile(r"y|n|yes|no|on|off|true|false|null", re.IGNORECASE)


def as_yaml(document: Mapping[str, Any]) -> str:
    """Return a document (text, truth values, whole numbers, lists, mappings) as block YAML; empty ones as `{}`, `[]`.

    `read_documents` reads it back as the same fields, with numbers and truth values as text.
    """
    return "".join(f"{line}\n" for line in _mapping(document)) or "{}\n"


def _mapping(fields: Mapping[str, Any]) -> Iterator[str]:
    for name, value in fields.items():
        inner = list(_block(value))
        if inner:
            yield f"{_scalar(name)}:"
            yield from (f"  {line}" for line in inner)
        else:
            yield f"{_scalar(name)}: {_scalar(value)}"


def _block(value: Any) -> Iterator[str]:
    """Yield the lines of a list or mapping that holds something; none for what stands on one line."""
    if isinstance(value, Mapping):
        yield from _mapping(value)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for item in value:
            first, *others = list(_block(item)) or [_scalar(item)]
            yield f"- {first}"
            yield from (f"  {line}" for line in others)


def _scalar(value: Any) -> str:
    if isinstance(value, str) and _PLAIN.fullmatch(value) and not _SPECIAL.fullmatch(value):
        return value
    if isinstance(value, str):
        return "".join(char if char.isprintable() else _escape(char) for char in json.dumps(value, ensure_ascii=False))
    return json.dumps(value)


def _escape(char: str) -> str:
    """Return a character as YAML 1.1 and 1.2 (5.7) escape it; JSON has no escape for those beyond U+FFFF."""
    return f"\\u{ord(char):04x}" if ord(char) <= 0xFFFF else f"\\U{ord(char):08x}"
