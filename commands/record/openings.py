"""Openings of the decision documents of a file: read beside it, and kept there once the documents were planned."""

from __future__ import annotations

from collections.abc import Sequence

from commands.record.plan import Planned
from ledger.documents.decision import read_decision
from ledger.documents.raw import RawDocument
from ledger.errors import InputError, MalformedDocument, OutputFailed, harmless
from ledger.events.commitments import Opening
from ledger.openings import need_all_used, read_openings, write_openings

STDIN = "-"


def with_openings(file: str, documents: Sequence[RawDocument]) -> list[RawDocument]:
    """Return the documents of a file, each checked by itself, with what opens its commitments; drawn where it lacks.

    Raises `MalformedDocument` for the first that is, `UnfitOpenings` for a file beside it that is not theirs.
    """
    held = [] if file == STDIN else list(read_openings(file))
    left, opened = list(held), []
    for document in documents:
        try:
            openings = read_decision(document.fields, document.where, openings=left).personal
        except MalformedDocument as error:
            raise document.located(error) from None
        for opening in openings:
            if opening in left:
                left.remove(opening)
        opened.append(document._replace(file=None if file == STDIN else file, openings=openings))
    need_all_used(file, held, [Opening(*opening) for document in opened for opening in document.openings])
    return opened


def keep_openings(planned: Sequence[Planned]) -> None:
    """Write beside each file what was drawn for those of its documents that could be recorded now, and are not.

    Raises `InputError` where a file cannot be written there.
    """
    for file in dict.fromkeys(plan.document.file for plan in planned):
        if file is None:
            continue
        held = read_openings(file)
        known = {opening.commitment for opening in held}
        kept: list[Opening] = []
        for plan in planned:
            if plan.document.file == file:
                drawn = plan.passes and not plan.already_recorded
                kept += [Opening(*opening) for opening in plan.document.openings if drawn or opening[0] in known]
        if {opening.commitment for opening in kept} - known:
            try:
                write_openings(file, kept)
            except OutputFailed as error:
                raise InputError(
                    f'The plan holds, but what opens the marked texts of "{harmless(file)}" cannot be kept beside it: '
                    f"the next plan gives the document another digest. {error} To keep it, copy the document to a "
                    "folder that you may write to."
                ) from None
