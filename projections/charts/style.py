"""The style of all charts: one letter, few tones that differ in grey too, and days as they are in every time zone."""

from __future__ import annotations

from datetime import date
from typing import Any

from ledger.timeline import FOREVER, UNSTATED

# The drawing library brings Liberation Sans along, so that a picture is the same on every machine; where a browser
# shows the SVG, Arial has the same widths.
FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
LABEL, SMALL, LEAD, TITLE = 11, 10, 12, 16  # sizes in pixels

INK, SOFT, LINE, PAPER = "#1c1c1c", "#5a5a5a", "#d9d9d9", "#ffffff"
DARK, MIDDLE, LIGHT = "#123f63", "#5f93bd", "#c9dcea"  # of one hue: in grey they stay apart
_EPOCH = date(1970, 1, 1).toordinal()
ALERT = "#a63603"  # never the only sign of anything

CONFIG: dict[str, Any] = {
    "aria": False,  # described as a whole instead; its labels would tell the days of whichever time zone draws them
    "background": PAPER,
    "font": FONT,
    "padding": 4,
    "view": {"stroke": None},
    "axis": {
        "labelColor": INK,
        "titleColor": SOFT,
        "titleFontWeight": "normal",
        "labelFontSize": LABEL,
        "titleFontSize": LABEL,
        "labelLimit": 0,
        "gridColor": LINE,
        "domainColor": SOFT,
        "tickColor": SOFT,
    },
    "legend": {"labelColor": INK, "titleColor": SOFT, "titleFontWeight": "normal", "labelFontSize": LABEL},
    "title": {"fontSize": LEAD, "fontWeight": "bold", "color": INK, "anchor": "start", "limit": 0},
}


def instant(day: float) -> int:
    """Return a day as a number of milliseconds, which no time zone can move; the first that there is for `..`."""
    return round((min(max(day, UNSTATED + 1), FOREVER - 1) - _EPOCH) * 86_400_000)


def data(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return rows as the data of a layer."""
    return {"values": rows}


def time_scale(first: int, last: int) -> dict[str, Any]:
    """Return the scale from one day to another, in no time zone."""
    low, high = (date.fromordinal(min(max(day, 1), FOREVER - 1)) for day in (first, max(last, first + 1)))
    ends = [{"year": one.year, "month": one.month, "date": one.day, "utc": True} for one in (low, high)]
    return {"type": "utc", "domain": ends, "nice": False}


def time_axis(first: int, last: int, **more: Any) -> dict[str, Any]:
    """Return the axis from one day to another, marked by years, months or days as its length asks for."""
    days = last - first
    form = "%Y" if days > 4 * 366 else "%b %Y" if days > 100 else "%d %b %Y"
    written = f"utcFormat(datum.value, '{form}')"
    return {
        "title": None,
        "labelExpr": written,
        "tickCount": 8,
        "labelOverlap": True,
        "labelSeparation": 8,
        "labelFlush": False,
        **more,
    }
