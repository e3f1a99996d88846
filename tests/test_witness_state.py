"""What a witness cosigned is on the disk before it answers, whatever fails, is killed or comes at the same time."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from multiprocessing import get_context
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from support.witnessing import LOG_KEY, NOON, ORIGIN, WITNESS_KEY, Clock, Log, body, key_of, witness

from ledger.errors import LedgerError, OutputFailed
from ledger.integrity.checkpoints import SignedCheckpoint
from ledger.integrity.vkeys import ED25519
from ledger.witness import evidence
from ledger.witness.evidence import Evidence
from ledger.witness.origins import Origin, origin_id
from ledger.witness.service import Reply, Witness
from ledger.witness.state import BoundToOthers, Memory, MemoryDamaged

LOG = Log(20)
STEPS = ("open", "fsync", "replace", "fchmod", "fchown")  # what storing a file asks of the system
KILLED = 9


def size(known: Witness) -> int:
    """The size that was last cosigned, as anybody may read it; 0 where nothing was."""
    reply = known.checkpoint(origin_id(ORIGIN))
    return SignedCheckpoint.parse(reply.body).checkpoint.size if reply.status == 200 else 0


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


class Steps:
    """The calls to the system, counted; at number `at` comes `act`, before the call or after it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, at: int = 0, act: Callable[[], object] = lambda: None) -> None:
        self.made: list[str] = []
        for name in STEPS:
            monkeypatch.setattr(os, name, self._counted(name, getattr(os, name), at, act))

    def _counted(self, name: str, call: Any, at: int, act: Callable[[], object]) -> Any:
        def counted(*args: Any, **options: Any) -> Any:
            self.made.append(name)
            if len(self.made) * 2 - 1 == at:
                act()
            found = call(*args, **options)
            if len(self.made) * 2 == at:
                act()
            return found

        return counted


def steps_of_a_request(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    known = witness(folder)
    known.add_checkpoint(LOG.request(0, 5))
    with monkeypatch.context() as patched:
        steps = Steps(patched)
        assert known.add_checkpoint(LOG.request(5, 9)).status == 200
    return steps.made


def test_file_and_folder_are_flushed_before_the_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = [name for name in steps_of_a_request(tmp_path, monkeypatch) if name in ("fsync", "replace")]
    assert made == ["fsync", "replace", "fsync"]


def test_a_witness_killed_at_any_step_remembers_the_old_or_the_new_and_never_less_than_it_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = len(steps_of_a_request(tmp_path / "first", monkeypatch))
    found = set()
    for at in range(1, 2 * count + 1):
        folder = tmp_path / str(at)
        known = witness(folder)
        assert known.add_checkpoint(LOG.request(0, 5)).status == 200
        killed_there = get_context("fork").Process(target=_killed, args=(known, at))
        killed_there.start()
        killed_there.join()
        assert killed_there.exitcode == KILLED
        again = witness(folder)
        after = size(again)
        found.add(after)
        assert after in (5, 9)
        assert again.add_checkpoint(LOG.request(after, 12)).status == 200
        assert [name for name in files(folder) if "part" in name] == []  # what was left is cleared away
    assert found == {5, 9}


def _killed(known: Witness, at: int) -> None:
    Steps(pytest.MonkeyPatch(), at, lambda: os._exit(KILLED))
    known.add_checkpoint(LOG.request(5, 9))


def test_a_disk_that_fails_at_any_step_gives_no_cosignature_that_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = len(steps_of_a_request(tmp_path / "first", monkeypatch))
    statuses = set()
    for at in range(1, 2 * count, 2):
        known = witness(tmp_path / str(at))
        known.add_checkpoint(LOG.request(0, 5))
        with monkeypatch.context() as patched:
            Steps(patched, at, _full)
            reply = known.add_checkpoint(LOG.request(5, 9))
        statuses.add(reply.status)
        after = size(known)
        assert (reply.status, after) in {(503, 5), (503, 9), (200, 9)}, at
        assert known.add_checkpoint(LOG.request(after, 12)).status == 200
    assert statuses >= {503}


def _full() -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("second", [LOG.request(5, 12), Log(20, "other", 5).request(5, 9)])
def test_of_two_requests_at_once_one_is_cosigned_and_the_other_told_so(tmp_path: Path, second: bytes) -> None:
    known, other = witness(tmp_path), witness(tmp_path)  # two programs, in effect: each has its own descriptors
    assert known.add_checkpoint(LOG.request(0, 5)).status == 200
    replies: list[Reply] = []
    together = Barrier(2)

    def ask(one: Witness, request: bytes) -> None:
        together.wait()
        replies.append(one.add_checkpoint(request))

    threads = [Thread(target=ask, args=pair) for pair in ((known, LOG.request(5, 9)), (other, second))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(reply.status for reply in replies) == [200, 409]
    (told,) = (reply.body for reply in replies if reply.status == 409)
    assert told == b"%d\n" % size(known)


def test_the_memory_waits_for_its_turn(tmp_path: Path) -> None:
    known, other = witness(tmp_path), witness(tmp_path)
    done: list[Reply] = []
    waiting = Thread(target=lambda: done.append(other.add_checkpoint(LOG.request(0, 5))))
    with known.memory.held(ORIGIN):
        waiting.start()
        assert done == []
    waiting.join()
    assert done[0].status == 200


def test_a_request_that_contradicts_is_kept_with_what_it_contradicts_and_once_whatever_its_proof(
    tmp_path: Path,
) -> None:
    known = witness(tmp_path)
    assert known.add_checkpoint(LOG.request(0, 7)).status == 200
    cosigned = known.checkpoint(origin_id(ORIGIN)).body
    forked = Log(9, "other").request(7, 9)
    for request in (forked, body(7, [bytes(32)], bytes(Log(9, "other").signed(9)))):
        assert known.add_checkpoint(request).status == 422
    kept = files(tmp_path / "state/evidence")
    assert sorted(kept.values()) == sorted([forked, cosigned])
    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700
    assert known.add_checkpoint(Log(9, "third").request(7, 9)).status == 422
    assert len(files(tmp_path / "state/evidence")) == 4


def test_evidence_is_bounded_in_number_and_in_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = witness(tmp_path)
    assert known.add_checkpoint(LOG.request(0, 7)).status == 200
    monkeypatch.setattr(evidence, "REQUESTS_MAX", 3)
    for place in range(5):
        reply = known.add_checkpoint(Log(9, f"history {place}").request(7, 9))
        assert ("as much as it may" in reply.told) == (place >= 3)
    assert len(files(tmp_path / "state/evidence")) == 6
    monkeypatch.setattr(evidence, "REQUESTS_MAX", 100)
    monkeypatch.setattr(evidence, "BYTES_MAX", 1000)
    assert "as much as it may" in known.add_checkpoint(Log(9, "last").request(7, 9)).told


def test_a_disk_that_takes_no_evidence_changes_no_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = witness(tmp_path)
    assert known.add_checkpoint(LOG.request(0, 7)).status == 200
    monkeypatch.setattr(Evidence, "_write", lambda *_: _full())
    reply = known.add_checkpoint(Log(9, "other").request(7, 9))
    assert (reply.status, "could not be kept" in reply.told) == (422, True)


def test_a_log_stays_bound_to_its_key_until_both_are_given(tmp_path: Path) -> None:
    first, second = LOG_KEY.vkeys[:1], key_of(ORIGIN, (ED25519,), 8).vkeys
    Memory(tmp_path / "state", {ORIGIN: first})
    with pytest.raises(BoundToOthers, match="is bound to example.gov/ledger"):
        Memory(tmp_path / "state", {ORIGIN: second})
    Memory(tmp_path / "state", {ORIGIN: first + second})
    Memory(tmp_path / "state", {ORIGIN: second})
    with pytest.raises(BoundToOthers, match="is bound to"):
        Memory(tmp_path / "state", {ORIGIN: first})


def test_another_key_of_a_log_forgets_nothing_that_was_cosigned(tmp_path: Path) -> None:
    known = witness(tmp_path)
    assert known.add_checkpoint(LOG.request(0, 7)).status == 200
    more = key_of(ORIGIN, (ED25519,), 8)
    again = Witness(WITNESS_KEY, {ORIGIN: LOG_KEY.vkeys + more.vkeys}, tmp_path / "state", Clock())
    assert again.add_checkpoint(Log(9, "other", key=more).request(7, 9)).status == 422
    assert again.add_checkpoint(Log(9, key=more).request(7, 9)).status == 200


def spoilt(raw: bytes) -> Iterator[bytes]:
    yield b""
    yield raw[:-1]
    yield raw[: len(raw) // 2]
    yield raw.replace(b"time ", b"time 0")
    yield raw.replace(b"origin example.gov/ledger", b"origin example.gov/other")
    yield raw.partition(b"\n\n")[0] + b"\n\n"
    yield b"\xff" + raw


def test_a_memory_that_is_damaged_or_gone_cosigns_nothing(tmp_path: Path) -> None:
    known = witness(tmp_path)
    assert known.add_checkpoint(LOG.request(0, 7)).status == 200
    (path,) = (tmp_path / "state").glob("*.origin")
    raw = path.read_bytes()
    assert bytes(Origin.parse(raw, "It")) == raw
    for damaged in spoilt(raw):
        path.write_bytes(damaged)
        reply = known.add_checkpoint(LOG.request(7, 9))
        assert (reply.status, "damaged" in reply.told) == (503, True), damaged
        assert known.checkpoint(origin_id(ORIGIN)).status == 503
        with pytest.raises(MemoryDamaged, match="damaged"):
            witness(tmp_path)
    path.unlink()
    assert known.add_checkpoint(LOG.request(0, 9)).status == 503
    path.write_bytes(raw)
    assert known.add_checkpoint(LOG.request(7, 9)).status == 200


def test_a_folder_that_cannot_be_made_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for folder in (tmp_path / "file", tmp_path / "absent" / "state"):
        with pytest.raises(OutputFailed) as told:
            Memory(folder, {})
        assert isinstance(told.value, LedgerError)


def test_the_time_of_the_last_cosignature_is_kept_as_it_was_given(tmp_path: Path) -> None:
    known = witness(tmp_path)
    assert known.add_checkpoint(LOG.request(0, 7)).status == 200
    (path,) = (tmp_path / "state").glob("*.origin")
    last = Origin.parse(path.read_bytes(), "It").last
    assert last is not None
    assert (last.time, last.size) == (NOON, 7)
