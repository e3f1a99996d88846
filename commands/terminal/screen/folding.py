"""Lines folded between words for a screen of so many columns."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rich.cells import cell_len

_PIECE = re.compile(" *[^ ]+")


def folded(text: str, width: int) -> str:
    """Return text whose lines are folded at spaces to `width` columns; a longer word stands alone, and whole.

    What follows of a line stands two columns further in than its beginning.
    """
    if max(map(len, text.split("\n"))) * 2 <= width:
        return text
    return "\n".join(part for line in text.split("\n") for part in _folded(line, width))


def _folded(line: str, width: int) -> Iterator[str]:
    if cell_len(line) <= width:
        yield line
        return
    inward = " " * min(len(line) - len(line.lstrip(" ")) + 2, width // 2)
    current = ""
    for piece in _PIECE.findall(line):
        if current.strip() and cell_len(current) + cell_len(piece) > width:
            yield current
            current = inward + piece.lstrip(" ")
        else:
            current += piece
    yield current
