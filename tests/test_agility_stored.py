"""Figures of a record that is read a family at a time, held to those of one with every row in memory."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.agility_records import METRICS, in_memory, within
from support.examples import examples
from support.histories import History, histories
from support.small_world import Draw
from support.written_ledgers import written
from test_doubt_worlds import doubting

from projections.agility.figures import Window
from projections.agility.query import clusters, effective_days, figures
from projections.agility.reading import record_at
from projections.agility.record import KnownRecord
from projections.views.read_model import Views

FEW = settings(max_examples=examples(25), deadline=None, suppress_health_check=list(HealthCheck))


@st.composite
def told(draw: Draw) -> History:
    """Draw a history with measurements, corrections and strikes, or one with ends on one of several days."""
    history: History = draw(st.one_of(histories(max_decisions=10, execution=True), doubting()))
    return history


def _windows(data: st.DataObject, history: History) -> list[Window]:
    days = sorted({day for day in history.days() if 1 < day < 800_000})
    pairs = data.draw(st.lists(st.tuples(st.sampled_from(days), st.sampled_from(days)), min_size=1, max_size=3))
    return [Window(min(pair), max(pair) + 1) for pair in pairs] + [Window(1, 800_000)]


@FEW
@given(told(), st.data())
def test_every_figure_is_that_of_the_rows_in_memory_at_every_position(history: History, data: st.DataObject) -> None:
    over, metrics = _windows(data, history), list(METRICS.values())
    with (
        tempfile.TemporaryDirectory() as folder,
        written(Path(folder, "a.ledger"), history) as ledger,
        Views(ledger, folder) as views,
    ):
        head = ledger.head().position
        for known in {head, data.draw(st.integers(1, head))}:
            found, plain = record_at(views, known, over[0].end), in_memory(views, known, over[0].end)
            of = [None, *clusters(plain)]
            assert clusters(found) == of[1:] and list(effective_days(found)) == list(effective_days(plain))
            for one, expected in zip(figures(found, metrics, over, of), figures(plain, metrics, over, of), strict=True):
                assert one == expected, (one.metric.name, one.cluster, one.window, known)


@FEW
@given(told(), st.data())
def test_a_figure_of_a_cluster_is_made_of_its_part_of_the_record(history: History, data: st.DataObject) -> None:
    over = _windows(data, history)
    with (
        tempfile.TemporaryDirectory() as folder,
        written(Path(folder, "a.ledger"), history) as ledger,
        Views(ledger, folder) as views,
    ):
        plain = in_memory(views, ledger.head().position, over[0].end)
    for cluster in clusters(plain):
        part: KnownRecord = within(plain, cluster)
        for metric in METRICS.values():
            for window in over:
                assert metric.compute(part, window, cluster) == metric.compute(plain, window, cluster), metric.name
