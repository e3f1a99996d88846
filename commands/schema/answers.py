"""The published shapes of JSON answers: which command answers with which type."""

from __future__ import annotations

from typing import Any, NamedTuple

from commands.draft.desk import DraftLine
from commands.draft.view import DraftShown
from commands.keep.backup import RestoreMade
from commands.keep.copy import CopyMade
from commands.keep.doctor import Examined
from commands.keep.tokens.kept import TokenMade
from commands.keep.tokens.token import TokenShown
from commands.keep.views import ViewsChecked
from commands.prove.checkpoint import CheckpointMade
from commands.prove.key import KeyShown
from commands.prove.prove import ProofMade
from commands.prove.witness import WitnessKeyShown
from commands.read.decision import DecisionEntry
from commands.read.diff import DifferencesShown
from commands.read.history import Timeline
from commands.read.replay import ReplayShown
from commands.read.show import ThingWithLives
from commands.record.comparison import PlansCompared
from commands.record.init import LedgerMade
from commands.record.migration import ImportAnswer
from commands.record.plan import PlansShown
from commands.terminal.receipts import RecordingOutcome
from ledger.application.backups.manifest import BackupManifest
from ledger.application.verification import Verification
from ledger.proving.outcomes import ProofVerification
from ledger.rules.catalogue import Rule
from projections.agility.query import ExplainedEvent, FigureShown, MetricShown
from projections.answers.assertions import AssertionShown
from projections.answers.grounds import DecisionRef
from projections.answers.journal import JournalEntry
from projections.answers.lags import LagsOfRecord
from projections.answers.matrix import Matrix
from projections.answers.notices import NoticeShown
from projections.answers.restatement import RestatedCount
from projections.answers.sourced import SourcedAttribute
from projections.answers.structure import StructureShown
from projections.archive.federation.answer import ROWS as FEDERATED
from projections.archive.federation.answer import LedgerAsked
from projections.archive.federation.sources import LeftOut
from projections.archive.writing import ArchiveMade
from projections.audit.decision import DecisionShown
from projections.audit.documents import DocumentsChecked
from projections.audit.overrides import Override
from projections.audit.sample import Sample
from projections.charts.catalogue import ChartList
from projections.differences.lives import LifeShown
from projections.schemas import Schema, answer_schema
from projections.snapshots.question import SnapshotDocument
from projections.views.context import Context
from projections.views.read_model import Status


class Shape(NamedTuple):
    """The members of an answer, or the type that they are the fields of; and whether a context stands beside them."""

    members: Any
    with_context: bool = True


def _federated(row: Any) -> dict[str, Any]:
    """Return the members of a federated answer whose rows are of a type."""
    return {"effective": str, "ledgers": list[LedgerAsked], "left_out": list[LeftOut], "rows": list[row]}


# By the words of a command, and what was asked of it where its answer has several shapes. A decision of one change
# (`cluster retitle`) is answered as `record`, with `--dry-run` as `plan`; `why REFERENCE` as `show REFERENCE`.
# A snapshot has a context of its own.
ANSWERS: dict[str, Shape] = {
    "agility": Shape({"figures": list[FigureShown]}),
    "agility-explain": Shape({"figures": list[FigureShown], "events": list[ExplainedEvent]}),
    "agility-list": Shape({"metrics": list[MetricShown]}, with_context=False),
    "archive": Shape(ArchiveMade, with_context=False),
    "backup": Shape(BackupManifest, with_context=False),
    "chart-list": Shape(ChartList, with_context=False),
    "checkpoint": Shape(CheckpointMade, with_context=False),
    "check": Shape({"assertions": list[AssertionShown]}),
    "copy": Shape(CopyMade, with_context=False),
    "diff": Shape(DifferencesShown),
    "doctor": Shape(Examined, with_context=False),
    "documents": Shape(DocumentsChecked),
    "draft-list": Shape({"drafts": list[DraftLine]}, with_context=False),
    "draft-show": Shape(DraftShown, with_context=False),
    **{f"federate-{name}": Shape(_federated(row), with_context=False) for name, row in FEDERATED.items()},
    "history": Shape(Timeline),
    "history-decision": Shape({"decision": DecisionRef, "entries": list[DecisionEntry]}),
    "import": Shape(ImportAnswer, with_context=False),
    "init": Shape(LedgerMade, with_context=False),
    "key-make": Shape(KeyShown, with_context=False),
    "key-show": Shape(KeyShown, with_context=False),
    "lags": Shape(LagsOfRecord),
    "log": Shape({"events": list[JournalEntry]}),
    "matrix": Shape(Matrix),
    "notices": Shape({"notices": list[NoticeShown]}),
    "overrides": Shape({"overrides": list[Override]}),
    "plan": Shape(PlansShown, with_context=False),
    "plan-compare": Shape(PlansCompared),
    "prove": Shape(ProofMade, with_context=False),
    "record": Shape(RecordingOutcome, with_context=False),
    "replay": Shape(ReplayShown),
    "restate": Shape({"series": list[RestatedCount]}),
    "restore": Shape(RestoreMade, with_context=False),
    "rules": Shape({"rules": list[Rule]}, with_context=False),
    "sample": Shape(Sample),
    "show": Shape(StructureShown),
    "show-decision": Shape({"decision": DecisionShown}),
    "show-thing": Shape(ThingWithLives),
    "snapshot": Shape(SnapshotDocument, with_context=False),
    "token-list": Shape({"tokens": list[TokenShown]}, with_context=False),
    "token-make": Shape(TokenMade, with_context=False),
    "token-withdraw": Shape(TokenShown, with_context=False),
    "verify": Shape(Verification, with_context=False),
    "verify-proof": Shape(ProofVerification, with_context=False),
    "views-check": Shape(ViewsChecked, with_context=False),
    "views-status": Shape(Status, with_context=False),
    "witness-make": Shape(WitnessKeyShown, with_context=False),
    "witness-show": Shape(WitnessKeyShown, with_context=False),
    "why": Shape({"id": str, "lives": list[LifeShown], "attributes": list[SourcedAttribute]}),
}


def schema_of_answer(name: str) -> Schema:
    """Return the JSON Schema of the answer of a command; raises `KeyError` for one that publishes none."""
    shape = ANSWERS[name]
    return answer_schema(name, shape.members, Context if shape.with_context else None)
