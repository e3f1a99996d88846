"""A report as PDF, set by typst: tagged for readers that speak (PDF/UA-1), the same bytes for the same report."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from ledger.errors import InputError, harmless
from ledger.errors.extras import MissingExtra
from projections.charts.drawing import svg, unfitted
from projections.charts.style import FONT
from projections.charts.text import short
from projections.html import clean
from projections.report.document import Block, Bullets, Card, Heading, Paragraph, Picture, Report, ReportTable
from projections.report.wording import date

LETTERS = "Libertinus Serif"  # comes with typst, and so is the same on every machine
_UNDISPLAYED = re.compile(r'the text `?"(.{1,40}?)"`? could not be displayed')


def pdf(report: Report, fonts: Sequence[str] = ()) -> bytes:
    """Return a report as PDF; `fonts` are folders with fonts for letters that those of typst lack.

    Raises `MissingExtra` without typst, `InputError` for letters that no font has.
    """
    try:
        import typst
    except ImportError:
        raise MissingExtra("Reports as PDF", "typst", "report") from None
    files = _files(report)
    known_at = report.context["known_at"]
    stamp = int(datetime.fromisoformat(known_at).timestamp()) if known_at else 0
    try:
        return bytes(
            typst.compile(
                files, format="pdf", pdf_standards=["ua-1"], timestamp=stamp,
                ignore_system_fonts=True, font_paths=list(fonts),
            )  # type: ignore[call-overload]  # its stubs do not know that it takes a dictionary of files
        )  # fmt: skip
    except typst.TypstError as error:
        raise _sentence(str(error)) from None


def _sentence(said: str) -> Exception:
    missing = _UNDISPLAYED.search(said)
    if missing is None:
        return InputError(f"The report cannot be set as PDF: {harmless(said, 300)} Write it as html instead.")
    return InputError(
        f'The letters "{harmless(missing[1], 40)}" are not in the fonts that come with the report. '
        "Give a folder with a font that has them by --fonts FOLDER, or write the report as html."
    )


def _files(report: Report) -> dict[str, bytes]:
    """Return the document and its charts, which are in the letters of the report: narrower than they were measured."""
    parts = [_PREAMBLE.replace("TITLE", string(report.title)).replace("FOOT", string(_foot(report)))]
    parts.append(f"#head({string(report.title)}, {string(report.subtitle)}, {_array(report.about)})\n")
    files: dict[str, bytes] = {}
    for number, section in enumerate(report.sections):
        parts.append(f"#heading(level: 1, {string(section.title)})\n")
        for place, block in enumerate(section.blocks):
            name = f"chart-{number}-{place}.svg"
            if isinstance(block, Picture):
                files[name] = unfitted(svg(block.chart, framed=False)).replace(FONT, LETTERS).encode()
            parts.append(_block(block, name))
        if number == 0:
            parts.append("#contents()\n")
    return {"main": "".join(parts).encode(), **files}


def _foot(report: Report) -> str:
    about = report.context
    government = short(about["government"], 300, 10)
    return f"{government}, on {date(about['effective'])} as known after entry {about['known_position']:,}"


def _block(block: Block, name: str) -> str:
    match block:
        case Heading(text):
            return f"#heading(level: 2, numbering: none, soft({string(text)}))\n"
        case Paragraph(text, strong):
            return f"#par({f'strong({string(text)})' if strong else f'soft({string(text)})'})\n"
        case Bullets(items):
            return f"#list(..{_array(items)}.map(soft))\n"
        case Card(title, facts):
            said = "".join(f"({string(label)}, {_array(lines)}), " for label, lines in facts)
            return f"#card({string(title)}, ({said}))\n"
        case ReportTable(caption, heads, rows, widths):
            columns = "(" + "".join(f"{width}fr, " for width in widths) + ")"
            cells = "(" + "".join(f"{string(cell)}, " for row in rows for cell in row) + ")"
            return f"#rows({string(caption)}, {columns}, {_array(heads)}, {cells})\n"
        case Picture(chart):
            return f"#chart({string(name)}, {string(chart.title)}, {string(chart.alt)})\n"


def string(text: str) -> str:
    """Return text as a string literal of typst: nothing in it is markup, code or a path."""
    return '"' + clean(text).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _array(texts: Sequence[Any]) -> str:
    return "(" + "".join(f"{string(str(text))}, " for text in texts) + ")"


# Long words (roots, ids) are made of boxes, between which a line may break: behind a hyphen or another mark, and only
# inside a part that no id of words has. A table never runs out of the page, and what is copied out of it has no
# characters that were not in the record. A short reference is one box: no line ends on the hyphen of "ILL-2026-01".
_PREAMBLE = """\
#set document(title: TITLE)
#set text(font: ("Libertinus Serif",), size: 10pt, lang: "en", hyphenate: auto)
#set par(leading: 0.62em, spacing: 0.9em)
#set page(
  paper: "a4", margin: (x: 2cm, top: 2cm, bottom: 2.2cm), numbering: "1",
  footer: context { set text(8pt); grid(columns: (1fr, auto), column-gutter: 1em, FOOT,
    [#counter(page).display() of #counter(page).final().first()]) },
)
#set heading(numbering: (..numbers) => if numbers.pos().len() == 1 { numbering("1", ..numbers) })
#show heading.where(level: 1): set text(15pt)
#show heading.where(level: 1): set block(above: 1.5em, below: 0.8em)
#show heading.where(level: 2): set text(11.5pt)
#show heading.where(level: 2): set block(above: 1.3em, below: 0.6em)
#let pieces(word) = if word.len() <= 14 { (word,) } else {
  word.matches(regex("[^/:+@=._-]+[/:+@=._-]*|[/:+@=._-]+")).map(
    part => if part.text.len() <= 18 { (part.text,) } else {
      part.text.matches(regex(".{1,11}")).map(some => some.text)
    }
  ).flatten()
}
#let soft(it) = if it.match(regex("\\\\S{15,}|-")) == none { it } else {
  show regex("\\\\S{15,}|\\\\S*-\\\\S*"): m => pieces(m.text).map(box).join()
  it
}
#let head(title, sub, about) = {
  text(13.5pt, weight: "bold", std.title(soft(title)))
  text(12pt, sub)
  block(inset: (left: 10pt, y: 4pt), stroke: (left: 3pt + rgb("#123f63")), for line in about { par(soft(line)) })
}
#let contents() = {
  pagebreak()
  outline(depth: 1, title: "Contents")
}
#let card(title, facts) = {
  block(above: 1em, below: 0.4em, sticky: true, strong(soft(title)))
  set text(9pt)
  set par(leading: 0.5em, spacing: 0.5em)
  block(inset: (left: 8pt), stroke: (left: 1.5pt + luma(160)), grid(
    columns: (2.3cm, 1fr), row-gutter: 0.5em, column-gutter: 0.6em,
    ..facts.map(fact => (text(fill: luma(70), fact.at(0)), fact.at(1).map(line => par(soft(line))).join())).flatten(),
  ))
}
#let rows(caption, columns, heads, cells) = {
  block(above: 1.1em, below: 0.5em, sticky: true, strong(soft(caption)))
  set text(8.5pt)
  set par(justify: false, leading: 0.5em)
  table(
    columns: columns, stroke: (x, y) => (bottom: if y == 0 { 0.8pt } else { 0.3pt + luma(190) }),
    inset: (x: 3pt, y: 3.5pt), align: left + top,
    table.header(..heads.map(h => strong(h))), ..cells.map(c => table.cell(breakable: c.len() > 700, soft(c))),
  )
}
#let chart(file, title, alt) = {
  block(above: 1.1em, below: 0.5em, sticky: true, strong(soft(title)))
  layout(size => {
    let drawn = measure(image(file, alt: alt))
    let wide = calc.min(size.width, drawn.width)
    let high = drawn.height * (wide / drawn.width)
    let most = 22.5cm
    if high <= most { image(file, alt: alt, width: wide) } else { image(file, alt: alt, height: most) }
  })
  text(8.5pt, par(soft(alt)))
}
"""
