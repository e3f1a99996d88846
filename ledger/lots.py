"""Lots: values taken some at a time, so that no more of them than that are in memory together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

_Value = TypeVar("_Value")


def lots(values: Iterable[_Value], size: int) -> Iterator[list[_Value]]:
    """Yield values in order, `size` at a time and at the end those that are left; nothing where there is none."""
    left = iter(values)
    while some := list(islice(left, size)):
        yield some
