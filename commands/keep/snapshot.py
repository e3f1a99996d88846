"""`snapshot`: the whole structure of one point of both times, as a file that can be made again."""

from __future__ import annotations

import sys

import click

from commands.read.point import asked
from commands.session import Session
from commands.terminal.options import effective_option, known_option
from commands.terminal.output import context_line
from commands.terminal.text import one_line
from ledger.plurals import counted
from projections.snapshots.formats import pour, save
from projections.snapshots.question import snapshot as take

FORMATS = ("json", "csv", "xlsx", "parquet", "sqlite")


@click.command("snapshot", short_help="Write the whole structure of one day to a file.")
@click.option("-o", "--output", required=True, metavar="PATH", help="The file to write; - is standard output.")
@click.option("--format", "form", type=click.Choice(FORMATS), help="Default: json, or as the path ends.")
@click.option("--force", is_flag=True, help="Overwrite the file if it exists.")
@effective_option
@known_option
@click.pass_obj
def snapshot(
    session: Session, output: str, form: str | None, force: bool, effective: str | None, known: str | None
) -> None:
    """Write the whole structure, with every attribute and what set it, to PATH; csv is a zip of tables,
    parquet a folder of them.

    The same point of both times gives the same bytes, whatever is recorded later. Names of office-holders are not
    in it. The command that makes it again is printed.
    """
    question = asked(session, effective, known)
    form = form or _form_of(output)
    content = take(question.views, question.day, question.known)
    if output == "-":
        written = pour(content, form, session.location, sys.stdout.buffer)
        sys.stdout.flush()
    else:
        written = save(content, output, form, session.location, force=force)
        session.made = f'The snapshot "{output}" is written.'
    made = f"{counted(written.things, 'thing')} to {written.path}"
    summary = f"Wrote {made} ({written.format}), content {written.content_sha256}."
    for line in (summary, context_line(question.context), f"To make it again: {written.command}"):
        click.echo(one_line(line), err=output == "-")


def _form_of(output: str) -> str:
    ending = output.rpartition(".")[2].lower()
    return "csv" if ending == "zip" else ending if ending in FORMATS else "json"


COMMANDS = {"snapshot": snapshot}
