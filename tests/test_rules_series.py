"""Series of references: numbers of which no decision is on record, what was skipped, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.governing import AUTHORITY, decide, governed, rules, structure
from support.long_records import peak
from support.noticing import ids, noticed

from ledger.application import Ledger
from ledger.errors import MalformedDocument
from ledger.events.changes.settings import AdoptSettings, DeclareSeries
from ledger.events.numbering import Numbered, numbered
from ledger.rules.flagged import Situation, flags
from ledger.rules.flagged.decision import DecisionFacts
from ledger.rules.flagged.series import DeclaredSeries
from ledger.state.structure import Held, Structure, ThingAt
from ledger.timeline import day_of
from projections.answers.notices import notices
from projections.views.read_model import Views

DAY = day_of("2026-06-01")
PLAIN: dict[str, Any] = {"change": "declare-series", "series": "cm", "office": AUTHORITY, "pattern": "CM-{n}"}
YEARLY: dict[str, Any] = {**PLAIN, "series": "si", "pattern": "SI {year}/{n}"}
SKIP: dict[str, Any] = {"change": "skip-numbers", "series": "cm", "because": "Reserved, and given to nothing."}
GAP, USED = "gap-in-series", "skipped-number-used"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """The small government."""
    with governed(tmp_path) as found:
        yield found


def declare(ledger: Ledger, said: dict[str, Any], **more: Any) -> None:
    decide(ledger, {**said, **more}, effective="2026-01-01", reference="series")


def number(ledger: Ledger, *references: str, **header: Any) -> None:
    """Record a decision under each of some references."""
    for reference in references:
        change = {"change": "establish-cluster", "cluster": f"c{ledger.head().position}", "title": "Title"}
        decide(ledger, change, reference=reference, **header)


def said(ledger: Ledger) -> list[str]:
    return [one.found for one in noticed(ledger, GAP)]


class TestGapInSeries:
    RULE = "gap-in-series"

    def test_speaks_of_the_numbers_before_the_newest_that_no_decision_has(self, ledger: Ledger) -> None:
        declare(ledger, PLAIN)
        number(ledger, "CM-2", "CM-3", "CM-7", "CM-9")
        assert said(ledger) == ['Series "cm" lacks 5 numbers: 1, 4 to 6, 8. The newest is "CM-9".']
        [notice] = noticed(ledger, GAP)
        assert (notice.id, notice.decision, notice.severity) == ("cm", "CM-9", "warning")

    def test_speaks_of_each_year_apart_where_numbers_begin_anew_each_year(self, ledger: Ledger) -> None:
        declare(ledger, YEARLY)
        number(ledger, "SI 2025/1", "SI 2025/3", "SI 2026/2", "SI 2027/1")
        assert said(ledger) == [
            'Series "si" lacks 1 number of 2025: 2. The newest is "SI 2025/3".',
            'Series "si" lacks 1 number of 2026: 1. The newest is "SI 2026/2".',
        ]
        assert ids(ledger, GAP) == ["si/2025", "si/2026"]

    def test_speaks_of_all_years_together_where_numbers_go_on(self, ledger: Ledger) -> None:
        declare(ledger, YEARLY, restarts="never")
        number(ledger, "SI 2025/1", "SI 2025/2", "SI 2026/4")
        assert said(ledger) == ['Series "si" lacks 1 number: 3. The newest is "SI 2026/4".']

    def test_speaks_of_no_more_than_ten_gaps_and_counts_the_rest(self, ledger: Ledger) -> None:
        declare(ledger, PLAIN)
        number(ledger, *(f"CM-{n}" for n in range(2, 26, 2)), "CM-999999999")
        listed = ", ".join(str(n) for n in range(1, 21, 2))
        newest = 'The newest is "CM-999999999".'
        assert said(ledger) == [f'Series "cm" lacks 999,999,986 numbers: {listed} and 3 more gaps. {newest}']

    def test_speaks_of_a_number_whose_decision_was_struck(self, ledger: Ledger) -> None:
        declare(ledger, PLAIN)
        number(ledger, "CM-1", "CM-2", "CM-3")
        target = {"authority": AUTHORITY, "reference": "CM-2"}
        decide(ledger, {"change": "strike", "target": target, "because": "A draft."}, effective=None, reference="s")
        assert said(ledger) == ['Series "cm" lacks 1 number: 2. The newest is "CM-3".']

    def test_silent_on_a_number_whose_decision_was_rescinded(self, ledger: Ledger) -> None:
        declare(ledger, PLAIN)
        number(ledger, "CM-1", "CM-2", "CM-3", effective="2027-01-01")
        target = {"authority": AUTHORITY, "reference": "CM-2"}
        decide(ledger, {"change": "rescind-decision", "decision": target}, reference="r")
        assert said(ledger) == []

    def test_silent_where_numbers_are_skipped_and_speaks_before_that_holds(self, ledger: Ledger) -> None:
        declare(ledger, PLAIN)
        number(ledger, "CM-1", "CM-9")
        decide(ledger, {**SKIP, "numbers": ["2", "4..8", "3..5", "20..30"]}, effective="2026-05-01", reference="k")
        assert said(ledger) == []
        lacking = ['Series "cm" lacks 7 numbers: 2 to 8. The newest is "CM-9".']
        assert [one.found for one in noticed(ledger, GAP, "2026-04-30")] == lacking

    def test_silent_on_what_another_authority_numbers_and_on_other_references(self, ledger: Ledger) -> None:
        declare(ledger, PLAIN)
        number(ledger, "CM-1", "CM-x", "CM-2b", "xCM-8", "CM-٣", "CM-1234567890")
        number(ledger, "CM-9", authority="Registrar")
        assert said(ledger) == []

    def test_silent_before_the_number_and_the_year_that_it_begins_with(self, ledger: Ledger) -> None:
        declare(ledger, YEARLY, first_year=2026, first_number=12)
        number(ledger, "SI 2025/3", "SI 2026/4", "SI 2026/12", "SI 2027/1")
        assert said(ledger) == []
        number(ledger, "SI 2026/14", "SI 2027/3")
        assert said(ledger) == [
            'Series "si" lacks 1 number of 2026: 13. The newest is "SI 2026/14".',
            'Series "si" lacks 1 number of 2027: 2. The newest is "SI 2027/3".',
        ]

    def test_silent_where_no_series_is_declared_yet(self, ledger: Ledger) -> None:
        number(ledger, "CM-1", "CM-9")
        assert said(ledger) == []
        declare(ledger, PLAIN)
        assert [one.found for one in noticed(ledger, GAP, "2025-12-31")] == []
        assert said(ledger) != []

    def test_silent_once_a_decision_that_was_recorded_late_fills_the_gap(self, ledger: Ledger, tmp_path: Path) -> None:
        declare(ledger, PLAIN)
        number(ledger, "CM-1", "CM-3")
        before = ledger.head().position
        number(ledger, "CM-2")
        with Views(ledger, tmp_path) as views:
            then, now = (
                [one.found for one in notices(views, DAY, known) if one.rule == GAP]
                for known in (before, ledger.head().position)
            )
        assert (then, now) == (['Series "cm" lacks 1 number: 2. The newest is "CM-3".'], [])


class TestSkippedNumberUsed:
    RULE = "skipped-number-used"

    def test_speaks_of_a_decision_whose_number_is_skipped(self, ledger: Ledger) -> None:
        declare(ledger, PLAIN)
        decide(ledger, {**SKIP, "numbers": ["2..4", "3..9"]}, reference="k")
        number(ledger, "CM-1", "CM-9")
        [notice] = noticed(ledger, USED)
        assert notice.found == 'Decision "CM-9" has a number of series "cm" that is said to be skipped.'
        assert (notice.id, notice.decision) == ("CM-9", "CM-9")

    def test_silent_on_the_same_number_of_another_year(self, ledger: Ledger) -> None:
        declare(ledger, YEARLY)
        decide(ledger, {**SKIP, "series": "si", "numbers": "2", "year": 2025}, reference="k")
        number(ledger, "SI 2026/1", "SI 2026/2")
        assert ids(ledger, USED) == []


class TestUnknownSeries:
    RULE = "unknown-series"

    def test_speaks_where_no_such_series_is_declared_by_that_day(self, ledger: Ledger) -> None:
        assert rules(ledger, {**SKIP, "numbers": "2"}) == [self.RULE]
        declare(ledger, PLAIN)
        assert rules(ledger, {**SKIP, "numbers": "2"}, effective="2025-12-31") == [self.RULE]

    def test_speaks_where_the_year_is_missing_or_too_much(self, ledger: Ledger) -> None:
        declare(ledger, YEARLY)
        assert rules(ledger, {**SKIP, "series": "si", "numbers": "2"}) == [self.RULE]
        decide(ledger, PLAIN, effective="2026-01-01", reference="plain")
        assert rules(ledger, {**SKIP, "numbers": "2", "year": 2026}) == [self.RULE]

    def test_silent_on_a_series_that_the_same_decision_declares(self, ledger: Ledger) -> None:
        decide(ledger, PLAIN, {**SKIP, "numbers": "2"}, reference="both")
        assert structure(ledger, "2026-06-01").things["government"].keyed("skipped") == {"cm/2": SKIP["because"]}


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"pattern": "CM"}, "has {n} once"),
        ({"pattern": "{n}/{n}"}, "has {n} once"),
        ({"pattern": "{year}{year}{n}"}, "{year} at most once"),
        ({"pattern": "CM-{number}"}, '"{number}" is no part of a pattern'),
        ({"pattern": "CM-{n"}, '"{" is no part of a pattern'),
        ({"restarts": "yearly"}, "does not say where the year stands"),
        ({"first_year": 2026}, "does not say where the year stands"),
        ({"pattern": "SI {year}/{n}", "first_number": 7}, "say with first_year"),
    ],
)
def test_a_series_that_cannot_be_meant_is_refused_in_words(ledger: Ledger, wrong: dict[str, Any], why: str) -> None:
    with pytest.raises(MalformedDocument) as error:
        decide(ledger, {**PLAIN, **wrong})
    assert why in str(error.value)


@pytest.mark.parametrize("numbers", ["", "x", "1..", "..4", "4..4", "5..4", "1,2", "012", "1234567890", []])
def test_numbers_that_are_none_are_refused(ledger: Ledger, numbers: Any) -> None:
    declare(ledger, PLAIN)
    with pytest.raises(MalformedDocument):
        decide(ledger, {**SKIP, "numbers": numbers})


def test_a_reference_is_read_by_the_pattern_as_a_whole_and_nothing_in_it_is_a_sign() -> None:
    assert numbered("C.M. ({n})", "C.M. (7)") == Numbered(7, None)
    assert numbered("C.M. ({n})", "CxM. (7)") is None
    assert numbered("{year}{n}", "20267") == Numbered(7, 2026)
    assert numbered("{n}{year}", "72026") == Numbered(7, 2026)
    assert numbered("{n}", "007") == Numbered(7, None)
    assert numbered("{n}\\", "7\\") == Numbered(7, None)


@pytest.mark.parametrize(
    ("fields", "start"),
    [
        ({}, ""),
        ({"first_number": 7}, " (from number 7 on)"),
        ({"pattern": "{year}/{n}", "first_year": 2026}, " (from 2026 on)"),
        ({"pattern": "{year}/{n}", "first_year": 2026, "first_number": 7}, " (from number 7 of 2026 on)"),
    ],
)
def test_a_series_is_told_with_its_beginning(fields: dict[str, Any], start: str) -> None:
    change = DeclareSeries.model_validate({"series": "cm", "office": "Council", "pattern": "{n}", **fields})
    assert change.sentence == f"Council numbers its decisions as series cm: {change.pattern}{start}."


def of_series(numbers: list[int], first: int | None, skipped: list[tuple[int, int]]) -> Situation:
    """A government with one series, and decisions under these numbers in this order."""
    series = {"office": AUTHORITY, "pattern": "{n}"} | ({} if first is None else {"first_number": first})
    keys = [f"skipped:cm/{low}" if low == high else f"skipped:cm/{low}..{high}" for low, high in skipped]
    values = {"life": True, "series:cm": series, **dict.fromkeys(keys, "Why.")}
    government = ThingAt("government", "government", {name: Held(one, 1, 1, "..") for name, one in values.items()})
    decisions = [DecisionFacts(str(n), AUTHORITY, str(n), at, DAY) for at, n in enumerate(numbers, 2)]
    return Situation(Structure.of_days(DAY, {"government": government}), decisions, AdoptSettings.DEFAULTS)


_span = st.tuples(st.integers(0, 40), st.integers(0, 9)).map(lambda span: (span[0], span[0] + span[1]))


@given(st.lists(st.integers(0, 40), unique=True), st.none() | st.integers(0, 20), st.lists(_span, max_size=4))
def test_in_whatever_order_numbers_come_what_lacks_is_what_is_in_no_set(
    numbers: list[int], first: int | None, skipped: list[tuple[int, int]]
) -> None:
    found = list(flags(of_series(numbers, first, skipped)))
    begin = 1 if first is None else first
    unused = {n for low, high in skipped for n in range(low, high + 1)}
    there = {n for n in numbers if n >= begin}
    lacking = set(range(begin, max(there, default=begin))) - there - unused
    told = [one.found for one in found if one.rule == GAP]
    assert [one.partition(" lacks ")[2].partition(" number")[0] for one in told] == [str(len(lacking))] * bool(lacking)
    listed = told[0].partition(": ")[2].partition(". ")[0].partition(" and ")[0] if told else ""
    spans = [tuple(map(int, one.split(" to "))) for one in listed.split(", ") if one]
    shown = {n for span in spans for n in range(span[0], span[-1] + 1)}
    assert shown <= lacking and (shown == lacking or len(spans) == 10)
    assert sorted(one.id for one in found if one.rule == USED) == sorted(str(n) for n in there & unused)


def test_numbers_written_in_two_ways_are_one_and_none_is_lost() -> None:
    situation = of_series([1, 2, 3, 6], None, [])
    references = ["3", "001", "1", "2", "03", "002", "6", "01"]
    decisions = [DecisionFacts(one, AUTHORITY, one, at, DAY) for at, one in enumerate(references, 2)]
    found = [one for one in flags(situation._replace(decisions=decisions)) if one.rule == GAP]
    assert [one.found for one in found] == ['Series "cm" lacks 2 numbers: 4 to 5. The newest is "6".']


def test_of_a_longer_series_no_more_is_in_memory() -> None:
    def read(count: int) -> None:
        series = DeclaredSeries(of_series([], None, []).structure)
        for n in range(1, count):
            if n != 7:
                assert list(series.add(DecisionFacts("", AUTHORITY, str(n), n, DAY))) == []
        assert [one.found for one in series.gaps()] == [f'Series "cm" lacks 1 number: 7. The newest is "{count - 1}".']

    few, more = (peak(partial(read, count)) for count in (500, 2_000))
    assert more < few * 1.25
