"""Event ids: made and taken apart in one place, and those of events that are only supposed."""

from __future__ import annotations

from ledger.events.ids import decision_key, decision_keys, event_id, provisional_id, stream_and_version

LAST = 10**18 - 1  # the last position that can be named


def version(id_: str) -> int:
    number = stream_and_version(id_)[1]
    assert number is not None
    return number


def test_an_id_is_made_of_its_stream_and_version_and_taken_apart_into_them() -> None:
    assert event_id("cluster:care", 3) == "cluster:care@3"
    assert stream_and_version("cluster:care@3") == ("cluster:care", 3)


def test_what_is_no_id_has_no_version() -> None:
    for text in ("", "cluster:care", "cluster:care@", "cluster:care@x", "cluster:care@-1", '["A","B"]'):
        assert stream_and_version(text)[1] is None


def test_provisional_ids_come_after_every_real_one_in_the_order_of_their_positions() -> None:
    supposed = [provisional_id("cluster:care", position) for position in (1, 2, 10, LAST)]
    assert version(event_id("cluster:care", LAST)) < min(map(version, supposed))
    assert sorted(supposed, key=version) == sorted(supposed) == supposed


def test_the_keys_of_many_decisions_are_those_of_each() -> None:
    names = [("Council", "CM-1"), ("Council", 'CM "2"\u2028\x1b'), ("Rat\u200e", "é\U0001f3f4"), ("Council", "CM-1")]
    assert decision_keys(names) == [decision_key(*name) for name in names]
    assert decision_keys([]) == []
