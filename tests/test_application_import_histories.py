"""What an older register could pass through is noticed, not refused; one id for two things never is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.governing import REGISTRY

from ledger.application import Ledger, import_register
from ledger.errors import Refused
from projections.views.read_model import Views

Document = dict[str, Any]
NAME = {"authority": "C", "reference": "F"}
RETITLE = {"change": "retitle-cluster", "cluster": "a", "title": "Future"}


def register(*decisions: tuple[str, str, Document | list[Document]]) -> list[Document]:
    """Documents of (reference, effective, changes), recorded a day apart, after one that establishes a and b."""
    begun = [{"change": "establish-cluster", "cluster": id_, "title": id_} for id_ in ("a", "b")]
    said = [("1", "2020-01-01", begun), *decisions]
    return [
        {
            "authority": "C",
            "reference": reference,
            "effective": effective,
            "recorded_at": f"2021-03-{number:02}T00:00:00Z",
            "changes": changes if isinstance(changes, list) else [changes],
        }
        for number, (reference, effective, changes) in enumerate(said, 1)
    ]


def imported(folder: Path, documents: list[Document]) -> dict[str, int]:
    """Take a register over; the ledger is whole and its views right. Returns the notices by rule."""
    path = folder / "a.ledger"
    found = import_register(path, documents, government="Illyria", source="old", recorder=REGISTRY)
    with Ledger.open(path) as ledger, Views(ledger, folder) as views:
        assert ledger.verify().ok
        assert list(views.check()) == []
    return found.notices


@pytest.mark.parametrize(
    ("rule", "decisions"),
    [
        (
            "rescheduled-into-the-past",
            [
                ("F", "2030", RETITLE),
                ("G", "2021-02-01", {"change": "postpone-decision", "decision": NAME, "new_effective": "2020-06"}),
            ],
        ),
        (
            "ends-before-it-begins",
            [
                ("F", "2021-01-01", {"change": "dissolve-cluster", "cluster": "b"}),
                ("G", "2021", {"change": "correct", "target": "cluster:b@1", "new_effective": "2022", "because": "."}),
            ],
        ),
        (
            "void-change",
            [("F", "2021-02-01", [RETITLE, {"change": "dissolve-cluster", "cluster": "a", "effective": "2020-06"}])],
        ),
        ("changes-nothing", [("F", "2021-02-01", {**RETITLE, "title": "a"})]),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_a_state_that_an_older_register_passed_through_is_noticed(tmp_path: Path, rule: str, decisions: Any) -> None:
    assert imported(tmp_path, register(*decisions))[rule] == 1


@pytest.mark.parametrize(
    "second",
    [
        {"change": "launch-mission", "mission": "a", "title": "A"},
        {"change": "establish-cluster", "cluster": "a", "title": "A"},
    ],
    ids=["of another kind", "of the same kind"],
)
def test_one_id_for_two_things_is_refused_in_an_import_too(tmp_path: Path, second: Document) -> None:
    with pytest.raises(Refused, match='The id "a" is a cluster already'):
        imported(tmp_path, register(("2", "2021", second)))


def test_a_struck_strike_that_revives_an_id_is_refused_in_an_import_too(tmp_path: Path) -> None:
    strikes = [
        ("2", "2021", {"change": "strike", "target": "cluster:a@1", "because": "."}),
        ("3", "2021", {"change": "launch-mission", "mission": "a", "title": "A"}),
        ("4", "2021", {"change": "strike", "target": "cluster:a@2", "because": "."}),
    ]
    with pytest.raises(Refused, match='The id "a" is a mission already'):
        imported(tmp_path, register(*strikes))


DISSOLVE: Document = {"change": "dissolve-cluster", "cluster": "b"}
REESTABLISH: Document = {"change": "reestablish-cluster", "cluster": "b"}


@pytest.mark.parametrize("apart", [True, False])
@pytest.mark.parametrize(("order", "noticed"), [((DISSOLVE, REESTABLISH), 0), ((REESTABLISH, DISSOLVE), 1)])
def test_a_comeback_recorded_before_the_end_of_the_same_day_is_noticed(
    tmp_path: Path, order: tuple[Document, Document], noticed: int, apart: bool
) -> None:
    turns = [("X", order[0]), ("Y", order[1])] if apart else [("X", list(order))]
    said: list[tuple[str, str, Document | list[Document]]] = [(one, "2021-03-01", changes) for one, changes in turns]
    assert imported(tmp_path, register(*said)).get("changes-nothing", 0) == noticed
