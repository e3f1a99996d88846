"""The keys of a ledger as a reader finds them: what was published, retired, corrected, struck and rescinded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.governing import AUTHORITY, constituted, decide, event_id, governed, structure
from support.vkeys import PUBLIC, id_of, long_vkey, own_vkey, vkey

from ledger.application import Ledger
from ledger.application.reader import opened_reader
from ledger.errors import Refused
from ledger.proving.published import PublishedKey, Retirement, published_keys


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with governed(tmp_path) as found:
        yield found


def publish(key: str, **fields: Any) -> dict[str, Any]:
    return {"change": "publish-key", "key": key, **fields}


def retire(key: str, **fields: Any) -> dict[str, Any]:
    return {"change": "retire-key", "key": key, **fields}


def recorded_at(ledger: Ledger, position: int) -> str:
    return ledger.need(position).event.recorded_at


def test_a_ledger_has_no_keys_before_one_is_published(ledger: Ledger) -> None:
    assert published_keys(ledger) == ()


def test_keys_are_told_in_order_with_when_they_were_recorded(ledger: Ledger) -> None:
    first, second = own_vkey(ledger), long_vkey(ledger.government.origin)
    decide(ledger, publish(second), publish(first))
    assert published_keys(ledger) == (
        PublishedKey(second, 8, recorded_at(ledger, 8)),
        PublishedKey(first, 9, recorded_at(ledger, 9)),
    )


def test_a_reader_without_models_of_its_own_is_enough(ledger: Ledger) -> None:
    decide(ledger, publish(own_vkey(ledger)))
    with opened_reader(ledger.location) as reader:
        assert published_keys(reader) == published_keys(ledger) != ()


def test_a_retired_key_says_by_which_event_and_since_when(ledger: Ledger) -> None:
    keys = [own_vkey(ledger, number) for number in range(3)]
    decide(ledger, *map(publish, keys))
    decide(ledger, retire(keys[0]), retire(keys[1], since="2026-03-01T00:00:00Z"), effective="2026-05")
    told = {one.vkey: one.retired for one in published_keys(ledger)}
    assert told == {keys[0]: Retirement(11, "2026-05"), keys[1]: Retirement(12, "2026-03-01T00:00:00Z"), keys[2]: None}


def test_of_two_retirements_the_one_of_the_later_day_counts(ledger: Ledger) -> None:
    key = own_vkey(ledger)
    decide(ledger, publish(key))
    decide(ledger, retire(key), effective="2026-07-01")
    decide(ledger, retire(key, since="2026-01-01"), effective="2026-06-01")
    assert published_keys(ledger)[0].retired == Retirement(9, "2026-07-01")
    decide(ledger, retire(key, since="2025-01-01"), effective="2026-07-01")
    assert published_keys(ledger)[0].retired == Retirement(11, "2025-01-01")


def test_what_was_known_before_stays_answerable(ledger: Ledger) -> None:
    key = own_vkey(ledger)
    decide(ledger, publish(key))
    decide(ledger, retire(key))
    assert published_keys(ledger, 7) == ()
    assert published_keys(ledger, 8) == (PublishedKey(key, 8, recorded_at(ledger, 8)),)
    assert published_keys(ledger, 9)[0].retired == Retirement(9, "2026-04-01")


def test_a_publication_that_is_struck_is_none_until_the_strike_is_struck(ledger: Ledger) -> None:
    event = event_id(ledger, decide(ledger, publish(own_vkey(ledger))))
    strike = {"change": "strike", "target": event, "because": "It was a draft."}
    struck = event_id(ledger, decide(ledger, strike, effective=None))
    assert published_keys(ledger) == ()
    decide(ledger, {**strike, "target": struck}, effective=None)
    assert [one.position for one in published_keys(ledger)] == [8]


def test_a_retirement_that_is_struck_is_none(ledger: Ledger) -> None:
    key = own_vkey(ledger)
    event = event_id(ledger, decide(ledger, publish(key), retire(key)), 2)
    decide(ledger, {"change": "strike", "target": event, "because": "The key was found again."}, effective=None)
    assert [one.retired for one in published_keys(ledger)] == [None]


def test_corrections_and_postponements_move_the_day_since_when_a_key_is_retired(ledger: Ledger) -> None:
    key = own_vkey(ledger)
    decide(ledger, publish(key))
    event = event_id(ledger, decide(ledger, retire(key), effective="2027-01-01", reference="END"))
    end = {"authority": AUTHORITY, "reference": "END"}
    decide(ledger, {"change": "postpone-decision", "decision": end, "new_effective": "2028"})
    assert published_keys(ledger)[0].retired == Retirement(9, "2028")
    correction = {"change": "correct", "target": event, "because": "A slip.", "data": {"since": "2026-12-24"}}
    decide(ledger, correction, effective=None)
    assert published_keys(ledger)[0].retired == Retirement(9, "2026-12-24")
    decide(ledger, {"change": "rescind-decision", "decision": end})
    assert published_keys(ledger)[0].retired is None


def test_a_publication_that_stands_in_the_place_of_another_is_told_once(ledger: Ledger) -> None:
    key = own_vkey(ledger)
    event = event_id(ledger, decide(ledger, publish(key)))
    decide(ledger, publish(key, corrects=event), effective="2026-02-01")
    assert [one.position for one in published_keys(ledger)] == [9]


def test_one_decision_that_is_struck_takes_its_keys_along(ledger: Ledger) -> None:
    decide(ledger, publish(own_vkey(ledger)), publish(own_vkey(ledger, 1)), reference="KEYS")
    whole = {"authority": AUTHORITY, "reference": "KEYS"}
    decide(ledger, {"change": "strike", "target": whole, "because": "It was a draft."}, effective=None)
    assert published_keys(ledger) == ()


NUMBERS, DAYS = st.integers(0, 1), st.sampled_from(("2026-02", "2026-04-01", "2027"))
STEPS = st.one_of(
    st.tuples(st.just("publish-key"), NUMBERS, DAYS),
    st.tuples(st.just("retire-key"), NUMBERS, DAYS),
    st.tuples(st.just("strike"), st.integers(2, 9), DAYS),
    st.tuples(st.just("correct"), st.integers(2, 9), DAYS),
    st.tuples(st.just("rescind-decision"), st.integers(0, 7), DAYS),
    st.tuples(st.just("postpone-decision"), st.integers(0, 7), DAYS),
)


def change(ledger: Ledger, verb: str, number: int, day: str) -> dict[str, Any]:
    if verb in ("publish-key", "retire-key"):
        return {"change": verb, "key": vkey(ledger.government.origin, PUBLIC[number])}
    if verb in ("strike", "correct"):
        moved = {"new_effective": day} if verb == "correct" else {}
        return {"change": verb, "target": f"government@{number}", "because": "A slip.", **moved}
    moved = {"new_effective": day} if verb == "postpone-decision" else {}
    return {"change": verb, "decision": {"authority": AUTHORITY, "reference": f"R-{number}"}, **moved}


@settings(max_examples=30, deadline=None)
@given(st.lists(STEPS, min_size=3, max_size=9))
def test_the_keys_that_are_told_are_those_of_the_whole_fold(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int, str]]
) -> None:
    with constituted(tmp_path_factory.mktemp("keys")) as ledger:
        for place, (verb, number, day) in enumerate(steps):
            effective = None if verb in ("strike", "correct") else day
            try:
                decide(ledger, change(ledger, verb, number, day), effective=effective, reference=f"R-{place}")
            except Refused:
                continue
        government = structure(ledger, "9999-12-31").get("government")
        assert government is not None
        held = government.keyed("keys")
        told = {id_of(one.vkey): one for one in published_keys(ledger)}
        assert set(told) == {key for key in held if "/" not in key}
        for key, one in told.items():
            since = held.get(f"{key}/retired", {}).get("since")
            assert (one.retired.since if one.retired else None) == since
            assert one.position == government.attributes[f"keys:{key}"].set_by
