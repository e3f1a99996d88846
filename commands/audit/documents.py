"""`documents`: which of the documents behind decisions are in a folder, and as the ledger knows them."""

from __future__ import annotations

from collections.abc import Iterator

import click

from commands.audit.window import audit_window
from commands.failures import FOUND, UNPROVEN, Guarded
from commands.read.point import asked
from commands.session import Session
from commands.terminal.options import format_option, known_option
from commands.terminal.output import Answer, emit
from ledger.files.folders import hashed_files
from projections.audit.documents import CheckedDocument, DocumentsChecked, held, named_documents
from projections.audit.window import AuditWindow
from projections.views.context import of_all_days

_UNNAMED_MAX = 10  # told by name; JSON lists all


@click.group("documents", cls=Guarded, short_help="Hold the documents behind decisions to their SHA-256.")
def documents() -> None:
    """Hold the documents behind decisions to the SHA-256 that the ledger keeps of them."""


@documents.command("check", short_help="Tell which documents are in a folder, altered or missing.")
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False))
@audit_window
@known_option
@format_option
@click.pass_obj
def check(
    session: Session,
    /,
    folder: str,
    known: str | None,
    form: str | None,
    **given: str | None,
) -> int:
    """Tell which of the documents that decisions name are in DIR, and as they were when they were recorded.

    A file is found by its SHA-256, whatever it is called. One that is called as the document was and holds something
    else is altered. Exit code 3 if one is; 4 if none is, but some are missing or were recorded without a hash.
    """
    question = asked(session, None, known)
    window = AuditWindow(**given)
    named = named_documents(question.views, question.known.position, window, session.reader().personal)
    found = held(named, hashed_files(folder))
    rows = (_row(one) for one in found.documents)
    context, empty = of_all_days(question.context), "No decision names a document."
    emit(Answer(found, found.documents, rows, context=context, empty=empty, after=list(_told(found))), form)
    if found.counts["altered"]:
        return FOUND
    return UNPROVEN if found.counts["missing"] or found.counts["not hashed"] else 0


def _row(one: CheckedDocument) -> dict[str, object]:
    return {
        "state": one.state,
        "decision": one.decision.reference,
        "authority": one.decision.authority,
        "document": one.title,
        "found": one.path,
    }


def _told(found: DocumentsChecked) -> Iterator[str]:
    if found.documents:
        yield f"{', '.join(f'{number} {state}' for state, number in found.counts.items() if number)}."
    if found.unnamed:
        shown = ", ".join(found.unnamed[:_UNNAMED_MAX])
        more = len(found.unnamed) - _UNNAMED_MAX
        yield f"Named by no decision: {shown}{f' and {more} more' if more > 0 else ''}."


COMMANDS = {"documents": documents}
