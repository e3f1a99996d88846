"""`report`: the audit report, one document that is read without the program."""

from __future__ import annotations

from pathlib import Path

import click

from commands.failures import FOUND
from commands.read.point import asked
from commands.session import Session
from commands.terminal.moments import STATED_DATE
from commands.terminal.options import effective_option, known_option
from commands.terminal.output import context_line
from commands.terminal.streams import say
from commands.terminal.text import one_line
from ledger.errors import InputError
from ledger.files.outputs import NewFile, check_output, new_file
from projections.agility.windows import first_day
from projections.charts.question import Question
from projections.report.audit import PRINTED, WHOLE, Audit, audit
from projections.report.contents import report as made
from projections.report.decisions.annex import SUFFIX, annex
from projections.report.document import Report

ENDINGS = ("pdf", "html")


@click.command("report", short_help="Write the audit report of one point of both times.")
@click.option("-o", "--output", required=True, metavar="FILE", help="The file to write; it ends in pdf or html.")
@click.option("--from", "since", type=STATED_DATE, help="First day of what changed. Default: a year before.")
@click.option("--size", type=int, metavar="N", help="Hold the log to a size and root kept elsewhere.")
@click.option("--root", metavar="sha256:...", help="The root at that size.")
@click.option(
    "--fonts",
    multiple=True,
    metavar="FOLDER",
    type=click.Path(exists=True, file_okay=False),
    help="PDF: fonts for letters that the report's own lack.",
)
@click.option("--force", is_flag=True, help="Overwrite the file if it exists.")
@effective_option
@known_option
@click.pass_obj
def report(
    session: Session,
    output: str,
    since: str | None,
    size: int | None,
    root: str | None,
    fonts: tuple[str, ...],
    force: bool,
    effective: str | None,
    known: str | None,
) -> int:
    """Write what an auditor reads: a page of summary in plain words, every decision of the period, the structure, net
    differences, execution, agility, notices, what is proven and what is not, and the numbers to hold it to.

    The same question gives the same bytes. A pdf holds the newest 2,000 decisions; where there are more, a table of all
    is written beside it (FILE.decisions.csv). Names of office-holders are not in it. Exit code 3 if verification finds
    damage; the report is written all the same and says so, unless what it would say was altered.
    """
    ending = Path(output).suffix.lower().lstrip(".")
    if ending not in ENDINGS:
        raise InputError("A report is written as pdf or html: give a file that ends in one of these.")
    if (size is None) != (root is None):
        raise click.UsageError("Give --size and --root together: they are of the same receipt, snapshot or report.")
    check_output(output, force=force)
    question = asked(session, effective, known)
    about = audit(
        Question(question.views, question.day, question.known),
        None if since is None else first_day(since),
        None if size is None or root is None else (size, root),
        PRINTED if ending == "pdf" else WHOLE,
    )
    written = [*_annexed(about, output, force=force), output]
    with new_file(output, force=force) as file:
        _write(made(about), ending, fonts, file)
    session.made = f'The report "{output}" is written.'
    click.echo(one_line(f"Wrote {' and '.join(written)}."))
    click.echo(one_line(context_line(question.context)))
    if about.damage:
        say("Verification found damage: the report says where. `cluster-ledger verify` says more.")
        return FOUND
    return 0


def _annexed(about: Audit, output: str, *, force: bool) -> list[str]:
    """Write the table of all decisions where the report cannot hold them; return the names of what was written."""
    if about.annex is None:
        return []
    name = str(Path(output).with_suffix(SUFFIX))
    with new_file(name, force=force) as file:
        for part in annex(about.decisions):
            file.write(part)
    return [name]


def _write(document: Report, ending: str, fonts: tuple[str, ...], file: NewFile) -> None:
    if ending == "pdf":
        from projections.report.typeset import pdf

        file.write(pdf(document, fonts))
        return
    from projections.report.pages import parts

    for part in parts(document):
        file.write(part.encode())


COMMANDS = {"report": report}
