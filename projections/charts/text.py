"""Text inside a picture: nothing harmful, as wide as its letters, broken or shortened to what there is room for."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from projections.html import clean

ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"

# Widths of the letters from space to ~ in thousandths of the size, as of Arial and of Liberation Sans.
_WIDTHS = (
    "278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 278 278 "
    "584 584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 611 722 667 944 "
    "667 667 611 278 278 278 469 556 333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 556 556 333 500 "
    "278 556 500 722 500 500 500 334 260 334 584"
)
_WIDTH = {chr(32 + place): int(width) / 1000 for place, width in enumerate(_WIDTHS.split())}
_WIDTH |= {ELLIPSIS: 1.0, "\N{MIDDLE DOT}": 0.333, "\N{EN DASH}": 0.556}
_OTHER, _WIDE, _BOLD = 0.61, 1.0, 1.07


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Return how many pixels `text` takes at a size; a little too much rather than too little."""
    return sum(map(_of, text)) * size * (_BOLD if bold else 1)


def is_measured(text: str) -> bool:
    """Return whether the width of every letter is known, and not only estimated."""
    return all(char in _WIDTH for char in text)


def _of(char: str) -> float:
    found = _WIDTH.get(char)
    if found is not None:
        return found
    if unicodedata.combining(char):
        return 0
    return _WIDE if unicodedata.east_asian_width(char) in "WF" else _OTHER


def short(text: str, room: float, size: float) -> str:
    """Return `text`, cut with an ellipsis where it is wider than `room` pixels."""
    line = clean(text)
    if width(line, size) <= room:
        return line
    while line and width(line + ELLIPSIS, size) > room:
        line = line[:-1]
    return line.rstrip() + ELLIPSIS


def wrapped(text: str, room: float, size: float, *, bold: bool = False) -> list[str]:
    """Return `text` in lines no wider than `room` pixels; a word that is too long for a line is broken."""
    lines: list[str] = []
    line = ""
    for word in clean(text).split(" "):
        longer = f"{line} {word}" if line else word
        if width(longer, size, bold=bold) <= room:
            line = longer
            continue
        if line:
            lines.append(line)
        line = word
        while width(line, size, bold=bold) > room and len(line) > 1:
            cut = next(n for n in range(len(line) - 1, 0, -1) if n == 1 or width(line[:n], size, bold=bold) <= room)
            lines.append(line[:cut])
            line = line[cut:]
    return [*lines, line] if line or not lines else lines


def labels(titles: Mapping[str, str], room: float, size: float) -> dict[str, str]:
    """Return a label of its own for each id: its title as far as there is room, and the id where two would be alike."""
    found = {id_: short(title or id_, room, size) for id_, title in titles.items()}
    seen: dict[str, int] = {}
    for label in found.values():
        seen[label] = seen.get(label, 0) + 1
    return {id_: label if seen[label] == 1 else _with_id(label, id_, room, size) for id_, label in found.items()}


def _with_id(label: str, id_: str, room: float, size: float) -> str:
    mark = f" ({id_})"
    left = room - width(mark, size)
    return (short(label.rstrip(ELLIPSIS), left, size) if left > 3 * size else "") + mark if left > 0 else id_
