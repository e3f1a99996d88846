"""`agility`: how freely the structure changes, and whether what measures it holds still."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Sequence

import click

from commands.read.point import Asked, asked
from commands.session import Session
from commands.terminal.completion import ids
from commands.terminal.figures import beside, report
from commands.terminal.moments import STATED_DATE
from commands.terminal.options import reading
from commands.terminal.output import Answer, emit
from ledger.errors import UnknownName
from ledger.timeline import iso
from projections.agility.query import Found, MetricShown, begins, clusters, explained, figures, metrics, named
from projections.agility.reading import record_at
from projections.agility.record import KnownRecord
from projections.agility.windows import BY, By, first_day, last_day, windows

_FEW = 3  # figures of which everything is said below the table


@click.command("agility", short_help="Show how freely the structure changes, and whether measurement holds still.")
@click.argument("names", nargs=-1, metavar="[CLUSTER] [METRIC]...", shell_complete=ids("cluster"))
@click.option(
    "--from",
    "since",
    type=STATED_DATE,
    help="First day. Default: the first that is stated or saw a record.",
)
@click.option("--to", "until", type=STATED_DATE, help="Last day. Default: that of --effective.")
@click.option(
    "--by",
    type=click.Choice(BY),
    help="Figures for each year (fiscal: its first month is a setting), quarter or month.",
)
@click.option("--each", is_flag=True, help="Figures for the government, and then for each of its clusters.")
@click.option("--explain", metavar="METRIC", help="List the events that a figure came from.")
@click.option("--list", "listed", is_flag=True, help="List the metrics: what each says, and what it does not mean.")
@reading
@click.pass_obj
def agility(
    session: Session,
    /,
    names: tuple[str, ...],
    since: str | None,
    until: str | None,
    by: By | None,
    each: bool,
    explain: str | None,
    listed: bool,
    effective: str | None,
    known: str | None,
    form: str | None,
) -> None:
    """Show figures of agility, of the government or of one cluster, over a window of days.

    Two blocks side by side: the structure, which may change, and measurement, which should stay the same. Each
    figure says what it is made of (n) and its denominator; one that cannot be computed says why, and is never zero.
    They are not added up to a score. Definitions: docs/agility.md, or --list.
    """
    if listed:
        emit(_list(), form)
        return
    if explain is not None and explain not in metrics():
        raise UnknownName("metric", explain, metrics())
    until_day = None if until is None else last_day(until)
    question = asked(session, effective or (iso(until_day) if until_day is not None else None), known)
    record = record_at(question.views, question.known.position, question.day)
    cluster, wanted = named(record, [*names, *([explain] if explain else [])])
    if each and cluster is not None:
        raise click.UsageError(f"--each goes through all clusters: leave it out, or leave out {cluster}.")
    wanted = [one for one in wanted if one.name == explain] if explain else wanted
    last = question.day if until_day is None else until_day
    over = windows(_first(record, cluster, since, last), last, by, record.settings["fiscal_year_begins"])
    of = [cluster, *(clusters(record) if each and cluster is None else ())]
    found = figures(record, wanted, over, of)
    emit(_explained(question, record, list(found)) if explain else _figures(question, found, len(wanted)), form)


def _first(record: KnownRecord, cluster: str | None, since: str | None, last: int) -> int:
    return begins(record, cluster, last) if since is None else first_day(since)


def _figures(question: Asked, found: Iterator[Found], metrics_asked: int) -> Answer:
    """Return figures as an answer, which makes each of them when it comes to it."""
    rows = (one.shown for one in found)
    text = _text(found, few=metrics_asked <= _FEW)
    return Answer({"figures": rows}, rows, text=text, context=question.context)


def _text(found: Iterator[Found], *, few: bool) -> Iterator[str]:
    """Yield figures as text, of few metrics with all that is said of each below."""
    columns = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    told: list[str] = []
    yield from report(_noting(found, told) if few else found, columns)
    yield from (f"\n{sentence}" for sentence in told)
    yield "\n\n" if few else "\n"


def _noting(found: Iterator[Found], told: list[str]) -> Iterator[Found]:
    """Yield figures, and add to `told` all that is said of each."""
    for one in found:
        told.append(beside(one))
        yield one


def _explained(question: Asked, record: KnownRecord, found: Sequence[Found]) -> Answer:
    """Return the events behind figures; for people, below them the figures themselves."""
    rows = [row for one in found for row in explained(question.views, record, one)]
    several = len({one.window for one in found}) > 1
    table = [
        ({"from": row.from_} if several else {})
        | {"position": row.position, "effective": row.effective, "decision": row.decision.reference}
        | {"sentence": row.sentence + _later(row.spoken_of)}
        for row in rows
    ]
    payload = {"figures": [one.shown for one in found], "events": rows}
    sentences = [beside(one) for one in found]
    return Answer(payload, rows, table, context=question.context, empty="No event.", after=sentences)


def _later(positions: Sequence[int]) -> str:
    """Return that later events speak of one, as part of its sentence."""
    return f" (see also {', '.join(f'p{position}' for position in positions)})" if positions else ""


def _list() -> Answer:
    rows = [MetricShown(*(getattr(one, name) for name in MetricShown._fields)) for one in metrics().values()]
    table = [{"name": one.name, "block": one.block, "unit": one.unit, "line": one.line} for one in rows]
    return Answer({"metrics": rows}, rows, table)


COMMANDS = {"agility": agility}
