"""A report as one HTML page that loads nothing and runs nothing."""

from __future__ import annotations

from projections import html
from projections.charts.drawing import svg
from projections.html import READ, escaped
from projections.report.document import Block, Bullets, Heading, Paragraph, Picture, Report, ReportTable, Section


def page(report: Report) -> str:
    """Return a report as HTML: every text in it is escaped, and the same report gives the same page."""
    sections = "\n".join(_section(number, one) for number, one in enumerate(report.sections, 1))
    links = "".join(
        f'<li><a href="#section-{number}">{escaped(one.title)}</a></li>'
        for number, one in enumerate(report.sections, 1)
    )
    about = "".join(f"<p>{escaped(line)}</p>" for line in report.about)
    return html.page(
        report.title,
        READ,
        f'<header><h1>{escaped(report.title)}</h1><p class="sub">{escaped(report.subtitle)}</p>'
        f'<div class="about">{about}</div></header>\n<nav aria-label="Contents"><ol>{links}</ol></nav>\n'
        f"<main>\n{sections}\n</main>",
    )


def _section(number: int, section: Section) -> str:
    blocks = "\n".join(_block(number, place, one) for place, one in enumerate(section.blocks))
    return f'<section id="section-{number}"><h2>{number}. {escaped(section.title)}</h2>\n{blocks}</section>'


def _block(number: int, place: int, block: Block) -> str:
    match block:
        case Heading(text):
            return f"<h3>{escaped(text)}</h3>"
        case Paragraph(text, strong):
            return f"<p><strong>{escaped(text)}</strong></p>" if strong else f"<p>{escaped(text)}</p>"
        case Bullets(items):
            return f"<ul>{''.join(f'<li>{escaped(item)}</li>' for item in items)}</ul>"
        case ReportTable():
            return _table(block)
        case Picture(chart):
            own = f"s{number}-{place}-{chart.name}"  # two charts of one kind on a page have ids of their own
            drawn = svg(chart, name=own, framed=False)
            return (
                f"<figure><h3>{escaped(chart.title)}</h3>{drawn}<figcaption>{escaped(chart.alt)}</figcaption></figure>"
            )


def _table(table: ReportTable) -> str:
    return f'<div class="wide">{html.table(table.heads, table.rows, caption=table.caption, shares=table.widths)}</div>'
