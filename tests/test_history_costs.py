"""What an auditor asks is read by keys: no answer looks through all of history for the little that it prints."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from support.demonstrations import demonstration
from support.plain import lags, why

from ledger.timeline import day_of
from projections.answers.history import history
from projections.answers.lineage import lineage
from projections.answers.matrix import matrix
from projections.differences.replay import Replay
from projections.views.read_model import Views

TABLES = ("rows", "events", "decisions", "decided", "mentioned", "mentions", "spoken", "d", "e", "k", "m", "r", "s")


@pytest.fixture(scope="module")
def views(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Views]:
    """The demonstration, with what SQLite counted for planning its queries, as a long-lived file has it."""
    folder = tmp_path_factory.mktemp("costs")
    with demonstration(folder / "a.ledger") as ledger, Views(ledger, folder) as found:
        found.catch_up()
        yield found


def scans(views: Views, ask: Callable[[], object]) -> list[str]:
    """The steps of queries that go through a whole table, or through a whole index, while something is asked."""
    asked: set[str] = set()
    views.file._db.set_trace_callback(lambda sql: asked.add(sql) if sql.startswith("SELECT") else None)
    ask()
    views.file._db.set_trace_callback(None)
    assert asked
    plans = (row[3] for sql in asked for row in views.file._db.execute(f"EXPLAIN QUERY PLAN {sql}"))
    return [
        step for step in plans if step.startswith(tuple(f"SCAN {table}" for table in TABLES)) and "VIRTUAL" not in step
    ]


QUESTIONS: dict[str, Callable[[Views, int], object]] = {
    "history": lambda views, known: history(views, "wellbeing", known),
    "lineage of a cluster": lambda views, known: lineage(views, "culture", known),
    "lineage of a segment": lambda views, known: lineage(views, "living-places/green-space", known),
    "why": lambda views, known: why(views, "sleep-well", day_of("2025-12-31"), known),
    "matrix": lambda views, known: matrix(views, day_of("2025-12-31"), known, "wellbeing"),
    "lags of a day": lambda views, known: lags(
        views, day_of("2026-12-31"), known, recorded_from="2026-11-05", recorded_to="2026-11-05", over=30
    ),
    "a step along the record": lambda views, known: _both_ways(
        Replay(views, known, "recorded", "decision", "p233", "p233")
    ),
    "a step along the days of effect": lambda views, known: _both_ways(
        Replay(views, known, "effective", "day", "2024-09-01", "2024-09-02")
    ),
}


def _both_ways(replay: Replay) -> None:
    (step,) = replay.steps()
    assert step.differences and replay.before(step) is None


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_answer_is_found_by_keys_and_not_by_looking_through_everything(views: Views, question: str) -> None:
    known = views.ledger.head().position
    # `filled` has one row; the head of the ledger and the end of the index are asked for before every answer.
    assert scans(views, lambda: QUESTIONS[question](views, known)) == []


def test_a_step_reads_the_events_of_its_own_decision_and_of_what_it_speaks_of(views: Views) -> None:
    read: list[int] = []
    at = views.ledger.at
    views.ledger.at = lambda position: (read.append(position), at(position))[1]  # type: ignore[method-assign]
    try:
        (step,) = Replay(views, views.ledger.head().position, "recorded", "decision", "p234", "p234").steps()
    finally:
        del views.ledger.at
    assert step.label == "REG-2026-02" and len(set(read)) <= 4
