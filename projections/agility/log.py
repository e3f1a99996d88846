"""Events by position, with their decisions and the days of their record: four numbers each, so that many go in."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from typing import NamedTuple

OPENING = ("government.constituted", "register.taken-over")


class Said(NamedTuple):
    """An event as it was recorded."""

    position: int
    name: str  # its type without the number of the schema
    decision: int  # the position of its decision's first event
    recorded_day: int

    @property
    def opens_the_ledger(self) -> bool:
        """Whether it decides nothing and only makes the ledger, or ends the import that did."""
        return self.name in OPENING


class Log:
    """The events at the positions 1 to `len`, each with its type, its decision and the day of its record."""

    def __init__(self, events: Iterable[tuple[str, int, int]] = ()) -> None:
        """Take (type, first position of the decision, day of record) of each event in order of position."""
        self._names: list[str] = []
        self._kinds, self.decisions, self.days = array("H"), array("i"), array("i")  # of the event after each index
        numbers: dict[str, int] = {}
        for type_, decision, day in events:
            number = numbers.get(type_)
            if number is None:
                number = numbers[type_] = len(self._names)
                self._names.append(type_.partition("/")[0])
            self._kinds.append(number)
            self.decisions.append(decision)
            self.days.append(day)

    def __len__(self) -> int:
        return len(self.days)

    def __contains__(self, position: int) -> bool:
        return 0 < position <= len(self.days)

    def __getitem__(self, position: int) -> Said:
        """Return the event at a position; raises `KeyError` where there is none."""
        if position not in self:
            raise KeyError(position)
        place = position - 1
        return Said(position, self._names[self._kinds[place]], self.decisions[place], self.days[place])

    def name(self, position: int) -> str:
        """Return the type of an event without the number of the schema; empty for a position without one."""
        return self._names[self._kinds[position - 1]] if position in self else ""

    def of_names(self, names: Iterable[str]) -> Iterator[int]:
        """Yield the positions of the events of some types, in order."""
        wanted = {number for number, name in enumerate(self._names) if name in set(names)}
        return (position for position, number in enumerate(self._kinds, 1) if number in wanted)
