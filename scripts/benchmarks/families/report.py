"""The audit report of the demonstration, beside drawing the charts that are in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import Figure, price
from benchmarks.rounds import here, in_turn
from benchmarks.session import Session
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
DOCUMENTS = Path(__file__).resolve().parents[2] / "examples" / "demo"


def figures(session: Session) -> Iterator[Figure]:
    """Measure the report as PDF and as a page, each whole, beside its charts drawn from the same question.

    The demonstration is as long as it is, whatever sizes are asked for.
    """
    folder = session.own_folder("demonstration")
    ledger = demonstration(folder / "demo.ledger")
    views = Views(ledger, folder)
    blocks = [block for section in report(asked(views)).sections for block in section.blocks]
    charts = [block.chart for block in blocks if isinstance(block, Picture)]
    sides = {
        "pdf": here(lambda: pdf(report(asked(views)))),
        "page": here(lambda: page(report(asked(views)))),
        "charts": here(lambda: [svg(chart, framed=False) for chart in charts]),
    }
    events = ledger.head().position
    took = in_turn(sides, session.rounds(ROUNDS))
    views.close()
    ledger.close()
    beside = f"its {len(charts)} charts drawn"
    for form, name in (("pdf", "PDF"), ("page", "HTML")):
        yield price(f"report of the demonstration, {name}", events, took[form], beside, took["charts"], 5)


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
