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
from ledger.files.outputs import check_output, new_file
from projections.agility.windows import first_day
from projections.charts.question import Question
from projections.report.audit import audit
from projections.report.contents import report as made
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
    """Write what an auditor reads: what verification proved, the structure, what changed and why, what was learnt
    since, notices, execution, agility, acceptances with their reasons, and decisions without review.

    The same question gives the same bytes. Names of office-holders are not in it. Exit code 3 if verification finds
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
    )
    document = made(about)
    content = _content(document, ending, fonts)
    with new_file(output, force=force) as file:
        file.write(content)
    session.made = f'The report "{output}" is written.'
    click.echo(one_line(f"Wrote {output}."))
    click.echo(one_line(context_line(question.context)))
    if document.damaged:
        say("Verification found damage: the report says where. `cluster-ledger verify` says more.")
        return FOUND
    return 0


def _content(document: Report, ending: str, fonts: tuple[str, ...]) -> bytes:
    if ending == "pdf":
        from projections.report.typeset import pdf

        return pdf(document, fonts)
    from projections.report.pages import page

    return page(document).encode()


COMMANDS = {"report": report}
