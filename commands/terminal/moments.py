"""Dates and moments as they are typed: what is none is an error of usage, before anything is opened for it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from commands.terminal.streams import elsewhere

_PLACE = re.compile(r"p(0|[1-9]\d{0,17})", re.ASCII)

if TYPE_CHECKING:
    _Type = click.ParamType[str]
else:
    _Type = click.ParamType  # older ones are not generic


class Readable(_Type):
    """A text that `check` must be able to read; it is passed on as it was typed."""

    def __init__(self, name: str, check: Callable[[str], object]) -> None:
        """Take a function that raises `InputError` for what it cannot read."""
        self.name, self.check = name, check

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return `value`; raises `click.BadParameter`, in the words of the `InputError` that `check` raises."""
        from ledger.errors import InputError

        try:
            self.check(value)
        except InputError as error:
            self.fail(str(error), param, ctx)
        return str(value)


class KnownMoment(Readable):
    """A state of knowledge: what `check` can read, or the file of a checkpoint, which stands for its size and root."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return `value`, or `p120=sha256:HEX` for a checkpoint of 120 events; raises `click.BadParameter`."""
        from pathlib import Path

        from ledger.errors import LedgerError

        text, at, file = ("", "", str(value)) if self.name == "when" else str(value).partition("@")
        try:
            if elsewhere(ctx) or not file or not Path(file).is_file() or self._is_moment(file):
                return super().convert(value, param, ctx)
            from ledger.integrity.tree import format_root
            from ledger.proving.files import read_checkpoint

            checkpoint = read_checkpoint(file).checkpoint
        except (LedgerError, OSError, ValueError) as error:
            self.fail(str(error), param, ctx)
        return super().convert(f"{text}{at}p{checkpoint.size}={format_root(checkpoint.root)}", param, ctx)

    @staticmethod
    def _is_moment(text: str) -> bool:
        from ledger.errors import InputError

        try:
            _when(text)
        except InputError:
            return False
        return True


def _date(text: str) -> None:
    from ledger.timeline import first_day_of

    first_day_of(text)


def _stated(text: str) -> None:
    from projections.agility.windows import first_day

    first_day(text)


def _decided(text: str) -> None:
    from ledger.timeline import day_of

    day_of(text)


def _moment(text: str) -> None:
    if "T" not in text:
        return _stated(text)
    from ledger.application.moments import need_when

    return need_when(text)


def _when(text: str) -> None:
    from ledger.application.moments import need_when

    need_when(text)


def _instant(text: str) -> None:
    from ledger.application.moments import need_instant

    need_instant(text)


def _point(text: str) -> None:
    day, at, known = text.partition("@")
    if day:
        _date(day)
    if at:
        _when(known)


def _position(text: str) -> None:
    if _PLACE.fullmatch(text) is None:
        from ledger.errors import InputError, harmless

        raise InputError(f'"{harmless(text)}" is no position. Write p120.')


def _structure(text: str) -> None:
    if text not in ("then", "now"):
        _date(text)


DATE = Readable("date", _date)
STATED_DATE = Readable("date", _stated)  # one that is known: not ..
DECIDED_DATE = Readable("date", _decided)  # one that a decision states: one of several days, too
MOMENT = Readable("moment", _moment)  # a day that is known, or an instant
INSTANT = Readable("instant", _instant)  # a state of knowledge of any ledger: no position
WHEN = KnownMoment("when", _when)
POINT = KnownMoment("point", _point)  # DATE, or DATE@WHEN
POSITION = Readable("position", _position)  # p120
STRUCTURE = Readable("structure", _structure)  # then, now, or DATE
