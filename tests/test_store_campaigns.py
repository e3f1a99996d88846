"""A twentieth of the campaigns on damaged ledgers and beside writers, and the campaigns themselves seen to fail."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from random import Random
from unittest.mock import patch

import pytest
from campaigns import beside as campaign_beside
from campaigns import mutations as campaign_mutations
from campaigns import writers as campaign_writers
from support.mutated_ledgers import MUTATIONS

from ledger.store.reading import rows


def test_no_mutation_hangs_leaves_a_trace_or_changes_an_answer_under_the_true_root(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CLUSTER_LEDGER_VIEWS", "")  # the campaign sets it, and it is as before afterwards
    monkeypatch.setenv("CLUSTER_LEDGER_RECORDER", "")
    counted = campaign_mutations.campaign(1, range(75), told=lambda said: None)
    assert sum(counted.values()) == 75 and {kind for kind, _ in counted} == set(MUTATIONS)


def altered(path: Path, random: Random) -> str:
    """Alter the text of the last events in place, no guard in the way."""
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute("DROP TRIGGER events_no_update")
        raw.execute("UPDATE events SET line = CAST(replace(CAST(line AS TEXT), 'Care,', 'Cure,') AS BLOB)")
    return "every title of a cluster altered"


def test_the_campaign_sees_an_answer_that_is_changed_under_the_true_root(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where readers do not hold a line to its leaf, which they did not always do, it says so."""
    monkeypatch.setenv("CLUSTER_LEDGER_VIEWS", "")
    monkeypatch.setenv("CLUSTER_LEDGER_RECORDER", "")

    def trusting(line: bytes) -> bytes:
        return leaf(line.replace(b"Cure,", b"Care,"))

    leaf = rows.leaf_hash
    with (
        patch.object(rows, "leaf_hash", trusting),
        pytest.raises(AssertionError, match="is another under the true root: .*Care, .* became .*Cure, "),
    ):
        campaign_mutations.campaign(1, range(2), {"altered": altered}, told=lambda said: None)


def test_the_campaign_sees_a_program_that_does_not_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLUSTER_LEDGER_VIEWS", "")
    monkeypatch.setenv("CLUSTER_LEDGER_RECORDER", "")

    def endless(path: Path, random: Random) -> str:
        while True:
            pass

    with (
        patch.object(campaign_mutations, "SECONDS_MAX", 0.2),
        pytest.raises(AssertionError, match="had not ended after"),
    ):
        campaign_mutations.campaign(1, range(1), {"endless": endless}, told=lambda said: None)


def test_verification_beside_recording_and_importing_finds_no_damage() -> None:
    assert campaign_beside.campaign(1, 10, told=lambda said: None).runs == 10


def test_many_writers_record_into_each_store_and_exclude_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """A share of the campaign of writers: fewer of them, and fewer decisions."""
    for name, few in (("WRITERS", 4), ("RIVALS", 4)):
        monkeypatch.setattr(campaign_writers, name, few)
    found = campaign_writers.campaign(1, len(campaign_writers.STORES), lambda said: None, (5,))
    assert found == (2, 2 * (4 * 5 + 1))
