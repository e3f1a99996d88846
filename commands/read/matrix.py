"""`matrix`: segments by missions."""

from __future__ import annotations

import shutil

import click

from commands.read.point import asked
from commands.session import Session
from commands.terminal.completion import ids
from commands.terminal.grid import matrix_text
from commands.terminal.options import reading
from commands.terminal.output import Answer, emit
from projections.answers.matrix import matrix as matrix_of
from projections.withheld import told


@click.command("matrix", short_help="Show segments by missions: affiliations, mandates, expertise, gaps.")
@click.argument("cluster", required=False, metavar="[CLUSTER]", shell_complete=ids("cluster"))
@reading
@click.pass_obj
def matrix(session: Session, cluster: str | None, effective: str | None, known: str | None, form: str | None) -> None:
    """Show segments by missions, of one cluster or of all: full and partial affiliations, and what is missing.

    Beside it: relations of segments, mandates and who carries them out, expertise and who draws on it, the last
    review, and the notices of all that. A matrix too wide for the terminal is told in words. CSV and JSONL hold
    the cells.
    """
    question = asked(session, effective, known)
    names = session.reader().personal
    answer = told(matrix_of(question.views, question.day, question.known.position, cluster, names), names)
    text = matrix_text(answer, shutil.get_terminal_size((100, 24)).columns)
    emit(Answer(answer, answer.cells, text=text, context=question.context), form)


COMMANDS = {"matrix": matrix}
