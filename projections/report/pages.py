"""A report as one HTML page that loads nothing and runs nothing, written part by part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from projections import html
from projections.charts.apart import DrawnApart
from projections.charts.drawing import svg
from projections.html import CLOSING, READ, escaped
from projections.report.document import Block, Bullets, Card, Heading, Paragraph, Picture, Report, ReportTable, Section


def page(report: Report) -> str:
    """Return a report as HTML: every text in it is escaped, and the same report gives the same page."""
    return "".join(parts(report))


def parts(report: Report) -> Iterator[str]:
    """Yield the page of a report from its beginning to its end, each part when it is asked for.

    The summary stands before the list of contents: it is what everybody reads.
    """
    yield html.opening(report.title, READ)
    about = "".join(f"<p>{escaped(line)}</p>" for line in report.about)
    yield (
        f'<header><h1>{escaped(report.title)}</h1><p class="sub">{escaped(report.subtitle)}</p>'
        f'<div class="about">{about}</div></header>\n<main>\n'
    )
    for number, section in enumerate(report.sections, 1):
        yield from _section(number, section)
        if number == 1:
            yield _contents(report.sections)
    yield f"</main>{CLOSING}"


def _contents(sections: Sequence[Section]) -> str:
    links = "".join(
        f'<li><a href="#section-{number}">{escaped(one.title)}</a></li>' for number, one in enumerate(sections, 1)
    )
    return f'<nav aria-label="Contents"><h2>Contents</h2><ol>{links}</ol></nav>\n'


def _section(number: int, section: Section) -> Iterator[str]:
    yield f'<section id="section-{number}"><h2>{number}. {escaped(section.title)}</h2>\n'
    with DrawnApart() as drawn:
        for place, one in enumerate(section.blocks):
            yield from _block(number, place, one, drawn)
            yield "\n"
    yield "</section>\n"


def _block(number: int, place: int, block: Block, drawn: DrawnApart) -> Iterator[str]:
    match block:
        case Heading(text):
            yield f"<h3>{escaped(text)}</h3>"
        case Paragraph(text, strong):
            yield f"<p><strong>{escaped(text)}</strong></p>" if strong else f"<p>{escaped(text)}</p>"
        case Bullets(items):
            yield f"<ul>{''.join(f'<li>{escaped(item)}</li>' for item in items)}</ul>"
        case Card(title, facts):
            yield f"<article><h4>{escaped(title)}</h4><dl>{''.join(_facts(facts))}</dl></article>"
        case ReportTable(caption, heads, rows, widths):
            yield '<div class="wide">'
            yield from html.table_parts(heads, rows, caption=caption, shares=widths)
            yield "</div>"
        case Picture(chart):
            own = f"s{number}-{place}-{chart.name}"  # two charts of one kind on a page have ids of their own
            drawing = svg(chart, name=own, framed=False, draw=drawn.vega)
            yield (
                f"<figure><h3>{escaped(chart.title)}</h3>{drawing}<figcaption>{escaped(chart.alt)}</figcaption></figure>"
            )


def _facts(facts: Iterable[tuple[str, Sequence[str]]]) -> Iterator[str]:
    for label, lines in facts:
        yield f"<dt>{escaped(label)}</dt>{''.join(f'<dd>{escaped(line)}</dd>' for line in lines)}"
