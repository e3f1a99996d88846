"""Text fit to be printed: nothing that users typed may steer a terminal or turn a line around."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeVar

# Control characters, line and paragraph separators, halves of characters, and the marks that reverse a line
# ("Trojan source"). Joiners and non-breaking spaces stay: scripts are written with them.
_HARMFUL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufff9-\ufffb]")
_HARMFUL_BUT_BREAKS = re.compile(_HARMFUL.pattern.replace("\x00-\x1f", "\x00-\x08\x0b-\x1f"))
_BREAKS = re.compile(r"[\t\r\n]+")
TOLD_WHOLE, TOLD_FIRST = 100, 20  # lines of one kind
_Line = TypeVar("_Line")
_FORMULA = ("=", "+", "-", "@", "'")


def first_of(lines: Sequence[_Line]) -> Sequence[_Line]:
    """Return what is told of many lines: all of a hundred, and of more the first twenty."""
    return lines if len(lines) <= TOLD_WHOLE else lines[:TOLD_FIRST]


def one_line(text: str) -> str:
    """Return `text` on one line: breaks and tabs become a space, what could do harm becomes U+FFFD."""
    return _HARMFUL.sub("\N{REPLACEMENT CHARACTER}", _BREAKS.sub(" ", text))


def lines(text: str) -> str:
    """Return `text` with its line breaks and tabs; what could do harm becomes U+FFFD."""
    return _HARMFUL_BUT_BREAKS.sub("\N{REPLACEMENT CHARACTER}", text)


def escaped(json_text: str) -> str:
    """Return JSON text with what could do harm written as its escape, which means the same."""
    return _HARMFUL_BUT_BREAKS.sub(lambda match: f"\\u{ord(match[0]):04x}", json_text)


def cell(text: str) -> str:
    """Return `text` as a cell of CSV, with an apostrophe before what a spreadsheet would take for a formula."""
    line = one_line(text)
    return f"'{line}" if line.startswith(_FORMULA) else line
