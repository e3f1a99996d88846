"""Answers that are asked for in this process: a ledger and its views, open, and points of both times in them."""

from __future__ import annotations

from types import TracebackType
from typing import NamedTuple, Self

from benchmarks.session import Session
from ledger.application import Ledger
from ledger.timeline import day_of
from projections.views.read_model import Views


class At(NamedTuple):
    """A point of both times: a day, as known at a position."""

    day: int
    known: int


class Asked:
    """A government's ledger of so many events and its views, open for reading."""

    def __init__(self, session: Session, events: int) -> None:
        desk = session.desk(events)
        self.ledger = Ledger.open(desk.ledger, read_only=True)
        self.views = Views(self.ledger, desk.views)
        self.views.catch_up()
        self.events = self.ledger.head().position
        (self.file,) = desk.views.glob("*.views")
        self.middle = At(day_of("2013-01-01"), self.events * 3 // 4)  # half of the past, known when more had come
        self.head = At(day_of("2025-01-01"), self.events)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.views.close()
        self.ledger.close()
