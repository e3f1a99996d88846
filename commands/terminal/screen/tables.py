"""Tables for a screen of so many columns: drawn with whole words, or told in blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from rich.box import SIMPLE
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from commands.terminal.screen.folding import folded
from projections.views.spool import Spool

RICH_ROWS = 300  # a table of more rows is printed plainly: drawing one of 5,000 takes seconds
WIDE = 100  # columns: on a narrower screen a table whose cells would wrap is told in blocks
_GAP = 2  # spaces between columns
Cells = Spool[tuple[str, ...]]


def blocks(heads: Sequence[str], rows: Iterable[Sequence[str]], width: int) -> Iterator[str]:
    """Yield each row as a block: a line for each column that is not empty, its head first, and a blank line."""
    first = max(map(len, heads)) + _GAP
    for row in rows:
        for head, text in zip(heads, row, strict=True):
            if text:
                inner = folded(text, max(width - first, 1)).split("\n")
                yield head.ljust(first) + ("\n" + " " * first).join(part.strip(" ") for part in inner) + "\n"
        yield "\n"


def table(heads: Sequence[str], rows: Cells, width: int) -> Iterator[str]:
    """Yield a table for a screen of `width` columns: as columns whose words are whole, else in blocks.

    The rows are read more than once. Below `WIDE` columns no cell wraps either.
    """
    gaps = _GAP * (len(heads) - 1)
    words = _widest(heads, rows, lambda text: max(map(cell_len, text.split(" "))))
    whole = _widest(heads, rows, cell_len)
    fits = sum(whole) + gaps <= width
    if not fits and (width < WIDE or sum(words) + gaps > width or len(rows) > RICH_ROWS):
        yield from blocks(heads, rows, width)
    elif len(rows) > RICH_ROWS:
        for row in (heads, *rows):
            padded = (text + " " * (most - cell_len(text)) for text, most in zip(row, whole, strict=True))
            yield "  ".join(padded).rstrip() + "\n"
    else:
        yield _drawn(heads, rows, _shared(words, whole, width - gaps), width)


def _widest(heads: Sequence[str], rows: Cells, measure: Callable[[str], int]) -> list[int]:
    """Return for each column the most that a head or cell of it measures."""
    most = [measure(head) for head in heads]
    for row in rows:
        most = [max(width, measure(text)) for width, text in zip(most, row, strict=True)]
    return most


def _shared(least: Sequence[int], most: Sequence[int], room: int) -> list[int]:
    """Return widths between `least` and `most` that share the room: a column more to the narrowest that wants it."""
    widths = list(least)
    for _ in range(room - sum(least)):
        wanting = [place for place, width in enumerate(widths) if width < most[place]]
        if not wanting:
            break
        widths[min(wanting, key=widths.__getitem__)] += 1
    return widths


def _drawn(heads: Sequence[str], rows: Cells, widths: Sequence[int], width: int) -> str:
    """Return a table as rich draws it, of columns so wide; colours follow NO_COLOR."""
    drawn = Table(box=SIMPLE, pad_edge=False, show_edge=False, padding=(0, _GAP - 1, 0, 0))
    for head, most in zip(heads, widths, strict=True):
        drawn.add_column(Text(head), width=most, overflow="fold")
    for row in rows:
        drawn.add_row(*(Text(text) for text in row))  # as Text, or "[red]" in a title would be markup
    console = Console(highlight=False, width=width)
    with console.capture() as capture:
        console.print(drawn)
    return capture.get()
