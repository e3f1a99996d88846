"""A bar at a terminal for what takes long; nothing elsewhere, nor for what is quick."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

LONG = 5_000  # events that take long enough to be told about


@contextmanager
def bar(first: int, last: int, label: str) -> Iterator[Callable[[int], None] | None]:
    """Give what to call with the place reached between `first` and `last`; None where no bar is drawn."""
    if last - first < LONG or not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=last - first, label=label, file=sys.stderr) as drawn:
        yield lambda place: drawn.update(place - first - drawn.pos)
