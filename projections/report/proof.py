"""The section on what is proven and what is not: what verification found, in words that need no other."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.application.verification import NOT_PROVEN_WHOLE
from ledger.plurals import counted
from projections.report.audit import Audit
from projections.report.document import Block, Bullets, Heading, Paragraph, Section, table

_DAMAGE_MAX = 200  # places that are listed


def section(about: Audit) -> Section:
    """Return the verification of the record behind a report: what it proved, and what nothing in it can prove."""
    return Section("What is proven, and what is not", lambda: _blocks(about))


def _blocks(about: Audit) -> Iterator[Block]:
    if about.damage:
        rows = [(line,) for line in about.damage[:_DAMAGE_MAX]]
        yield Paragraph(FAILED, strong=True)
        yield table(f"Damage, {len(about.damage):,} in all", {"what is wrong": 1}, rows, "")
    else:
        yield Heading("Proven")
        yield Bullets(proven(about))
    yield Heading("Not proven")
    yield Bullets(not_proven(about))


FAILED = "Verification FAILED. Nothing in this report is to be relied on before it is explained."


def proven(about: Audit) -> list[str]:
    """Return what verification proved of the record behind a report; nothing where it found damage."""
    if about.damage:
        return []
    size = about.question.known.size
    proved = [
        f"Of the {counted(size, 'entry', 'entries')} that the ledger had then, none was altered, "
        "removed, added or moved since it was "
        "recorded: each was checked, byte by byte, against its place in the hash tree.",
        "Every decision is whole, and reads as it was handed in.",
    ]
    if about.held_to is not None:
        proved.append(
            f"The ledger begins with the {about.held_to[0]:,} entries whose fingerprint was kept elsewhere: earlier "
            "entries were not rewritten since."
        )
    return proved


def not_proven(about: Audit) -> list[str]:
    """Return what remains open: that of a whole rewriting too, unless a root kept elsewhere was given."""
    whole = () if about.held_to is not None else (NOT_PROVEN_WHOLE,)
    return list(dict.fromkeys((*whole, *about.verification.not_proven)))
