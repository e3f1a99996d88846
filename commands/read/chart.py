"""`chart`: one picture of the structure, of its agility or of its execution, as a file."""

from __future__ import annotations

from pathlib import Path

import click

from commands.read.point import asked
from commands.session import Session
from commands.terminal.completion import ids
from commands.terminal.moments import STATED_DATE
from commands.terminal.options import effective_option, format_option, known_option
from commands.terminal.output import Answer, context_line, emit
from commands.terminal.text import one_line
from ledger.errors import InputError
from ledger.files.outputs import check_output, new_file
from projections.agility.windows import BY, By, first_day
from projections.charts import drawing
from projections.charts.catalogue import ChartRequest, chart, charts
from projections.charts.chart import Chart
from projections.charts.question import Question

ENDINGS = ("svg", "png", "html")


@click.command("chart", short_help="Draw a chart: time line, matrix, flows, execution, or any metric.")
@click.argument("name", required=False, metavar="NAME|METRIC")
@click.argument("of", required=False, metavar="[ID]", shell_complete=ids())
@click.option("-o", "--output", metavar="FILE", help="The file to write: what it ends in says how, svg, png or html.")
@click.option(
    "--from",
    "since",
    type=STATED_DATE,
    help="Flows: the earlier day (default: a year before). Metrics: the first.",
)
@click.option(
    "--by",
    type=click.Choice(BY),
    help="Metrics: a figure for each calendar year (default), fiscal year, quarter or month.",
)
@click.option("--force", is_flag=True, help="Overwrite the file if it exists.")
@click.option("--list", "listed", is_flag=True, help="List the charts there are.")
@effective_option
@known_option
@format_option
@click.pass_obj
def draw(
    session: Session,
    name: str | None,
    of: str | None,
    output: str | None,
    since: str | None,
    by: By | None,
    force: bool,
    listed: bool,
    effective: str | None,
    known: str | None,
    form: str | None,
) -> None:
    """Draw a chart as of one point of both times, of the government or of the thing ID.

    The same question gives the same bytes, whatever is recorded later. Each chart carries its context and says in
    words what is to be seen; a page (html) loads nothing and holds the numbers as a table too.
    """
    if listed:
        listing = charts()
        emit(Answer(listing, listing.charts), form)
        return
    if name is None or output is None:
        raise click.UsageError("Say which chart, and where to: chart NAME -o FILE. The names: chart --list.")
    ending = _ending(output)
    check_output(output, force=force)
    question = asked(session, effective, known)
    wanted = ChartRequest(name, of, None if since is None else first_day(since), by)
    picture = chart(Question(question.views, question.day, question.known), wanted)
    content = _content(picture, ending)
    with new_file(output, force=force) as file:
        file.write(content)
    session.made = f'The chart "{output}" is written.'
    click.echo(one_line(f"Wrote {output}. {picture.alt}"))
    click.echo(one_line(context_line(question.context)))


def _content(picture: Chart, ending: str) -> bytes:
    if ending == "png":
        return drawing.png(picture)
    return (drawing.svg(picture) if ending == "svg" else drawing.html(picture)).encode()


def _ending(output: str) -> str:
    ending = Path(output).suffix.lower().lstrip(".")
    if ending not in ENDINGS:
        raise InputError(f"A chart is written as one of {', '.join(ENDINGS)}: give a file that ends in one of these.")
    return ending


COMMANDS = {"chart": draw}
