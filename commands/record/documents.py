"""`record` and `plan`: decision documents and drafts, each recorded whole or not at all."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable

import click

from commands.record import recording
from commands.record.drawer import MARK, Drawer, NoDraft, completed_files, is_name
from commands.record.openings import STDIN, with_openings
from commands.record.recording import plan_all, record_all
from commands.record.together import record_together
from commands.session import Session
from commands.terminal.moments import DATE
from commands.terminal.options import format_option, recorder_option, wait_option
from commands.terminal.output import for_people
from ledger.documents.formats import MAX_BYTES, read_documents
from ledger.documents.raw import RawDocument
from ledger.errors import nothing_called
from ledger.files.inputs import opened

SPREADSHEETS = (".csv", ".tsv", ".xlsx", ".xls", ".xlsm", ".xlsb", ".ods", ".numbers")  # the last five are not read
FILES = click.argument("files", nargs=-1, required=True, metavar="FILE...", shell_complete=completed_files)


@click.command("record", short_help="Record decision documents, each whole or not at all.")
@FILES
@recorder_option
@wait_option
@click.option("--together", is_flag=True, help="Record all of them in one commit, or none.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask at a terminal.")
@format_option
@click.pass_obj
def record(
    session: Session,
    files: tuple[str, ...],
    recorder: str | None,
    wait_seconds: int | None,
    together: bool,
    yes: bool,
    form: str | None,
) -> int:
    """Record the decision documents in FILE... (YAML, JSON, JSONL, or a filled form: xlsx, csv), or drafts by name.

    - is standard input, and `cluster-ledger template` writes empty forms.

    Each decision is recorded whole or not at all; the same one again is one decision. At a terminal the plan of all
    is shown and you are asked once. Recording stops at the first refusal, and says what stands; with --together, one
    that is refused keeps out all of them.
    """
    session.recorder_flag, session.wait_flag = recorder, wait_seconds
    if together:
        return record_together(
            session, documents_in(session, files), form, asking=not yes and for_people(form) and recording.at_terminal()
        )
    return record_all(session, documents_in(session, files), form, ask=not yes)


@click.command("plan", short_help="Show what recording decision documents would do.")
@FILES
@click.option("--compare", is_flag=True, help="Show structure, matrix and notices before and after all of them.")
@click.option("--effective", type=DATE, help="With --compare: on which day. Default: the last that they change.")
@format_option
@click.pass_obj
def plan(session: Session, files: tuple[str, ...], compare: bool, effective: str | None, form: str | None) -> int:
    """Show what `record FILE...` would do: differences, notices, acceptances needed, refusals. Records nothing."""
    if effective is not None and not compare:
        raise click.UsageError("--effective goes with --compare.")
    documents = documents_in(session, files)
    if compare:
        from commands.record.comparison import compare_all

        return compare_all(session, documents, effective, form)
    return plan_all(session, documents, form)


def documents_in(session: Session, files: Iterable[str]) -> list[RawDocument]:
    """Return the documents of all files and drafts in order, each checked by itself; raises for the first malformed.

    All are read before anything is recorded, so that a slip in the third file leaves nothing half done.
    """
    given = [(name, _read(session, name)) for name in files]
    return [
        document
        for name, documents in given
        for document in with_openings(STDIN if documents[0].draft else name, documents)
    ]


def _read(session: Session, name: str) -> list[RawDocument]:
    """Return the documents of a file, or of the draft of that name where there is no such file."""
    named = name.removeprefix(MARK)
    if name.lower().endswith(SPREADSHEETS):
        from commands.record.forms.reading import read_form

        return read_form(name, _bytes(name))
    if os.path.lexists(name) or not is_name(named):
        return read_documents(_bytes(name), _named(name))
    drawer = Drawer(session.reader().government.ledger_id)
    if named not in drawer.names():
        if named != name:
            raise NoDraft(nothing_called("draft", named, drawer.names()))
        raise NoDraft(nothing_called("file or draft", name, drawer.names()))
    draft = drawer.named(named)
    if not draft.changes:
        raise NoDraft(f'Draft "{named}" has no change yet. Add one: cluster-ledger draft add NOUN VERB ...')
    return [draft.as_document()]


def _named(name: str) -> str:
    return "standard input" if name == "-" else name


def _bytes(name: str) -> bytes:
    """Return what a file holds; one byte beyond the limit is enough for the reader to refuse it."""
    if name == "-":
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    with opened(name) as file:
        return file.read(MAX_BYTES + 1)


COMMANDS = {"record": record, "plan": plan}
