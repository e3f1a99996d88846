"""Decisions recorded together: each judged on those before it, in one commit, all of them or none."""

from __future__ import annotations

import json
import tempfile
import tracemalloc
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from support.examples import examples
from support.governing import REGISTRY, Document, constituted, decide, document, governed, ticking, value
from support.indexes import EmptyIndex
from test_application_model import OPENING, STREAMS, everything, said, whole
from test_application_rivals import JOIN, RETIRE, WRONG_TOGETHER, asked

from ledger.application import Ledger, Receipt
from ledger.application import bounds as limits
from ledger.errors import LedgerError, MalformedDocument, NoOffice, NotTogether, Refused, TwoTextsOfOneReference
from ledger.store.protocol import Store
from ledger.store.types import Appended

ESTABLISH: Document = {"change": "establish-cluster", "cluster": "new", "title": "New"}
RETITLE: Document = {"change": "retitle-cluster", "cluster": "new", "title": "Newer"}
APPOINT: Document = {"change": "appoint-leader", "of": "care", "office": "Minister", "holder": "Jane Roe"}
REVIEW: Document = {"change": "review-matrix", "cluster": "care", "conclusion": "Sound."}


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """The small government."""
    with governed(tmp_path) as found:
        yield found


def pile(*changes: Document) -> list[Document]:
    """A decision of each change, T-1 and so on."""
    return [document(change, reference=f"T-{number}") for number, change in enumerate(changes, 1)]


def told(ledger: Ledger, documents: Sequence[Document]) -> NotTogether:
    """Why documents are not recorded together; nothing of them is, and what is recorded next is judged as ever."""
    before = (ledger.head(), ledger.known().root)
    with pytest.raises(NotTogether) as refused:
        ledger.record_together(documents)
    assert (ledger.head(), ledger.known().root) == before
    assert ledger.judging.source.position == before[0].position
    assert str(refused.value).isprintable()
    return refused.value


def lines(ledger: Ledger, after: int = 0) -> list[dict[str, Any]]:
    """The stored lines, without their record time."""
    found = [json.loads(line) for line in ledger.lines(after)]
    return [{name: held for name, held in line.items() if name != "recorded_at"} for line in found]


# All of them


def test_each_has_its_receipt_with_size_and_root_of_its_own_last_event(ledger: Ledger) -> None:
    receipts = ledger.record_together(pile(ESTABLISH, RETITLE, JOIN))
    assert [receipt.positions for receipt in receipts] == [(8,), (9,), (10,)]
    for receipt in receipts:
        known = ledger.known(f"p{receipt.positions[-1]}")
        assert (receipt.tree_size, receipt.root, receipt.recorded_at) == (known.size, known.root, known.at)
    times = [receipt.recorded_at for receipt in receipts]
    assert times == sorted(set(times))
    assert value(ledger, "new", "title", "2026-05-01") == "Newer"
    assert ledger.verify().ok


def test_of_no_decision_none_is_recorded(ledger: Ledger) -> None:
    before = ledger.head()
    assert ledger.record_together([]) == []
    assert ledger.head() == before


def test_one_is_recorded_as_it_is_alone(ledger: Ledger) -> None:
    (receipt,) = ledger.record_together(pile(ESTABLISH))
    assert receipt.positions == (8,) and not receipt.already_recorded
    assert ledger.record(pile(ESTABLISH)[0])[:6] == receipt[:6]


def test_an_event_of_a_decision_before_it_can_be_corrected(ledger: Ledger) -> None:
    correct = {"change": "correct", "target": "p8", "data": {"title": "Put right"}, "because": "X."}
    ledger.record_together(pile(ESTABLISH, correct))
    assert value(ledger, "new", "title", "2026-05-01") == "Put right"
    again = {"change": "correct", "target": {"authority": "Council of Ministers", "reference": "T-3"}}
    header = {**again, "decision": {"rationale": "Why."}, "because": "X."}
    first, second = document(RETITLE, reference="T-3", rationale="Why."), document(header, reference="T-4")
    assert "says that already" in str(told(ledger, [first, second]).reason)


def test_an_assertion_sees_what_the_decisions_before_it_lead_to_at_their_positions(ledger: Ledger) -> None:
    def count(number: int, **known: str) -> Document:
        return {"change": "assert-count", "kind": "cluster", "count": number, **known}

    now = ledger.clock()
    future, past = now.replace(year=2100).isoformat(), now.isoformat()
    asked = [count(3), count(3, known="p8"), count(2, known="p7"), count(2, known=past), count(3, known=future)]
    receipts = ledger.record_together(pile(ESTABLISH, *asked))
    assert len(receipts) == 6
    assert told(ledger, pile(count(2, known="p8"))).number == 1


def test_a_personal_text_is_kept_outside_and_opened_by_what_was_drawn_for_it(ledger: Ledger) -> None:
    with ledger.trial() as trial:
        drawn = list(trial.plan(document(APPOINT, reference="T-1")).decision.personal)
    other = {**APPOINT, "office": "Secretary"}
    first, second = ledger.record_together(pile(APPOINT, other), [drawn])
    stood = json.loads(ledger.store.need(first.positions[0]).line)["data"]["holder"]["commitment"]
    assert stood == drawn[0].commitment and ledger.personal(stood) == "Jane Roe"
    hidden = json.loads(ledger.store.need(second.positions[0]).line)["data"]["holder"]["commitment"]
    assert hidden != stood and ledger.personal(hidden) == "Jane Roe"
    assert not any(b"Jane" in line for line in ledger.lines())


def test_a_clock_that_runs_backwards_is_told_with_the_first(tmp_path: Path) -> None:
    with governed(tmp_path) as ledger:
        at = ledger.head().recorded_at
        assert at is not None
        with Ledger.open(ledger.location, recorder=REGISTRY, clock=lambda: at) as stuck:
            first, second = stuck.record_together(pile(ESTABLISH, RETITLE))
    told = [[notice.rule for notice in one.notices].count("clock-ran-backwards") for one in (first, second)]
    assert told == [1, 0]
    assert [(one.recorded_at - at).microseconds for one in (first, second)] == [1, 2]


# None of them


@pytest.mark.parametrize("place", [0, 1, 2])
def test_one_that_is_refused_keeps_out_all_and_is_named(ledger: Ledger, place: int) -> None:
    documents = pile(ESTABLISH, JOIN)
    documents.insert(place, document({**RETITLE, "cluster": "nowhere"}, reference="wrong"))
    refusal = told(ledger, documents)
    assert refusal.number == place + 1 and isinstance(refusal.reason, Refused)
    assert f"None of the 3 decisions is recorded, because number {place + 1} is refused." in str(refusal)
    assert 'Decision "wrong" is not recorded.' in str(refusal)
    assert len(ledger.record_together(pile(ESTABLISH, JOIN))) == 2


@pytest.mark.parametrize(("first", "second", "rule"), WRONG_TOGETHER)
def test_two_that_are_wrong_together_are_both_kept_out(
    ledger: Ledger, first: Document, second: Document, rule: str
) -> None:
    reason = told(ledger, [asked(first, "first"), asked(second, "second")]).reason
    assert isinstance(reason, Refused)
    assert rule in [getattr(notice, "rule", "") for notice in (*reason.refusals, *reason.acceptances)]


def test_one_that_cannot_be_read_keeps_out_all(ledger: Ledger) -> None:
    for wrong in ({"authority": "A"}, 3, document({"change": "no-such"}, reference="X")):
        refusal = told(ledger, [*pile(ESTABLISH), wrong])  # type: ignore[list-item] # whatever a program hands in
        assert refusal.number == 2 and isinstance(refusal.reason, MalformedDocument)


def test_without_an_office_nothing_is_judged(ledger: Ledger) -> None:
    with Ledger.open(ledger.location, clock=ledger.clock) as other, pytest.raises(NoOffice):
        other.record_together(pile(ESTABLISH))


def test_decisions_that_would_take_more_than_memory_should_hold_are_kept_out(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "DECISION_BYTES_MAX", 700)
    refusal = told(ledger, pile(ESTABLISH, RETITLE))
    assert refusal.number == 2 and "Record them in several parts." in str(refusal)
    assert len(ledger.record_together(pile(ESTABLISH))) == 1


@pytest.mark.parametrize("lookup", [False, True], ids=["read from the log", "told by a view"])
def test_after_a_refusal_the_streams_that_speak_of_a_thing_are_found_as_before(ledger: Ledger, lookup: bool) -> None:
    """What was supposed and is not there must not hide what another records at the same positions."""
    if lookup:
        ledger.use_index(EmptyIndex())
    ending = document({"change": "retire-segment", "segment": "care/work"}, reference="end")
    launch = {"change": "launch-mission", "mission": "walk", "title": "Walk"}
    join = {**JOIN, "mission": "walk"}
    told(ledger, [*pile(ESTABLISH, RETITLE, REVIEW), ending, asked({**RETITLE, "cluster": "no"}, "no")])
    with Ledger.open(ledger.location, recorder=REGISTRY, clock=ticking()) as other:
        decide(other, launch, join)
    with pytest.raises(Refused, match="care/work"):
        ledger.record(ending)


# Repeated


def test_one_that_is_recorded_already_is_not_recorded_again_and_hinders_nothing(ledger: Ledger) -> None:
    before = ledger.record(document(REVIEW, reference="T-2"))
    receipts = ledger.record_together(pile(ESTABLISH, REVIEW, RETITLE))
    assert [receipt.already_recorded for receipt in receipts] == [False, True, False]
    assert receipts[1][:6] == before[:6]
    again = ledger.record_together(pile(ESTABLISH, REVIEW, RETITLE))
    assert all(receipt.already_recorded for receipt in again)
    assert [one[:6] for one in again] == [one[:6] for one in receipts]
    assert ledger.head().position == receipts[2].tree_size


@pytest.mark.parametrize("twice", [ESTABLISH, REVIEW, APPOINT], ids=["refused", "let in", "personal"])
def test_the_same_decision_twice_is_one(ledger: Ledger, twice: Document) -> None:
    one, two, three = ledger.record_together([*pile(twice, JOIN), *pile(twice)])
    assert three.already_recorded and not one.already_recorded and not two.already_recorded
    assert three[:6] == one[:6] and ledger.head().position == 9
    with ledger.trial() as trial:
        assert trial.plan(pile(twice)[0]).already_recorded


def test_two_texts_of_one_reference_keep_out_all_and_a_free_one_is_proposed(ledger: Ledger) -> None:
    ledger.record(document(REVIEW, reference="T-1/2"))
    wrong = document({**ESTABLISH, "title": "X"}, reference="T-1")
    reason = told(ledger, [*pile(ESTABLISH), document(REVIEW, reference="T-1/3"), wrong]).reason
    assert isinstance(reason, TwoTextsOfOneReference)
    assert 'title of change 1 differs. Give one of them another reference, such as "T-1/4".' in str(reason)
    recorded = document({**REVIEW, "conclusion": "X."}, reference="T-1/2")
    assert "was recorded on 2026-03-05 with another text" in str(told(ledger, [*pile(ESTABLISH), recorded]))


def test_a_trial_knows_what_it_supposes_by_its_reference(ledger: Ledger) -> None:
    with ledger.trial() as trial:
        trial.suppose(trial.plan(document(REVIEW, reference="T-1")))
        assert trial.plan(document(REVIEW, reference="T-1")).already_recorded
        with pytest.raises(TwoTextsOfOneReference):
            trial.plan(document({**REVIEW, "conclusion": "X."}, reference="T-1"))


# Others who record


def overtaken(ledger: Ledger, other: Ledger, monkeypatch: pytest.MonkeyPatch, *theirs: Document) -> None:
    """Let another record its decisions between our judging and our lock."""
    append = type(ledger.store).append_together

    def late(store: Store, *args: Any, **given: Any) -> list[Appended]:
        monkeypatch.undo()
        for one in theirs:
            other.record(one)
        return append(store, *args, **given)

    monkeypatch.setattr(type(ledger.store), "append_together", late)


def test_all_are_judged_again_under_the_lock(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    documents = [*pile(ESTABLISH), asked(JOIN, "second")]
    with Ledger.open(ledger.location, recorder=REGISTRY, clock=ticking()) as other:
        overtaken(ledger, other, monkeypatch, asked(RETIRE, "theirs"))
        with pytest.raises(NotTogether, match="care/work") as refused:
            ledger.record_together(documents)
        assert refused.value.number == 2
        assert other.head().position == 8 and other.decision("Council of Ministers", "T-1") == ()
        overtaken(ledger, other, monkeypatch, asked({**REVIEW, "cluster": "places"}, "also theirs"))
        receipts = ledger.record_together(pile(ESTABLISH, RETITLE))
    assert [receipt.positions for receipt in receipts] == [(10,), (11,)]
    assert ledger.verify().ok


def test_what_another_recorded_in_between_is_recorded_already(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    with Ledger.open(ledger.location, recorder=REGISTRY, clock=ticking()) as other:
        overtaken(ledger, other, monkeypatch, *pile(ESTABLISH))
        receipts = ledger.record_together(pile(ESTABLISH, RETITLE))
    assert [(one.positions, one.already_recorded) for one in receipts] == [((8,), True), ((9,), False)]


def test_what_fails_under_the_lock_leaves_the_ledger_as_it_was(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(store: Store, *args: Any, **given: Any) -> list[Appended]:
        monkeypatch.undo()
        raise KeyboardInterrupt

    monkeypatch.setattr(type(ledger.store), "append_together", fail)
    with pytest.raises(KeyboardInterrupt):
        ledger.record_together(pile(ESTABLISH, RETITLE))
    assert len(ledger.record_together(pile(ESTABLISH, RETITLE))) == 2
    assert ledger.head().position == 9


# The same as one by one


def taken(ledger: Ledger, proposed: Document) -> tuple[Document, Receipt | LedgerError]:
    """A decision with what it needs accepted, and its receipt, or why it is refused."""
    try:
        held = ledger.plan(proposed).acceptances_needed
        accept = [{"rule": rule, "on": on, "because": "So be it."} for rule, on in {one[:2] for one in held}]
        proposed = {**proposed, **({"accept": accept} if accept else {})}
        return proposed, ledger.record(proposed)
    except LedgerError as refusal:
        return proposed, refusal


def opened(folder: str, name: str) -> Ledger:
    """A ledger in which the small world is open."""
    (Path(folder) / name).mkdir()
    ledger = constituted(Path(folder) / name)
    ledger.record(document(*OPENING, effective="2020-01-01", reference="CM-0"))
    return ledger


@settings(max_examples=examples(15), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.lists(said(), min_size=1, max_size=3), min_size=1, max_size=8), st.integers(1, 8))
def test_together_is_the_same_as_one_by_one_but_for_the_record_time(decisions: Any, refused: int) -> None:
    """The same events, notices and state; and what is refused alone is refused for the same reason."""
    with tempfile.TemporaryDirectory() as folder, opened(folder, "one") as one, opened(folder, "all") as together:
        let_in: list[tuple[Document, Receipt]] = []
        for number, changes in enumerate(decisions, 1):
            proposed, receipt = taken(one, document(*changes, effective="2021", reference=f"CM-{number}"))
            if isinstance(receipt, Receipt):
                let_in.append((proposed, receipt))
            elif number == refused:
                refusal = told(together, [*(given for given, _ in let_in), proposed])
                assert (refusal.number, str(refusal.reason)) == (len(let_in) + 1, str(receipt))
                event("refused")
        receipts = together.record_together([given for given, _ in let_in])
        event(f"together: {len(receipts)}")
        for ours, (_, theirs) in zip(receipts, let_in, strict=True):
            assert (ours.positions, ours.notices) == (theirs.positions, theirs.notices)
        assert lines(together, 1) == lines(one, 1)
        together.judging.state.load(STREAMS)
        assert everything(together.judging.state) == everything(whole(together))
        assert together.verify().ok


def test_many_are_recorded_in_memory_that_grows_with_their_lines_alone(ledger: Ledger) -> None:
    def peak(cluster: str, count: int) -> int:
        changes = [{**RETITLE, "cluster": "care", "title": f"{cluster} {number}"} for number in range(count)]
        documents = [document(change, reference=f"{cluster}-{n}") for n, change in enumerate(changes)]
        tracemalloc.start()
        receipts = ledger.record_together(documents)
        (_, most), _ = tracemalloc.get_traced_memory(), tracemalloc.stop()
        assert len(receipts) == count and ledger.head().position == receipts[-1].tree_size
        return most

    peak("warm", 10)
    assert peak("many", 400) / 400 < 20_000
