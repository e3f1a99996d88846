"""A log of any lines in memory, that can be asked what a ledger is asked when something is proven of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import SimpleNamespace
from typing import Any, cast

from ledger.application.reader import Reader
from ledger.integrity.tree import Frontier, leaf_hash, root_of


class PlainLog:
    """Lines, the nodes of the tree over them, and an origin; grows with `add`."""

    def __init__(self, lines: Iterable[bytes] = (), origin: str = "illyria.example") -> None:
        self.government = SimpleNamespace(origin=origin)
        self.location = "a log in memory"
        self.store: Any = self
        self.read: list[int] = []  # positions of the lines that were asked for
        self._lines: list[bytes] = []
        self._nodes: dict[tuple[int, int], bytes] = {}
        self._frontier = Frontier()
        self.add(lines)

    def add(self, lines: Iterable[bytes]) -> None:
        """Append lines."""
        for line in lines:
            leaf = len(self._lines)
            self._lines.append(line)
            for level, node in enumerate(self._frontier.append(leaf_hash(line))):
                self._nodes[level, leaf >> level] = node

    def as_reader(self) -> Reader:
        """This, as the type that is asked for: it answers what a proof needs, and nothing else."""
        return cast(Reader, self)

    def head(self) -> Any:
        """The last position."""
        return SimpleNamespace(position=len(self._lines))

    def lines(self, after: int = 0, upto: int | None = None) -> Iterator[bytes]:
        """The lines after < position <= upto."""
        for place in range(after, len(self._lines) if upto is None else upto):
            self.read.append(place + 1)
            yield self._lines[place]

    def need(self, position: int) -> Any:
        """The row at a position."""
        return SimpleNamespace(line=self._lines[position - 1])

    def read_node(self, level: int, index: int) -> bytes:
        """A complete node."""
        return self._nodes[level, index]

    def root(self, size: int | None = None) -> bytes:
        """The root of the first `size` lines."""
        return root_of(len(self._lines) if size is None else size, self.read_node)
