"""The drawing of a chart: SVG in a frame with title, context and description; PNG and HTML of that, byte for byte."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import NamedTuple

from ledger.plurals import counted
from projections.charts.chart import Chart, Spec, context_lines
from projections.charts.library import rastered, vega
from projections.charts.style import FONT, INK, LEAD, PAPER, SMALL, SOFT, TITLE
from projections.charts.text import is_measured, wrapped
from projections.charts.text import width as width_of
from projections.html import LOOK, escaped, page, table

WIDTH_MIN = 480  # pixels: that of a phone, where letters are as large as they are drawn
MARGIN, GAP, LINE = 12, 12, 1.35
PNG_PIXELS_MAX, PNG_SCALE = 60_000_000, 2.0

_SIZE = re.compile(r'<svg\b[^>]*?\bwidth="([\d.]+)"[^>]*?\bheight="([\d.]+)"')
_OPENING = re.compile(r"<svg\b[^>]*>")
_ID = re.compile(r'\bid="([^"]+)"')
_WORDS = re.compile(r"<text([^>]*)>([^<]+)</text>")
_FONT_SIZE = re.compile(r'font-size="([\d.]+)(?:px)?"')
_FITTED = re.compile(r' textLength="[\d.]+" lengthAdjust="spacingAndGlyphs"')
_REFERENCE = re.compile(r'url\(#([^)]+)\)|(href=")#([^"]+)"')


class _Lines(NamedTuple):
    """Lines of text of one size and colour."""

    lines: list[str]
    size: int
    colour: str
    bold: bool = False

    @property
    def height(self) -> float:
        return len(self.lines) * self.size * LINE

    def drawn(self, top: float) -> str:
        weight = ' font-weight="bold"' if self.bold else ""
        return "".join(
            f'<text x="{MARGIN}" y="{_n(top + self.size + place * self.size * LINE)}" font-size="{self.size}" '
            f'fill="{self.colour}"{weight}>{escaped(line)}</text>'
            for place, line in enumerate(self.lines)
        )


def svg(chart: Chart, *, name: str = "", framed: bool = True, draw: Callable[[Spec], str] = vega) -> str:
    """Return a chart as SVG, described in words inside; raises `MissingExtra` without the library that draws.

    `name` begins its ids in place of the chart's own name. Without its frame it has no title, reading help and
    context to be seen: what it stands in shows them. `draw` draws a specification.
    """
    name = name or chart.name
    body = picture(chart, name, draw)
    inner_width, inner_height = size_of(body) if body else (0.0, 0.0)
    if not framed:
        return _described(chart, name, (inner_width, inner_height), _placed(body, 0, 0), chart.alt)
    width = max(WIDTH_MIN, inner_width + 2 * MARGIN)
    room = width - 2 * MARGIN
    title = _Lines(wrapped(chart.title, room, TITLE, bold=True), TITLE, INK, bold=True)
    lead = _Lines(wrapped(chart.lead if body else chart.alt, room, LEAD), LEAD, SOFT if body else INK)
    foot = _Lines([line for one in context_lines(chart.context) for line in wrapped(one, room, SMALL)], SMALL, SOFT)
    below_title = MARGIN + title.height + 4
    below_lead = below_title + lead.height + GAP
    below_picture = below_lead + inner_height + GAP
    words = f"{title.drawn(MARGIN)}{lead.drawn(below_title)}"
    drawn = f"{words}{_placed(body, MARGIN, below_lead)}{foot.drawn(below_picture)}"
    said = " ".join([chart.alt, *context_lines(chart.context)])
    return _described(chart, name, (width, below_picture + foot.height + MARGIN), drawn, said)


def _described(chart: Chart, name: str, size: tuple[float, float], drawn: str, said: str) -> str:
    width, height = size
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="{_n(width)}" '
        f'height="{_n(height)}" viewBox="0 0 {_n(width)} {_n(height)}" font-family="{FONT}" role="img" '
        f'aria-labelledby="{name}-title {name}-desc">'
        f'<title id="{name}-title">{escaped(chart.title)}</title>'
        f'<desc id="{name}-desc">{escaped(said)}</desc>'
        f'<rect width="100%" height="100%" fill="{PAPER}"/>{fitted(drawn)}</svg>\n'
    )


def picture(chart: Chart, name: str, draw: Callable[[Spec], str] = vega) -> str:
    """Return the picture alone, as SVG whose ids begin with a name; empty where there is nothing to be drawn."""
    if chart.spec is None:
        return chart.svg or ""
    return renumbered(draw(chart.spec), name)


def renumbered(text: str, prefix: str) -> str:
    """Return SVG whose ids count from 1 behind a prefix: those of the library go on counting from chart to chart."""
    names: dict[str, str] = {}
    for id_ in _ID.findall(text):
        names.setdefault(id_, f"{prefix}-{len(names) + 1}")

    def renamed(match: re.Match[str]) -> str:
        if match[1] is not None:
            return f"url(#{names.get(match[1], match[1])})"
        return f'{match[2]}#{names.get(match[3], match[3])}"'

    return _REFERENCE.sub(renamed, _ID.sub(lambda match: f'id="{names[match[1]]}"', text))


def fitted(text: str) -> str:
    """Return SVG whose words take the room that they were measured to take, in whatever letters a reader has.

    Words that are not in plain Latin letters are left as they are: their width is only estimated.
    """

    def stretched(match: re.Match[str]) -> str:
        words, size = unescape(match[2]), _FONT_SIZE.search(match[1])
        if size is None or not is_measured(words) or len(words) < 2:
            return match[0]
        room = width_of(words, float(size[1]), bold='font-weight="bold"' in match[1])
        return f'<text{match[1]} textLength="{_n(room)}" lengthAdjust="spacingAndGlyphs">{match[2]}</text>'

    return _WORDS.sub(stretched, text)


def unfitted(text: str) -> str:
    """Return SVG whose words take the room that their letters need."""
    return _FITTED.sub("", text)


def size_of(text: str) -> tuple[float, float]:
    """Return the width and height of an SVG in pixels."""
    size = _SIZE.search(text)
    assert size is not None  # everything that is drawn here says its size
    return float(size[1]), float(size[2])


def _placed(body: str, left: float, top: float) -> str:
    if not body:
        return ""
    width, height = size_of(body)
    opening = (
        f'<svg x="{_n(left)}" y="{_n(top)}" width="{_n(width)}" height="{_n(height)}" '
        f'viewBox="0 0 {_n(width)} {_n(height)}" aria-hidden="true" overflow="visible">'
    )
    return _OPENING.sub(lambda _: opening, body, count=1)


def png(chart: Chart) -> bytes:
    """Return a chart as PNG: at twice its size, at less where it is very large."""
    text = svg(chart)
    width, height = size_of(text)
    scale = min(PNG_SCALE, (PNG_PIXELS_MAX / (width * height)) ** 0.5)
    return rastered(text, round(scale, 3))


def html(chart: Chart) -> str:
    """Return a chart as a page of its own, which loads nothing: the picture, what is to be seen, and its numbers."""
    context = "<br>".join(escaped(line) for line in context_lines(chart.context))
    picture = f"<figure>{svg(chart)}<figcaption>{escaped(chart.alt)}</figcaption></figure>"
    body = f"<main><h1>{escaped(chart.title)}</h1>\n{picture}\n{_numbers(chart)}<footer>{context}</footer></main>"
    return page(chart.title, LOOK, body)


def _numbers(chart: Chart) -> str:
    if not chart.rows:
        return ""
    summary = f"<summary>What is drawn, as a table of {counted(len(chart.rows), 'row')}</summary>"
    return f"<details>{summary}\n{table(chart.heads, chart.rows)}</details>\n"


def _n(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")
