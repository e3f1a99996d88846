"""What `lags` says first, in sentences: how many records it is asked about, and how many days they took."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from support.command_line import Desk
from support.two_times_example import recorded

from commands.terminal.spreads import numbered, spread_in_words
from ledger.lags import Lag
from projections.answers.lags import DECISIONS, PAIRS, spread

PAPER = """\
authority: Registrar
reference: REG-2026-02
decided_on: 2026-01-05
effective: 2026-06-01
changes:
  - {change: establish-cluster, cluster: homes, title: Homes}
  - {change: add-segment, segment: homes/repair, title: Repair}
"""


@pytest.fixture
def told(bare: Desk) -> Desk:
    """A desk with the example of docs/two-times.md."""
    with recorded(bare.folder) as ledger:
        path = Path(str(ledger.store.location))
    path.rename(bare.ledger)
    return bare


def words(*days: int | None, over: int = 30, counts: str = DECISIONS) -> str:
    lags = [None if one is None else Lag(one, one) for one in days]
    return spread_in_words(spread(counts, lags, over), over)


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ((), "no decision."),
        ((None,), "1 decision states no date."),
        ((None, None), "2 decisions state no date."),
        ((12,), "1 decision, 12 days; not over 30 days."),
        ((1,), "1 decision, 1 day; not over 30 days."),
        ((1143,), "1 decision, 1,143 days; over 30 days."),
        ((-1,), "1 decision, 1 day in advance; not over 30 days."),
        ((12, None), "1 decision, 12 days; not over 30 days. 1 states no date."),
        ((12, 12), "2 decisions, 12 and 12 days; neither over 30 days."),
        ((674, 12), "2 decisions, 12 and 674 days; 1 over 30 days."),
        ((31, 32), "2 decisions, 31 and 32 days; both over 30 days."),
        ((-3, 31), "2 decisions, 3 days in advance and 31 days; 1 over 30 days."),
        ((1, 2, 31), "3 decisions, 1, 2 and 31 days; 1 over 30 days."),
        ((1, 2, 3, None, None), "3 decisions, 1, 2 and 3 days; none over 30 days. 2 state no date."),
        ((31, 32, 33), "3 decisions, 31, 32 and 33 days; all over 30 days."),
        ((1, 2, 3, 4), "4 decisions, median 2 days, half between 1 and 3, longest 4; none over 30 days."),
        ((0, 0, 0, 9), "4 decisions, at least half of them 0 days, longest 9; none over 30 days."),
        (
            (-40, -2, 1, 31),
            "4 decisions, median 2 days in advance, half between 40 days in advance and 1 day, longest 31, "
            "earliest 40 days in advance; 1 (25.0%) over 30 days.",
        ),
        (
            (-9, -8, -7, -6),
            "4 decisions, median 8 days in advance, half between 9 days in advance and 7 days in advance, "
            "latest 6 days in advance, earliest 9 days in advance; none over 30 days.",
        ),
        (
            (289, 674, 947, 1143, *[None] * 34),
            "4 decisions, median 674 days, half between 289 and 947, longest 1,143; all over 30 days. "
            "34 state no date.",
        ),
    ],
)
def test_lags_are_told_in_a_plain_sentence(days: tuple[int | None, ...], said: str) -> None:
    assert words(*days) == said


def test_a_limit_of_one_day_is_told_in_the_singular() -> None:
    assert words(5, over=1) == "1 decision, 5 days; over 1 day."


def test_pairs_are_told_as_pairs_and_what_was_inferred_apart() -> None:
    found = spread(PAIRS, [Lag(5, 5), None, None, None], 30)
    pair = "1 pair of a decision and an effective date"
    inferred = "1 states a date by inference alone."
    assert spread_in_words(found, 30, 1) == f"{pair}, 5 days; not over 30 days. 2 state no date. {inferred}"
    assert spread_in_words(spread(PAIRS, [None], 30), 30, 1) == f"{pair} states a date by inference alone."
    assert numbered(2, PAIRS) == "2 pairs of a decision and an effective date"
    assert numbered(0, PAIRS) == "no pair of a decision and an effective date"


def test_dates_known_to_the_year_are_told_with_the_fewest_and_with_the_most_days() -> None:
    assert spread_in_words(spread(DECISIONS, [Lag(11, 375), None], 30), 30) == (
        "1 decision, 11 days; not over 30 days. "
        "1 date is known to the year or month; at the most 375 days; over 30 days. 1 states no date."
    )


def test_the_screen_says_the_totals_first(told: Desk) -> None:
    first, second, third, fourth, head, *_ = told.run("lags").stdout.splitlines()
    assert first == "4 decisions: 1 late (over 30 days), 1 in advance, 1 retroactive."
    assert second == "From decision to record: 2 decisions, 3 and 89 days; 1 over 30 days. 2 state no date."
    assert third.startswith("From effect to record: 3 pairs of a decision and an effective date, 57 days in advance, ")
    assert fourth.startswith(
        "From effect to the record of its correction: 1 pair of a decision and an effective date, 32"
    )
    assert head.startswith("recorded at")


def test_lags_of_an_authority_and_of_a_thing_are_counted_alone(told: Desk) -> None:
    told.record(PAPER)
    for narrowed in (
        ("--authority", "Registrar", "--thing", "homes"),
        ("--thing", "homes"),
        ("--thing", "homes/repair"),
    ):
        found = told.json("lags", *narrowed)
        assert (found["decisions"], found["from_decision"]["n"]) == (1, 1)
        assert [one["decision"]["reference"] for one in found["records"]] == ["REG-2026-02"]
    decided = {(one["decision"]["authority"], one["decision"]["reference"]) for one in told.json("log")["events"]}
    by_authority = Counter(authority for authority, reference in decided if reference != "constitution")
    assert len(by_authority) > 1
    for authority, number in by_authority.items():
        assert told.json("lags", "--authority", authority)["decisions"] == number
    assert told.json("lags")["decisions"] == by_authority.total()


def test_a_part_is_found_by_the_thing_that_it_is_part_of_and_by_no_longer_name(told: Desk) -> None:
    told.record(PAPER).record(PAPER.replace("homes", "homes-2").replace("REG-2026-02", "REG-2026-03"))
    told.record("""
        authority: Registrar
        reference: REG-2026-04
        effective: 2026-06-02
        changes: [{change: retitle-segment, segment: homes/repair, title: Repairs}]
    """)
    assert told.json("lags", "--thing", "homes")["decisions"] == 2
    assert told.json("lags", "--thing", "homes/repair")["decisions"] == 2
    assert told.json("lags", "--thing", "homes-2")["decisions"] == 1
    assert told.json("lags", "--thing", "home")["decisions"] == 0


def test_a_kind_narrows_the_lines_down_and_no_count(told: Desk) -> None:
    every = told.json("lags")
    for kind, words in (("late", "late"), ("in-advance", "in advance"), ("retroactive", "retroactive")):
        found = told.json("lags", "--kind", kind)
        assert found["records"] == [one for one in every["records"] if words in one["kinds"]] != []
        assert {**found, "records": every["records"]} == every
    assert "No record is late.\n" in told.run("lags", "--kind", "late", "--over", "100").stdout


def test_of_nobody_no_decision_is_found_and_nothing_is_counted(told: Desk) -> None:
    for narrowed in (("--authority", "Nobody"), ("--thing", "nothing"), ("--known", "p0")):
        assert told.run("lags", *narrowed).stdout.startswith("No decision was found.\nIllyria")
