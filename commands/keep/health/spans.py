"""Spans of time as they are typed: 90m, 12h, 1d, 2w."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    _Type = click.ParamType[timedelta]
else:
    _Type = click.ParamType  # older ones are not generic
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_SPAN = re.compile(r"([1-9]\d{0,4})([mhdw])", re.ASCII)


class TypedSpan(_Type):
    """A number of minutes, hours, days or weeks."""

    name = "span"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Return the span that a text is; fails for any other."""
        if isinstance(value, timedelta):
            return value
        found = _SPAN.fullmatch(str(value))
        if found is None:
            self.fail("Give a number of minutes, hours, days or weeks, such as 90m, 12h, 1d or 2w.", param, ctx)
        return timedelta(**{_UNITS[found[2]]: int(found[1])})
