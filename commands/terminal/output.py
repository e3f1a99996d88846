"""Answers as they are printed, with their context: tables or text for people; JSON, JSONL or CSV for programs."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import click
from msgspec import json as quick

from commands.terminal.streams import elsewhere, say
from commands.terminal.text import cell, escaped, lines, one_line
from commands.terminal.values import in_cell, shown
from ledger.lots import lots
from projections.fields import fields, items, named
from projections.views.context import Context
from projections.views.spool import AT_ONCE, Spool

FORMATS = ("table", "json", "jsonl", "csv")
_WRITTEN_AT_ONCE = 100  # texts: the output is flushed after them
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Answer:
    """What a command found: `payload` is what JSON shows, the rest is how people and tables see it.

    The payload and the rows are answers or mappings: `emit` makes JSON of them. It reads the payload, the rows or the
    table, and that once: so what may be long, the lists of the payload too, can be made as it is read.
    """

    payload: object
    rows: Iterable[object] = ()  # one line of JSONL, CSV and the table each
    table: Iterable[Row] | None = None  # the rows as people see them, where that is less
    text: str | Iterable[str] | None = None  # for people, in place of the table; whole, or lines some at a time
    context: Context | None = None
    empty: str = "Nothing."  # for people, where there are no rows
    before: Sequence[str] = ()  # for people, sentences before the table
    after: Sequence[str] = ()  # for people, sentences after the table


def emit(answer: Answer, form: str | None) -> None:
    """Print an answer in a format, once it is whole; None is a table at a terminal and plain text elsewhere.

    A program that asks from another machine is given it as it is.
    """
    if program := elsewhere():
        program.answers.append(answer)
    elif form == "json":
        _write(Spool(json_texts(answer)))
    elif form == "jsonl":
        _write(Spool(as_json(fields(row)) + "\n" for row in answer.rows))
        _aside(answer)
    elif form == "csv":
        _write(Spool(csv_texts(fields(row) for row in answer.rows)))
        _aside(answer)
    else:
        _for_people(answer)


def json_texts(answer: Answer) -> Iterator[str]:
    """Yield the JSON of an answer, indented; of each list in its payload an item at a time."""
    members = named(answer.payload)
    if members is None:
        yield as_json(fields(answer.payload), indent=2) + "\n"
        return
    context = {"context": answer.context} if answer.context else {}
    before = "{"
    for key, value in (context | dict(members)).items():
        yield f"{before}\n  {as_json(key)}: "
        listed = items(value)
        yield from [_within(value, 1)] if listed is None else _list(listed)
        before = ","
    yield "{}\n" if before == "{" else "\n}\n"


def _list(values: Iterable[object]) -> Iterator[str]:
    before = "["
    for value in values:
        yield f"{before}\n    {_within(value, 2)}"
        before = ","
    yield "[]" if before == "[" else "\n  ]"


def _within(value: object, depth: int) -> str:
    """Return the JSON of a value that stands so deep in another; no text in it has a line break of its own."""
    return as_json(fields(value), indent=2).replace("\n", "\n" + depth * "  ")


def for_people(form: str | None) -> bool:
    """Return whether a format is read by people: then answers may come one by one, and one may ask back."""
    return form in (None, "table")


_ENCODERS = {plain: json.JSONEncoder(ensure_ascii=plain, default=str) for plain in (False, True)}


def as_json(value: Any, indent: int | None = None) -> str:
    """Return JSON whose strings can do no harm on a screen; in ASCII where the output takes nothing else."""
    plain = not (getattr(sys.stdout, "encoding", None) or "utf-8").lower().startswith("utf")
    text = _ENCODERS[plain].encode(value)
    if indent is not None:  # json indents in Python, several times as slowly
        text = quick.format(text, indent=indent)
    return escaped(text)


def as_csv(rows: Iterable[Row]) -> str:
    """Return rows as CSV with a header; lists and mappings as JSON, absent values empty."""
    return "".join(csv_texts(rows))


def csv_texts(rows: Iterable[Row]) -> Iterator[str]:
    """Yield such CSV some lines at a time; the rows are put aside first, since their names make the header."""
    put, names = Spool[Row](), dict[str, None]()
    for row in rows:
        put.add(row)
        names |= dict.fromkeys(row)
    cells = chain([list(names)], ([_cell(row.get(name)) for name in names] for row in put))
    for some in lots(cells, AT_ONCE) if names else ():
        text = io.StringIO()
        csv.writer(text, lineterminator="\r\n").writerows(some)
        yield text.getvalue()


def _cell(value: Any) -> str:
    return cell(in_cell(value)) if not isinstance(value, int) else in_cell(value)


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
        say(context_line(answer.context))


def _for_people(answer: Answer) -> None:
    after = [*answer.after, context_line(answer.context)] if answer.context else list(answer.after)
    head, tail = ((one_line(sentence) + "\n" for sentence in some) for some in (answer.before, after))
    texts = chain(head, _rows(answer) if answer.text is None else _text(answer.text), tail)
    if sys.stdout.isatty():
        from commands.terminal.screen.folding import folded, screen_columns

        width = screen_columns()
        _page(Spool(folded(text, width) for text in texts))
    else:
        _write(Spool(texts))


def _text(text: str | Iterable[str]) -> Iterator[str]:
    return map(lines, [text] if isinstance(text, str) else text)


def _rows(answer: Answer) -> Iterator[str]:
    rows = (fields(row) for row in answer.rows) if answer.table is None else iter(answer.table)
    first = next(rows, None)
    if first is None:
        yield answer.empty + "\n"
        return
    names = list(first)
    cells = Spool(tuple(one_line(shown(row.get(name))) for name in names) for row in chain([first], rows))
    heads = [name.replace("_", " ") for name in names]
    if sys.stdout.isatty():
        from commands.terminal.screen.folding import screen_columns
        from commands.terminal.screen.tables import table

        yield from table(heads, cells, screen_columns())
    else:
        yield from _plain(heads, cells)


def plain(heads: Sequence[str], cells: Iterable[Sequence[str]]) -> str:
    """Return columns of text, two spaces apart; the last column is as long as it likes."""
    return "".join(_plain(heads, cells))


def _plain(heads: Sequence[str], cells: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of such columns; the cells are read twice."""
    widths = [len(head) for head in heads[:-1]]
    for row in cells:
        widths = [max(width, len(text)) for width, text in zip(widths, row, strict=False)]
    for row in chain([heads], cells):
        texts = (text.ljust(width) for text, width in zip(row, widths, strict=False))
        yield "  ".join([*texts, row[-1]]).rstrip() + "\n"


def _page(texts: Spool[str]) -> None:
    """Print; on a terminal that the text is too long for, through the pager, which takes it as it is read."""
    if sys.stdout.isatty() and sys.stdin.isatty():
        import shutil

        if _is_longer(texts, shutil.get_terminal_size().lines):
            click.echo_via_pager(iter(texts))
            return
    _write(texts)


def _is_longer(texts: Iterable[str], most: int) -> bool:
    """Return whether texts have so many lines; those after them are not read."""
    left = most
    return any((left := left - text.count("\n")) <= 0 for text in texts)


def _write(texts: Iterable[str]) -> None:
    """Print what is whole already; a character that the output cannot take is written as its escape."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    for some in lots(texts, _WRITTEN_AT_ONCE):
        click.echo("".join(some).encode(encoding, "backslashreplace").decode(encoding), nl=False)
