"""The settings that the rules measure against: in force from their day on, with defaults for those not adopted."""

from __future__ import annotations

from support.histories import ListSource

from ledger.events.changes.government import ConstituteGovernment
from ledger.events.changes.settings import AdoptSettings
from ledger.names import GOVERNMENT
from ledger.rules.judge import settings_on
from ledger.state.record import Fact
from ledger.state.state import State
from ledger.timeline import day_of


def state(*adopted: tuple[str, AdoptSettings]) -> State:
    opening = ConstituteGovernment(name="X", origin="X", timezone="UTC", ledger_id="0" * 32)
    said = [("..", opening), *adopted]
    facts = [Fact(n, f"{GOVERNMENT}@{n}", change, day, f'["X","{n}"]') for n, (day, change) in enumerate(said, 1)]
    found = State(ListSource(facts))
    found.load(())
    return found


def test_what_was_never_adopted_has_its_default() -> None:
    assert settings_on(State(ListSource(())), day_of("2026-01-01")) == AdoptSettings.DEFAULTS
    assert settings_on(state(), day_of("2026-01-01")) == AdoptSettings.DEFAULTS


def test_a_setting_holds_from_its_day_on_and_leaves_the_others_as_they_are() -> None:
    found = state(("2026-04-01", AdoptSettings(late_after_days=10)))
    assert settings_on(found, day_of("2026-03-31")) == AdoptSettings.DEFAULTS
    assert settings_on(found, day_of("2026-04-01")) == {**AdoptSettings.DEFAULTS, "late_after_days": 10}


def test_a_setting_of_no_days_is_a_setting() -> None:
    found = state(("2026-04-01", AdoptSettings(late_after_days=0)))
    assert settings_on(found, day_of("2026-04-01"))["late_after_days"] == 0
