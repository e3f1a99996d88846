"""The published shapes of JSON answers: which command answers with which type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from commands.read.history import Timeline
from commands.read.show import ThingWithLives
from projections.answers.journal import JournalEntry
from projections.answers.lags import LagsOfRecord
from projections.answers.matrix import Matrix
from projections.answers.notices import NoticeShown
from projections.answers.restatement import RestatedCount
from projections.answers.sourced import SourcedAttribute
from projections.answers.structure import StructureShown
from projections.audit.documents import DocumentsChecked
from projections.audit.overrides import Override
from projections.audit.sample import Sample
from projections.schemas import Schema, answer_schema
from projections.views.context import Context

# By the name of the command; the answer about one thing that `show` gives is a shape of its own.
ANSWERS: dict[str, Any] = {
    "documents": DocumentsChecked,
    "history": Timeline,
    "lags": LagsOfRecord,
    "log": {"events": list[JournalEntry]},
    "matrix": Matrix,
    "notices": {"notices": list[NoticeShown]},
    "overrides": {"overrides": list[Override]},
    "restate": {"series": list[RestatedCount]},
    "sample": Sample,
    "show": StructureShown,
    "show-thing": ThingWithLives,
    "why": {"id": str, "lives": list[Mapping[str, str | None]], "attributes": list[SourcedAttribute]},
}


def schema_of_answer(name: str) -> Schema:
    """Return the JSON Schema of the answer of a command; raises `KeyError` for one that publishes none."""
    return answer_schema(name, ANSWERS[name], Context)
