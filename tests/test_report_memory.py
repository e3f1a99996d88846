"""Memory of a report that does not grow with the record: it is written part by part, and few decisions are at hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import pytest
from support.long_records import peak, retitled

from ledger.application import Known
from ledger.store.reading import nodes
from ledger.timeline import day_of
from projections.charts.question import Question
from projections.report import references
from projections.report.audit import Audit, Caps
from projections.report.decisions import annex as of_annex
from projections.report.decisions import reported, section
from projections.report.decisions.annex import annex
from projections.report.document import Rows, Section
from projections.report.pages import _section as page_of
from projections.views import file as of_views
from projections.views import spool
from projections.views.queries import rows as of_rows
from projections.views.read_model import Views

SIZE = 300  # decisions of the smaller record
CHARACTERS = 300  # that a card takes at the least
# What is held differs by the strings that pydantic keeps, of which there is a bound; 900 decisions more that were held
# would be ten times as much.
GROWTH_BYTES = 200_000


@pytest.fixture(scope="module")
def views(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Views]:
    """One cluster, retitled again and again: the structure stays, the record grows."""
    with retitled(tmp_path_factory.mktemp("long"), 4 * SIZE) as views:
        yield views


@pytest.fixture(autouse=True)
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reported, "_EVENTS_AT_ONCE", 20)
    for module in (spool, of_views, of_annex):
        monkeypatch.setattr(module, "AT_ONCE", 20)
    monkeypatch.setattr(spool, "_BYTES_IN_MEMORY", 2_000)
    monkeypatch.setattr(nodes, "_PROVEN_MAX", 20)
    monkeypatch.setattr(of_rows, "VALUES_AT_ONCE", 20)


def about(views: Views, known: int, caps: Caps = Caps()) -> Audit:  # noqa: B008  # it is frozen
    at: Known = views.ledger.known(f"p{known}")
    return Audit(Question(views, day_of("2031-01-01"), at), day_of("2000-01-01"), None, caps)


def characters(made: Callable[[Audit], Section], views: Views, known: int) -> int:
    """Write a section as a page does, keeping nothing of it; return how long it is."""
    return sum(len(part) for part in page_of(1, made(about(views, known))))


def table(views: Views, known: int) -> int:
    return sum(len(part) for part in annex(about(views, known).decisions))


WRITTEN: dict[str, Callable[[Views, int], int]] = {
    "every decision": partial(characters, section.section),
    "references": partial(characters, references.section),
    "annex": table,
}


@pytest.mark.parametrize("name", WRITTEN)
def test_a_part_of_a_report_holds_as_much_of_four_times_the_record(name: str, views: Views) -> None:
    sizes = (1 + SIZE, 1 + 4 * SIZE)
    few, more = (peak(partial(WRITTEN[name], views, known)) for known in sizes)
    assert more - few < GROWTH_BYTES


def test_the_longer_record_is_written_whole(views: Views) -> None:
    lengths = [WRITTEN["every decision"](views, known) for known in (1 + SIZE, 1 + 4 * SIZE)]
    assert lengths[1] - lengths[0] > 3 * SIZE * CHARACTERS
    assert WRITTEN["annex"](views, 1 + 4 * SIZE) > 3 * WRITTEN["annex"](views, 1 + SIZE)


def test_a_table_of_any_length_is_put_aside_and_read_again() -> None:
    def filled(count: int) -> int:
        rows = Rows({"number": 1, "nothing": 1, "text": 3})
        for number in range(count):
            rows.add(number, None, "x" * 500)
        found = rows.table("Numbers", "None.")
        return sum(1 for _ in found.rows)  # type: ignore[union-attr]

    assert filled(500) == 500
    few, more = (peak(partial(filled, count)) for count in (500, 2_000))
    assert more - few < GROWTH_BYTES < 500 * 1_500
