"""Rows of one store appended to another as they stand: the same bytes and nodes, or damage and nothing recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.store_lines import append, fill, key
from support.stores import STORES, Kept, KeptFile

from ledger.errors import LedgerDamaged, LedgerMoved
from ledger.store.protocol import Store
from ledger.store.types import StoredRow

FULL = 9  # events of three decisions


@pytest.fixture(params=STORES)
def kept(tmp_path: Path, request: pytest.FixtureRequest) -> Kept:
    """One of the stores, in a folder of its own."""
    (tmp_path / "to").mkdir()
    return STORES[request.param](tmp_path / "to")


@pytest.fixture
def target(kept: Kept) -> Iterator[Store]:
    """An empty store to append to."""
    with kept.make() as made:
        yield made


@pytest.fixture
def rows(tmp_path: Path) -> list[StoredRow]:
    """What stands in another store."""
    (tmp_path / "from").mkdir()
    with KeptFile(tmp_path / "from").make() as source:
        fill(source, range(3))
        return list(source.rows())


def test_rows_give_what_lines_give_with_the_nodes_of_the_tree(target: Store) -> None:
    fill(target, range(3))
    assert [row.event() for row in target.rows(2, 7)] == list(target.lines(2, 7))
    assert [row.nodes[-32:] for row in target.rows(3, 4)] == [target.read_node(2, 0)]


def test_rows_stand_in_another_store_as_they_stood_in_theirs(target: Store, rows: list[StoredRow]) -> None:
    target.append_stored([], [], expected_position=0)
    target.append_stored(rows[:3], [], expected_position=0)
    target.append_stored(rows[3:], [], expected_position=3)
    assert list(target.rows()) == rows and len(target.decision(key("D-2"))) == 3
    assert append(target, "D-9").first == FULL + 1


def test_rows_for_another_head_move_nothing(target: Store, rows: list[StoredRow]) -> None:
    target.append_stored(rows[:3], [], expected_position=0)
    with pytest.raises(LedgerMoved, match="expected to end at position 6 and ends at 3"):
        target.append_stored(rows[6:], [], expected_position=6)
    assert target.head().position == 3


SPOILT: dict[str, Callable[[list[StoredRow]], list[StoredRow]]] = {
    "a version is left out": lambda rows: rows[3:],
    "a part is left out": lambda rows: [*rows[:1], *rows[2:]],
    "a part has the number of another": lambda rows: [*rows[:1], rows[1]._replace(part=3), *rows[2:]],
    "a part is one of more": lambda rows: [*rows[:1], rows[1]._replace(parts=4), *rows[2:]],
    "a decision does not begin with its first part": lambda rows: [*rows[:3], rows[3]._replace(part=2), *rows[4:]],
    "the last decision is not whole": lambda rows: rows[:-1],
    "time goes back": lambda rows: [*rows[:3], *(row._replace(recorded_at="2001") for row in rows[3:])],
    "the nodes are of another tree": lambda rows: [*rows[:1], rows[1]._replace(nodes=rows[1].nodes[:32]), *rows[2:]],
}


@pytest.mark.parametrize("how", SPOILT)
def test_rows_that_do_not_follow_are_damage_and_none_is_recorded(
    target: Store, rows: list[StoredRow], how: str
) -> None:
    with pytest.raises(LedgerDamaged, match=r"does not follow what is in it|would end in the middle"):
        target.append_stored(SPOILT[how](rows), [], expected_position=0)
    assert target.head().position == 0
    target.append_stored(rows, [], expected_position=0)
    assert list(target.rows()) == rows
