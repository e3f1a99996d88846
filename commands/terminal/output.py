"""Answers as they are printed, with their context: tables or text for people; JSON, JSONL or CSV for programs."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import click
from msgspec import json as quick

from commands.terminal.text import cell, escaped, lines, one_line
from commands.terminal.values import shown
from projections.fields import fields
from projections.views.context import Context

FORMATS = ("table", "json", "jsonl", "csv")
RICH_ROWS = 300  # a table of more rows is printed plainly: drawing one of 5,000 takes seconds
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Answer:
    """What a command found: `payload` is what JSON shows, the rest is how people and tables see it.

    The payload and the rows are answers or mappings: `emit` makes JSON of them.
    """

    payload: object
    rows: Sequence[object] = ()  # one line of JSONL, CSV and the table each
    table: Sequence[Row] | None = None  # the rows as people see them, where that is less
    text: str | None = None  # for people, in place of the table
    context: Context | None = None
    empty: str = "Nothing."  # for people, where there are no rows
    after: Sequence[str] = ()  # for people, sentences after the table


def emit(answer: Answer, form: str | None) -> None:
    """Print an answer in a format; None is a table at a terminal and plain text elsewhere."""
    if form == "json":
        payload = fields(answer.payload)
        _write(as_json({"context": answer.context, **payload} if answer.context else payload, indent=2) + "\n")
    elif form == "jsonl":
        _write("".join(as_json(fields(row)) + "\n" for row in answer.rows))
        _aside(answer)
    elif form == "csv":
        _write(as_csv(fields(answer.rows)))
        _aside(answer)
    else:
        _for_people(answer)


def for_people(form: str | None) -> bool:
    """Return whether a format is read by people: then answers may come one by one, and one may ask back."""
    return form in (None, "table")


def as_json(value: Any, indent: int | None = None) -> str:
    """Return JSON whose strings can do no harm on a screen; in ASCII where the output takes nothing else."""
    plain = not (getattr(sys.stdout, "encoding", None) or "utf-8").lower().startswith("utf")
    text = json.dumps(value, ensure_ascii=plain, default=str)
    if indent is not None:  # json indents in Python, several times as slowly
        text = quick.format(text, indent=indent)
    return escaped(text)


def as_csv(rows: Iterable[Row]) -> str:
    """Return rows as CSV with a header; lists and mappings as JSON, absent values empty."""
    rows = list(rows)
    names = list(dict.fromkeys(name for row in rows for name in row))
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    if names:
        writer.writerow(names)
    writer.writerows([_cell(row.get(name)) for name in names] for row in rows)
    return buffer.getvalue()


def _cell(value: Any) -> str:
    return cell(shown(value)) if not isinstance(value, int) else shown(value)


def context_line(context: Context) -> str:
    """Return the sentence that says at which point of both times an answer holds, and what holds the log to it."""
    effective = context["effective"]
    known = f"p{context['known_position']}"
    if context["known_at"]:
        known += f", {context['known_at']}"
    on = f"On {effective}, as" if effective else "As"
    return f"{context['government']}. {on} known at {known}. Size {context['tree_size']}, root {context['root']}."


def _aside(answer: Answer) -> None:
    """Say the context beside the answer, whose lines must all be of one kind."""
    if answer.context:
        click.echo(one_line(context_line(answer.context)), err=True)


def _for_people(answer: Answer) -> None:
    after = [*answer.after, context_line(answer.context)] if answer.context else list(answer.after)
    tail = "".join(one_line(sentence) + "\n" for sentence in after)
    if answer.text is not None:
        body = lines(answer.text)
    elif not answer.rows:
        body = answer.empty + "\n"
    else:
        rows = fields(answer.rows) if answer.table is None else answer.table
        names = list(rows[0])
        cells = [[one_line(shown(row.get(name))) for name in names] for row in rows]
        heads = [name.replace("_", " ") for name in names]
        body = _drawn(heads, cells) if sys.stdout.isatty() and len(cells) <= RICH_ROWS else plain(heads, cells)
    _page(body + tail)


def plain(heads: Sequence[str], cells: Sequence[Sequence[str]]) -> str:
    """Return columns of text, two spaces apart; the last column is as long as it likes."""
    widths = [max(len(row[n]) for row in (heads, *cells)) for n in range(len(heads) - 1)]
    return "".join(
        "  ".join([*(text.ljust(width) for text, width in zip(row, widths, strict=False)), row[-1]]).rstrip() + "\n"
        for row in (heads, *cells)
    )


def _drawn(heads: Sequence[str], cells: Sequence[Sequence[str]]) -> str:
    """Return a table as rich draws it for this terminal; colours follow NO_COLOR."""
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE, pad_edge=False)
    for head in heads:
        table.add_column(Text(head), overflow="fold")
    for row in cells:
        table.add_row(*(Text(text) for text in row))  # as Text, or "[red]" in a title would be markup
    console = Console(highlight=False)
    with console.capture() as capture:
        console.print(table)
    return capture.get()


def _page(text: str) -> None:
    """Print; on a terminal that the text is too long for, through the pager."""
    if sys.stdout.isatty() and sys.stdin.isatty():
        import shutil

        if text.count("\n") >= shutil.get_terminal_size().lines:
            click.echo_via_pager(text)
            return
    _write(text)


def _write(text: str) -> None:
    """Print what is whole already; a character that the output cannot take is written as its escape."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    click.echo(text.encode(encoding, "backslashreplace").decode(encoding), nl=False)
