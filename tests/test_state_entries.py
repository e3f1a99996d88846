"""Entries that are packed as they grow old: they are what a plain sorted list would be, in a part of its memory."""

from __future__ import annotations

import tracemalloc
from bisect import insort

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.events.changes.mission import KeptExtent
from ledger.state.entries import PACKED, PLAIN_MAX, Entries
from ledger.timeline import FOREVER, Entry, Interval, Reach, value_at

LIVES = (Interval(0, FOREVER, 1, 0, ".."),)
VALUES = st.sampled_from([None, "Work", True, ("07", "08"), {"grade": "ahead"}, KeptExtent(("a/b",))])
LATE = 7  # every so many entries one is late, by as many as are packed twice


def entry(day: int, position: int, value: object = "Work") -> Entry:
    return Entry(day, position, position, str(day), value, "cluster")


SAID = st.integers(0, 4 * PLAIN_MAX).flatmap(  # of any length alike: lists by themselves are rarely long
    lambda size: st.lists(st.tuples(st.integers(0, 99), VALUES), min_size=size, max_size=size)
)


@given(SAID, st.lists(st.integers(0, 5 * PLAIN_MAX), max_size=9))
def test_entries_are_what_a_sorted_list_would_be(said: list[tuple[int, object]], taken_out: list[int]) -> None:
    entries, plain = Entries(), list[Entry]()
    for position, (day, value) in enumerate(said, 1):
        entries.insert(entry(day, position, value))
        insort(plain, entry(day, position, value), key=lambda one: one.place)
    for position in taken_out:
        entries.remove(position)
        plain = [one for one in plain if one.position != position]
    assert (len(entries), list(entries), list(reversed(entries))) == (len(plain), plain, plain[::-1])
    assert [entries[place] for place in range(-len(plain), len(plain))] == plain * 2
    assert (entries[2:-2], entries == plain) == (plain[2:-2], True)
    for day in range(100):
        assert entries.in_force(LIVES, day, Reach.LIVING) == value_at(plain, LIVES, day)


@given(SAID, st.integers(0, 99))
def test_the_end_of_a_timeline_begins_ever_sooner_and_at_last_with_its_first_entry(
    said: list[tuple[int, object]], day: int
) -> None:
    plain = sorted((entry(at, position) for position, (at, _) in enumerate(said, 1)), key=lambda one: one.place)
    first = entry(day, 0)
    ends = list(Entries(plain).since(first))
    assert ends[-1] == plain
    for end in ends:
        assert end == plain[len(plain) - len(end) :]
    assert all(end[0] < first for end in ends[:-1])


def test_a_copy_shares_nothing_that_changes() -> None:
    entries = Entries(entry(day, day) for day in range(1, 3 * PLAIN_MAX))
    before, copy, late = list(entries), entries.copy(), entry(1, 900)
    copy.insert(late)
    copy.remove(2)
    assert list(entries) == before
    assert list(copy) == [before[0], late, *before[2:]]


def test_a_place_beyond_the_entries_is_none() -> None:
    with pytest.raises(IndexError):
        Entries()[0]
    with pytest.raises(IndexError):
        Entries(entry(day, day) for day in range(50))[-51]


def test_a_thousand_entries_are_held_in_a_quarter_of_the_memory_of_a_list_late_ones_too() -> None:
    def said(position: int) -> Entry:
        day = 730_000 + position - (2 * PACKED if position % LATE == 0 else 0)
        return entry(
            day, 1_000_000 + position, f"What is meant by wording {position} is said more plainly than before."
        )

    def taken(of: type[list[Entry]] | type[Entries]) -> int:
        tracemalloc.start()
        try:
            held = of()
            for position in range(1_000):
                held.insert(said(position)) if isinstance(held, Entries) else insort(held, said(position))
            return tracemalloc.get_traced_memory()[0]
        finally:
            tracemalloc.stop()

    assert taken(Entries) < taken(list) / 4
