"""Personal data lies beside the tree: recorded with its event, deleted for good when asked."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.store_lines import START, append, drafts

from ledger.events.commitments import commit
from ledger.store.choice.recording import make
from ledger.store.protocol import Store

SALT, VALUE = b"salt" * 8, "Ada Example-Lovelace"
COMMITMENT = commit(VALUE, SALT).commitment


def recorded(store: Store) -> None:
    (draft,) = drafts("D-1", ["cluster:a"])
    opening = (COMMITMENT, SALT, VALUE)
    assert store.append(lambda head: [draft._replace(personal=[opening])], at=lambda: START)


def test_an_opening_is_recorded_in_the_same_append_as_its_event(tmp_path: Path) -> None:
    with make(tmp_path / "new.ledger") as store:
        recorded(store)
        assert store.personal(COMMITMENT) == (SALT, VALUE)


def test_an_append_that_fails_records_no_opening(tmp_path: Path) -> None:
    with make(tmp_path / "new.ledger") as store:
        (draft,) = drafts("D-1", ["cluster:a"])
        with pytest.raises(ValueError):
            opening = (COMMITMENT, SALT, VALUE)
            store.append(lambda head: [draft._replace(personal=[opening], part=2)], at=lambda: START)
        assert store.personal(COMMITMENT) is None


def test_what_is_forgotten_is_gone_from_the_files_and_the_event_stays(tmp_path: Path) -> None:
    path = tmp_path / "new.ledger"
    with make(path) as store:
        recorded(store)
        root = store.root()
        assert store.forget(COMMITMENT) is True
        assert store.forget(COMMITMENT) is False
        assert store.personal(COMMITMENT) is None
        assert store.root() == root and store.head().position == 1
        assert not any(VALUE.encode() in file.read_bytes() for file in tmp_path.iterdir())
        assert append(store, "D-2").versions == (2,)
