"""Several processes and one ledger: decisions are serial, and none is judged on what is no longer so."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from support import servers
from support.governing import REGISTRY, Document, decide, document, event_id, governed, structure, ticking, value

from ledger.application import Ledger
from ledger.application.judging import Judged, Judging
from ledger.documents.decision import Decision
from ledger.errors import Refused
from ledger.store.protocol import Location, Store
from ledger.store.types import Appended

HERE = Path(__file__).parent
RETIRE: Document = {"change": "retire-segment", "segment": "care/work"}
JOIN: Document = {"change": "add-mission", "mission": "sleep", "segments": ["care/work"]}
DISSOLVE: Document = {"change": "dissolve-cluster", "cluster": "places"}
BEGIN: Document = {"change": "add-segment", "segment": "places/parks", "title": "Parks"}
# Each alone is let in; after the other, it is not.
WRONG_TOGETHER: list[tuple[Document, Document, str]] = [
    (RETIRE, JOIN, "reference-not-live"),
    (JOIN, RETIRE, "segment-retired-with-missions"),
    (DISSOLVE, BEGIN, "reference-not-live"),
    (BEGIN, DISSOLVE, "cluster-dissolved-with-live-parts"),
    (BEGIN, {**BEGIN, "title": "Gardens"}, "id-used-twice"),
    (DISSOLVE, {"change": "offer-expertise", "cluster": "places", "field": "Homes"}, "outside-life"),
    ({"change": "strike", "target": "mission:sleep@1", "because": "X."}, JOIN, "unknown-id"),
]


class Rival:
    """Another process with the ledger open."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        assert process.stdin and process.stdout
        self._in, self._out = process.stdin, process.stdout
        assert self._out.readline() == "ready\n"

    def ask(self, *documents: Document) -> None:
        self._in.writelines(json.dumps(asked) + "\n" for asked in documents)
        self._in.flush()

    def answer(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self._out.readline())
        return found


@contextmanager
def rival(location: Location, name: str = "Rival") -> Iterator[Rival]:
    command = [sys.executable, "-m", "support.rival_writer", str(location), name]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE.parent), str(HERE)])}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        try:
            yield Rival(process)
        finally:
            assert process.stdin
            process.stdin.close()
            assert process.wait(timeout=20) == 0


@pytest.fixture(params=["sqlite", "postgres"])
def ledger(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Ledger]:
    """The small government."""
    with governed(tmp_path if request.param == "sqlite" else servers.new_place()) as found:
        yield found


def asked(change: Document, reference: str) -> Document:
    """A decision of one change; strikes need what they leave without effect accepted."""
    accept = [{"rule": "events-left-without-effect", "on": "sleep", "because": "X."}]
    return document(change, reference=reference, **({"accept": accept} if change["change"] == "strike" else {}))


# Two decisions, each fine alone


@pytest.mark.parametrize(("first", "second", "rule"), WRONG_TOGETHER)
def test_what_another_recorded_in_between_is_judged_under_the_lock(
    ledger: Ledger, first: Document, second: Document, rule: str
) -> None:
    """The second ledger was judged to let it in, and had not yet seen the first decision when it took the lock."""
    with Ledger.open(ledger.store.location, recorder=REGISTRY, clock=ticking()) as other:
        plan = other.plan(asked(second, "second"))
        assert (plan.refused, plan.acceptances_needed) == ((), ())
        ledger.record(asked(first, "first"))
        with pytest.raises(Refused) as refusal:
            other.record(asked(second, "second"))
        found = [*refusal.value.refusals, *refusal.value.acceptances]
        assert 'Recorded by others meanwhile: decision "first" of Council of Ministers.' in str(refusal.value)
        assert rule in [getattr(notice, "rule", "") for notice in found]
        assert other.decision("Council of Ministers", "second") == ()


@pytest.mark.parametrize(("first", "second", "rule"), WRONG_TOGETHER)
def test_who_records_among_others_judges_at_their_turn_and_is_told_what_came_before(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, first: Document, second: Document, rule: str
) -> None:
    judged, judge = list[str](), Judging.judge

    def counting(judging: Judging, decision: Decision, *given: Any, **more: Any) -> Judged:
        judged.append(decision.header.reference)
        return judge(judging, decision, *given, **more)

    with Ledger.open(ledger.store.location, recorder=REGISTRY, clock=ticking()) as other:
        monkeypatch.setattr(Judging, "judge", counting)
        for number, one in enumerate((ledger, other, other)):
            one.record(
                asked({"change": "retitle-cluster", "cluster": "places", "title": f"Lands {number}"}, str(number))
            )
        assert judged == ["0", "1", "1", "2"], "again where others came in between, and once from then on"
        ledger.record(asked(first, "first"))
        with pytest.raises(Refused) as refusal:
            other.record(asked(second, "second"))
        assert 'Recorded by others meanwhile: decision "first" of Council of Ministers.' in str(refusal.value)
        assert rule in str(refusal.value)
        with pytest.raises(Refused) as refusal:
            other.record(asked(second, "again"))
        assert "meanwhile" not in str(refusal.value), "nobody came in between"


def test_it_is_judged_again_when_another_comes_between_judging_and_the_lock(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Ledger.open(ledger.store.location, recorder=REGISTRY, clock=ticking()) as other:
        append = type(ledger.store).append

        def overtaken(store: Store, *args: Any, **given: Any) -> Appended | None:
            monkeypatch.undo()
            other.record(asked(RETIRE, "first"))
            return append(store, *args, **given)

        monkeypatch.setattr(type(ledger.store), "append", overtaken)
        with pytest.raises(Refused, match="care/work"):
            ledger.record(asked(JOIN, "second"))
    assert ledger.store.head().position == 8
    assert decide(ledger, {"change": "retitle-cluster", "cluster": "care", "title": "X"}).positions == (9,)
    assert value(ledger, "sleep", "segments:care/work", "2026-05-01") is None


def test_the_same_decision_from_two_at_once_is_one(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    with Ledger.open(ledger.store.location, recorder=REGISTRY, clock=ticking()) as other:
        append = type(ledger.store).append

        def overtaken(store: Store, *args: Any, **given: Any) -> Appended | None:
            monkeypatch.undo()
            other.record(asked(RETIRE, "one"))
            return append(store, *args, **given)

        monkeypatch.setattr(type(ledger.store), "append", overtaken)
        receipt = ledger.record(asked(RETIRE, "one"))
    assert receipt.already_recorded and receipt.positions == (8,)


def test_an_acceptance_that_another_made_needed_is_asked_for(ledger: Ledger) -> None:
    with Ledger.open(ledger.store.location, recorder=REGISTRY, clock=ticking()) as other:
        other.plan(asked(RETIRE, "second"))
        ledger.record(asked(JOIN, "first"))
        accept = [{"rule": "segment-retired-with-missions", "on": "care/work", "because": "X."}]
        other.record({**asked(RETIRE, "second"), "accept": accept})
    assert structure(ledger, "2026-05-01").get("care/work") is None


WRITERS = 16


def test_of_many_writers_from_one_barrier_whose_decisions_exclude_each_other_one_records(ledger: Ledger) -> None:
    """Half of them retire a segment, the others join a mission to it; after one of these no other is let in."""
    location, barrier = ledger.store.location, Barrier(WRITERS)

    def record(number: int) -> tuple[int, ...]:
        wanted = asked((RETIRE, JOIN)[number % 2], f"R-{number}")
        with Ledger.open(location, recorder=REGISTRY, clock=ticking()) as mine:
            assert not mine.plan(wanted).refused
            barrier.wait(60)
            try:
                return mine.record(wanted).positions
            except Refused as refusal:
                assert refusal.refusals or refusal.acceptances
                return ()

    with ThreadPoolExecutor(WRITERS) as pool:
        recorded = [positions for positions in pool.map(record, range(WRITERS)) if positions]
    assert recorded == [(8,)]
    assert ledger.verify().ok and ledger.head().position == 8


# Processes of their own


def test_of_two_processes_whose_decisions_are_wrong_together_one_is_refused(ledger: Ledger) -> None:
    with rival(ledger.store.location) as one, rival(ledger.store.location) as other:
        one.ask(asked(RETIRE, "first"))
        other.ask(asked(JOIN, "second"))
        answers = [one.answer(), other.answer()]
    assert sorted("refused" in found for found in answers) == [False, True]
    [refused] = [found for found in answers if "refused" in found]
    assert refused["refused"] == "Refused"
    assert "care/work" in refused["says"]
    live, mission = structure(ledger, "2026-05-01"), structure(ledger, "2026-05-01").things["sleep"]
    assert ("care/work" in live.things) == ("care/work" in mission.keyed("segments"))


def test_many_processes_at_once_lose_nothing_and_record_nothing_twice(ledger: Ledger) -> None:
    """Four processes begin forty segments, and each hands in every fourth decision of the others, too."""
    names, each = ("a", "b", "c", "d"), 10
    begin = {"change": "add-segment"}

    def document_of(name: str, number: int) -> Document:
        return document({**begin, "segment": f"care/{name}{number}", "title": name}, reference=f"{name}-{number}")

    answers: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    with ExitStack() as stack:
        rivals = {name: stack.enter_context(rival(ledger.store.location, name)) for name in names}
        asked_of = {
            name: [document_of(other, n) for n in range(each) for other in names if other == name or n % 4 == 0]
            for name in names
        }
        threads = [Thread(target=rivals[name].ask, args=asked_of[name]) for name in names]
        for thread in threads:
            thread.start()
        for name in names:
            answers[name] = [rivals[name].answer() for _ in asked_of[name]]
        for thread in threads:
            thread.join()
    found = [answer for name in names for answer in answers[name]]
    assert not [answer for answer in found if "refused" in answer]
    first = [tuple(answer["positions"]) for answer in found if not answer["again"]]
    assert sorted(first) == [(position,) for position in range(8, 48)]
    live = structure(ledger, "2026-05-01").things
    assert {f"care/{name}{number}" for name in names for number in range(each)} <= set(live)
    times = [recorded.event.recorded_at for recorded in ledger.events(7)]
    assert times == sorted(set(times))
    assert ledger.verify().ok


def test_a_strike_of_what_another_process_just_recorded_is_let_in(ledger: Ledger) -> None:
    with rival(ledger.store.location) as other:
        other.ask(document({"change": "retitle-cluster", "cluster": "care", "title": "X"}, reference="theirs"))
        position = other.answer()["positions"][0]
    receipt = decide(ledger, {"change": "strike", "target": f"p{position}", "because": "A slip."})
    assert event_id(ledger, receipt).startswith("cluster:care@")
    assert value(ledger, "care", "title", "2026-05-01") == "Care"
