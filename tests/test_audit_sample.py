"""A sample of decisions, drawn by the root: the same for everybody, and nobody's choice."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

import pytest
from support.command_line import Desk, refused

TITLED = """
authority: {authority}
reference: {reference}
effective: 2026-05-01
changes: [{{change: retitle-cluster, cluster: wellbeing, title: {title}}}]
---
"""


@pytest.fixture
def decided(desk: Desk) -> Desk:
    """A ledger of thirteen decisions, of two authorities."""
    desk.record()
    for number in range(12):
        authority = "Registrar" if number % 3 else "Rät für Alles"
        desk.record(TITLED.format(authority=authority, reference=f"R/{number}", title=f"Title {number}"))
    return desk


def names(answer: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["decision"]["authority"], one["decision"]["reference"]) for one in answer["decisions"]]


def drawn_by_hand(desk: Desk, root: str, seed: str, size: int) -> list[tuple[str, str]]:
    """The sample as docs/auditing.md says that it is drawn, from the journal."""
    decisions = {(one["decision"]["authority"], one["decision"]["reference"]) for one in desk.json("log")["events"][1:]}

    def number(name: tuple[str, str]) -> str:
        written = json.dumps(list(name), ensure_ascii=False, separators=(",", ":"))
        return sha256(f"{root}\n{seed}\n{written}\n".encode()).hexdigest()

    return sorted(decisions, key=number)[:size]


@pytest.mark.parametrize("seed", ["", "Audit Office 2026"])
def test_a_sample_is_what_the_page_says_that_anybody_draws(decided: Desk, seed: str) -> None:
    answer = decided.json("sample", "--size", "5", "--seed", seed)
    assert names(answer) == drawn_by_hand(decided, answer["context"]["root"], seed, 5)
    assert (answer["population"], answer["root"], answer["seed"]) == (13, answer["context"]["root"], seed)


def test_a_sample_stays_the_same_when_more_is_recorded_and_another_root_draws_another(decided: Desk) -> None:
    before = decided.json("sample", "--size", "6")
    decided.record(TITLED.format(authority="Registrar", reference="R/99", title="Later"))
    again = decided.json("sample", "--size", "6", "--known", f"p{before['context']['known_position']}")
    assert before == again
    draws = [one["draw"] for one in decided.json("sample", "--size", "6")["decisions"]]
    assert draws != [one["draw"] for one in before["decisions"]]


def test_a_sample_larger_than_what_was_decided_is_all_of_it(decided: Desk) -> None:
    answer = decided.json("sample", "--size", "100")
    assert len(answer["decisions"]) == answer["population"] == 13
    assert "13 of 13 decisions" in decided.run("sample", "--size", "100").stdout


def test_a_sample_is_drawn_from_one_authority_or_a_span_of_the_record(decided: Desk) -> None:
    assert decided.json("sample", "--authority", "Rät für Alles")["population"] == 4
    assert decided.json("sample", "--recorded-from", "p6", "--recorded-to", "p8")["population"] == 3
    assert decided.run("sample", "--authority", "Nobody").stdout.startswith("No decision.")


def test_a_sample_of_none_is_refused(decided: Desk) -> None:
    refused(decided.run("sample", "--size", "0"), "--size", code=2)
