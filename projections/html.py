"""HTML as every page of the house is written: escaped text, tables, and a page that loads nothing and runs nothing.

A page more is a function that puts these together, a command or a part of one that writes it, and a style of its own
only where `READ` and `LOOK` are not enough.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape

# Control characters, marks that turn a line around, halves of characters: no XML may hold them, no reader needs them.
_HARMFUL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufff9-\uffff]")
_COLUMN_REM = 5.5  # a column is never narrower: the table scrolls sideways instead
_BREAKS = re.compile(r"\s+")
_HEAD = (
    '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
)


def clean(text: str) -> str:
    """Return `text` on one line, with nothing in it that could break a file or steer a reader."""
    return _HARMFUL.sub("\N{REPLACEMENT CHARACTER}", _BREAKS.sub(" ", text)).strip()


def escaped(text: str) -> str:
    """Return `text` as it stands in a page: clean, and without any mark of HTML."""
    return escape(clean(text))


def page(title: str, style: str, body: str) -> str:
    """Return a page; `title` is text, `style` a style sheet, `body` is HTML."""
    return f"{opening(title, style)}{body}{CLOSING}"


def opening(title: str, style: str) -> str:
    """Return what stands before the body of a page; `CLOSING` ends it."""
    return f"{_HEAD}<title>{escaped(title)}</title><style>{style}</style></head>\n<body>"


CLOSING = "</body></html>\n"


def table(
    heads: Iterable[str], rows: Iterable[Sequence[object]], *, caption: str | None = None, shares: Sequence[int] = ()
) -> str:
    """Return a table of texts; None is an empty cell. `shares` are the parts of its width that the columns take."""
    return "".join(table_parts(heads, rows, caption=caption, shares=shares))


def table_parts(
    heads: Iterable[str], rows: Iterable[Sequence[object]], *, caption: str | None = None, shares: Sequence[int] = ()
) -> Iterator[str]:
    """Yield a table as `table` returns it, row by row."""
    titles = "".join(f'<th scope="col">{escaped(head)}</th>' for head in heads)
    columns = "".join(f'<col style="width:{100 * share // sum(shares)}%">' for share in shares)
    named = "" if caption is None else f"<caption>{escaped(caption)}</caption>"
    least = f' style="min-width:{len(shares) * _COLUMN_REM:g}rem"' if shares else ""
    yield f"<table{least}>{named}{columns}<thead><tr>{titles}</tr></thead>\n<tbody>"
    for row in rows:
        yield f"<tr>{''.join(f'<td>{_cell(cell)}</td>' for cell in row)}</tr>\n"
    yield "</tbody></table>"


def _cell(value: object) -> str:
    return "" if value is None else escaped(str(value))


# The style of a page that is read from top to bottom, and printed: in one column on a phone too.
READ = (
    "body{font:16px/1.5 Georgia,'Times New Roman',serif;color:#1c1c1c;background:#fff;margin:0 auto;"
    "padding:clamp(.8rem,3vw,2rem);max-width:62rem;overflow-wrap:anywhere}h1{font-size:clamp(1.4rem,4vw,1.9rem);"
    "line-height:1.2;margin:0}h2{font-size:1.4rem;line-height:1.25;margin-top:2.6rem;border-bottom:2px solid #1c1c1c}"
    "h3{margin:1.6rem 0 .4rem}.sub{font-size:1.15rem;margin:.2rem 0}.about{border-left:4px solid #123f63;"
    "padding:.2rem 1rem;margin:1.2rem 0}.about p{margin:.2rem 0}nav{font-size:.95rem}nav h2{font-size:1.1rem;border:0;"
    "margin:1.6rem 0 0}article{border-left:3px solid #8a8a8a;padding:0 0 0 .8rem;margin:1.1rem 0}h4{margin:0 0 .2rem}"
    "dl{display:grid;grid-template-columns:7rem 1fr;gap:.1rem .8rem;margin:0;font-size:.92rem}dt{grid-column:1;"
    "color:#4a4a4a}dd{grid-column:2;margin:0}"
    ".wide{overflow-x:auto}table{border-collapse:collapse;width:100%;table-layout:fixed;"
    "font-size:.87rem;margin:.6rem 0 1.2rem}"
    "caption{text-align:left;font-weight:bold;padding:.3rem 0}th,td{text-align:left;vertical-align:top;"
    "padding:.25rem .6rem .25rem 0;border-bottom:1px solid #d9d9d9}th{border-bottom:2px solid #5a5a5a}"
    "figure{margin:1rem 0}figure svg{width:100%;height:auto}figcaption{font-size:.9rem;color:#444}"
    "@media(max-width:34rem){dl{grid-template-columns:1fr}dt{margin-top:.3rem}dd{grid-column:1}}"
    "@media print{body{padding:0;font-size:11pt}h2,h4{break-after:avoid}tr,figure{break-inside:avoid}nav{display:none}}"
)
# The style of a page that is one picture, which is looked at.
LOOK = (
    "body{font:16px/1.45 Arial,Helvetica,sans-serif;color:#1c1c1c;background:#fff;margin:clamp(.2rem,2vw,2rem);"
    "overflow-wrap:anywhere}h1{position:absolute;left:-999rem}figure{margin:0}figure svg{width:100%;max-width:48rem;"
    "height:auto}figcaption{max-width:48rem;margin:1rem 0}details{overflow-x:auto}"
    "table{border-collapse:collapse;font-size:.85rem}th,td{text-align:left;padding:.2rem .9rem .2rem 0;"
    "border-bottom:1px solid #d9d9d9;vertical-align:top;overflow-wrap:normal}footer{margin-top:1.5rem;font-size:.8rem;"
    "color:#5a5a5a}summary{cursor:pointer}@media print{figure svg{max-width:17cm}}"
)
