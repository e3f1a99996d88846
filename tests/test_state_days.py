"""Effective days: dates of year, month and day precision, and the unknown date before every date."""

from __future__ import annotations

import os
import subprocess
import sys
from calendar import monthrange
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import MalformedDate
from ledger.timeline import FOREVER, UNSTATED, Entry, Interval, day_of, days_of, intervals, is_set, iso, spans, value_at

DATES = st.dates()
MALFORMED = (
    *("", " ", "2026-4-1", "26-04-01", "2026/04/01", "20260401", "2026-04-01T00:00:00", "2026-04-01 ", " 2026"),
    *("2026-13", "2026-00", "2026-02-30", "2026-04-00", "0000", "0000-01-01", "-2026", "+2026", "2026-", "..-", "..."),
    *("٢٠٢٦", "２０２６-04-01", "2026\n", "2026-04-01\n", "2026-W10", "2026-123", "99999", "now", "None", "2026?"),
)


@given(DATES)
def test_a_day_is_the_ordinal_of_its_date_and_is_shown_as_it_is_written(day: date) -> None:
    assert day_of(day.isoformat()) == day.toordinal()
    assert iso(day.toordinal()) == day.isoformat()


@given(DATES)
def test_a_year_and_a_month_count_from_their_first_day(day: date) -> None:
    text = day.isoformat()
    assert day_of(text[:4]) == day.replace(month=1, day=1).toordinal()
    assert day_of(text[:7]) == day.replace(day=1).toordinal()
    assert day_of(text[:4]) <= day_of(text[:7]) <= day_of(text)


@given(DATES)
def test_a_year_and_a_month_may_mean_each_of_their_days(day: date) -> None:
    for text, length in ((day.isoformat(), 1), (day.isoformat()[:7], monthrange(day.year, day.month)[1])):
        first, last = days_of(text)
        assert (first, last - first + 1) == (day_of(text), length)
    assert days_of(day.isoformat()[:4]) == (date(day.year, 1, 1).toordinal(), date(day.year, 12, 31).toordinal())
    assert days_of("..") == (UNSTATED, UNSTATED)


@given(DATES, DATES)
def test_days_are_in_the_order_of_their_dates(one: date, other: date) -> None:
    assert (day_of(one.isoformat()) < day_of(other.isoformat())) == (one < other)


@given(DATES)
def test_the_unknown_date_lies_before_every_date_and_forever_after_it(day: date) -> None:
    assert day_of("..") == UNSTATED < day_of(day.isoformat()) < FOREVER
    assert (iso(UNSTATED), iso(FOREVER)) == ("..", None)


def test_the_first_and_the_last_date_are_dates() -> None:
    for day in (date.min, date.max):
        assert UNSTATED < day_of(day.isoformat()) < FOREVER and iso(day.toordinal()) == day.isoformat()


@pytest.mark.parametrize("text", MALFORMED)
def test_what_is_no_date_is_refused_with_a_sentence_without_control_characters(text: str) -> None:
    with pytest.raises(MalformedDate) as refusal:
        day_of(text)
    assert str(refusal.value).isprintable()
    assert "is not a date" in str(refusal.value)


@pytest.mark.parametrize(
    "text",
    [
        *("[2020..20211", "[2020-01..2021-011", "[2020..2021", "[2020..", "[2020]", "[..]", "[]", "[", "[2020...2021]"),
        *("[2021..2020]", "[2020-01-01..2020-01-01]", "[....2021]", "[2020....]", "[2020..2021] ", "[2020,2021]"),
    ],
)
def test_what_is_no_set_of_days_in_order_is_refused(text: str) -> None:
    with pytest.raises(MalformedDate, match="is not a date"):
        is_set(text)


def test_a_set_of_days_may_be_open_at_its_beginning() -> None:
    assert [is_set(text) for text in ("[2020..2021]", "[..2021]", "2021", "..")] == [True, True, False, False]


@given(st.text(max_size=12))
def test_any_text_is_a_day_or_is_refused(text: str) -> None:
    try:
        assert UNSTATED <= day_of(text) < FOREVER
    except MalformedDate as refusal:
        assert str(refusal).isprintable()


def test_a_day_does_not_depend_on_the_time_zone_of_the_machine() -> None:
    """Local midnights must not shift it: the same ordinals on both sides of the date line."""
    asked = "from ledger.timeline import day_of; print(day_of('2026-03-29'), day_of('2026'), day_of('..'))"
    zones = ("Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/London", "UTC")
    found = {
        subprocess.run(
            [sys.executable, "-c", asked], env={**os.environ, "TZ": zone}, capture_output=True, text=True, check=True
        ).stdout
        for zone in zones
    }
    assert found == {f"{date(2026, 3, 29).toordinal()} {date(2026, 1, 1).toordinal()} 0\n"}


def entry(day: int, value: object, position: int = 1, order: int | None = None) -> Entry:
    return Entry(day, order or position, position, str(day), value)


def test_a_span_lasts_until_the_next_entry_and_is_clipped_to_the_lives_of_its_thing() -> None:
    lives = (Interval(10, 20, 1, 2, "10"), Interval(30, FOREVER, 3, 0, "30"))
    said = [entry(5, "before", 4), entry(12, "a", 5), entry(25, "between", 6), entry(35, "b", 7), entry(40, None, 8)]
    found = [(span.start, span.end, span.value) for span in spans(said, lives)]
    assert found == [(12, 20, "a"), (30, 35, "a"), (35, 40, "b")]


def test_an_absent_value_leaves_no_span_and_is_found_as_absent() -> None:
    lives = (Interval(0, FOREVER, 1, 0, ".."),)
    said = [entry(1, "a", 2), entry(2, None, 3)]
    assert [(span.start, span.end) for span in spans(said, lives)] == [(1, 2)]
    found = value_at(said, lives, 2)
    assert found is not None and found.value is None
    assert value_at(said, lives, 0) is None


def test_lives_alternate_and_what_turns_nothing_is_named() -> None:
    turns = ("ends", "resumes", "begins", "resumes", "ends", "ends", "resumes")
    found, idle = intervals([entry(day, turn, day) for day, turn in enumerate(turns, 1)])
    lives = [(life.start, life.end, life.begun_by, life.ended_by) for life in found]
    assert lives == [(3, 5, 3, 5), (7, FOREVER, 7, 0)]
    assert idle == {1, 2, 4, 6}


def test_what_comes_back_on_a_day_by_which_it_may_have_ended_had_ended() -> None:
    """What was paused had not: it was resumed."""
    began, back, later = entry(700_000, "begins", 1), entry(730_000, "resumes", 3), entry(740_000, "ends", 4)
    ended = Entry(day_of("[..2009]"), 2, 2, "[..2009]", "ends")
    found, idle = intervals([began, back, ended])
    assert [(life.start, life.end, life.ended_by) for life in found] == [(700_000, 730_000, 2), (730_000, FOREVER, 0)]
    assert found[0].sure_to == 700_001 and not idle
    found, idle = intervals([began, back, ended, later])
    assert [life.ended_by for life in found] == [2, 4] and not idle
    found, idle = intervals([began, back, ended], unpausing={3})
    assert [(life.start, life.end) for life in found] == [(700_000, day_of("2009-12-31"))] and idle == {3}


def test_what_comes_back_on_the_day_on_which_it_began_had_not_ended() -> None:
    began, back = entry(700_000, "begins", 1), entry(700_000, "resumes", 2)
    ended = Entry(day_of("[..2009]"), 3, 3, "[..2009]", "ends")
    found, idle = intervals([began, back, ended])
    assert [(life.start, life.end, life.ended_by) for life in found] == [(700_000, day_of("2009-12-31"), 3)]
    assert idle == {2}
