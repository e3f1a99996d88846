"""The audit report of the demonstration, beside drawing the charts that are in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from benchmarks.figures import Figure, price
from benchmarks.rounds import in_turn
from ledger.application import Ledger
from ledger.documents.formats import read_documents
from ledger.events.envelope import Recorder
from ledger.timeline import day_of
from projections.charts.drawing import svg
from projections.charts.question import Question
from projections.report.audit import Audit, audit
from projections.report.contents import report
from projections.report.document import Picture
from projections.report.pages import page
from projections.report.typeset import pdf
from projections.views.read_model import Views

ROUNDS = 5
DAY = "2026-03-01"
DOCUMENTS = Path(__file__).resolve().parents[1] / "examples" / "demo"


def figures(folder: Path, size: float) -> list[Figure]:
    """Measure the report as PDF and as a page, each whole, beside its charts drawn from the same question.

    The demonstration is as long as it is: `size` only says how often it is measured.
    """
    ledger = demonstration(folder / "demo.ledger")
    views = Views(ledger, folder)
    blocks = [block for section in report(asked(views)).sections for block in section.blocks]
    charts = [block.chart for block in blocks if isinstance(block, Picture)]
    sides: dict[str, Callable[[], object]] = {
        "pdf": lambda: pdf(report(asked(views))),
        "page": lambda: page(report(asked(views))),
        "charts": lambda: [svg(chart, framed=False) for chart in charts],
    }
    took = in_turn(sides, max(1, round(ROUNDS * size)))
    views.close()
    ledger.close()
    beside = f"its {len(charts)} charts drawn"
    return [
        price("audit report of the demonstration, PDF", took["pdf"], beside, took["charts"], 5),
        price("audit report of the demonstration, HTML", took["page"], beside, took["charts"], 5),
    ]


def asked(views: Views) -> Audit:
    """Return what the report is about, with nothing read yet."""
    return audit(Question(views, day_of(DAY), views.ledger.known(None)))


def demonstration(path: Path) -> Ledger:
    """Return a ledger with every decision of the demonstration."""
    recorder = Recorder(id="desk", basis="configured")
    ledger = Ledger.create(path, government="Exampleland", timezone="Europe/London", recorder=recorder)
    for file in sorted(DOCUMENTS.glob("*.yaml")):
        for document in read_documents(file.read_bytes(), file.name):
            ledger.record(document.fields)
    return ledger
