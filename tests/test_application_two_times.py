"""The two times at the ledger's own door: what a person may ask for, and what the ledger knew then."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.governing import (
    AUTHORITY,
    REGISTRY,
    START,
    Document,
    constituted,
    decide,
    event_id,
    governed,
    structure,
    ticking,
    value,
)

from ledger.application import Ledger, import_register
from ledger.application.moments import end_of_day
from ledger.errors import InputError
from ledger.integrity.tree import EMPTY_ROOT, format_root
from ledger.timeline import day_of

DAY = timedelta(days=1)


def retitle(title: str) -> Document:
    return {"change": "retitle-cluster", "cluster": "care", "title": title}


def title(ledger: Ledger, effective: str, known: str | None = None) -> object:
    return value(ledger, "care", "title", effective, known)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """The small government, whose decisions are recorded a day apart from 5 March 2026, 10:00 UTC."""
    with governed(tmp_path, ticking(step=DAY)) as found:
        yield found


# The traps, on a ledger


def test_a_late_backdated_decision_keeps_the_later_one(ledger: Ledger) -> None:
    decide(ledger, retitle("Missions for care"), effective="2026-06-01")
    decide(ledger, retitle("Care and work"), effective="2026-04-01")
    assert title(ledger, "2026-05-31") == "Care and work"
    assert title(ledger, "2026-06-01") == "Missions for care"


def test_what_was_known_before_a_correction_is_answered_as_it_was_known(ledger: Ledger) -> None:
    wrong = decide(ledger, retitle("Misions for care"), effective="2026-04-01")
    said = {"change": "correct", "target": event_id(ledger, wrong), "because": "A slip."}
    decide(ledger, {**said, "data": {"title": "Missions for care"}, "new_effective": "2026-05-01"})
    assert title(ledger, "2026-05-01", f"p{wrong.tree_size}") == "Misions for care"
    assert title(ledger, "2026-04-01", f"p{wrong.tree_size}") == "Misions for care"
    assert (title(ledger, "2026-04-01"), title(ledger, "2026-05-01")) == ("Care", "Missions for care")


def test_a_postponed_and_a_rescinded_decision_were_known_to_come(ledger: Ledger) -> None:
    said = decide(ledger, retitle("Missions for care"), effective="2027", reference="CM-1")
    name = {"authority": AUTHORITY, "reference": "CM-1"}
    moved = decide(ledger, {"change": "postpone-decision", "decision": name, "new_effective": "2028"})
    decide(ledger, {"change": "rescind-decision", "decision": name}, effective="2026-05-01")
    days = ("2027-06-01", "2028-06-01")
    assert [title(ledger, day, f"p{said.tree_size}") for day in days] == ["Missions for care"] * 2
    assert [title(ledger, day, f"p{moved.tree_size}") for day in days] == ["Care", "Missions for care"]
    assert [title(ledger, day) for day in days] == ["Care", "Care"]


def test_a_decision_of_several_parts_is_known_as_a_whole(ledger: Ledger) -> None:
    before = ledger.known()
    changes = [retitle("Missions for care"), {**retitle("X"), "cluster": "places"}]
    receipt = decide(ledger, *changes, {"change": "retitle-mission", "mission": "sleep", "title": "Y"})
    for position in receipt.positions[:-1]:
        assert ledger.known(f"p{position}") == before
    assert ledger.known(f"p{receipt.positions[-1]}").position == receipt.tree_size
    instant = ledger.known().at
    assert instant is not None
    assert ledger.known(instant.isoformat()).position == receipt.tree_size
    assert ledger.known((instant - timedelta(microseconds=1)).isoformat()) == before


# What may be asked for


def test_before_the_first_record_nothing_was_known(ledger: Ledger) -> None:
    for text in ("p0", "2026-03-05T09:59:59.999999Z", "2026-03-04", "0001-01-01"):
        known = ledger.known(text)
        assert (known.position, known.at, known.size, known.root) == (0, None, 0, format_root(EMPTY_ROOT))
        assert structure(ledger, "2030-01-01", text).things == {}


def test_after_the_last_record_all_is_known(ledger: Ledger) -> None:
    for text in (None, "2100-01-01", "9999-12-30", "9999-12-31", "2100-01-01T00:00:00Z"):
        assert ledger.known(text) == ledger.known()


def test_an_instant_names_the_last_decision_recorded_at_or_before_it(ledger: Ledger) -> None:
    receipt = decide(ledger, retitle("Missions for care"))
    at = receipt.recorded_at
    assert ledger.known(at.isoformat()).position == receipt.tree_size
    assert ledger.known((at + timedelta(microseconds=1)).isoformat()).position == receipt.tree_size
    assert ledger.known((at - timedelta(microseconds=1)).isoformat()).position == receipt.tree_size - 1
    elsewhere = at.astimezone(tz=datetime.fromisoformat("2000-01-01T00:00:00+05:30").tzinfo)
    assert ledger.known(elsewhere.isoformat()).position == receipt.tree_size


@pytest.mark.parametrize(
    ("timezone", "known"),
    [("UTC", True), ("America/New_York", True), ("Pacific/Kiritimati", False), ("Asia/Tokyo", False)],
)
def test_a_date_is_the_end_of_that_day_in_the_time_zone_of_the_government(
    tmp_path: Path, timezone: str, known: bool
) -> None:
    """Recorded at 20:00 UTC on 5 March, when it was already the 6th in Tokyo."""
    evening = START.replace(hour=20)
    with constituted(tmp_path, ticking(evening), timezone) as ledger:
        assert (ledger.known("2026-03-05").position == 1) is known
        assert ledger.known("2026-03-06").position == 1


def test_the_day_on_which_clocks_change_ends_at_its_own_midnight(tmp_path: Path) -> None:
    assert end_of_day(datetime(2026, 3, 29).date(), "Europe/London") == datetime(2026, 3, 29, 22, 59, 59, 999999, UTC)
    assert end_of_day(datetime(2026, 3, 28).date(), "Europe/London") == datetime(2026, 3, 28, 23, 59, 59, 999999, UTC)
    # Samoa had no 30 December 2011: the 29th ends where the 31st begins.
    assert end_of_day(datetime(2011, 12, 29).date(), "Pacific/Apia") == datetime(2011, 12, 30, 9, 59, 59, 999999, UTC)


@given(st.dates(), st.sampled_from(("UTC", "Europe/London", "Pacific/Kiritimati", "America/St_Johns", "Asia/Kolkata")))
def test_days_end_one_after_the_other(day: date, timezone: str) -> None:
    try:
        ends = [end_of_day(one, timezone) for one in (day, day + DAY)]
    except OverflowError:  # the last days that there are
        return
    assert timedelta(hours=20) < ends[1] - ends[0] < timedelta(hours=28)


@pytest.mark.parametrize(
    "text",
    ["", "p", "p-1", "p01", "120", "yesterday", "2026-03", "2026-02-30", "2026-03-05T10:00:00", "p1\n", "..", "p१"],
)
def test_what_names_no_state_of_knowledge_is_refused_in_words(ledger: Ledger, text: str) -> None:
    with pytest.raises(InputError, match="is not understood as a state of knowledge") as refusal:
        ledger.known(text)
    assert str(refusal.value).isprintable()


def test_the_root_of_what_was_known_is_that_of_its_own_position(ledger: Ledger) -> None:
    """Nothing in an answer depends on the day on which one asks."""
    roots = {f"p{n}": ledger.known(f"p{n}") for n in range(ledger.head().position + 1)}
    decide(ledger, retitle("Missions for care"))
    assert {text: ledger.known(text) for text in roots} == roots
    assert ledger.known("2026-03-05") == roots["p1"]


# Time zones


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu"])
def test_nothing_shifts_with_the_time_zone_of_the_machine(
    tmp_path: Path, zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        with governed(tmp_path) as ledger:
            decide(ledger, retitle("Missions for care"), effective="2026-03-29")
            assert (title(ledger, "2026-03-28"), title(ledger, "2026-03-29")) == ("Care", "Missions for care")
            assert ledger.today() == day_of("2026-03-05")
            assert ledger.known("2026-03-05") == ledger.known()
            recorded = ledger.at(1)
            assert recorded is not None
            assert recorded.event.recorded_at == "2026-03-05T10:00:00.000000Z"
    finally:
        monkeypatch.undo()
        time.tzset()
    assert os.environ.get("TZ") != zone


@pytest.mark.parametrize(
    ("timezone", "today"), [("Pacific/Kiritimati", "2026-03-06"), ("UTC", "2026-03-05"), ("Pacific/Apia", "2026-03-05")]
)
def test_today_is_the_day_of_the_government(tmp_path: Path, timezone: str, today: str) -> None:
    with constituted(tmp_path, ticking(START.replace(hour=10)), timezone) as ledger:
        assert ledger.today() == day_of(today)


def test_effective_dates_are_the_same_in_every_government(tmp_path: Path) -> None:
    for timezone in ("Pacific/Kiritimati", "America/Los_Angeles"):
        folder = tmp_path / timezone.replace("/", "-")
        folder.mkdir()
        with constituted(folder, timezone=timezone) as ledger:
            decide(ledger, {"change": "establish-cluster", "cluster": "care", "title": "Care"}, effective="2026-04-01")
            assert value(ledger, "care", "title", "2026-03-31") is None
            assert value(ledger, "care", "title", "2026-04-01") == "Care"


# An older register


def test_many_entries_of_one_instant_are_known_together_and_each_in_its_order(tmp_path: Path) -> None:
    """A register that was filled in one go has 660 entries at one time; a position still tells them apart."""
    at = "2020-01-01T00:00:00Z"
    documents = [
        {
            "authority": "Register",
            "reference": f"R-{number}",
            "recorded_at": at,
            "effective": "2020",
            "changes": [
                {"change": "establish-cluster", "cluster": "care", "title": "Title 0"}
                if number == 0
                else {"change": "retitle-cluster", "cluster": "care", "title": f"Title {number}"}
            ],
        }
        for number in range(660)
    ]
    path = tmp_path / "old.ledger"
    found = import_register(path, documents, government="Old", source="a.rsf", recorder=REGISTRY, clock=ticking())
    assert (found.events, found.decisions) == (660, 660)
    with Ledger.open(path, recorder=REGISTRY) as ledger:
        assert ledger.known(at).position == 661
        assert ledger.known("2019-12-31").position == 0
        assert title(ledger, "2020-01-01", at) == "Title 659"
        assert title(ledger, "2020-01-01", "p301") == "Title 299"
        assert len({recorded.event.recorded_at for recorded in ledger.events(0, 661)}) == 1
        assert ledger.verify().ok
