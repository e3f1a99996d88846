"""Keys of the ledger: published and retired, refused, corrected and struck."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.governing import decide, document, event_id, governed, judged, rules, structure
from support.vkeys import PUBLIC, id_of, long_vkey, own_vkey, vkey

from ledger.application import Ledger
from ledger.errors import MalformedDocument
from ledger.integrity.vkeys import COSIGNATURE

Document = dict[str, Any]


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with governed(tmp_path) as found:
        yield found


def publish(key: str, **fields: Any) -> Document:
    return {"change": "publish-key", "key": key, **fields}


def retire(key: str, **fields: Any) -> Document:
    return {"change": "retire-key", "key": key, **fields}


def named(key: str) -> str:
    """A key by its name and id."""
    return key.rpartition("+")[0] if key.count("+") == 2 else "+".join(key.split("+")[:2])


def keys(ledger: Ledger, day: str) -> dict[str, Any]:
    government = structure(ledger, day).get("government")
    assert government is not None
    return government.keyed("keys")


def test_a_published_key_is_an_attribute_of_the_government_and_stays_one_when_it_is_retired(ledger: Ledger) -> None:
    key = own_vkey(ledger)
    decide(ledger, publish(key))
    decide(ledger, retire(named(key)), effective="2026-06")
    held = {id_of(key): {"type": "Ed25519", "key": key}}
    assert keys(ledger, "2026-03-31") == {}
    assert keys(ledger, "2026-05-31") == held
    assert keys(ledger, "2026-06-01") == {**held, f"{id_of(key)}/retired": {"since": "2026-06"}}


def test_a_retirement_says_since_when_a_key_is_not_vouched_for(ledger: Ledger) -> None:
    key = long_vkey(ledger.government.origin)
    decide(ledger, publish(key))
    decide(ledger, retire(key, since="2026-03-01T00:00:00+01:00"))
    assert keys(ledger, "2026-04-01")[f"{id_of(key)}/retired"] == {"since": "2026-03-01T00:00:00+01:00"}


def test_a_key_that_is_retired_too_late_is_retired_again_with_an_earlier_day(ledger: Ledger) -> None:
    key = own_vkey(ledger)
    decide(ledger, publish(key))
    decide(ledger, retire(named(key)))
    decide(ledger, retire(named(key), since="2025"))
    assert keys(ledger, "2026-04-01")[f"{id_of(key)}/retired"] == {"since": "2025"}
    assert rules(ledger, retire(named(key), since="2025"), reference="again") == ["changes-nothing"]


class TestKeyOfAnotherLedger:
    RULE = "key-of-another-ledger"

    def test_speaks_of_another_name(self, ledger: Ledger) -> None:
        (notice,) = judged(ledger, publish(vkey("example.org/ledger")))
        assert notice.rule == self.RULE
        assert f'the origin of this ledger is "{ledger.government.origin}"' in notice.found

    def test_speaks_where_a_key_of_another_name_is_retired(self, ledger: Ledger) -> None:
        assert rules(ledger, retire("example.org/ledger+3739bf70")) == [self.RULE]

    def test_silent_where_the_government_was_renamed_since(self, ledger: Ledger) -> None:
        decide(ledger, {"change": "rename-government", "title": "Republic of Illyria"})
        assert judged(ledger, publish(own_vkey(ledger))) == []


class TestKeyTaken:
    RULE = "key-taken"

    def test_speaks_of_a_key_that_is_published(self, ledger: Ledger) -> None:
        key = own_vkey(ledger)
        decide(ledger, publish(key))
        (notice,) = judged(ledger, publish(key), effective="2026-05-01")
        assert notice.rule == self.RULE
        assert f"Key {id_of(key)} is published already, from 2026-04-01 on" in notice.found

    def test_speaks_on_a_day_before_it_and_after_its_retirement(self, ledger: Ledger) -> None:
        key = own_vkey(ledger)
        decide(ledger, publish(key))
        decide(ledger, retire(key), effective="2026-05-01")
        for day in ("2026-02-01", "2026-07-01"):
            assert rules(ledger, publish(key), effective=day) == [self.RULE]

    def test_speaks_within_one_decision(self, ledger: Ledger) -> None:
        key = own_vkey(ledger)
        assert rules(ledger, publish(key), publish(key)) == [self.RULE]

    def test_silent_once_the_publication_is_struck(self, ledger: Ledger) -> None:
        key = own_vkey(ledger)
        event = event_id(ledger, decide(ledger, publish(key)))
        decide(ledger, {"change": "strike", "target": event, "because": "Not decided."}, effective=None)
        assert keys(ledger, "2026-04-01") == {}
        assert judged(ledger, publish(key)) == []

    def test_silent_where_it_stands_in_the_place_of_the_publication(self, ledger: Ledger) -> None:
        key = own_vkey(ledger)
        event = event_id(ledger, decide(ledger, publish(key)))
        decide(ledger, publish(key, corrects=event), effective="2026-02-01")
        assert set(keys(ledger, "2026-02-01")) == {id_of(key)}

    def test_silent_for_another_key(self, ledger: Ledger) -> None:
        decide(ledger, publish(own_vkey(ledger)), publish(own_vkey(ledger, 1)))
        assert len(keys(ledger, "2026-04-01")) == 2


class TestUnknownKey:
    RULE = "unknown-key"

    def test_speaks_of_a_key_that_was_never_published(self, ledger: Ledger) -> None:
        key = own_vkey(ledger)
        decide(ledger, publish(key))
        near = f"{named(key)[:-1]}{'0' if key.split('+')[1][-1] != '0' else '1'}"
        (notice,) = judged(ledger, retire(near))
        assert notice.rule == self.RULE
        assert f'No key {near[-8:]} is published. Did you mean "{id_of(key)}"?' in notice.found

    def test_speaks_of_a_key_that_is_published_later(self, ledger: Ledger) -> None:
        key = own_vkey(ledger)
        decide(ledger, publish(key))
        (notice,) = judged(ledger, retire(named(key)), effective="2026-03-31")
        assert notice.found == f"Key {id_of(key)} is published from 2026-04-01 on, and not yet on 2026-03-31."

    def test_silent_for_one_that_is_published_in_the_same_decision(self, ledger: Ledger) -> None:
        key = own_vkey(ledger)
        assert judged(ledger, publish(key), retire(named(key))) == []
        assert rules(ledger, retire(named(key)), publish(key)) == [self.RULE]


def test_no_correction_makes_another_key_of_one(ledger: Ledger) -> None:
    event = event_id(ledger, decide(ledger, publish(own_vkey(ledger))))
    correction = {"change": "correct", "target": event, "because": "A slip."}
    notices = judged(ledger, {**correction, "data": {"key": own_vkey(ledger, 1)}}, effective=None)
    assert [notice.rule for notice in notices] == ["not-correctable"]
    assert '"key" of event' in notices[0].found and "is its identity" in notices[0].found
    decide(ledger, {**correction, "new_effective": "2026-02-01"}, effective=None)
    assert set(keys(ledger, "2026-02-01")) == {id_of(own_vkey(ledger))}


def test_what_stands_in_the_place_of_a_key_is_about_the_same_key(ledger: Ledger) -> None:
    event = event_id(ledger, decide(ledger, publish(own_vkey(ledger))))
    for instead in (publish(own_vkey(ledger, 1)), {"change": "rename-government", "title": "Illyria and Elis"}):
        assert rules(ledger, {**instead, "corrects": event}) == ["other-thing"]


def test_the_day_since_when_a_key_is_not_vouched_for_can_be_corrected(ledger: Ledger) -> None:
    key = own_vkey(ledger)
    event = event_id(ledger, decide(ledger, publish(key), retire(key)), 2)
    because = {"change": "correct", "target": event, "because": "It was stolen earlier."}
    decide(ledger, {**because, "data": {"since": "2026-01-02"}}, effective=None)
    assert keys(ledger, "2026-04-01")[f"{id_of(key)}/retired"] == {"since": "2026-01-02"}


@pytest.mark.parametrize(
    ("change", "effective", "told"),
    [
        (publish("illyria"), "2026-04-01", '"key" ("illyria"): A verifier key is NAME+ID+BASE64'),
        (publish(vkey("illyria.example").replace("3739bf70", "3739bf71")), "2026-04-01", "3739bf70, and not 3739bf71"),
        (publish(vkey("illyria.example", PUBLIC[0], COSIGNATURE)), "2026-04-01", "signs no checkpoint of a ledger"),
        (publish(vkey("illyria.example", PUBLIC[0], 0x65)), "2026-04-01", "is of type 65"),
        (publish(vkey("illyria example")), "2026-04-01", "has no space"),
        (publish(vkey("e\u0301le.example")), "2026-04-01", "NFC"),
        (publish(vkey("illyria.\u200bexample")), "2026-04-01", "an origin holds no space"),
        (publish("illyria.example+3739bf70"), "2026-04-01", "A verifier key is NAME+ID+BASE64"),
        (publish(vkey("illyria.example")), "..", '".." (not known), which may stand only where something begins'),
        (publish(vkey("illyria.example")), "[2026-01..2026-02]", "may stand only where something ends"),
        (retire("illyria.example+3739bf7"), "2026-04-01", "or its name and id with + between"),
        (retire("illyria.example+3739bf70", since=".."), "2026-04-01", "may stand only where something begins"),
        (retire("illyria.example+3739bf70", since="2026-13"), "2026-04-01", "2026-13"),
        (retire("illyria.example+3739bf70", since="2026-04-01T10:00"), "2026-04-01", "or an instant such as"),
        (publish("x" * 100_000), "2026-04-01", "longer than 4096 characters"),
    ],
)
def test_a_malformed_key_and_a_day_that_is_none_are_refused_in_words(
    ledger: Ledger, change: Document, effective: str, told: str
) -> None:
    with pytest.raises(MalformedDocument) as caught:
        ledger.plan(document(change, effective=effective))
    assert told in str(caught.value)
