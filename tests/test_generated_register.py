"""A generated register is taken over, and what the ledger answers is what its rows say: no more, and no less."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from campaigns.register import ask_back
from support.generated_register import generated
from support.source_register import Register, Row, days, iso, occurrences

SMALL = generated(7, 50, 100)


def test_every_unit_of_a_register_is_asked_back_at_each_of_its_dates_and_equals_its_source() -> None:
    asked = ask_back(generated(1, 100, 200))
    assert (asked.units, asked.rows) == (100, 300)
    assert asked.answers > 600 and asked.days > 500


def test_everything_that_registers_of_governments_hold_occurs_often_in_a_register_of_full_size() -> None:
    counted = occurrences(generated(1, 1_000, 2_000))
    assert len(counted) == 19
    assert min(counted.values()) >= 10, counted
    assert set(+occurrences(generated(1, 100, 200))) == set(counted)


def test_the_same_seed_and_size_give_the_same_register() -> None:
    assert generated(7, 50, 100) == SMALL != generated(8, 50, 100)


def other(what: str, **said: object) -> Callable[[Row], Row | None]:
    """Say something else in a row where something of the kind is said."""
    return lambda row: (
        row._replace(said=row.said | said) if row.what == what and said.keys() <= row.said.keys() else row
    )


def narrowed(row: Row) -> Row:
    """Leave the last day out of those on one of which a unit ended."""
    return row._replace(day=f"[..{iso(days(row.day)[1] - 1)}]") if row.day.startswith("[..") else row


def housed(row: Row) -> Row:
    """Let a body begin in one more division."""
    first = row.said.get("parents", ()) if row.what == "began" and row.unit.startswith("B") else ("V1",)
    return row if "V1" in first else row._replace(said=row.said | {"parents": (*first, "V1")})


@pytest.mark.parametrize(
    "altered",
    [
        pytest.param(lambda row: None if row.what == "called" else row, id="a title is lost"),
        pytest.param(lambda row: None if row.what == "back" else row, id="a comeback is lost"),
        pytest.param(other("called", title="Made up"), id="a title is made up"),
        pytest.param(other("ended", reason="abolished"), id="a reason is made up"),
        pytest.param(other("ended", successors=()), id="a successor is lost"),
        pytest.param(housed, id="a parent is made up"),
        pytest.param(lambda row: None if row.what == "named" else row, id="a name is lost"),
        pytest.param(other("keyed", keys={"payroll": "0"}), id="a key is made up"),
        pytest.param(narrowed, id="a day of an end is lost"),
    ],
)
def test_an_answer_that_differs_from_the_source_is_seen(altered: Callable[[Row], Row | None]) -> None:
    taken = list(SMALL.rows)
    place = next(place for place, row in enumerate(taken) if altered(row) != row)
    found = altered(taken[place])
    taken[place : place + 1] = [] if found is None else [found]
    with pytest.raises(AssertionError):
        ask_back(SMALL, Register(SMALL.kinds, taken))
