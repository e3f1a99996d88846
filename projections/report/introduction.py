"""The first section: what the report is, and what verification proved and did not prove. The last: its words."""

from __future__ import annotations

import shlex

from ledger.application.verification import NOT_PROVEN_WHOLE
from ledger.timeline import iso
from projections.report.audit import Audit
from projections.report.document import Block, Bullets, Heading, Paragraph, Section, table


def section(about: Audit) -> Section:
    """Return the context of a report and the verification of the record behind it."""
    said = about.question.context
    blocks: list[Block] = [
        Paragraph(
            f"This report says what the structure of {said['government']} was on {said['effective']}, as its ledger "
            f"knew it at position {said['known_position']}, and what happened from {about.period}. Effective dates are "
            "days of the world; positions and instants of recording say since when the ledger has known. Asked again "
            "with the same dates, position and version of the program, it is the same to the byte, whatever was "
            "recorded in between."
        ),
        Heading("What verification proved"),
        *_proved(about),
        Heading("What it did not prove"),
        Bullets(not_proven(about)),
        Heading("How to check it"),
        Paragraph("With a copy of the ledger, these commands verify it and make this report again:"),
        Bullets(_commands(about)),
    ]
    return Section("What this report rests on", blocks)


def _proved(about: Audit) -> list[Block]:
    said = about.question.context
    if about.damage:
        rows = [(line,) for line in about.damage[:200]]
        return [
            Paragraph("Verification FAILED. Nothing in this report is to be relied on before it is explained.", True),
            table(f"Damage, {len(about.damage)} in all", {"what is wrong": 1}, rows, ""),
        ]
    proved = [
        f"Each of the {said['tree_size']} events is stored as the line that was hashed when it was recorded; all were "
        f"hashed anew, and together give the root {said['root']}.",
        "No event is missing, doubled or out of order, and every decision is whole.",
        "The text of every decision can be rebuilt from its events, and has the digest that was kept with it.",
    ]
    if about.held_to is not None:
        size, root = about.held_to
        proved.append(f"The log begins with the {size} events whose root was kept elsewhere: {root}.")
    return [Bullets(proved)]


def not_proven(about: Audit) -> list[str]:
    """Return what remains open: that of a whole rewriting too, unless a root kept elsewhere was given."""
    whole = () if about.held_to is not None else (NOT_PROVEN_WHOLE,)
    return list(dict.fromkeys((*whole, *about.verification.not_proven)))


def _commands(about: Audit) -> list[str]:
    said = about.question.context
    held = ["--size", str(said["tree_size"]), "--root", str(said["root"])]
    again = ["--effective", str(said["effective"]), "--known", f"p{said['known_position']}"]
    again += ["--from", str(iso(about.since))]
    if about.held_to is not None:
        again += ["--size", str(about.held_to[0]), "--root", about.held_to[1]]
    return [
        shlex.join(["cluster-ledger", "verify", *held]),
        shlex.join(["cluster-ledger", "report", *again, "-o", "audit.pdf"]),
    ]


_WORDS = (
    ("cluster", "Missions that share a purpose, under a title that is broad enough to last."),
    ("segment", "A theme inside a cluster. It keeps its id when it moves to another cluster."),
    ("mission", "What is undertaken: affiliated, fully or in part, with segments, possibly of several clusters."),
    ("mandate", "What a cluster, or the whole government, must achieve, and by which instrument."),
    ("decision", "One act of an authority, known by its reference. It makes one or more changes, all or none."),
    ("effective", "The day from which something is so in the world. Two dots (..) stand for a day that is not stated."),
    ("known", "What the ledger had been told by an instant. It is named by a position: the number of its last event."),
    ("correction", "A later entry that puts an earlier one right. What was known before stays answerable."),
    ("acceptance", "A reason, given in the decision itself, for going against a rule that asks for one."),
    ("notice", "Something to look at: what a rule expects and what is so instead. It blames nobody."),
    ("root", "A fingerprint of the whole log of a size. Kept elsewhere, it betrays every later alteration."),
)


def words() -> Section:
    """Return the words of the report."""
    return Section("Words", [table("Words of this report", {"word": 1, "what it means": 5}, _WORDS, "")])
