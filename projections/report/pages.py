"""A report as one HTML page that loads nothing and runs nothing."""

from __future__ import annotations

from html import escape

from projections.charts.drawing import svg
from projections.charts.text import clean
from projections.report.document import Block, Bullets, Heading, Paragraph, Picture, Report, ReportTable, Section


def page(report: Report) -> str:
    """Return a report as HTML: every text in it is escaped, and the same report gives the same page."""
    sections = "\n".join(_section(number, one) for number, one in enumerate(report.sections, 1))
    links = "".join(
        f'<li><a href="#section-{number}">{_text(one.title)}</a></li>' for number, one in enumerate(report.sections, 1)
    )
    about = "".join(f"<p>{_text(line)}</p>" for line in report.about)
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{_text(report.title)}</title><style>{_STYLE}</style></head>\n<body>"
        f'<header><h1>{_text(report.title)}</h1><p class="sub">{_text(report.subtitle)}</p>'
        f'<div class="about">{about}</div></header>\n<nav aria-label="Contents"><ol>{links}</ol></nav>\n'
        f"<main>\n{sections}\n</main></body></html>\n"
    )


def _section(number: int, section: Section) -> str:
    blocks = "\n".join(_block(number, place, one) for place, one in enumerate(section.blocks))
    return f'<section id="section-{number}"><h2>{number}. {_text(section.title)}</h2>\n{blocks}</section>'


def _block(number: int, place: int, block: Block) -> str:
    match block:
        case Heading(text):
            return f"<h3>{_text(text)}</h3>"
        case Paragraph(text, strong):
            return f"<p><strong>{_text(text)}</strong></p>" if strong else f"<p>{_text(text)}</p>"
        case Bullets(items):
            return f"<ul>{''.join(f'<li>{_text(item)}</li>' for item in items)}</ul>"
        case ReportTable():
            return _table(block)
        case Picture(chart):
            own = f"s{number}-{place}-{chart.name}"  # two charts of one kind on a page have ids of their own
            drawn = svg(chart, name=own, framed=False)
            return f"<figure><h3>{_text(chart.title)}</h3>{drawn}<figcaption>{_text(chart.alt)}</figcaption></figure>"


def _table(table: ReportTable) -> str:
    heads = "".join(f'<th scope="col">{_text(head)}</th>' for head in table.heads)
    rows = "".join(f"<tr>{''.join(f'<td>{_text(cell)}</td>' for cell in row)}</tr>\n" for row in table.rows)
    shares = "".join(f'<col style="width:{100 * share // sum(table.widths)}%">' for share in table.widths)
    return (
        f'<div class="wide"><table><caption>{_text(table.caption)}</caption>{shares}<thead><tr>{heads}</tr></thead>\n'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _text(text: str) -> str:
    return escape(clean(text))


_STYLE = (
    "body{font:16px/1.5 Georgia,'Times New Roman',serif;color:#1c1c1c;background:#fff;margin:0 auto;padding:2rem;"
    "max-width:62rem}h1{font-size:1.9rem;margin:0}h2{margin-top:2.6rem;border-bottom:2px solid #1c1c1c}"
    "h3{margin:1.6rem 0 .4rem}.sub{font-size:1.15rem;margin:.2rem 0}.about{border-left:4px solid #123f63;"
    "padding:.2rem 1rem;margin:1.2rem 0;overflow-wrap:anywhere}.about p{margin:.2rem 0}"
    ".wide{overflow-x:auto}table{border-collapse:collapse;width:100%;min-width:34rem;table-layout:fixed;"
    "font-size:.87rem;margin:.6rem 0 1.2rem}"
    "caption{text-align:left;font-weight:bold;padding:.3rem 0}th,td{text-align:left;vertical-align:top;"
    "padding:.25rem .6rem .25rem 0;border-bottom:1px solid #d9d9d9;overflow-wrap:anywhere}"
    "th{border-bottom:2px solid #5a5a5a}figure{margin:1rem 0;overflow-x:auto}figure svg{max-width:100%;height:auto}"
    "figcaption{font-size:.9rem;color:#444}@media print{body{padding:0;font-size:11pt}h2{break-after:avoid}"
    "tr,figure{break-inside:avoid}nav{display:none}}"
)
