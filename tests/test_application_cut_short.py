"""A ledger that goes on after a read of its store failed: what was half taken in is never judged on."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from support.governing import AUTHORITY, REGISTRY, decide, document, governed, ticking

from ledger.application import Ledger
from ledger.errors import StoreError
from ledger.errors.store import StorageFailed
from ledger.names import LIFE
from ledger.state.state import State
from ledger.store.sqlite.edge import Edge
from ledger.store.sqlite.store import SQLiteStore
from ledger.timeline import day_of
from projections.views.file import ViewsFile
from projections.views.queries.index import ViewsIndex
from projections.views.read_model import Views

RETITLE = {"change": "retitle-cluster", "cluster": "care", "title": "Health"}
Query = Callable[..., list[tuple[Any, ...]]]


@contextmanager
def failing(at: int) -> Iterator[list[int]]:
    """Let one read of a store fail, the first being 0; gives a list whose length is how many there were."""
    reads: list[int] = []
    query: Query = SQLiteStore.query

    def counted(self: SQLiteStore, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        reads.append(len(reads))
        if len(reads) == at + 1:
            raise StorageFailed(self.path, sqlite3.OperationalError("an illustration"))
        return query(self, statement, parameters)

    with patch.object(SQLiteStore, "query", counted):
        yield reads


def held(state: State) -> dict[str, Any]:
    return {
        id_: {name: value.value for name, value in thing.attributes.items() if name != LIFE}
        for id_, thing in state.at(day_of("2026-06-01")).things.items()
    }


def in_new_folders(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """The number of the read that is to fail, and a folder, until a test has seen one that was never reached."""
    for at in count():
        folder = tmp_path / str(at)
        folder.mkdir()
        yield at, folder


def test_a_read_that_failed_once_leaves_no_half_folded_stream_to_judge_on(tmp_path: Path) -> None:
    """Another ledger records meanwhile, so that there is something to fold and something to catch up with."""
    asked = document({"change": "retire-segment", "segment": "care/work"}, reference="second")
    for at, folder in in_new_folders(tmp_path):
        with governed(folder) as ledger, Ledger.open(ledger.location, recorder=REGISTRY, clock=ticking()) as other:
            other.plan(document({"change": "pause-mission", "mission": "sleep"}))
            decide(ledger, RETITLE, reference="first")
            with failing(at) as reads, suppress(StoreError):
                other.record(asked)
            assert other.record(asked).tree_size == ledger.head().position
            streams = dict.fromkeys(recorded.event.stream for recorded in ledger.events())
            other.judging.state.load(streams)
            fresh = State(ledger.facts())
            fresh.load(streams)
            assert held(other.judging.state) == held(fresh), at
        if len(reads) <= at:
            break
    assert at > 3


def test_a_decision_that_was_recorded_has_its_receipt_though_the_store_cannot_be_read_then(tmp_path: Path) -> None:
    """An index of the views is told of a decision once it is recorded, and reads again of what it speaks."""
    later = [{"authority": AUTHORITY, "reference": f"later {number}"} for number in range(4)]
    postponed = [{"change": "postpone-decision", "decision": one, "new_effective": "2028-01-01"} for one in later]
    asked = document(*postponed, reference="second")
    for at, folder in in_new_folders(tmp_path):
        with governed(folder) as ledger:
            for one in later:
                retitled = {**RETITLE, "title": one["reference"]}
                first = decide(ledger, retitled, reference=one["reference"], effective="2027-01-01").tree_size
            with Views(ledger, file=ViewsFile.kept_nowhere(ledger.government.ledger_id)) as views:
                views.catch_up()
                ledger.use_index(ViewsIndex(views.file, ledger))
                with failing(at) as reads:
                    try:
                        assert ledger.record(asked).tree_size == first + 4
                    except StoreError:
                        assert ledger.head().position == first, at
                assert ledger.record(asked).tree_size == first + 4
                assert decide(ledger, {**RETITLE, "title": "Homes"}, reference="third").tree_size == first + 5
        if len(reads) <= at:
            break
    assert at > 3


def test_a_disk_that_fails_as_the_end_of_a_stream_is_looked_up_is_told_in_a_sentence(tmp_path: Path) -> None:
    class Failing:
        def execute(self, *given: Any) -> Any:
            error = sqlite3.OperationalError("disk I/O error")
            error.sqlite_errorcode = sqlite3.SQLITE_IOERR_READ
            raise error

    with pytest.raises(StorageFailed):
        Edge(tmp_path, Failing()).version("cluster:care", None)  # type: ignore[arg-type]
