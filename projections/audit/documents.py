"""Documents behind decisions, held to the SHA-256 that the ledger keeps of them: there, altered, missing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple

from ledger.store.types import Sealed
from projections.answers.grounds import DecisionRef
from projections.audit.window import AuditWindow
from projections.views.read_model import Views
from projections.withheld import Names, told, unnamed

State = Literal["there", "altered", "missing", "not hashed"]
STATES: tuple[State, ...] = ("altered", "missing", "not hashed", "there")
_NAMES = b'"documents":['  # in every line that names documents; in others only as part of a text


class NamedDocument(NamedTuple):
    """A document that a decision names, or a correction of one; `sha256` is None where none was given."""

    decision: DecisionRef
    title: str
    file: str | None
    sha256: str | None
    position: int


class CheckedDocument(NamedTuple):
    """A document of a decision and what was found of it: the path of a file with its hash, or with its name."""

    state: State
    decision: DecisionRef
    title: str
    file: str | None
    sha256: str | None
    position: int
    path: str | None


class DocumentsChecked(NamedTuple):
    """Every document that decisions name and what was found of it, and the files that no decision names."""

    documents: tuple[CheckedDocument, ...]
    counts: dict[State, int]
    files: int
    unnamed: tuple[str, ...]


def named_documents(views: Views, known: int, window: AuditWindow, names: Names = unnamed) -> Iterator[NamedDocument]:
    """Yield each document of the decisions of a window as known at a position, in recording order.

    A correction may name others than the decision did: both are yielded. A title that is withheld is told by `names`.
    Raises `InputError` for a window that names no point of the record.
    """
    for row in views.ledger.rows(*window.span(views, known)):
        if _NAMES in row.line:
            yield from _named(row, window.authority, names)


def _named(row: Sealed, authority: str | None, names: Names) -> Iterator[NamedDocument]:
    event: dict[str, Any] = json.loads(row.line)
    decision = event["decision"]
    if authority not in (None, decision["authority"]):
        return
    corrected = event["data"].get("decision")
    stated = list(decision.get("documents", ())) if row.part == 1 else []
    stated += corrected.get("documents", ()) if isinstance(corrected, dict) else ()
    for one in stated:
        name = DecisionRef(decision["authority"], decision["reference"])
        digest = f"sha256:{one['sha256'][-64:]}" if "sha256" in one else None  # a correction may leave the prefix out
        yield NamedDocument(name, told(one["title"], names), one.get("file"), digest, row.position)


def held(documents: Iterator[NamedDocument], files: Mapping[str, str]) -> DocumentsChecked:
    """Return how documents stand to `files`, each path (parts joined by slashes) with the SHA-256 of what it holds.

    A file is found by its hash, whatever it is called. One that is called as the document was and holds something else
    is altered, unless the document is there under another name.
    """
    by_hash = {digest: path for path, digest in sorted(files.items(), reverse=True)}
    by_name = {path.rpartition("/")[2]: path for path in sorted(files, reverse=True)}
    checked = tuple(_checked(one, by_hash, by_name) for one in documents)
    told_of = {one.path for one in checked} | {path for path, digest in files.items() if digest in _hashes(checked)}
    counts = {state: sum(one.state == state for one in checked) for state in STATES}
    return DocumentsChecked(checked, counts, len(files), tuple(sorted(set(files) - told_of)))


def _hashes(documents: tuple[CheckedDocument, ...]) -> set[str]:
    return {one.sha256 for one in documents if one.sha256 is not None}


def _checked(one: NamedDocument, by_hash: Mapping[str, str], by_name: Mapping[str, str]) -> CheckedDocument:
    namesake = by_name.get(one.file.rpartition("/")[2]) if one.file else None
    if one.sha256 is None:
        return CheckedDocument("not hashed", *one, namesake)
    if one.sha256 in by_hash:
        return CheckedDocument("there", *one, by_hash[one.sha256])
    return CheckedDocument("missing" if namesake is None else "altered", *one, namesake)
