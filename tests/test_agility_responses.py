"""Response to signals: worked by hand, empty, and at two states of knowledge."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.agility_records import YEAR, figure, figure_of, live, record, row
from support.governing import decide, governed

from ledger.application import Ledger
from ledger.rules.flagged import DecisionFacts
from ledger.timeline import day_of


def cites(decided: str | None, *signals: str, position: int = 9) -> DecisionFacts:
    day = None if decided is None else day_of(decided)
    return DecisionFacts(
        f'["A","{position}"]', "A", str(position), position, day_of("2026-12-01"), day, responds_to=signals
    )


SIGNALS = (live("s1", "2026-01-01", by=1), live("s2", "2026-01-01", by=2), live("s3", "2026-01-01", by=3))


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """The small government, with a signal of 2026-02-01 that concerns care."""
    with governed(tmp_path) as found:
        signal = {
            "change": "observe-signal",
            "signal": "ageing",
            "kind": "trend",
            "description": "x",
            "concerns": ["care"],
        }
        decide(found, signal, effective="2026-02-01")
        yield found


def test_by_hand() -> None:
    """Answered after 10 and 30 days, one not at all: 2/3 are left after 10 days, 1/3 after 30, the median is 30."""
    found = record(*SIGNALS, decisions=(cites("2026-01-11", "s1", position=7), cites("2026-01-31", "s2", "s1")))
    answer = figure("response-time", found)
    assert (answer.value, answer.n, answer.censored, answer.events) == (30, 3, 1, (3, 7, 9))


def test_only_the_first_citation_counts_and_an_answer_of_the_same_day_takes_no_days() -> None:
    decisions = (cites("2026-06-01", "s1"), cites("2026-01-01", "s1", position=4))
    assert figure("response-time", record(SIGNALS[0], decisions=decisions))[:2] == (0, 1)


def test_where_the_day_of_the_decision_is_not_stated_its_record_counts() -> None:
    found = figure("response-time", record(SIGNALS[0], decisions=(cites(None, "s1"),)))
    assert found.value == day_of("2026-12-01") - day_of("2026-01-01")


def test_the_day_of_observation_goes_before_that_of_effect() -> None:
    seen = row("s1", "observed_on", "2026-01-06", "2026-01-01")
    assert figure("response-time", record(SIGNALS[0], seen, decisions=(cites("2026-01-11", "s1"),))).value == 5


def test_where_most_are_not_answered_there_is_no_median_and_it_says_so() -> None:
    found = figure("response-time", record(*SIGNALS, decisions=(cites("2026-01-11", "s1"),)))
    assert (found.value, found.censored, found.why_not) == (None, 2, "2 of 3 signals are not answered yet")


def test_without_a_signal_there_is_no_figure() -> None:
    assert figure("response-time", record()).value is None
    assert figure("response-time", record(live("s1", "2025-01-01"))).why_not == "no signal was observed in the window"


def test_of_a_cluster_are_the_signals_that_concern_it_or_its_parts() -> None:
    concerns = (row("s1", "concerns", ("c/a",), "2026"), row("s2", "concerns", ("c2",), "2026"))
    parts = (live("c", "2020"), live("c/a", "2020"), row("c/a", "cluster", "c", "2020"))
    assert (
        figure("response-time", record(*SIGNALS, *concerns, *parts, decisions=(cites("2026-01-11", "s1"),)), "c").n == 1
    )


def test_at_two_states_of_knowledge(ledger: Ledger, tmp_path: Path) -> None:
    before = ledger.head().position
    answer = {"change": "repurpose-cluster", "cluster": "care", "purpose": "To age well."}
    decide(ledger, answer, effective="2026-04-01", decided_on="2026-02-21", responds_to=["ageing"])
    assert figure_of(ledger, tmp_path, "response-time", before, YEAR).value is None
    assert figure_of(ledger, tmp_path, "response-time", None, YEAR).value == 20
