"""The contract of a store, asked of every one: what is stamped, sealed and given back, and what leaves no trace."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from threading import Event

import pytest
from support.store_lines import START, TYPE, append, append_together, drafts, fill, key
from support.store_writer import writer
from support.stores import STORES, Kept

from ledger.errors import LedgerClosed, LedgerDamaged, LedgerLocked, LedgerMoved, LedgerReadOnly, RecordConflict
from ledger.events.commitments import commit
from ledger.instants import stamp
from ledger.integrity.proof import inclusion_proof, verify_inclusion
from ledger.integrity.tree import EMPTY_ROOT, Frontier, leaf_hash
from ledger.store.choice.examining import examination
from ledger.store.protocol import Store
from ledger.store.types import Appended, Draft, Head, Sealed
from ledger.store.verification.damage import Damage

WRITERS, DECISIONS = 3, 40
OTHER = "cluster.repurposed/1"


@pytest.fixture(params=STORES)
def kept(tmp_path: Path, request: pytest.FixtureRequest) -> Kept:
    return STORES[request.param](tmp_path)


@pytest.fixture
def store(kept: Kept) -> Iterator[Store]:
    with kept.make() as made:
        yield made


def test_an_empty_ledger_has_no_head_and_the_empty_root(store: Store) -> None:
    assert store.head() == Head(0, None)
    assert store.root() == store.root(0) == EMPTY_ROOT
    assert list(store.lines()) == store.stream("cluster:a") == store.decision(key("D-1")) == []
    assert [store.at(1), store.event("cluster:a", 1), store.personal("sha256:00")] == [None, None, None]
    assert store.position_at(START) == store.decision_end(7) == store.personal_kept() == 0


def test_a_decision_becomes_events_with_one_instant_and_dense_numbers(store: Store) -> None:
    append(store, "D-1", "cluster:a")
    receipt = append(store, "D-2", "cluster:a", "mission:m", "cluster:a", at=START + timedelta(hours=1))
    assert (receipt.first, receipt.last, receipt.versions, receipt.notices) == (2, 4, (2, 1, 3), ())
    events = store.decision(key("D-2"))
    assert [(event.position, event.stream, event.version) for event in events] == [
        (2, "cluster:a", 2),
        (3, "mission:m", 1),
        (4, "cluster:a", 3),
    ]
    assert {event.recorded_at for event in events} == {"2026-03-05T11:00:00.000000Z"}
    assert store.head() == Head(4, receipt.recorded_at)


def test_the_stored_bytes_are_the_leaf_and_hold_what_the_lock_gave(store: Store) -> None:
    receipt = append(store, "D-1", "cluster:a", "mission:m")
    for event in store.lines():
        held = json.loads(event.line)
        assert (held["version"], held["recorded_at"]) == (event.version, event.recorded_at)
        proof = inclusion_proof(event.position - 1, 2, store.read_node)
        verify_inclusion(leaf_hash(event.line), event.position - 1, 2, proof, receipt.root)


def test_the_root_of_every_size_stays_what_the_receipt_said(store: Store) -> None:
    receipts = [append(store, f"D-{number}", "cluster:a", f"mission:m{number}") for number in range(9)]
    frontier = Frontier()
    for event in store.lines():
        frontier.append(leaf_hash(event.line))
    assert frontier.root() == store.root() == receipts[-1].root
    assert all(store.root(receipt.last) == receipt.root for receipt in receipts)
    for size in (-1, 19):
        with pytest.raises(ValueError, match="no tree of"):
            store.root(size)


def test_prepare_sees_the_head_and_may_record_nothing(store: Store) -> None:
    append(store, "D-1")
    seen: list[Head] = []

    def prepare(head: Head) -> tuple[Draft, ...]:
        seen.append(head)
        return ()

    assert store.append(prepare, at=lambda: START) is None
    assert seen == [Head(1, START + timedelta(seconds=1))] == [store.head()]


def test_what_prepare_raises_goes_through_and_nothing_is_recorded(store: Store) -> None:
    class Judged(Exception):
        pass

    def prepare(head: Head) -> tuple[Draft, ...]:
        raise Judged

    with pytest.raises(Judged):
        store.append(prepare, at=lambda: START)
    assert append(store, "D-1").first == 1


def test_a_line_that_cannot_be_written_leaves_no_half_of_its_decision(store: Store) -> None:
    def fail(version: int, recorded_at: str) -> bytes:
        raise RuntimeError("no bytes")

    broken = (drafts("D-1", ["cluster:a", "cluster:b"])[0], Draft("cluster:b", TYPE, key("D-1"), 2, fail))
    with pytest.raises(RuntimeError):
        store.append(lambda head: broken, at=lambda: START)
    assert store.head().position == 0
    assert append(store, "D-1", "cluster:a").versions == (1,)


def test_half_a_decision_is_never_written(store: Store) -> None:
    def given(wrong: tuple[Draft, ...], head: Head) -> tuple[Draft, ...]:
        return wrong

    whole = drafts("D-1", ["cluster:a", "cluster:b"])
    for wrong in (whole[1:], whole[::-1], (whole[0], *drafts("D-2", ["x:y", "x:z"])[1:])):
        with pytest.raises(ValueError, match="stands where part"):
            store.append(partial(given, wrong), at=lambda: START)
    assert store.head().position == 0


def test_a_decision_recorded_twice_is_a_conflict(store: Store) -> None:
    append(store, "D-1")
    with pytest.raises(RecordConflict, match="Nothing was recorded"):
        append(store, "D-1", "mission:m")
    assert append(store, "D-2").versions == (2,)


def test_a_clock_that_runs_backwards_gives_a_notice_and_the_next_microsecond(store: Store) -> None:
    append(store, "D-1", at=START)
    for number in (2, 3):
        receipt = append(store, f"D-{number}", at=START - timedelta(days=1))
        assert receipt.notices == ("clock-ran-backwards",)
        assert receipt.recorded_at == START + timedelta(microseconds=number - 1)
    assert append(store, "D-4", at=START + timedelta(microseconds=3)).notices == ()


def test_a_record_time_is_utc_whatever_the_clock_speaks(store: Store) -> None:
    paris = datetime(2026, 3, 5, 11, tzinfo=timezone(timedelta(hours=1)))
    assert append(store, "D-1", at=paris).recorded_at == START
    assert [event.recorded_at for event in store.lines()] == ["2026-03-05T10:00:00.000000Z"]
    with pytest.raises(ValueError, match="aware"):
        append(store, "D-2", at=datetime(2026, 3, 6))


def test_imported_decisions_keep_their_record_times(store: Store) -> None:
    append(store, "D-0", at=datetime(2001, 1, 1, tzinfo=UTC))
    times = [datetime(2001, 6, 9, tzinfo=UTC), datetime(2001, 6, 9, tzinfo=UTC), datetime(2024, 7, 5, tzinfo=UTC)]
    batch = [(drafts(f"D-{number}", ["cluster:a", "mission:m"]), time) for number, time in enumerate(times, 1)]
    receipt = store.append_imported(batch, expected_position=1)
    assert receipt is not None
    assert (receipt.first, receipt.last, receipt.recorded_at) == (2, 7, times[-1])
    assert receipt.root == store.root() and receipt.versions == (2, 1, 3, 2, 4, 3)
    assert store.append_imported([], expected_position=7) is None
    later = timezone(timedelta(hours=5))
    empty = (drafts("D-9", ["cluster:a"])[:0], datetime(2024, 9, 1, tzinfo=later))
    last = (drafts("D-8", ["cluster:a"]), datetime(2024, 8, 1, tzinfo=later))
    again = store.append_imported([last, empty], expected_position=7)
    assert again is not None and again.recorded_at == store.head().recorded_at == last[1]
    assert again.recorded_at.tzinfo is UTC


def test_an_import_is_refused_whole_when_the_head_moved_or_its_times_run_backwards(store: Store) -> None:
    append(store, "D-0", at=START)
    early = [(drafts("D-1", ["cluster:a"]), START), (drafts("D-2", ["cluster:a"]), START - timedelta(days=1))]
    with pytest.raises(RecordConflict, match="before that of the decision before it"):
        store.append_imported(early, expected_position=1)
    with pytest.raises(LedgerMoved, match="expected to end at position 0 and ends at 1"):
        store.append_imported(early[:1], expected_position=0)
    assert store.head().position == 1


def test_an_instant_finds_the_last_position_recorded_at_or_before_it(store: Store) -> None:
    for number in range(5):
        append(store, f"D-{number}", "cluster:a", "mission:m", at=START + timedelta(minutes=number))
    tick = timedelta(microseconds=1)
    assert store.position_at(START - tick) == 0
    assert [store.position_at(START + timedelta(minutes=number)) for number in range(5)] == [2, 4, 6, 8, 10]
    assert store.position_at(START + timedelta(minutes=3) - tick) == 6
    assert store.position_at(START + timedelta(days=9)) == 10


def test_a_position_inside_a_decision_counts_as_the_end_of_the_one_before(store: Store) -> None:
    fill(store, range(2))
    assert [store.decision_end(position) for position in range(-1, 9)] == [0, 0, 0, 0, 3, 3, 3, 6, 6, 6]


def test_events_are_found_by_stream_version_and_position(store: Store) -> None:
    fill(store, range(3))
    assert [event.position for event in store.stream("cluster:a")] == [1, 4, 7]
    assert [event.position for event in store.stream("cluster:a", upto=6)] == [1, 4]
    assert [store.length("cluster:a"), store.length("cluster:a", upto=6), store.length("cluster:b")] == [3, 2, 0]
    assert store.event("mission:m", 2) == store.at(5)
    assert [event.position for event in store.lines(after=2, upto=5)] == [3, 4, 5]


def test_events_of_a_stream_are_found_by_their_types(store: Store) -> None:
    fill(store, range(3))
    append(store, "D-9", "cluster:a", event_type=OTHER)
    assert [event.position for event in store.of_types("cluster:a", (TYPE,))] == [1, 4, 7]
    assert store.of_types("cluster:a", (OTHER, TYPE)) == store.stream("cluster:a")
    assert [event.position for event in store.of_types("cluster:a", (TYPE,), after=1, upto=6)] == [4]
    assert store.of_types("cluster:a", ("cluster.lost/1",)) == store.of_types("cluster:z", (TYPE,)) == []


def test_many_events_are_found_by_their_types_page_by_page(store: Store) -> None:
    append(store, "D-1", *["cluster:a"] * 1_001)
    append(store, "D-2", "cluster:a", event_type=OTHER)
    assert [event.version for event in store.of_types("cluster:a", (TYPE,), after=1)] == list(range(2, 1_002))


def test_streaming_ends_at_the_head_of_the_moment_it_began(store: Store) -> None:
    fill(store, range(2))
    lines = store.lines()
    first = next(lines)
    fill(store, range(2, 4))
    assert [first.position, *(event.position for event in lines)] == [1, 2, 3, 4, 5, 6]


# Opened again, and beside one another


def test_what_was_appended_is_there_when_the_store_is_opened_again(kept: Kept, store: Store) -> None:
    fill(store, range(3))
    held, root = list(store.lines()), store.root()
    store.close()
    store.close()
    with kept.open() as again:
        assert (list(again.lines()), again.root(), again.head().position) == (held, root, 9)
        assert append(again, "D-9").first == 10


def test_nobody_sees_a_decision_before_all_of_it_is_there(kept: Kept, store: Store) -> None:
    append(store, "D-1")
    with kept.open(read_only=True) as reader:

        def prepare(head: Head) -> tuple[Draft, ...]:
            assert reader.head() == head
            return drafts("D-2", ["cluster:a", "mission:m"])

        assert store.append(prepare, at=lambda: START + timedelta(days=1)) is not None
        assert reader.head().position == 3
        assert [event.part for event in reader.decision(key("D-2"))] == [1, 2]


def test_whoever_appends_is_shown_what_others_appended_since_and_judges_that(kept: Kept, store: Store) -> None:
    append(store, "D-1")
    with kept.open() as other:
        append(other, "D-2", "cluster:a", "cluster:b")
        seen = []

        def prepare(head: Head) -> tuple[Draft, ...]:
            seen.append(head.position)
            return drafts("D-3", ["cluster:b"])

        receipt = store.append(prepare, at=lambda: START + timedelta(days=1))
        assert receipt is not None
        assert (seen[-1], receipt.first, receipt.versions) == (3, 4, (2,))
        assert other.root() == receipt.root


def test_a_store_that_is_opened_to_read_takes_nothing(kept: Kept, store: Store) -> None:
    append(store, "D-1")
    with kept.open(read_only=True) as reader:
        assert reader.read_only
        with pytest.raises(LedgerReadOnly):
            append(reader, "D-2")
        assert reader.head().position == 1


# The note is in position 2, part 2 of D-0, on mission:m; all of them read it.
READS: dict[str, Callable[[Store], object]] = {
    "the lines": lambda store: list(store.lines()),
    "the lines after a position": lambda store: list(store.lines(1, 2)),
    "a stream": lambda store: store.stream("mission:m"),
    "events of a stream by type": lambda store: store.of_types("mission:m", (TYPE,)),
    "the length of a stream": lambda store: store.length("mission:m", upto=2),
    "a decision": lambda store: store.decision(key("D-0")),
    "an event by position": lambda store: store.at(2),
    "an event that was there": lambda store: store.need(2),
    "an event by name": lambda store: store.event("mission:m", 1),
    "events by their positions": lambda store: list(store.among([1, 2])),
    "the end of a decision": lambda store: store.decision_end(2),
}


@pytest.mark.parametrize("read", READS)
def test_bytes_that_were_altered_are_never_given(kept: Kept, store: Store, read: str) -> None:
    fill(store, range(2))
    line = store.need(2).line
    store.close()
    kept.alter(2, line.replace(b'"note":"n"', b'"note":"m"'))
    with kept.open(read_only=True) as altered, pytest.raises(LedgerDamaged, match="position 2"):
        READS[read](altered)


def test_the_opening_of_a_commitment_is_kept_until_it_is_forgotten_and_its_event_stays(store: Store) -> None:
    opening = commit("Ada")
    (draft,) = drafts("D-1", ["cluster:a"])
    store.append(
        lambda _: [draft._replace(personal=[(opening.commitment, opening.salt, opening.value)])], at=lambda: START
    )
    assert store.personal(opening.commitment) == (opening.salt, "Ada") and store.personal_kept() == 1
    assert store.forget(opening.commitment) is True
    assert store.forget(opening.commitment) is False
    assert store.personal_kept() == 0
    assert store.personal(opening.commitment) is None and store.head().position == 1


def test_streams_and_many_positions_are_read_at_once(store: Store) -> None:
    assert store.streams() == []
    fill(store, range(2))
    assert sorted(store.streams()) == ["cluster:a", "mission:m", "mission:n0", "mission:n1"]
    assert [event.position for event in store.among([5, 1, 5])] == [1, 5]
    with pytest.raises(LedgerDamaged, match="position 7"):
        list(store.among([7]))


# One writer at a time


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit, MemoryError])
def test_an_append_that_is_stopped_in_its_second_event_leaves_nothing_and_lets_others_in(
    kept: Kept, store: Store, stop: type[BaseException]
) -> None:
    append(store, "D-1")
    held, root = list(store.lines()), store.root()

    def encode(version: int, recorded_at: str) -> bytes:
        raise stop

    opening = commit("Ada")
    first, second = drafts("D-2", ["cluster:a", "cluster:b"])
    with pytest.raises(stop):
        store.append(
            lambda _: [first._replace(personal=[opening]), second._replace(encode=encode)],
            at=lambda: START + timedelta(days=1),
        )
    with kept.open() as other:
        assert (list(other.lines()), other.root(), other.streams()) == (held, root, ["cluster:a"])
        assert other.personal(opening.commitment) is None
        assert append(other, "D-2", "cluster:b").versions == (1,)
    assert append(store, "D-3").first == 3


def test_threads_of_several_stores_append_one_serial_ledger(kept: Kept, store: Store) -> None:
    """What each is shown under the lock is what stands there, and nobody reads or waits in vain inside."""
    with kept.open() as other, ThreadPoolExecutor(4) as pool:

        def work(number: int) -> int:
            mine = (store, other)[number % 2]

            def prepare(head: Head) -> tuple[Draft, ...]:
                assert mine.head() == head and len(list(mine.lines())) == head.position
                return drafts(f"D-{number}", ["cluster:a", f"mission:n{number}"])

            receipt = mine.append(prepare, at=lambda: START)
            assert receipt is not None and receipt.root == mine.root(receipt.last)
            return receipt.first

        assert sorted(pool.map(work, range(24))) == list(range(1, 48, 2))
    assert [event.version for event in store.stream("cluster:a")] == list(range(1, 25))
    times = [event.recorded_at for event in store.lines() if event.part == 1]
    assert times == sorted(set(times))
    assert list(examination(store.location)) == []


def test_a_writer_waits_for_another_as_long_as_it_asked_and_reads_meanwhile(kept: Kept, store: Store) -> None:
    append(store, "D-1")
    kept.contend(store)
    with kept.open(wait_seconds=0) as hasty, kept.open(wait_seconds=0.3) as patient:

        def prepare(head: Head) -> tuple[Draft, ...]:
            for other in (hasty, patient):
                with pytest.raises(LedgerLocked):
                    append(other, "D-3")
                assert other.head() == head and len(list(other.lines())) == 1
            return drafts("D-2", ["cluster:a"])

        assert store.append(prepare, at=lambda: START + timedelta(days=1)) is not None
        assert append(hasty, "D-3").first == 3
        assert append(patient, "D-4").first == 4


def test_what_is_raised_to_whoever_waits_ends_the_wait_and_keeps_no_turn(kept: Kept, store: Store) -> None:
    def stop(_: float) -> None:
        raise KeyboardInterrupt

    kept.contend(store)
    with kept.open(wait_seconds=600, told=stop) as waiting:

        def prepare(head: Head) -> tuple[Draft, ...]:
            with pytest.raises(KeyboardInterrupt):
                append(waiting, "D-2")
            return drafts("D-1", ["cluster:a"])

        assert store.append(prepare, at=lambda: START) is not None
        assert append(waiting, "D-2").first == 2
        assert append(store, "D-3").first == 3


def test_an_append_inside_another_is_refused_and_not_waited_for_ever(kept: Kept, store: Store) -> None:
    with kept.open(wait_seconds=0) as one:

        def prepare(head: Head) -> tuple[Draft, ...]:
            append(one, "D-2")
            raise AssertionError("unreachable")

        with pytest.raises(LedgerLocked):
            one.append(prepare, at=lambda: START)
        assert append(one, "D-1").first == 1


def test_whoever_lets_go_and_asks_again_at_once_stands_behind_the_one_who_waits(kept: Kept, store: Store) -> None:
    waits = Event()
    with kept.open(told=lambda _: waits.set()) as other, ThreadPoolExecutor(1) as pool:
        kept.contend(store)
        kept.contend(other)
        behind: list[Future[Appended]] = []

        def prepare(head: Head) -> tuple[Draft, ...]:
            behind.append(pool.submit(append, other, "D-2"))
            assert waits.wait(60)
            return drafts("D-1", ["cluster:a"])

        assert store.append(prepare, at=lambda: START) is not None
        assert (append(store, "D-3").first, behind[0].result().first) == (3, 2)


# Several decisions together


def test_decisions_appended_together_have_a_receipt_each_and_follow_each_other(store: Store) -> None:
    append(store, "D-0", at=START)
    receipts = append_together(store, ["D-1", "D-2", "D-3"], "cluster:a", "mission:m")
    assert [(one.first, one.last) for one in receipts] == [(2, 3), (4, 5), (6, 7)]
    assert [one.versions for one in receipts] == [(2, 1), (3, 2), (4, 3)]
    for number, receipt in enumerate(receipts):
        assert receipt.root == store.root(receipt.last)
        assert receipt.recorded_at == START + timedelta(seconds=1, microseconds=number)
        assert {event.recorded_at for event in store.decision(key(f"D-{number + 1}"))} == {stamp(receipt.recorded_at)}
    assert append(store, "D-4").first == 8
    assert list(examination(store.location)) == []


def test_which_of_many_decisions_are_recorded_is_asked_at_once(store: Store) -> None:
    append_together(store, [f"D-{number}" for number in range(0, 3_000, 2)], "cluster:a")
    found = store.decided(key(f"D-{number}") for number in range(3_000))
    assert found == {key(f"D-{number}") for number in range(0, 3_000, 2)}
    assert store.decided([]) == set()


def test_of_no_decision_together_nothing_is_appended(store: Store) -> None:
    assert append_together(store, []) == []
    assert store.head() == Head(0, None)


@pytest.mark.parametrize("wrong", ["D-0", "D-1"])
def test_one_that_is_recorded_or_given_twice_leaves_none_of_those_together(store: Store, wrong: str) -> None:
    append(store, "D-0")
    with pytest.raises(RecordConflict):
        append_together(store, ["D-1", wrong, "D-2"])
    assert store.head().position == 1
    assert [one.first for one in append_together(store, ["D-1", "D-2"])] == [2, 3]


@pytest.mark.parametrize("acknowledged", [1, 2, 7])
def test_a_killed_writer_leaves_all_that_were_recorded_together_or_none(
    kept: Kept, store: Store, acknowledged: int
) -> None:
    process = writer(store.location, "w", 100_000, together=20)
    assert process.stdout is not None
    last = [int(process.stdout.readline()) for _ in range(acknowledged)][-1]
    process.kill()
    rest = process.communicate()[0].splitlines(keepends=True)
    last = max([last, *(int(line) for line in rest if line.endswith("\n"))])
    head = store.head().position
    assert head in (last, last + 60) and head % 60 == 0
    assert list(examination(store.location)) == []
    assert append(store, "after").first == head + 1


def test_processes_that_record_together_and_alone_write_one_serial_ledger(kept: Kept, store: Store) -> None:
    writers = [writer(store.location, f"w{number}", 8, together) for number, together in enumerate((1, 5, 5))]
    acknowledged = [[int(line) for line in process.communicate()[0].split()] for process in writers]
    assert [process.returncode for process in writers] == [0] * 3
    assert store.head().position == (8 + 40 + 40) * 3
    for own in acknowledged[1:]:
        for last in own:  # nobody came between those of one commit
            references = {event.decision.rpartition("-")[0] for event in store.lines(last - 15, last)}
            assert len(references) == 1
    assert list(examination(store.location)) == []


# Several processes


def test_several_processes_write_one_serial_ledger_and_a_tailing_reader_misses_nothing(
    kept: Kept, store: Store
) -> None:
    writers = [writer(store.location, f"w{number}", DECISIONS) for number in range(WRITERS)]
    seen: list[int] = []
    with kept.open(read_only=True) as reader:
        while len(seen) < WRITERS * DECISIONS * 3 and any(process.poll() is None for process in writers):
            seen += [event.position for event in reader.lines(after=seen[-1] if seen else 0)]
        seen += [event.position for event in reader.lines(after=seen[-1] if seen else 0)]
    acknowledged = [int(line) for process in writers for line in process.communicate()[0].split()]
    assert [process.returncode for process in writers] == [0] * WRITERS
    assert seen == list(range(1, WRITERS * DECISIONS * 3 + 1))
    assert sorted(acknowledged) == seen[2::3]
    assert list(examination(store.location)) == []
    versions = [event.version for event in store.stream("cluster:a")]
    assert versions == list(range(1, WRITERS * DECISIONS * 2 + 1))


@pytest.mark.parametrize("acknowledged", [1, 2, 7, 30])
def test_a_killed_writer_leaves_every_acknowledged_decision_and_no_half(
    kept: Kept, store: Store, acknowledged: int
) -> None:
    process = writer(store.location, "w", 100_000)
    assert process.stdout is not None
    last = [int(process.stdout.readline()) for _ in range(acknowledged)][-1]
    process.kill()
    rest = process.communicate()[0].splitlines(keepends=True)
    last = max([last, *(int(line) for line in rest if line.endswith("\n"))])
    head = store.head().position
    assert last <= head <= last + 3 and head % 3 == 0
    assert list(examination(store.location)) == []
    assert append(store, "after").first == head + 1


# Verification


def test_an_examination_rebuilds_the_roots_and_gives_each_decision_to_be_judged(kept: Kept, store: Store) -> None:
    fill(store, range(3))
    counted, judged = list[int](), list[list[int]]()

    def judge(events: list[Sealed]) -> Iterator[Damage]:
        judged.append([event.position for event in events])
        yield Damage(events[0].position, "document", "what it says", "nothing")

    found = examination(store.location, [0, 3, 7, 10], counted.append, judge)
    assert [damage.position for damage in found] == [1, 4, 7]
    assert judged == [[1, 2, 3], [4, 5, 6], [7, 8, 9]]
    assert (found.size, found.root, counted[-1]) == (9, store.root(), 9)
    assert found.roots == {size: store.root(size) for size in (0, 3, 7)}
    assert list(examination(store.location)) == []


def test_an_examination_finds_altered_bytes_where_they_stand(kept: Kept, store: Store) -> None:
    fill(store, range(2))
    line = store.need(2).line
    store.close()
    kept.alter(2, line.replace(b'"note":"n"', b'"note":"m"'))
    with kept.open(read_only=True) as altered:
        assert 2 in {damage.position for damage in examination(altered.location)}


def test_what_is_closed_says_so(store: Store) -> None:
    append(store, "D-1")
    store.close()
    with pytest.raises(LedgerClosed):
        store.head()
    with pytest.raises(LedgerClosed):
        append(store, "D-2", at=START + timedelta(days=1))


def test_what_is_opened_to_be_read_says_what_the_store_says(kept: Kept, store: Store) -> None:
    opening = commit("Ada")
    append(store, "D-1", "cluster:a", "mission:m")
    with kept.open_to_read() as read:
        append(store, "D-2", "cluster:a", at=START + timedelta(hours=1))  # it sees what is recorded meanwhile
        assert read.read_only and (read.head(), read.root()) == (store.head(), store.root())
        assert list(read.lines()) == list(store.lines()) == list(read.among([3, 1, 2, 3]))
        assert read.stream("cluster:a") == store.stream("cluster:a") and read.streams() == store.streams()
        assert read.decision(key("D-2")) == store.decision(key("D-2")) == [read.at(3)] == [read.event("cluster:a", 2)]
        assert (read.position_at(START + timedelta(seconds=1)), read.decision_end(1), read.need(1)) == (
            2,
            0,
            store.need(1),
        )
        assert read.personal(opening.commitment) is None and read.read_node(1, 0) == store.read_node(1, 0)
    read.close()
    with pytest.raises(LedgerClosed):
        read.head()


def test_what_is_opened_to_be_read_is_held_to_its_root(kept: Kept, store: Store) -> None:
    append(store, "D-1", "cluster:a", "mission:m")
    line = store.need(2).line
    kept.alter(2, line.replace(b"mission:m", b"mission:n"))
    with kept.open_to_read() as read, pytest.raises(LedgerDamaged, match="position 2"):
        read.need(2)


def test_threads_share_what_is_opened_to_be_read(kept: Kept, store: Store) -> None:
    for number in range(20):
        append(store, f"D-{number}", "cluster:a", at=START + timedelta(hours=number))
    with kept.open_to_read() as read, ThreadPoolExecutor(4) as pool:
        assert set(pool.map(lambda position: read.need(position % 20 + 1).position, range(200))) == set(range(1, 21))
