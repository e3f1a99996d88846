"""The pages there are, and the files of proof beside them: the address of each, and what answers it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from projections.pages.kinds import attention, measures
from projections.pages.kinds.attribute import attribute_map
from projections.pages.kinds.comparison import comparison, learnt
from projections.pages.kinds.decision import decision, entry_page
from projections.pages.kinds.execution import execution_page
from projections.pages.kinds.journal import journal
from projections.pages.kinds.lineage import lineage_page
from projections.pages.kinds.overview import overview
from projections.pages.kinds.proof import checkpoint_file, decision_proof, entry_proof, proof
from projections.pages.kinds.thing import thing
from projections.pages.kinds.withheld import withheld_page


class PageKind(NamedTuple):
    """A kind of page. Names in braces in its path are passed to what answers it: {id:path}, {position:int}."""

    path: str
    template: str
    answer: Callable[..., Any]


PAGES = (
    PageKind("", "overview", overview),
    PageKind("journal/", "journal", journal),
    PageKind("compare/", "compare", comparison),
    PageKind("learnt/", "learnt", learnt),
    PageKind("notices/", "notices", attention.notices_page),
    PageKind("overrides/", "overrides", attention.overrides_page),
    PageKind("late/", "late", attention.late_entries),
    PageKind("matrix/", "matrix", measures.matrix_page),
    PageKind("matrix/{cluster:path}/", "matrix", measures.matrix_page),
    PageKind("agility/", "agility", measures.agility_page),
    PageKind("agility/{cluster:path}/", "agility", measures.agility_page),
    PageKind("execution/", "execution", execution_page),
    PageKind("execution/{cluster:path}/", "execution", execution_page),
    PageKind("charts/", "chart", measures.chart_page),
    PageKind("charts/{name}/", "chart", measures.chart_page),
    PageKind("lineage/", "lineage", lineage_page),
    PageKind("lineage/{cluster:path}/", "lineage", lineage_page),
    PageKind("proof/", "proof", proof),
    PageKind("withheld/", "withheld", withheld_page),
    PageKind("decisions/{position:int}/", "decision", decision),
    PageKind("entries/{position:int}/", "entry", entry_page),
    PageKind("map/{id_:path}/", "map", attribute_map),
    PageKind("things/{id_:path}/", "thing", thing),
)


class ProofFileKind(NamedTuple):
    """A kind of file of proof, which stands beside the points: it is made under the newest checkpoint at hand."""

    path: str
    answer: Callable[..., bytes]


PROOF_FILES = (
    ProofFileKind("proofs/checkpoint", checkpoint_file),
    ProofFileKind("proofs/p{position:int}.tlog-proof", entry_proof),
    ProofFileKind("proofs/decision-p{position:int}.tlog-proof", decision_proof),
)
