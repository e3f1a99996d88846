"""Lines folded between words for a screen of so many columns."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator

from rich.cells import cell_len

_PIECE = re.compile(" *[^ ]+")
_STYLE = re.compile(r"\x1b\[[0-9;]*m")  # what a table draws bold with; no text of a ledger brings an ESC this far


def screen_columns() -> int:
    """Return how wide the terminal is."""
    return shutil.get_terminal_size().columns


def folded(text: str, width: int) -> str:
    """Return text whose lines are folded at spaces to `width` columns; a longer word stands alone, and whole.

    What follows of a line stands two columns further in than its beginning; of a comment it is one too.
    """
    if max(map(len, text.split("\n"))) * 2 <= width:
        return text
    return "\n".join(part for line in text.split("\n") for part in _folded(line, width))


def _folded(line: str, width: int) -> Iterator[str]:
    if _seen(line) <= width:
        yield line
        return
    begin = "#" if line.startswith("# ") else ""
    inner = line.removeprefix(begin)
    inward = begin + " " * min(len(inner) - len(inner.lstrip(" ")) + 2, width // 2)
    current = ""
    for piece in _PIECE.findall(line):
        if current.strip() and _seen(current) + _seen(piece) > width:
            yield current
            current = inward + piece.lstrip(" ")
        else:
            current += piece
    yield current


def _seen(text: str) -> int:
    """Return how many columns text takes; what makes it bold takes none."""
    return cell_len(_STYLE.sub("", text))
