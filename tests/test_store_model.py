"""Whatever is appended, imported, refused and reopened, the store answers as a plain list would."""

from __future__ import annotations

import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from support.examples import examples
from support.store_lines import START, drafts, key

from ledger.integrity.tree import EMPTY_ROOT, leaf_hash, node_hash
from ledger.store.choice.examining import examination
from ledger.store.choice.recording import make, opened

STREAMS = st.lists(st.sampled_from(["government", "cluster:a", "mission:m"]), min_size=1, max_size=4)


class Kept(NamedTuple):
    stream: str
    version: int
    decision: str
    part: int
    parts: int
    time: datetime


def naive_root(leaves: list[bytes]) -> bytes:
    if len(leaves) < 2:
        return leaves[0] if leaves else EMPTY_ROOT
    cut = 1 << ((len(leaves) - 1).bit_length() - 1)
    return node_hash(naive_root(leaves[:cut]), naive_root(leaves[cut:]))


class StoreAgainstList(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "new.ledger"
        self.store = make(self.path)
        self.kept: list[Kept] = []
        self.decisions = 0

    def keep(self, streams: list[str], time: datetime) -> None:
        for part, stream in enumerate(streams, 1):
            version = 1 + sum(event.stream == stream for event in self.kept)
            self.kept.append(Kept(stream, version, key(f"D-{self.decisions}"), part, len(streams), time))
        self.decisions += 1

    @rule(streams=STREAMS, seconds=st.integers(-5, 5))
    def append(self, streams: list[str], seconds: int) -> None:
        last = self.kept[-1].time if self.kept else None
        now = (last or START) + timedelta(seconds=seconds)
        receipt = self.store.append(lambda head: drafts(f"D-{self.decisions}", streams), at=lambda: now)
        backwards = last is not None and now <= last
        time = last + timedelta(microseconds=1) if last is not None and backwards else now
        assert receipt is not None and bool(receipt.notices) == backwards
        self.keep(streams, time)

    @rule(batch=st.lists(st.tuples(STREAMS, st.integers(0, 3)), max_size=4))
    def append_imported(self, batch: list[tuple[list[str], int]]) -> None:
        position, time = len(self.kept), self.kept[-1].time if self.kept else START
        decided = []
        for streams, seconds in batch:
            time += timedelta(seconds=seconds)
            decided.append((drafts(f"D-{self.decisions}", streams), time))
            self.keep(streams, time)
        self.store.append_imported(decided, expected_position=position)

    @rule(streams=STREAMS)
    def fail(self, streams: list[str]) -> None:
        try:
            self.store.append(lambda head: drafts("D-x", streams)[1:], at=lambda: START)
        except ValueError:
            pass
        else:
            assert len(streams) == 1

    @rule()
    def reopen(self) -> None:
        self.store.close()
        self.store = opened(self.path)

    @rule()
    def let_another_store_append(self) -> None:
        time = (self.kept[-1].time if self.kept else START) + timedelta(seconds=1)
        with opened(self.path) as other:
            other.append(lambda head: drafts(f"D-{self.decisions}", ["cluster:a"]), at=lambda: time)
        self.keep(["cluster:a"], time)

    @invariant()
    def events_are_those_kept(self) -> None:
        found = list(self.store.lines())
        assert [event.position for event in found] == list(range(1, len(self.kept) + 1))
        assert [(event.stream, event.version, event.decision, event.part, event.parts) for event in found] == [
            event[:5] for event in self.kept
        ]
        assert self.store.root() == naive_root([leaf_hash(event.line) for event in found])

    @invariant()
    def times_and_ends_are_found(self) -> None:
        assert self.store.head() == (len(self.kept), self.kept[-1].time if self.kept else None)
        if self.kept:
            asked = self.kept[len(self.kept) // 2].time
            assert self.store.position_at(asked) == sum(event.time <= asked for event in self.kept)
            ends = [place for place, event in enumerate(self.kept, 1) if event.part == event.parts]
            for position in range(len(self.kept) + 2):
                expected = max((end for end in ends if end <= position), default=0)
                assert self.store.decision_end(position) == expected

    def teardown(self) -> None:
        assert [damage for damage in examination(self.store.location) if damage.kind != "time"] == []
        self.store.close()
        self.folder.cleanup()


TestStoreAgainstList = StoreAgainstList.TestCase
TestStoreAgainstList.settings = settings(max_examples=examples(30), stateful_step_count=15, deadline=None)
