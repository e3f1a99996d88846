"""The section on agility: how freely the structure changes, and whether what measures it holds still. No score."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from projections.agility.query import Found, figures, metrics
from projections.agility.windows import windows
from projections.charts.series import inside, series
from projections.report.audit import Audit
from projections.report.document import Block, Bullets, Heading, Paragraph, Section, table
from projections.report.structure import drawn

_BLOCKS = {"structure": "Structure (may change)", "measurement": "Measurement (should stay the same)"}
_SHOWN = "restructuring-events"


def section(about: Audit) -> Section:
    """Return the figures of both blocks over the period, for the whole government, and one of them over the years."""
    return Section("Agility", lambda: _of(about))


def _of(about: Audit) -> Iterator[Block]:
    question = about.asked()
    yield Paragraph(
        f"Figures of the whole government over the period from {about.period}, side by side. They are not added "
        "up: there is no score. A figure that cannot be computed says why, and is not zero."
    )
    yield from drawn(series(question, _SHOWN))
    found = list(figures(question.record, list(metrics().values()), windows(about.since, question.day), [None]))
    for block, title in _BLOCKS.items():
        of_block = [one for one in found if one.metric.block == block]
        yield Heading(title)
        yield _figures(of_block)
        yield from _meanings(of_block)


def _figures(found: Sequence[Found]) -> Block:
    rows = []
    for one in found:
        figure = one.figure
        value = _measured(figure.value, one.metric.unit) if figure.value is not None else f"none: {figure.why_not}"
        ended = f", {figure.censored} not ended" if figure.censored else ""
        out_of = f" of {figure.out_of:.6g}" if figure.out_of is not None else ""
        rows.append((one.metric.name, one.metric.line, value, f"{figure.n}{out_of}{ended}"))
    columns = {"metric": 5, "what it says": 9, "figure": 5, "made of": 4}
    return table("Figures of the period", columns, rows, "There is no metric.")


def _measured(value: float, unit: str) -> str:
    """Return a figure with its unit; where that is a span of numbers, as the span that it is a point of."""
    return f"{value:.4g}, from {unit}" if unit[:1].isdigit() else f"{value:.4g} {unit}"


def _meanings(found: Sequence[Found]) -> list[Block]:
    items = [f"{one.metric.name}: {inside(one.metric.not_meaning)}" for one in found if one.figure.value]
    return [Paragraph("What a high value does not mean:"), Bullets(items)] if items else []
