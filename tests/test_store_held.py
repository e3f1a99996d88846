"""Whatever is read for an answer is held to what was recorded: altered bytes raise, they are never given."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from hashlib import sha256
from pathlib import Path

import pytest
from support.store_lines import START, append, drafts, fill, key

from ledger.errors import LedgerDamaged
from ledger.events.commitments import commit
from ledger.instants import instant_of
from ledger.integrity.tree import Frontier, leaf_hash
from ledger.store.sqlite.schema import TRIGGERS
from ledger.store.sqlite.store import SQLiteStore

EVENTS = 22


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Seven decisions of three events, on cluster:a, mission:m and a mission of their own, and one with a name."""
    made = tmp_path / "new.ledger"
    with SQLiteStore.create(made) as store:
        fill(store, range(7))
        (draft,) = drafts("D-9", ["cluster:a"])
        store.append(lambda head: [draft._replace(personal=[commit("Ada Example-Lovelace")])], at=lambda: START)
    return made


def alter(path: Path, statement: str, *parameters: object) -> None:
    with closing(sqlite3.connect(path)) as raw, raw:
        for name in TRIGGERS:
            raw.execute(f"DROP TRIGGER {name}")
        raw.execute(statement, parameters)
        for trigger in TRIGGERS.values():
            raw.execute(trigger)


def line_at(path: Path, position: int) -> bytes:
    with closing(sqlite3.connect(path)) as raw:
        line: bytes = raw.execute("SELECT line FROM events WHERE position = ?", (position,)).fetchone()[0]
    return line


def alter_line(path: Path, position: int, *, leaf_too: bool = False) -> None:
    """Change the text of one event, and its leaf with it if asked; no inner node and no column."""
    line = line_at(path, position).replace(b'"n"', b'"m"')
    alter(path, "UPDATE events SET line = ? WHERE position = ?", line, position)
    if leaf_too:
        leaf = "CAST(? || substr(nodes, 33) AS BLOB)"
        alter(path, f"UPDATE events SET nodes = {leaf} WHERE position = ?", leaf_hash(line), position)


# Position 10 is part 1 of D-3, on cluster:a; position 12 is its part 3, on mission:n3.
READS: dict[str, Callable[[SQLiteStore], object]] = {
    "the lines": lambda store: list(store.lines()),
    "the lines after a position": lambda store: list(store.lines(8, 11)),
    "an event by position": lambda store: store.at(10),
    "events by their positions": lambda store: list(store.among([3, 10, 12])),
    "an event by name": lambda store: store.event("cluster:a", 4),
    "a stream": lambda store: store.stream("cluster:a"),
    "a decision": lambda store: store.decision(key("D-3")),
    "the end of a decision": lambda store: store.decision_end(10),
    "the library's stream": lambda store: store.log.recorder.select_events("cluster:a"),
    "the library's notifications": lambda store: store.log.recorder.select_notifications(1, 20),
}


BY_ONE = [read for read in READS if not read.startswith("the l")]  # what does not read on from a position


@pytest.mark.parametrize("read", READS)
def test_an_altered_line_is_never_given(path: Path, read: str) -> None:
    alter_line(path, 10)
    with SQLiteStore.open(path) as store, pytest.raises(LedgerDamaged, match="line at position 10 is not the one"):
        READS[read](store)


@pytest.mark.parametrize("read", BY_ONE)
@pytest.mark.parametrize("levels", [1, 2])
def test_a_line_altered_with_its_leaf_and_the_nodes_next_to_it_does_not_lie_under_the_root(
    path: Path, read: str, levels: int
) -> None:
    alter_line(path, 10, leaf_too=True)
    if levels == 2:
        pair = b"".join(leaf_hash(line_at(path, position)) for position in (9, 10))
        node = "CAST(substr(nodes, 1, 32) || ? AS BLOB)"
        alter(path, f"UPDATE events SET nodes = {node} WHERE position = 10", sha256(b"\x01" + pair).digest())
    with SQLiteStore.open(path) as store, pytest.raises(LedgerDamaged, match="position 10 does not lie under"):
        READS[read](store)


def test_every_event_and_every_root_of_a_sound_ledger_lies_under_its_root(path: Path) -> None:
    with SQLiteStore.open(path) as store:
        frontier = Frontier()
        for position in range(1, EVENTS + 1):
            event = store.at(position)
            assert event is not None and event.line == line_at(path, position)
            frontier.append(leaf_hash(event.line))
            assert store.root(position) == frontier.root()
        append(store, "D-10")
        assert store.at(EVENTS + 1) is not None and store.root(EVENTS) == frontier.root()


@pytest.mark.parametrize("position", [-10, 0, 1000, 2**62])
def test_an_event_with_a_number_outside_the_others_is_never_given(path: Path, position: int) -> None:
    alter(path, "UPDATE events SET position = ? WHERE position = 10", position)
    with SQLiteStore.open(path) as store:
        reads = [lambda: store.at(position), lambda: store.event("cluster:a", 4), lambda: store.stream("cluster:a")]
        for read in reads:
            with pytest.raises(LedgerDamaged):
                read()


@pytest.mark.parametrize("position", range(1, EVENTS - 2))
def test_an_altered_node_gives_no_earlier_root_that_is_not_the_beginning_of_the_last(path: Path, position: int) -> None:
    with SQLiteStore.open(path) as store:
        roots = [store.root(size) for size in range(EVENTS + 1)]
    alter(path, "UPDATE events SET nodes = zeroblob(length(nodes)) WHERE position = ?", position)
    with SQLiteStore.open(path) as store:
        if store.root() == roots[EVENTS]:  # it lies below a peak
            for size in range(EVENTS):
                with suppress(LedgerDamaged):
                    assert store.root(size) == roots[size]


def test_a_store_that_reads_a_peak_that_is_not_of_the_nodes_below_it_takes_nothing_more(path: Path) -> None:
    alter(path, "UPDATE events SET nodes = CAST(substr(nodes, 1, 128) || zeroblob(32) AS BLOB) WHERE position = 16")
    with SQLiteStore.open(path) as store, pytest.raises(LedgerDamaged, match="node 0 of level 4"):
        append(store, "D-10")


COLUMNS = {
    "type": "cluster.dissolved/1",
    "decision": '["Council","D-77"]',
    "part": 9,
    "parts": 4,
    "recorded_at": "1999-01-01T00:00:00.000000Z",
}


@pytest.mark.parametrize("column", COLUMNS)
def test_a_column_that_says_something_else_than_its_line_misleads_no_reader(path: Path, column: str) -> None:
    alter(path, f"UPDATE events SET {column} = ? WHERE position = 10", COLUMNS[column])
    with SQLiteStore.open(path) as store:
        for read in (store.lines, lambda: store.stream("cluster:a"), lambda: store.decision_end(10)):
            with pytest.raises(LedgerDamaged, match="columns at position 10 say something else"):
                list(read())


@pytest.mark.parametrize("column, value", [("stream", "cluster:z"), ("version", 70)])
def test_an_event_moved_out_of_its_place_is_missed_there_and_refused_where_it_stands(
    path: Path, column: str, value: object
) -> None:
    alter(path, f"UPDATE events SET {column} = ? WHERE position = 10", value)
    with SQLiteStore.open(path) as store:
        with pytest.raises(LedgerDamaged, match='version 4 of "cluster:a" is missing'):
            store.stream("cluster:a")
        with pytest.raises(LedgerDamaged, match="columns at position 10"):
            store.at(10)


def test_a_decision_that_lacks_a_part_is_never_given(path: Path) -> None:
    alter(path, "DELETE FROM events WHERE position = 12")
    with (
        SQLiteStore.open(path) as store,
        pytest.raises(LedgerDamaged, match="has 3 parts, and 2 are there"),
    ):
        store.decision(key("D-3"))
    alter(path, "DELETE FROM events WHERE position = 10")
    with (
        SQLiteStore.open(path) as store,
        pytest.raises(LedgerDamaged, match="part 1 of decision .* is missing"),
    ):
        store.decision(key("D-3"))


def test_a_record_time_that_was_altered_does_not_move_what_was_known(path: Path) -> None:
    with SQLiteStore.open(path) as store:
        known = instant_of(store.lines(11, 12).__next__().recorded_at)
        assert store.position_at(known) == 12
    alter(path, "UPDATE events SET recorded_at = '2030-01-01T00:00:00.000000Z' WHERE position = 11")
    with SQLiteStore.open(path) as store, pytest.raises(LedgerDamaged, match="columns at position 11"):
        store.position_at(known)


def test_a_personal_value_that_was_altered_is_never_given(path: Path) -> None:
    with SQLiteStore.open(path) as store:
        ((commitment,),) = store.query("SELECT commitment FROM personal")
        assert store.personal(commitment) == store.query("SELECT salt, value FROM personal")[0]
    for change in ("value = 'Eve'", "salt = 'x'", "value = x'00'"):
        alter(path, f"UPDATE personal SET {change}")
        with SQLiteStore.open(path) as store, pytest.raises(LedgerDamaged, match="not the one that was recorded"):
            store.personal(commitment)


@pytest.mark.parametrize("after", range(EVENTS))
def test_lines_from_any_position_are_those_that_stand_there(path: Path, after: int) -> None:
    with SQLiteStore.open(path) as store:
        whole = list(store.lines())
        for upto in range(EVENTS + 3):
            assert list(store.lines(after, upto)) == whole[after:upto]


@pytest.mark.parametrize("position", range(1, EVENTS + 1))
def test_a_line_altered_with_its_leaf_is_never_given_under_the_root_of_the_others(path: Path, position: int) -> None:
    """Where the last line alone completes no node, the root itself is another: nothing else can show it."""
    with SQLiteStore.open(path) as store:
        root = store.root()
    alter_line(path, position, leaf_too=True)
    given: list[int] = []
    with SQLiteStore.open(path) as store:
        try:
            given += [event.position for event in store.lines()]
        except LedgerDamaged as damage:
            assert "nodes at position" in str(damage)
        else:
            assert store.root() != root


@pytest.mark.parametrize("change", ["zeroblob(length(nodes))", "substr(nodes, 1, 32)", "CAST(nodes || nodes AS BLOB)"])
def test_stored_nodes_that_the_lines_do_not_make_stop_the_lines(path: Path, change: str) -> None:
    alter(path, f"UPDATE events SET nodes = {change} WHERE position = 16")
    with SQLiteStore.open(path) as store, pytest.raises(LedgerDamaged, match="position 16"):
        list(store.lines())


@pytest.mark.parametrize("position", [1, 10, 12])
def test_a_missing_position_stops_the_lines(path: Path, position: int) -> None:
    alter(path, "DELETE FROM events WHERE position = ?", position)
    with SQLiteStore.open(path) as store, pytest.raises(LedgerDamaged, match=f"position {position} is missing"):
        list(store.lines())


def test_a_store_that_reads_an_altered_last_line_takes_nothing_more(path: Path) -> None:
    alter_line(path, EVENTS)
    with SQLiteStore.open(path) as store, pytest.raises(LedgerDamaged, match=f"line at position {EVENTS}"):
        append(store, "D-10")


def test_a_store_that_reads_an_altered_event_of_the_stream_takes_nothing_more_on_it(path: Path) -> None:
    alter_line(path, 20)  # the last on mission:m
    with SQLiteStore.open(path) as store:
        with pytest.raises(LedgerDamaged, match="line at position 20"):
            append(store, "D-10", "mission:m")
        assert store.head().position == EVENTS
