"""The last section: the words of the report, how to check it, and every number that it can be held to."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from ledger.timeline import iso
from projections.report.audit import Audit
from projections.report.decisions.annex import SUFFIX
from projections.report.document import Block, Bullets, Heading, Paragraph, Section, table
from projections.report.wording import instant


def section(about: Audit) -> Section:
    """Return words, commands and hashes."""
    return Section("References and fingerprints", lambda: _blocks(about))


def _blocks(about: Audit) -> Iterator[Block]:
    said = about.question.context
    yield Heading("How to check this report")
    yield Paragraph(
        "With a copy of the ledger, the first command checks it and the second makes this report again. Asked with the "
        "same days, entry and version of the program, it is the same to the byte, whatever was recorded in between."
    )
    yield Bullets(_commands(about))
    rows = [
        ("Government", said["government"]),
        ("Ledger", said["ledger_id"]),
        ("Day asked about", said["effective"]),
        ("First day of the period", iso(about.since)),
        ("Last entry known", f"{said['known_position']}, recorded {instant(said['known_at'])}"),
        ("Recorded at, to the microsecond", said["known_at"]),
        ("Entries in the ledger by then", said["tree_size"]),
        ("Fingerprint of these entries (root)", said["root"]),
    ]
    if about.annex is not None:
        rows.append((f"Annex, a table whose name ends in {SUFFIX}", f"SHA-256 {about.annex}"))
    if about.held_to is not None:
        rows.append((f"Fingerprint kept elsewhere, of {about.held_to[0]} entries", about.held_to[1]))
    yield table("What this report can be held to", {"what": 2, "value": 5}, rows, "")
    yield Heading("Words")
    yield table("Words of this report", {"word": 1, "what it means": 5}, _WORDS, "")


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
    ("power", "The legal basis that a decision states for itself."),
    ("effective", "The day from which something is so in the world, whenever it was recorded."),
    ("recorded", "When the ledger learnt of something. Entries are numbered in the order in which they came."),
    ("late", "Recorded more days after it was decided (or else took effect) than the settings allow."),
    ("correction", "A later entry that puts an earlier one right. What was known before stays answerable."),
    ("override", "A rule that a decision goes against, by name and with a reason of its own."),
    ("notice", "Something to look at: what a rule expects and what is so instead. It blames nobody."),
    ("fingerprint", "A number made of every byte of the entries. Kept elsewhere, it betrays every later alteration."),
)
